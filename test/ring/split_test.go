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
	r := New(t, Options{TwoRings: true})
	r.must(r.Link.Cut())
	south := r.Regions[1]
	south.Change(func(s *settings.Settings) { s.Founder = south.Pods[0].Name })
	for _, p := range r.Pods() {
		p.Create()
	}
	var last, rest []*Pod
	for _, g := range r.Regions {
		g.Pods[2].HoldCassandra()
		last, rest = append(last, g.Pods[2]), append(rest, g.Pods[:2]...)
	}
	r.UntilAnswer(6*time.Minute, rest...)
	r.UntilSees(time.Minute, map[string]int{"UN": 2}, rest...)
	var rings []string
	for _, g := range r.Regions {
		rings = append(rings, g.Pods[0].Saved().RingID)
	}
	if rings[0] == rings[1] {
		t.Fatalf("both regions have the ringId %s; this test wants two rings", rings[0])
	}
	r.must(r.Link.Heal())
	r.Say("the link is healed; rings %s", strings.Join(rings, " and "))
	for _, p := range last {
		p.ReleaseCassandra()
	}
	for _, p := range last {
		p.UntilWaits(2*time.Minute, rings...)
	}
	for _, p := range last {
		p.NeverStarts(30 * time.Second)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 2}, rest...)
}
