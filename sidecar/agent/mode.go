package agent

import (
	"context"
	"log/slog"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	// modeEvery is how often Cassandra is asked what it does while it does
	// not serve.
	modeEvery = 60 * time.Second
	// leavingEvery takes the place of modeEvery for a member that has served and
	// ceased to: one that has left is about to be stopped by whoever made it leave.
	leavingEvery = 10 * time.Second
	// failedTwice is how many answers in a row it takes to end a join.
	failedTwice = 2
	// idleFor is how many times in a row a joiner of 4.1 must have been without
	// streams: before they begin it waits for gossip and the schema, each one
	// ring delay of 30 s, and once they have ended it is a member in seconds.
	idleFor = 5
)

// moder asks a Cassandra that does not serve what it does: a join that has
// failed for good keeps its process, and so does a member that has left.
type moder struct {
	*agent
	life    int
	next    time.Time // not asked before
	mode    nodetool.Mode
	inRow   int  // how many answers in a row were mode
	stopped bool // Cassandra was told to end
}

// run asks until ctx ends.
func (m *moder) run(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, portsEvery)
		m.step(ctx)
	}
}

// step asks where it is time to.
func (m *moder) step(ctx context.Context) {
	s, st := m.watch.look(), m.book.read().State
	now := time.Now()
	if m.life != s.Life {
		*m = moder{agent: m.agent, life: s.Life}
	}
	if !due(s, st, now) || now.Before(m.next) {
		return
	}
	m.next = now.Add(modeEvery)
	mode, err := m.tools.Mode(ctx)
	if ctx.Err() != nil {
		return
	}
	m.tell.outcome("asking Cassandra for its mode", err)
	if err != nil {
		mode = "" // no answer is none of any mode
	}
	if mode != m.mode {
		m.mode, m.inRow = mode, 0
	}
	m.inRow++
	switch {
	case mode == nodetool.ModeJoiningFailed && !st.Joined:
		m.joiningFailed(ctx)
	case mode == nodetool.ModeDecommissioned && st.Joined:
		m.decommissioned(ctx)
	case mode == nodetool.ModeLeaving && st.Joined:
		m.next = now.Add(leavingEvery)
	case mode == nodetool.ModeJoiningIdle && !st.Joined:
		m.joiningIdle(ctx)
	}
}

// due says whether Cassandra is to be asked: it is there, and it has not
// served for so long that it may not be about to.
func due(s sight, st decide.State, now time.Time) bool {
	if !s.Starts || s.JMXSince.IsZero() || s.Phase == decide.Serving {
		return false
	}
	if s.Served {
		return st.Joined && s.Silent >= leavingEvery
	}
	return now.Sub(s.JMXSince) >= modeEvery
}

func (m *moder) joiningFailed(ctx context.Context) {
	if m.inRow >= failedTwice {
		m.stop(ctx)
	}
}

// joiningIdle ends a join that streams nothing, where Cassandra has no mode
// that says so.
func (m *moder) joiningIdle(ctx context.Context) {
	if m.inRow < idleFor || m.stopped {
		return
	}
	knows, err := m.tools.KnowsFailedJoin(ctx)
	m.tell.outcome("asking Cassandra for its version", err)
	if err == nil && !knows {
		m.stop(ctx)
	}
}

// stop ends a Cassandra that will not join, once.
func (m *moder) stop(ctx context.Context) {
	if m.stopped {
		return
	}
	m.tell.log.Warn("Cassandra has failed to join and would not try again; it is told to end, and the next start tries anew")
	err := m.tools.StopDaemon(ctx)
	m.tell.outcome("ending Cassandra", err)
	m.stopped = err == nil
}

// decommissioned records that this member has left. It does not give up: the
// record is what keeps the volume from starting again.
func (m *moder) decommissioned(ctx context.Context) {
	for ctx.Err() == nil {
		err := m.book.write(ctx, func(own *volume.RunKeys, _ volume.InitKeys) { own.Decommissioned = true })
		m.tell.outcome("recording that the member has left", err)
		if err == nil {
			m.tell.became(slog.LevelWarn, "decommissioned", "this member was decommissioned; its volume does not start again")
			return
		}
		pause(ctx, retryAfter)
	}
}
