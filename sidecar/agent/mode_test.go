package agent

import (
	"errors"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// hangs is a volume whose Cassandra is there and does not answer CQL.
func (sc *scene) hangs(s volume.State, mode nodetool.Mode) {
	sc.holds(s)
	sc.says(volume.PhaseStarting)
	sc.cassandra(false, portOpen)
	sc.tools.mode = mode
	sc.start()
}

func (sc *scene) wantRuns(t *testing.T, netstats, stopdaemon int) {
	t.Helper()
	if n, s := sc.tools.count("netstats"), sc.tools.count("stopdaemon"); n != netstats || s != stopdaemon {
		t.Errorf("netstats %d times and stopdaemon %d; want %d and %d", n, s, netstats, stopdaemon)
	}
}

func TestJoiningFailed(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.hangs(aJoiner(), nodetool.ModeJoiningFailed)
		sc.pass(50 * time.Second)
		sc.wantRuns(t, 0, 0)
		sc.pass(20 * time.Second)
		sc.wantRuns(t, 1, 0)
		sc.pass(time.Minute)
		sc.wantRuns(t, 2, 1)
		sc.pass(2 * time.Minute)
		sc.wantRuns(t, 4, 1) // once
		sc.cassandra(false, portClosed)
		sc.pass(time.Minute)
		sc.says(volume.PhaseStarting) // another start
		sc.cassandra(false, portOpen)
		sc.pass(70 * time.Second)
		sc.wantRuns(t, 5, 1)
		sc.pass(time.Minute)
		sc.wantRuns(t, 6, 2)
	})
}

// TestJoiningIdle is about 4.1, whose netstats does not tell a join that has
// failed from one that has yet to begin but by how long it lasts.
func TestJoiningIdle(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*madeUp)
		ends int
	}{
		{"4.1", func(m *madeUp) { m.old = true }, 1},
		{"5.0 would say JOINING_FAILED", func(*madeUp) {}, 0},
		{"nobody can tell the version", func(m *madeUp) { m.old, m.failing = true, "version" }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.hangs(aJoiner(), nodetool.ModeJoiningIdle)
				sc.tools.set(func() { tt.set(sc.tools) })
				sc.pass(4*time.Minute + 10*time.Second)
				sc.wantRuns(t, 4, 0)
				sc.tools.set(func() { sc.tools.mode = "JOINING" })
				sc.pass(time.Minute) // it streams after all
				sc.tools.set(func() { sc.tools.mode = nodetool.ModeJoiningIdle })
				sc.pass(4 * time.Minute)
				sc.wantRuns(t, 9, 0)
				sc.pass(time.Minute)
				sc.wantRuns(t, 10, tt.ends)
				sc.pass(3 * time.Minute)
				sc.wantRuns(t, 13, tt.ends)
			})
		})
	}
}

func TestJoiningFailedNotInARow(t *testing.T) {
	for _, between := range []func(*madeUp){
		func(m *madeUp) { m.mode = "JOINING" },
		func(m *madeUp) { m.fails = errors.New("refused") },
	} {
		play(t, func(t *testing.T, sc *scene) {
			sc.hangs(aJoiner(), nodetool.ModeJoiningFailed)
			sc.pass(70 * time.Second)
			sc.tools.set(func() { between(sc.tools) })
			sc.pass(time.Minute)
			sc.tools.set(func() { sc.tools.fails, sc.tools.mode = nil, nodetool.ModeJoiningFailed })
			sc.pass(time.Minute)
			sc.wantRuns(t, 3, 0)
			sc.pass(time.Minute)
			sc.wantRuns(t, 4, 1)
		})
	}
}

// TestStopDaemonFails holds that it is tried again.
func TestStopDaemonFails(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.hangs(aJoiner(), nodetool.ModeJoiningFailed)
		sc.pass(70 * time.Second)
		sc.tools.set(func() { sc.tools.failing = "stopdaemon" })
		sc.pass(2 * time.Minute)
		sc.wantRuns(t, 3, 2)
		sc.tools.set(func() { sc.tools.failing = "" })
		sc.pass(2 * time.Minute)
		sc.wantRuns(t, 5, 3)
	})
}

func TestDecommissioned(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.hangs(aMember(), nodetool.ModeDecommissioned)
		sc.set(func() { sc.full = true })
		sc.pass(70 * time.Second)
		if sc.state().Decommissioned {
			t.Error("recorded on a full disk")
		}
		sc.set(func() { sc.full = false })
		sc.pass(2 * time.Second)
		if !sc.state().Decommissioned {
			t.Error("not recorded")
		}
		if n, err := sc.node(); err != nil || n.Volume != "decommissioned" {
			t.Errorf("published %s, %v", n.Volume, err)
		}
		sc.wantRuns(t, 1, 0)
	})
}

// TestDecommissionOfAServingMember holds that a member which leaves while it
// runs is found out soon: who made it leave is about to stop it.
func TestDecommissionOfAServingMember(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aMember())
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.tools.mode = nodetool.ModeLeaving
		sc.start()
		sc.pass(10 * time.Minute)
		sc.wantRuns(t, 0, 0)
		sc.cassandra(false, portOpen)
		sc.pass(8 * time.Second)
		sc.wantRuns(t, 0, 0)
		sc.pass(8 * time.Second)
		sc.wantRuns(t, 1, 0) // it still closes its ports
		sc.tools.set(func() { sc.tools.mode = nodetool.ModeDecommissioned })
		sc.pass(10 * time.Second)
		sc.wantRuns(t, 2, 0)
		if !sc.state().Decommissioned {
			t.Error("not recorded")
		}
		sc.pass(50 * time.Second)
		sc.wantRuns(t, 2, 0)
	})
}

// TestModeIsNotActedUpon holds which modes of which volumes mean nothing.
func TestModeIsNotActedUpon(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    volume.State
		mode nodetool.Mode
	}{
		{"a joiner joins", aJoiner(), "JOINING"},
		{"a member replays its commit log", aMember(), "STARTING"},
		{"a member cannot have failed to join", aMember(), nodetool.ModeJoiningFailed},
		{"a joiner cannot have left", aJoiner(), nodetool.ModeDecommissioned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.hangs(tt.s, tt.mode)
				sc.pass(5*time.Minute + 10*time.Second)
				sc.wantRuns(t, 5, 0)
				if sc.state().Decommissioned {
					t.Error("recorded as decommissioned")
				}
			})
		})
	}
}
