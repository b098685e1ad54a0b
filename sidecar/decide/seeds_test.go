package decide

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestJoinedSeeds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		scene func() *scene
		want  []string
	}{
		{"all live", allJoined, []string{east1, east2, south0, south1, south2}},
		{"one silent, who comes last", func() *scene {
			sc := allJoined()
			sc.silence(east1, 1, 0)
			return sc
		}, []string{east2, south0, south1, south2, east1}},
		{"another ring's is none", func() *scene {
			sc := allJoined()
			sc.node(south0).RingID = "ring-y"
			return sc
		}, []string{east1, east2, south1, south2}},
		{"nobody live", dark, []string{east1, east2, south0, south1, south2, me}},
		{"nobody live, some known from before only", func() *scene {
			sc := dark()
			sc.agent(south0).Datacenters, sc.agent(east2).Datacenters = []string{"dc-south"}, []string{"dc-east"}
			return sc
		}, []string{east2, south0, east1, south1, south2, me}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sc := tt.scene()
			var got []string
			for _, address := range JoinedSeeds(sc.s, sc.st, sc.o) {
				got = append(got, address.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("seeds (-want +got):\n%s", diff)
			}
			if action := sc.decide(); action.Kind != Start || !cmp.Equal(action.Seeds, JoinedSeeds(sc.s, sc.st, sc.o), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })) {
				t.Errorf("Decide starts with others: %+v", action)
			}
		})
	}
}

func TestRingID(t *testing.T) {
	forgotten := func() *scene {
		sc := allJoined()
		sc.st.RingID = ""
		return sc
	}
	for _, tt := range []struct {
		name   string
		scene  func() *scene
		change func(*scene)
		want   string
	}{
		{"recorded", allJoined, nil, "ring-x"},
		{"recorded, whatever others say", allJoined, func(sc *scene) { sc.st.RingID = "ring-y" }, "ring-y"},
		{"of the ring that lists this member", forgotten, nil, "ring-x"},
		{"no ring was read", forgotten, func(sc *scene) { sc.o.Ring = nil }, ""},
		{"the ring does not list it", forgotten, func(sc *scene) { sc.member(me).HostID = "another" }, ""},
		{"the ring lists it as a joiner", forgotten, func(sc *scene) { sc.member(me).State = Joins }, ""},
		{"who gave the ring is not live", forgotten, func(sc *scene) { sc.node(east1).Phase = Stopped }, ""},
		{"a newcomer sees one ring", othersJoined, nil, "ring-x"},
		{"a newcomer sees two", othersJoined, func(sc *scene) { sc.node(south0).RingID = "ring-y" }, ""},
		{"a newcomer sees none", allEmpty, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sc := tt.scene()
			if tt.change != nil {
				tt.change(sc)
			}
			if got := RingID(sc.s, sc.st, sc.o); got != tt.want {
				t.Errorf("ring id %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGivenRingID(t *testing.T) {
	t.Parallel()
	forgotten := func(sc *scene) {
		sc.st.RingID, sc.st.HostID = "", "a"
		sc.member(me).HostID = "a"
		for _, at := range []string{east1, east2, south0, south1, south2} {
			sc.node(at).RingID = ""
		}
	}
	waiting := func(sc *scene, at, ringID string) { // never joined
		sc.node(at).RingID, sc.node(at).HostID, sc.node(at).Volume, sc.node(at).Phase = ringID, "", Joining, Waiting
		sc.o.Ring.Members = slices.DeleteFunc(sc.o.Ring.Members, func(m Member) bool { return m.Address == address(at) })
	}
	for _, tt := range []struct {
		name   string
		change func(*scene)
		want   string
	}{
		{"nobody knows it", nil, "drawn"},
		{"this member knows it", func(sc *scene) { sc.st.RingID = "ring-x" }, ""},
		{"a member knows it", func(sc *scene) { sc.node(south1).RingID = "ring-x" }, ""},
		{"a member does not answer", func(sc *scene) { sc.silence(south1, 9, time.Hour) }, ""},
		{"a member is not of any DNS", func(sc *scene) { sc.o.Agents = sc.o.Agents[1:] }, ""},
		{"somebody else is at a member's address", func(sc *scene) { sc.node(south1).HostID = "b" }, ""},
		{"another ring's pod is", func(sc *scene) { sc.node(south1).Ring = "orders" }, ""},
		{"a member with a smaller host id gives it", func(sc *scene) { sc.st.HostID, sc.member(me).HostID = "z", "z" }, ""},
		{"the reading does not list this member", func(sc *scene) { sc.member(me).HostID = "b" }, ""},
		{"somebody joins", func(sc *scene) { sc.member(south1).State = Joins }, ""},
		{"a DNS does not answer", func(sc *scene) { sc.o.DNS[1].Answer = Silent }, ""},
		{"a pod that never joined is silent", func(sc *scene) { waiting(sc, south2, ""); sc.silence(south2, 9, time.Hour) }, ""},
		{"a pod that never joined knows it", func(sc *scene) { waiting(sc, south2, "ring-x") }, "ring-x"},
		{"two such know two", func(sc *scene) { waiting(sc, south2, "ring-x"); waiting(sc, south1, "ring-y") }, ""},
		{"a volume that has not joined", func(sc *scene) { sc.st.Joined = false }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sc := allJoined()
			forgotten(sc)
			if tt.change != nil {
				tt.change(sc)
			}
			if got := GivenRingID(sc.s, sc.st, sc.o, sc.o.Ring.Members); got != tt.want {
				t.Errorf("gives %q, want %q", got, tt.want)
			}
		})
	}
}
