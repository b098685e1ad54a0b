package decide

import (
	"net/netip"
	"testing"

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
