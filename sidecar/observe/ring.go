package observe

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
)

const (
	// readingLimit is how long one live member has for a reading that is new
	// enough; a busy machine takes seconds for nodetool.
	readingLimit = 6 * time.Second
	// readers is how many live members are asked in one look.
	readers = 3
	// readingPoll is the pause between two questions to one of them.
	readingPoll = 100 * time.Millisecond
	// readingLife is how old a reading may be of a ring in which somebody
	// joins or leaves, and quietLife of one in which nobody does: decide takes
	// none that is older.
	readingLife = 2 * time.Second
	quietLife   = 30 * time.Second
)

// read gives R. A reading costs a live member most of a processor second, so
// none is asked for where the decision does without, and who only waits takes
// the last one again while it is young.
func (o *Observer) read(ctx context.Context, s decide.Settings, st decide.State, obs decide.Observations, live []decide.Agent) *decide.Ring {
	if len(live) == 0 || !decide.NeedsRing(s, st, obs) {
		return nil
	}
	if r := o.ring; r != nil && obs.Volume != decide.Joined && obs.Own.Phase != decide.Claiming && obs.Began.Sub(r.Began) < lifeOf(r) {
		return r
	}
	o.ring = nil
	live = o.lastFailedLast(live)
	for _, a := range live[:min(len(live), readers)] {
		if ctx.Err() != nil {
			break
		}
		r := o.readOf(ctx, a.Address, obs.Began)
		if r != nil {
			o.ring = r
			// A member that lost its state takes the ring that lists it for its own.
			if obs.Volume != decide.Joined || st.RingID != "" || lists(r, st.HostID) {
				o.failed[a.Address] = 0
				break
			}
		}
		o.failed[a.Address]++
	}
	return o.ring
}

// lastFailedLast gives the live members in the order in which they are asked:
// those of the best place first, but whoever failed more often after others, so
// that three whose nodetool fails do not hide a fourth.
func (o *Observer) lastFailedLast(live []decide.Agent) []decide.Agent {
	failed := map[netip.Addr]int{}
	for _, a := range live {
		failed[a.Address] = o.failed[a.Address]
	}
	o.failed = failed
	live = slices.Clone(live)
	slices.SortStableFunc(live, func(a, b decide.Agent) int { return failed[a.Address] - failed[b.Address] })
	return live
}

// readOf asks one live member until it has a reading begun after the look.
func (o *Observer) readOf(ctx context.Context, from netip.Addr, began time.Time) *decide.Ring {
	ctx, cancel := context.WithTimeout(ctx, readingLimit)
	defer cancel()
	for {
		sent := o.now()
		reply, err := o.agents.Ring(ctx, from)
		var unread *api.UnreadError
		switch {
		case err == nil && !sent.Add(-reply.Age).Before(began):
			return &decide.Ring{From: from, Began: sent.Add(-reply.Age), Members: reply.Members}
		case err != nil && !errors.As(err, &unread):
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(readingPoll):
		}
	}
}

func lists(r *decide.Ring, hostID string) bool {
	for _, m := range r.Members {
		if m.HostID == hostID && m.State != decide.Joins {
			return true
		}
	}
	return false
}

func lifeOf(r *decide.Ring) time.Duration {
	for _, m := range r.Members {
		if m.State != decide.Normal {
			return readingLife
		}
	}
	return quietLife
}
