package agent

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
)

const (
	// fresh is the age above which a request has the ring read anew.
	fresh = time.Second
	// routine is how often the ring is read where nobody asks: who is
	// removed is found out by it.
	routine = 5 * time.Minute
	// settled is how long a member serves before that begins.
	settled = 30 * time.Second
	// confirmAfter is when a ring that lacks somebody is read once more.
	confirmAfter = 5 * time.Second
)

// ringReader reads the ring as this pod's Cassandra sees it. A reading is of
// one life of Cassandra and worth nothing in the next.
type ringReader struct {
	watch  *watch
	status func(context.Context) ([]nodetool.Member, error)
	// heard is told of every reading, and says whether it has to be
	// confirmed soon.
	heard func(ctx context.Context, life int, members []decide.Member) (confirm bool)
	tell  *teller

	turn chan struct{} // holds a value while a reading is under way
	wake chan struct{}

	mu      sync.Mutex
	life    int // of last and failed
	last    *reading
	failed  error
	begun   time.Time // the last try
	confirm bool
}

type reading struct {
	began   time.Time
	members []decide.Member
}

func newRingReader(w *watch, status func(context.Context) ([]nodetool.Member, error), tell *teller) *ringReader {
	return &ringReader{watch: w, status: status, tell: tell, turn: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

var (
	errNotServing = errors.New("Cassandra does not answer CQL here")
	errRestarted  = errors.New("Cassandra ended while its ring was read")
)

// read reads the ring now, after a reading that is under way.
func (r *ringReader) read(ctx context.Context) ([]decide.Member, error) {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-r.turn }()
	s := r.watch.look()
	if s.Phase != decide.Serving {
		return nil, errNotServing
	}
	began := time.Now()
	r.mu.Lock()
	r.begun = began
	r.mu.Unlock()
	raw, err := r.status(ctx)
	members := membersOf(raw)
	if err == nil && r.watch.look().Life != s.Life {
		err = errRestarted
	}
	r.keep(s.Life, began, members, err)
	if ctx.Err() == nil {
		r.tell.outcome("reading the ring", err)
	}
	if err != nil {
		return nil, err
	}
	confirm := r.heard(ctx, s.Life, members)
	r.mu.Lock()
	r.confirm = confirm
	r.mu.Unlock()
	return members, nil
}

// keep keeps a reading, or why there is none. An older one is worth more than
// an error.
func (r *ringReader) keep(life int, began time.Time, members []decide.Member, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life != life {
		r.life, r.last = life, nil
	}
	if r.failed = err; err == nil {
		r.last = &reading{began: began, members: members}
	}
}

func membersOf(raw []nodetool.Member) []decide.Member {
	members := make([]decide.Member, 0, len(raw))
	for _, m := range raw {
		members = append(members, decide.Member{
			Address: m.Address.Unmap(), HostID: m.HostID, Datacenter: m.Datacenter, Rack: m.Rack, Up: m.Up, State: decide.MemberState(m.State[0]),
		})
	}
	return members
}

// current gives the last reading, and has the ring read anew where that is
// not fresh.
func (r *ringReader) current() (api.Ring, error) {
	s := r.watch.look()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if s.Phase == decide.Serving && len(r.turn) == 0 && now.Sub(r.begun) > fresh {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	}
	if r.last != nil && r.life == s.Life {
		return api.Ring{At: r.last.began, Age: now.Sub(r.last.began), Members: r.last.members}, nil
	}
	switch {
	case s.Phase != decide.Serving:
		return api.Ring{}, errNotServing
	case r.life == s.Life && r.failed != nil:
		return api.Ring{}, r.failed
	}
	return api.Ring{}, errors.New("the first reading of the ring is under way")
}

// run reads the ring when somebody asks, and from time to time.
func (r *ringReader) run(ctx context.Context) {
	ticker := time.NewTicker(confirmAfter)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			r.mu.Lock()
			again := time.Since(r.begun) > fresh
			r.mu.Unlock()
			if again {
				r.read(ctx)
			}
		case <-ticker.C:
			if r.due() {
				r.read(ctx)
			}
		}
	}
}

// due says whether the ring is to be read without anybody asking.
func (r *ringReader) due() bool {
	s := r.watch.look()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	switch {
	case s.Phase != decide.Serving:
		return false
	case r.life != s.Life || r.last == nil && r.failed == nil:
		return now.Sub(s.ServedFrom) >= settled
	case r.confirm:
		return now.Sub(r.begun) >= confirmAfter
	}
	return now.Sub(r.begun) >= routine
}
