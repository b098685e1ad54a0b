package agent

import (
	"errors"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// joins is a joiner that has just answered CQL.
func (sc *scene) joins() {
	sc.holds(aJoiner())
	sc.says(volume.PhaseStarting)
	sc.cassandra(true, portOpen)
	sc.tools.members, sc.tools.hostID = []nodetool.Member{normal(east1, hostB), normal(own, hostA)}, hostC
}

func (sc *scene) wantMember(t *testing.T, hostID, address string) {
	t.Helper()
	want := aJoiner()
	if hostID != "" {
		want.Joined, want.HostID, want.Address = true, hostID, address
	}
	want.Joining = sc.state().Joining // init's
	if diff := gocmp.Diff(want, sc.state()); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

func TestFirstAnswerIsRecorded(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.joins()
		sc.start()
		sc.pass(time.Second)
		sc.wantMember(t, hostA, own)
		sc.wantRing(t, time.Second, 1, "") // the reading serves others too
		sc.pass(20 * time.Second)
		if n := sc.tools.count("status") + sc.tools.count("info"); n != 1 {
			t.Errorf("%d runs of nodetool, want 1", n)
		}
		if n, err := sc.node(); err != nil || n.HostID != hostA || string(n.Volume) != "joined" {
			t.Errorf("published %+v, %v", n, err)
		}
	})
}

func TestHostIDFromInfo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*madeUp)
	}{
		{"the ring does not list this member", func(m *madeUp) { m.members = m.members[:1] }},
		{"the ring does not tell", func(m *madeUp) { m.members[1].HostID = "" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.joins()
				tt.change(sc.tools)
				sc.start()
				sc.pass(time.Second)
				sc.wantMember(t, hostC, own)
				if n := sc.tools.count("info"); n != 1 {
					t.Errorf("asked %d times", n)
				}
			})
		})
	}
}

// TestFullDisk holds that a record that fails is tried again until it is done,
// that this costs no nodetool, and that it is logged once.
func TestFullDisk(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.joins()
		sc.set(func() { sc.full = true })
		sc.start()
		sc.pass(21 * time.Second)
		sc.wantMember(t, "", "")
		sc.set(func() { sc.full = false })
		sc.pass(2 * time.Second)
		sc.wantMember(t, hostA, own)
		if n := sc.tools.count("status") + sc.tools.count("info"); n != 1 {
			t.Errorf("%d runs of nodetool, want 1", n)
		}
		for _, text := range []string{"recording the member fails", "recording the member works again", "this volume has joined the ring"} {
			if n := sc.logged(text); n != 1 {
				t.Errorf("%q is logged %d times", text, n)
			}
		}
	})
}

// TestAskedForAfterJoining holds that an agent vouches for the time before it
// began only where nobody can have met its Cassandra then: the one before it may
// have published a member that it could not record.
func TestAskedForAfterJoining(t *testing.T) {
	for _, tt := range []struct {
		name  string
		found volume.PhaseName
		want  time.Duration
	}{
		{"it saw Cassandra start", volume.PhaseInit, 2 * time.Minute},
		{"it began beside a Cassandra that runs", volume.PhaseStarting, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.joins()
				sc.says(tt.found)
				sc.set(func() { sc.full = true }) // so it is recorded later
				sc.start()
				sc.pass(5 * time.Second)
				sc.set(func() { sc.full = false })
				if tt.found != volume.PhaseStarting {
					sc.says(volume.PhaseStarting)
				}
				sc.pass(5 * time.Second)
				sc.wantMember(t, hostA, own)
				var n api.Node
				if sc.askers.tell(&n); n.AskedFor != tt.want {
					t.Errorf("remembers who asked for %v, want %v", n.AskedFor, tt.want)
				}
			})
		})
	}
}

// TestHostIDFails holds that a nodetool that fails is not run all the time.
func TestHostIDFails(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.joins()
		sc.tools.fails = errors.New("nodetool: connection refused")
		sc.start()
		sc.pass(time.Minute)
		sc.wantMember(t, "", "")
		if n := sc.tools.count("info"); n < 3 || n > 6 {
			t.Errorf("%d tries in a minute", n)
		}
		sc.tools.set(func() { sc.tools.fails = nil })
		sc.pass(slowestRetry)
		sc.wantMember(t, hostA, own)
	})
}

// TestRestartRecordsTheAddress holds that a member's restart costs no
// nodetool.
func TestRestartRecordsTheAddress(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		m := aMember()
		m.Address = "10.1.0.99"
		sc.holds(m)
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.start()
		sc.pass(time.Second)
		sc.wantMember(t, hostA, own)
		if len(sc.tools.counts) != 0 {
			t.Errorf("ran %v", sc.tools.counts)
		}
	})
}

// TestEveryLifeIsRecorded holds that a volume which forgot its membership is
// recorded again, though the agent is the same.
func TestEveryLifeIsRecorded(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.joins()
		sc.start()
		sc.pass(time.Second)
		sc.wantMember(t, hostA, own)
		sc.cassandra(false, portClosed)
		sc.says(volume.PhaseInit)
		sc.pass(time.Second)
		if err := sc.pod.Volume.Files.Remove(sc.pod.Volume.StatePath()); err != nil {
			t.Fatal(err)
		}
		sc.holds(aJoiner())
		sc.tools.set(func() { sc.tools.members[1].HostID = hostC })
		sc.says(volume.PhaseStarting)
		sc.pass(time.Second)
		sc.wantMember(t, "", "")
		sc.cassandra(true, portOpen)
		sc.pass(time.Second)
		sc.wantMember(t, hostC, own)
	})
}

// TestUnreadableStateIsNotOverwritten holds that garbage stays for people to
// look at, and that the agent goes on.
func TestUnreadableStateIsNotOverwritten(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.joins()
		sc.put("data/.ringwright/state.json", "{")
		sc.start()
		sc.pass(time.Minute)
		if _, err := sc.pod.Volume.Read(); err == nil {
			t.Error("it was overwritten")
		}
		if n := sc.tools.count("info"); n != 0 {
			t.Errorf("asked %d times for what cannot be recorded", n)
		}
		if n := sc.logged("recording the member fails"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}
