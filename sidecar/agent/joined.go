package agent

import (
	"context"
	"time"

	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	// retryAfter is the pause before a record that failed is tried again.
	retryAfter = 2 * time.Second
	// slowestRetry is the longest pause where nodetool fails: each try costs
	// most of a processor second.
	slowestRetry = 30 * time.Second
)

// recorder records that this volume has joined, and at which address.
type recorder struct {
	*agent
	life   int    // the one that is recorded
	hostID string // found in life pending
	found  int    // the life in which it was
}

// run records each life of Cassandra's that has answered CQL.
func (r *recorder) run(ctx context.Context) {
	pauseFor := retryAfter
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.watch.answeredFirst:
		}
		for first := true; ctx.Err() == nil; first = false {
			s := r.watch.look()
			if !s.Served || s.Life == r.life {
				break
			}
			asked, err := r.record(ctx, s)
			r.tell.outcome("recording the member", err)
			if first {
				r.wakeRound()
			}
			if err == nil {
				r.life = s.Life
				break
			}
			if pauseFor = min(2*pauseFor, slowestRetry); !asked {
				pauseFor = retryAfter
			}
			pause(ctx, pauseFor)
		}
		pauseFor = retryAfter
	}
}

// record writes joined, host id and address. asked says that the error is
// nodetool's.
func (r *recorder) record(ctx context.Context, s sight) (asked bool, err error) {
	known := r.book.read()
	hostID := known.State.HostID
	if !known.State.Joined || hostID == "" {
		if !known.Known {
			return false, known.Err
		}
		if r.found != s.Life {
			if r.hostID, err = r.ownHostID(ctx); err != nil {
				return true, err
			}
			r.found = s.Life
		}
		hostID = r.hostID
	}
	joins := false
	err = r.book.write(ctx, func(own *volume.RunKeys, _ volume.InitKeys) {
		if !own.Joined {
			own.Joined, own.HostID, joins = true, hostID, true
		}
		own.Address = r.pod.Address.String()
	})
	if err == nil && joins {
		if s.Begun {
			r.askers.joined()
		}
		r.tell.log.Info("this volume has joined the ring", "hostId", hostID, "address", r.pod.Address)
	}
	return false, err
}

// ownHostID finds the host id in a reading of the ring, which others will ask
// for anyway, or else asks for it alone.
func (r *recorder) ownHostID(ctx context.Context) (string, error) {
	members, err := r.ring.read(ctx)
	if err == nil {
		for _, m := range members {
			if m.Address == r.pod.Address && m.HostID != "" {
				return m.HostID, nil
			}
		}
	}
	return r.tools.HostID(ctx)
}
