package ring

import (
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestFounderKilled kills the founder before it answers CQL: it goes on founding
// the same ring, and nobody founds another.
func TestFounderKilled(t *testing.T) {
	Want(t)
	r := New(t, Options{})
	for _, p := range r.Pods() {
		p.Create()
	}
	founder := r.Pods()[0]
	founder.UntilNode("is founding", 2*time.Minute, func(n Node) bool { return n.Volume == "founding" && n.Phase == "starting" })
	r.untilLogged(founder, "Node configuration")
	ring := founder.Saved().RingID
	founder.KillCassandra()
	r.UntilUp(6*time.Minute, 6, r.Pods()...)
	if again := founder.Saved().RingID; again != ring {
		t.Errorf("the ringId is %s; before the kill it was %s", again, ring)
	}
	r.wantOneRing()
}

// untilLogged waits until a pod's Cassandra has come as far as to log some words.
func (r *Rig) untilLogged(p *Pod, words string) {
	r.Helper()
	r.Until(p.ID+" logs "+words, 3*time.Minute, func() string {
		if !p.Logged(words) {
			return "it does not"
		}
		return ""
	})
}

// joining creates the one region's pods and waits until one is in the middle
// of its join; the third waits its turn.
func (r *Rig) joining() *Pod {
	r.Helper()
	pods := r.Regions[0].Pods
	for _, p := range pods {
		p.Create()
	}
	var joiner *Pod
	r.Until("one is joining", 3*time.Minute, func() string {
		for _, p := range pods[1:] {
			if p.Logged("for pending range setup") {
				joiner = p
				return ""
			}
		}
		return "nobody is"
	})
	// Killed before the others hear of it, it would be no joiner to them.
	r.UntilSees(20*time.Second, map[string]int{"UN": 1, "UJ": 1}, pods[0])
	return joiner
}

// TestJoinerKilled kills a joiner while it joins; at the same address it tries
// again, and the next waits for it.
func TestJoinerKilled(t *testing.T) {
	Want(t)
	r := New(t, Options{OneRegion: true})
	joiner := r.joining()
	joiner.KillCassandra()
	r.UntilUp(6*time.Minute, 3, r.Regions[0].Pods...)
}

// TestJoinerKilledUnheard kills a joiner that has chosen its tokens and has told
// nobody. The next one joins and gets the same tokens, as they follow from the
// ring; the first must not come back with its own and take them away.
func TestJoinerKilledUnheard(t *testing.T) {
	Want(t)
	r := New(t, Options{OneRegion: true})
	pods := r.Regions[0].Pods
	for _, p := range pods {
		p.Create()
	}
	var first *Pod
	r.Until("one has chosen its tokens", 3*time.Minute, func() string {
		for _, p := range pods[1:] {
			if p.Logged("Selected tokens") {
				first = p
				return ""
			}
		}
		return "nobody has"
	})
	first.HoldCassandra()
	var others []*Pod
	for _, p := range pods {
		if p != first {
			others = append(others, p)
		}
	}
	r.UntilAnswer(5*time.Minute, others...)
	first.ReleaseCassandra()
	r.UntilUp(5*time.Minute, 3, pods...)
}

// TestJoinerKilledElsewhere kills a joiner with its pod. The new pod has another
// address, and the ring remembers the old attempt for a while, in which nobody
// can join.
func TestJoinerKilledElsewhere(t *testing.T) {
	Want(t)
	r := New(t, Options{OneRegion: true})
	joiner := r.joining()
	old := joiner.Address().String()
	joiner.Crash()
	joiner.Create()
	joiner.UntilWaits(time.Minute, old, "assassinate")
	r.UntilUp(8*time.Minute, 3, r.Regions[0].Pods...)
}

// TestTwoRacks has two racks and three copies: Cassandra could not place a third
// member's tokens, so it waits and says so until the settings ask for less.
func TestTwoRacks(t *testing.T) {
	Want(t)
	r := New(t, Options{Racks: []string{"0", "0", "1"}})
	for _, p := range r.Pods() {
		p.Create()
	}
	east, south := r.Regions[0].Pods, r.Regions[1].Pods
	fits, third := []*Pod{east[0], east[2], south[0], south[2]}, []*Pod{east[1], south[1]}
	r.UntilAnswer(5*time.Minute, fits...)
	r.UntilSees(time.Minute, map[string]int{"UN": 4}, fits...)
	for _, p := range third {
		p.UntilWaits(time.Minute, "rack")
	}
	for _, g := range r.Regions {
		g.Change(func(s *settings.Settings) { s.AllocationReplicationFactor = 2 })
	}
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
}

// TestAgentDead has a member whose agent is dead: its Cassandra serves, another
// joins beside it, and it restarts.
func TestAgentDead(t *testing.T) {
	Want(t)
	r := New(t, Options{OneRegion: true})
	pods := r.Regions[0].Pods
	for _, p := range pods {
		p.Create()
	}
	pods[2].HoldCassandra()
	r.UntilUp(4*time.Minute, 2, pods[:2]...)
	pods[1].HoldAgent()
	pods[2].ReleaseCassandra()
	r.UntilAnswer(5*time.Minute, pods...)
	r.UntilSees(time.Minute, map[string]int{"UN": 3}, pods[0])
	pods[1].TermCassandra()
	r.UntilSees(time.Minute, map[string]int{"UN": 2, "DN": 1}, pods[0])
	r.UntilUp(4*time.Minute, 3, pods...)
	pods[1].ReleaseAgent()
	pods[1].UntilNode("says joined", time.Minute, func(n Node) bool { return n.Phase == "joined" })
}
