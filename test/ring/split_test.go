package ring

import (
	"strings"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestSplitRing has a founder named in both regions and the link cut, so there
// are two rings of one name. When the link heals nobody joins either, and the
// two do not run into each other.
func TestSplitRing(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{TwoRings: true, Racks: []string{"0", "1"}})
	r.must(r.Link.Cut())
	south := r.Regions[1]
	south.Change(func(s *settings.Settings) { s.Founder = south.Pods[0].Name })
	var founders, others []*Pod
	for _, g := range r.Regions {
		g.Pods[0].Create()
		g.Pods[1].CreateHeld()
		founders, others = append(founders, g.Pods[0]), append(others, g.Pods[1])
	}
	r.UntilUp(4*time.Minute, 1, founders...)
	rings := []string{founders[0].Saved().RingID, founders[1].Saved().RingID}
	if rings[0] == rings[1] {
		t.Fatalf("both regions have the ringId %s; this test wants two rings", rings[0])
	}
	r.must(r.Link.Heal())
	r.Say("the link is healed; rings %s", strings.Join(rings, " and "))
	for _, p := range others {
		p.ReleaseCassandra()
	}
	for _, p := range others {
		p.UntilWaits(time.Minute, rings...)
	}
	// As long as agents take to look at the ring, and a joiner to be listed.
	for _, p := range others {
		p.NeverStarts(20 * time.Second)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 1}, founders...)
}
