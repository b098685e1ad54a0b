package agent

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// known is a pod as the volume has it.
func known(datacenter, pod, hostID, address string) volume.KnownPod {
	return volume.KnownPod{Datacenter: datacenter, Pod: pod, HostID: hostID, Address: address}
}

// told is a pod as another agent tells of it.
func told(datacenter, pod, hostID, address string) decide.KnownPod {
	return decide.KnownPod{Datacenter: datacenter, Pod: pod, HostID: hostID, Address: at(address)}
}

func theSettings() decide.Settings {
	return decide.Settings{
		Settings: settings.Settings{Ring: "customers", Datacenter: "dc-east", Order: []string{"dc-east", "dc-south"}, Members: 3},
		Pod:      "cassandra-0-0", Address: at(own), StatefulSetRack: "rack-0",
	}
}

func TestKnownPods(t *testing.T) {
	joiner := decide.State{Ring: "customers", RingID: ringX, Datacenter: "dc-east", Rack: "rack-0", Joining: true}
	newcomer := decide.State{Ring: "customers", Datacenter: "dc-east", Rack: "rack-0"}
	mine := joiner
	mine.Joining, mine.Joined, mine.HostID, mine.Address = false, true, hostA, at(own)
	forgotten := mine
	forgotten.RingID = ""

	me := known("dc-east", "cassandra-0-0", hostA, own)
	one, two, three := known("dc-east", "cassandra-1-0", hostB, east1), known("dc-east", "cassandra-2-0", hostC, east2), known("dc-south", "cassandra-0-0", id(0), south0)
	for _, tt := range []struct {
		name   string
		st     decide.State
		before []volume.KnownPod
		change func(*decide.Observations)
		want   []volume.KnownPod
	}{
		{"a newcomer learns", newcomer, nil, nil, []volume.KnownPod{one, two, three}},
		{"a joiner learns", joiner, nil, nil, []volume.KnownPod{one, two, three}},
		{"a member adds itself", mine, nil, nil, []volume.KnownPod{one, two, three, me}},
		{"what was known and is not seen stays", joiner, []volume.KnownPod{known("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}, nil,
			[]volume.KnownPod{known("dc-east", "cassandra-2-1", id(9), "10.1.0.99"), one, two, three}},
		{"a member's own word beats what was known", joiner, []volume.KnownPod{known("dc-east", "cassandra-1-0", id(9), "10.1.0.99")}, nil, []volume.KnownPod{one, two, three}},
		{"and what others remember", joiner, nil, func(o *decide.Observations) {
			o.Agents[2].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-1-0", id(9), "10.1.0.99")}
		}, []volume.KnownPod{one, two, three}},
		{"what others remember fills gaps", joiner, nil, func(o *decide.Observations) {
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99"), told("dc-east", "cassandra-0-0", id(8), "10.1.0.98")}
		}, []volume.KnownPod{one, two, three, known("dc-east", "cassandra-2-1", id(9), "10.1.0.99"), known("dc-east", "cassandra-0-0", id(8), "10.1.0.98")}},
		{"but nothing more", joiner, []volume.KnownPod{known("dc-east", "cassandra-2-1", id(7), "10.1.0.97")}, func(o *decide.Observations) {
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}
		}, []volume.KnownPod{known("dc-east", "cassandra-2-1", id(7), "10.1.0.97"), one, two, three}},
		{"nor about a member that knows itself", mine, nil, func(o *decide.Observations) {
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-0-0", id(9), "10.1.0.99")}
		}, []volume.KnownPod{one, two, three, me}},
		{"who only waits remembers too", joiner, nil, func(o *decide.Observations) {
			o.Agents[0].Node.Phase, o.Agents[0].Node.HostID = decide.Waiting, ""
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}
		}, []volume.KnownPod{two, three, known("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}},
		{"who starts again is not known by its word yet", joiner, nil, func(o *decide.Observations) { o.Agents[0].Node.Phase = decide.Starting }, []volume.KnownPod{two, three}},
		{"who has no host id yet is not", joiner, nil, func(o *decide.Observations) { o.Agents[0].Node.HostID = "" }, []volume.KnownPod{two, three}},
		{"who is silent is not", joiner, nil, func(o *decide.Observations) { o.Agents[0].Node = nil }, []volume.KnownPod{two, three}},
		{"another ring's are not", joiner, nil, func(o *decide.Observations) {
			o.Agents[0].Node.Ring = "orders"
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}
		}, []volume.KnownPod{two, three}},
		{"nor those of another identity", joiner, nil, func(o *decide.Observations) {
			o.Agents[0].Node.RingID = ringY
			o.Agents[0].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}
		}, []volume.KnownPod{two, three}},
		{"nor of pods in another place", joiner, nil, func(o *decide.Observations) { o.Agents[0].Datacenters = []string{"dc-south"} }, []volume.KnownPod{two, three}},
		{"a newcomer that sees two rings learns nothing", newcomer, nil, func(o *decide.Observations) { o.Agents[0].Node.RingID = ringY }, nil},
		{"a member that lost its ring's identity learns from one", forgotten, nil, nil, []volume.KnownPod{one, two, three, me}},
		{"but nothing from two", forgotten, nil, func(o *decide.Observations) { o.Agents[0].Node.RingID = ringY }, nil},
		{"hearsay without an identity is none", newcomer, nil, func(o *decide.Observations) {
			for i := range o.Agents {
				o.Agents[i].Node.RingID = ""
				o.Agents[i].Node.KnownPods = []decide.KnownPod{told("dc-east", "cassandra-2-1", id(9), "10.1.0.99")}
			}
		}, []volume.KnownPod{one, two, three}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := allLive()
			if tt.change != nil {
				tt.change(&o)
			}
			if diff := gocmp.Diff(tt.want, newsOf(theSettings(), tt.st, o).apply(tt.before)); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGoneOf(t *testing.T) {
	joiner := decide.State{Ring: "customers", RingID: ringX, Datacenter: "dc-east", Rack: "rack-0", Joining: true}
	for _, tt := range []struct {
		name   string
		change func(*decide.State, *decide.Observations)
		want   []string
	}{
		{"of live members", nil, []string{id(1), id(2)}},
		{"a volume that has only waited takes none", func(st *decide.State, _ *decide.Observations) { st.RingID = "" }, nil},
		{"a member knows for itself", func(st *decide.State, _ *decide.Observations) { st.Joined = true }, nil},
		{"not of who does not serve", func(_ *decide.State, o *decide.Observations) { o.Agents[0].Node.Phase = decide.Starting }, []string{id(2)}},
		{"not of another ring", func(_ *decide.State, o *decide.Observations) { o.Agents[0].Node.RingID = ringY }, []string{id(2)}},
		{"not of who has no identity", func(_ *decide.State, o *decide.Observations) { o.Agents[0].Node.RingID = "" }, []string{id(2)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st, o := joiner, allLive()
			o.Agents[0].Node.Gone, o.Agents[1].Node.Gone = []string{id(1)}, []string{id(2)}
			if tt.change != nil {
				tt.change(&st, &o)
			}
			if diff := gocmp.Diff(tt.want, goneOf(theSettings(), st, o)); diff != "" {
				t.Errorf("gone (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRoundRemembers holds that a round records what it saw, whether or not
// the own Cassandra has joined, and writes only where that is new.
func TestRoundRemembers(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.setUp()
		sc.holds(aJoiner())
		sc.says(volume.PhaseWaiting)
		sc.set(func() {
			sc.obs = allLive()
			sc.obs.Agents[0].Node.Gone = []string{id(3), id(2)}
		})
		sc.start()
		sc.pass(1100 * time.Millisecond)
		s := sc.state()
		want := []volume.KnownPod{known("dc-east", "cassandra-1-0", hostB, east1), known("dc-east", "cassandra-2-0", hostC, east2), known("dc-south", "cassandra-0-0", id(0), south0)}
		if diff := gocmp.Diff(want, s.KnownPods); diff != "" {
			t.Errorf("known (-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff([]string{id(3), id(2)}, s.Gone); diff != "" {
			t.Errorf("gone (-want +got):\n%s", diff)
		}
		sc.set(func() { sc.full = true })
		sc.pass(10 * time.Minute)
		if n := sc.logged("recording the ring's pods fails"); n != 0 {
			t.Error("wrote what had not changed")
		}
		if sc.looks < 15 || sc.looks > 26 || sc.rings != 0 {
			t.Errorf("%d looks in 10 minutes, %d of them with a ring", sc.looks, sc.rings)
		}
	})
}

// TestRingIDIsLearnt holds that a member whose state was lost asks for the
// ring, and takes the identity of who lists it.
func TestRingIDIsLearnt(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		m := aMember()
		m.RingID = ""
		sc.setUp()
		sc.holds(m)
		sc.set(func() {
			sc.obs = allLive()
			sc.obs.Ring = &decide.Ring{From: at(east1), Members: []decide.Member{listed(east1, hostB, decide.Normal)}}
		})
		sc.start()
		sc.pass(time.Minute)
		if id := sc.state().RingID; id != "" || sc.rings == 0 {
			t.Errorf("learnt %q from a ring that does not list it, %d rings", id, sc.rings)
		}
		sc.set(func() { sc.obs.Ring.Members = append(sc.obs.Ring.Members, listed(own, hostA, decide.Normal)) })
		sc.pass(40 * time.Second)
		if id := sc.state().RingID; id != ringX {
			t.Errorf("learnt %q", id)
		}
		rings := sc.rings
		sc.pass(time.Minute)
		if sc.rings != rings {
			t.Error("goes on asking for the ring")
		}
	})
}

// TestRingIDIsGiven holds that a ring of one whose state was lost gets an
// identity again, else nobody could ever join it.
func TestRingIDIsGiven(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		m := aMember()
		m.RingID = ""
		sc.setUp()
		sc.holds(m)
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.tools.members = []nodetool.Member{normal(own, hostA), normal(east1, hostB)}
		sc.set(func() {
			sc.obs = allLive()
			sc.obs.Agents = sc.obs.Agents[:1]
			sc.obs.Agents[0].Node.RingID, sc.obs.Agents[0].Node.HostID, sc.obs.Agents[0].Node.Phase = "", "", decide.Waiting
		})
		sc.start()
		sc.pass(time.Minute)
		if id := sc.state().RingID; id != "" {
			t.Errorf("given %s although a member is not there to say that it does not know", id)
		}
		sc.tools.set(func() { sc.tools.members = sc.tools.members[:1] })
		sc.pass(40 * time.Second)
		id := sc.state().RingID
		if !form.HostID.MatchString(id) || sc.logged("given its ring an identity") != 1 {
			t.Errorf("given %q", id)
		}
		sc.pass(time.Minute)
		if sc.state().RingID != id {
			t.Errorf("and then %s", sc.state().RingID)
		}
	})
}

// TestVolumeOfAnotherRing holds that settings which are not this volume's
// change nothing on it.
func TestVolumeOfAnotherRing(t *testing.T) {
	for _, change := range []func(*settings.Settings){
		func(s *settings.Settings) { s.Ring = "orders" },
		func(s *settings.Settings) { s.Datacenter, s.Order = "dc-west", []string{"dc-west", "dc-south"} },
	} {
		play(t, func(t *testing.T, sc *scene) {
			sc.put("settings.yaml", goodSettings(t, change))
			sc.holds(aMember())
			sc.set(func() { sc.obs = allLive() })
			sc.start()
			sc.pass(time.Minute)
			if sc.looks != 0 || len(sc.state().KnownPods) != 0 {
				t.Errorf("%d looks, known %v", sc.looks, sc.state().KnownPods)
			}
		})
	}
}
