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

// serving is a member whose nodetool takes a second.
func (sc *scene) serving() {
	sc.holds(aMember())
	sc.says(volume.PhaseStarting)
	sc.cassandra(true, portOpen)
	sc.tools.members, sc.tools.takes = []nodetool.Member{normal(own, hostA)}, time.Second
	sc.start()
}

// wantRing asks for the ring. The readings are those begun before: asking may
// begin the next at once.
func (sc *scene) wantRing(t *testing.T, age time.Duration, readings int, wrong string) {
	t.Helper()
	begun := sc.tools.count("status")
	r, err := sc.ring.current()
	switch {
	case wrong != "" && (err == nil || err.Error() != wrong):
		t.Errorf("ring %+v, %v; want %q", r, err, wrong)
	case wrong == "" && (err != nil || r.Age != age || len(r.Members) == 0):
		t.Errorf("ring %+v, %v; want an age of %s", r, err, age)
	}
	if begun != readings {
		t.Errorf("%d readings, want %d", begun, readings)
	}
}

// TestReadingIsFresh holds that a request is answered at once with what there
// is, and has the ring read anew where that was begun too long ago.
func TestReadingIsFresh(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.serving()
		sc.wantRing(t, 0, 0, "the first reading of the ring is under way")
		sc.pass(500 * time.Millisecond)
		for range 10 {
			sc.wantRing(t, 0, 1, "the first reading of the ring is under way")
		}
		sc.pass(500 * time.Millisecond)
		sc.wantRing(t, time.Second, 1, "")
		sc.pass(6 * time.Second)
		sc.wantRing(t, 7*time.Second, 1, "") // nobody asked meanwhile
		sc.pass(500 * time.Millisecond)
		for range 10 {
			sc.wantRing(t, 7500*time.Millisecond, 2, "")
		}
		sc.pass(500 * time.Millisecond)
		sc.wantRing(t, time.Second, 2, "")
		sc.pass(time.Minute)
		sc.wantRing(t, time.Minute+time.Second, 2, "")
	})
}

// TestReadingBelongsToALife holds that no reading outlives its Cassandra.
func TestReadingBelongsToALife(t *testing.T) {
	for _, tt := range []struct {
		name string
		ends func(*scene)
		say  string
	}{
		{"the ports close", func(sc *scene) { sc.cassandra(false, portClosed); sc.pass(5 * time.Second) }, errNotServing.Error()},
		{"init begins again", func(sc *scene) { sc.cassandra(false, portClosed); sc.says(volume.PhaseInit) }, errNotServing.Error()},
		{"another start, unseen", func(sc *scene) { sc.says(volume.PhaseStarting) }, errNotServing.Error()},
		{"another start that serves", func(sc *scene) {
			sc.pass(time.Second)
			sc.says(volume.PhaseStarting)
			sc.pass(time.Second)
		}, "the first reading of the ring is under way"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.serving()
				sc.ring.current()
				sc.pass(time.Second)
				sc.wantRing(t, time.Second, 1, "")
				tt.ends(sc)
				sc.wantRing(t, 0, 1, tt.say)
			})
		})
	}
	play(t, func(t *testing.T, sc *scene) { // Cassandra ends while its ring is read
		sc.serving()
		sc.ring.current()
		sc.pass(500 * time.Millisecond)
		sc.says(volume.PhaseStarting)
		sc.pass(time.Minute)
		r, err := sc.ring.current()
		if err == nil && r.Age > 40*time.Second {
			t.Errorf("a reading of %s ago outlived its Cassandra", r.Age)
		}
	})
}

// TestReadingSurvivesAMiss holds that a Cassandra that is slow for a moment
// keeps its reading, and that no nodetool is started meanwhile.
func TestReadingSurvivesAMiss(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.serving()
		sc.ring.current()
		sc.pass(time.Second)
		sc.cassandra(false, portOpen)
		sc.pass(20 * time.Second)
		sc.wantRing(t, 21*time.Second, 1, "")
		sc.pass(10 * time.Second)
		sc.wantRing(t, 31*time.Second, 1, "")
	})
}

func TestReadingFails(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.serving()
		sc.tools.set(func() { sc.tools.fails = errors.New("nodetool status: no such object") })
		sc.ring.current()
		sc.pass(time.Second)
		sc.wantRing(t, 0, 1, "nodetool status: no such object")
		sc.pass(1100 * time.Millisecond)
		sc.tools.set(func() { sc.tools.fails = nil })
		sc.wantRing(t, 0, 1, "nodetool status: no such object") // which asks anew
		sc.pass(time.Second)
		sc.wantRing(t, time.Second, 2, "")
		sc.tools.set(func() { sc.tools.fails = errors.New("nodetool status: no such object") })
		sc.pass(2 * time.Second)
		sc.wantRing(t, 3*time.Second, 2, "")
		sc.pass(2 * time.Second)
		sc.wantRing(t, 5*time.Second, 3, "") // an old one is worth more than an error
		if n := sc.logged("reading the ring fails"); n != 2 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestNoToolWithoutCassandra holds that init's waiting costs no Java machine.
func TestNoToolWithoutCassandra(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.setUp()
		sc.holds(aJoiner())
		sc.start()
		for _, phase := range []volume.PhaseName{volume.PhaseInit, volume.PhaseWaiting, volume.PhaseTurn, volume.PhaseClaiming} {
			sc.says(phase)
			for range 10 {
				sc.ring.current()
				sc.pass(20 * time.Second)
			}
		}
		if len(sc.tools.counts) != 0 {
			t.Errorf("ran %v", sc.tools.counts)
		}
	})
}

// TestRingAsOthersReadIt holds that what is served is what nodetool printed.
func TestRingAsOthersReadIt(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.serving()
		sc.tools.set(func() {
			sc.tools.members = []nodetool.Member{
				normal(own, hostA),
				{Address: at("::ffff:10.1.0.11"), Datacenter: "dc-south", Rack: "rack-1", State: nodetool.Joining},
			}
		})
		sc.ring.current()
		sc.pass(1500*time.Millisecond + time.Microsecond)
		w := sc.get("GET", "/v1/ring", "10.9.0.1:1")
		got, err := api.ParseRing(w.Body.Bytes())
		if err != nil || w.Code != 200 {
			t.Fatalf("%d %s: %v", w.Code, w.Body, err)
		}
		want := api.Ring{At: time.Now().Add(-1500 * time.Millisecond).UTC().Truncate(time.Millisecond), Age: 1501 * time.Millisecond, Members: membersOf(sc.tools.members)}
		if diff := gocmp.Diff(want, got, sameAddress); diff != "" {
			t.Errorf("ring (-want +got):\n%s", diff)
		}
	})
}
