package agent

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	// roundEvery is the time between two looks at the ring, give or take a
	// fifth, so that the agents of a ring do not all look at once.
	roundEvery = 30 * time.Second
	// firstRound is when the first is.
	firstRound = time.Second
)

// rounder looks at the ring and remembers what it sees.
type rounder struct {
	*agent
	seeder seeder

	mu   sync.Mutex
	seen summary
}

// summary is what metrics show of the last look.
type summary struct {
	agents   map[agentCount]int
	dnsUp    map[string]bool
	twoRings bool
}

type agentCount struct{ datacenter, state string }

// run looks until ctx ends.
func (r *rounder) run(ctx context.Context) {
	r.settings.read(ctx, r.book.read().State.Joined)
	wait := firstRound
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-r.wake:
			timer.Stop()
		}
		r.round(ctx)
		wait = roundEvery*4/5 + rand.N(roundEvery*2/5)
	}
}

// round is one look and what comes of it.
func (r *rounder) round(ctx context.Context) {
	p := r.book.read()
	r.tell.outcome("reading the volume", p.Err)
	if p.Volume != "" {
		r.tell.became(slog.LevelInfo, "volume", "the volume is "+string(p.Volume))
	}
	r.settings.read(ctx, p.State.Joined)
	r.leavers.write(ctx)
	s, ok, _ := r.settings.current()
	if !ok || p.Err != nil || p.Volume == "" || p.State.Ring != "" && (p.State.Ring != s.Ring || p.State.Datacenter != s.Datacenter) {
		return // init refuses such a volume, and says why
	}
	nameless := p.State.Joined && p.State.RingID == ""
	o := r.look(ctx, s, p.State, p.Volume, nameless)
	if ctx.Err() != nil {
		return
	}
	r.summarize(s, p.State, o)
	if nameless {
		r.learnRingID(ctx, s, p.State, o)
	}
	r.remember(ctx, s, p.State, o)
	now := r.watch.look()
	if now.Served {
		r.seeder.round(ctx, now, p.State, seedsOf(s, p.State, o))
	}
}

// learnRingID gives a volume whose state was lost its ring's identity back.
func (r *rounder) learnRingID(ctx context.Context, s decide.Settings, st decide.State, o decide.Observations) {
	how := "learnt its ring's identity"
	id := decide.RingID(s, st, o)
	if id == "" {
		how = "given its ring an identity, which no member knew any more"
		id = r.givenRingID(ctx, s, st, o)
	}
	if id == "" {
		return
	}
	err := r.book.learnRingID(ctx, id)
	r.tell.outcome("recording the ring's identity", err)
	if err == nil {
		r.tell.log.Info("this volume has "+how, "ringId", id)
	}
}

// givenRingID is the identity that this member is to give its ring, by its own
// reading of it: there may be nobody else to ask.
func (r *rounder) givenRingID(ctx context.Context, s decide.Settings, st decide.State, o decide.Observations) string {
	members, err := r.ring.read(ctx)
	if err != nil {
		return ""
	}
	o.NewRingID = pod.NewRingID()
	return decide.GivenRingID(s, st, o, members)
}

// remember records which pod is which member, and who is gone.
func (r *rounder) remember(ctx context.Context, s decide.Settings, st decide.State, o decide.Observations) {
	n, gone := newsOf(s, st, o), goneOf(s, st, o)
	if len(n.direct) == 0 && len(n.hearsay) == 0 && len(gone) == 0 {
		return
	}
	err := r.book.write(ctx, func(own *volume.RunKeys, other volume.InitKeys) {
		own.KnownPods = n.apply(own.KnownPods)
		if !own.Joined && other.RingID == st.RingID {
			own.Gone = merged(own.Gone, gone, own.HostID)
		}
	})
	if ctx.Err() == nil {
		r.tell.outcome("recording the ring's pods", err)
	}
}

// summarize keeps what metrics show.
func (r *rounder) summarize(s decide.Settings, st decide.State, o decide.Observations) {
	sum := summary{agents: map[agentCount]int{}, dnsUp: map[string]bool{}, twoRings: len(decide.RingIDs(s, st, o)) > 1}
	for _, datacenter := range s.Order {
		sum.agents[agentCount{datacenter, "answering"}], sum.agents[agentCount{datacenter, "silent"}] = 0, 0
	}
	for _, d := range o.DNS {
		sum.dnsUp[d.Datacenter] = d.Answer != decide.Silent
	}
	for _, a := range o.Agents {
		state := "answering"
		if a.Node == nil {
			state = "silent"
		}
		for _, datacenter := range a.Datacenters {
			sum.agents[agentCount{datacenter, state}]++
		}
	}
	r.mu.Lock()
	r.seen = sum
	r.mu.Unlock()
	if sum.twoRings {
		r.tell.became(slog.LevelError, "rings", "two rings have this ring's name; nobody joins before only one is left", "ringIds", decide.RingIDs(s, st, o))
	} else {
		r.tell.forget("rings")
	}
}

func (r *rounder) summary() summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen
}
