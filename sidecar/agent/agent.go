package agent

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/pod"
)

// tools are Cassandra's commands, as nodetool.Tools runs them.
type tools interface {
	Status(context.Context) ([]nodetool.Member, error)
	Mode(context.Context) (nodetool.Mode, error)
	KnowsFailedJoin(context.Context) (bool, error)
	HostID(context.Context) (string, error)
	ReloadSeeds(context.Context) error
	StopDaemon(context.Context) error
}

// outside is what an agent meets outside of its files.
type outside struct {
	// cql asks Cassandra, whose port is protected so.
	cql func(context.Context, cql.Security) error
	// ports tries Cassandra's.
	ports func(context.Context) (jmx, storage portState)
	tools tools
	// look looks at the ring, with a live member's reading of it or without.
	look func(ctx context.Context, s decide.Settings, st decide.State, v decide.Volume, withRing bool) decide.Observations
}

// agent is one agent. Its parts share what they know through it.
type agent struct {
	pod      *pod.Pod
	look     func(ctx context.Context, s decide.Settings, st decide.State, v decide.Volume, withRing bool) decide.Observations
	tools    tools
	tell     *teller
	metrics  *metrics
	labels   *labels
	book     *book
	settings *keeper
	written  *written
	watch    *watch
	prober   *prober
	ring     *ringReader
	askers   *askers
	leavers  *leavers
	recorder *recorder
	moder    *moder
	rounder  *rounder
	wake     chan struct{} // has a value when a round is due at once
}

// newAgent makes an agent whose questions end with ctx.
func newAgent(ctx context.Context, p *pod.Pod, out outside, log *slog.Logger) *agent {
	a := &agent{pod: p, look: out.look, tell: newTeller(log), labels: newLabels(), askers: newAskers(), wake: make(chan struct{}, 1)}
	a.metrics = newMetrics(state{a})
	a.tools = timed{out.tools, a.metrics}
	a.book = &book{directory: p.Volume}
	a.settings = &keeper{pod: p, tell: a.tell}
	a.written = &written{conf: p.Flags.Conf, tell: a.tell}
	a.watch = newWatch(p.Phase.Read, out.ports)
	a.prober = &prober{ctx: ctx, life: a.watch.current, heard: a.watch.heard, probe: func(ctx context.Context) error {
		w, _ := a.written.get()
		return out.cql(ctx, w.Security)
	}}
	a.leavers = &leavers{agent: a}
	a.ring = newRingReader(a.watch, a.tools.Status, a.tell)
	a.ring.heard = a.leavers.heard
	a.recorder, a.moder = &recorder{agent: a}, &moder{agent: a}
	a.rounder = &rounder{agent: a, seeder: seeder{agent: a}}
	return a
}

// wakeRound has the next round begin at once.
func (a *agent) wakeRound() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// parting is how long what is under way has when the agent is told to end.
const parting = 800 * time.Millisecond

// run serves and watches until ctx ends.
func (a *agent) run(ctx context.Context, listener net.Listener) {
	var all sync.WaitGroup
	all.Go(func() { serve(ctx, listener, a.routes(), a.tell.log) })
	a.follow(ctx, &all)
	<-ctx.Done()
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(parting): // a volume that hangs does not keep the pod
	}
}

// follow runs all that the agent does by itself until ctx ends.
func (a *agent) follow(ctx context.Context, all *sync.WaitGroup) {
	all.Go(func() { a.watch.run(ctx, a.prober.ask, a.seen) })
	all.Go(func() { a.recorder.run(ctx) })
	all.Go(func() { a.ring.run(ctx) })
	all.Go(func() { a.moder.run(ctx) })
	all.Go(func() { a.rounder.run(ctx) })
}

// seen logs what the pod is doing when that changes.
func (a *agent) seen(s sight) {
	a.tell.became(slog.LevelInfo, "phase", "the pod is "+string(s.Phase), "reason", s.Reason)
}
