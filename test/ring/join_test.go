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
	t.Parallel()
	r := New(t, Options{Racks: []string{"0"}})
	for _, p := range r.Pods() {
		p.Create()
	}
	founder := r.Pods()[0]
	founder.UntilNode("is founding", 2*time.Minute, func(n Node) bool { return n.Volume == "founding" && n.Phase == "starting" })
	r.untilLogged(founder, "Node configuration")
	ring := founder.Saved().RingID
	founder.KillCassandra()
	r.UntilUp(6*time.Minute, 2, r.Pods()...)
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

// TestJoinerKilled kills joiners, one case after another in one region. Pods
// that a case does not need yet are there, as founding wants all, and wait.
func TestJoinerKilled(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{OneRegion: true, Racks: []string{"0", "1", "2", "1", "2"}})
	pods := r.Pods()
	pods[0].Create()
	for _, p := range pods[1:] {
		p.CreateHeld()
	}
	r.Case(t, "SameAddress", func(r *Rig) { r.joinerKilled(pods[1], pods[:2]) })
	r.Case(t, "Unheard", func(r *Rig) { r.joinerKilledUnheard(pods[2], pods[4]) })
	r.Case(t, "Elsewhere", func(r *Rig) { r.joinerKilledElsewhere(pods[3]) })
}

// untilJoins waits until a pod is in the middle of its join. Killed before the
// others hear of it, it would be no joiner to them.
func (r *Rig) untilJoins(p *Pod, members int) {
	r.Helper()
	p.ReleaseCassandra()
	r.untilLogged(p, "for pending range setup")
	r.UntilSees(20*time.Second, map[string]int{"UN": members, "UJ": 1}, r.Pods()[0])
}

// joinerKilled kills a joiner while it joins; at the same address it tries again.
func (r *Rig) joinerKilled(joiner *Pod, members []*Pod) {
	r.untilJoins(joiner, 1)
	joiner.KillCassandra()
	r.UntilUp(6*time.Minute, len(members), members...)
}

// joinerKilledUnheard kills a joiner that has chosen its tokens and has told
// nobody. The next one joins and gets the same tokens, as they follow from the
// ring; the first must not come back with its own and take them away.
func (r *Rig) joinerKilledUnheard(a, b *Pod) {
	a.ReleaseCassandra()
	b.ReleaseCassandra()
	var first, next *Pod
	r.Until("one has chosen its tokens", 3*time.Minute, func() string {
		switch {
		case a.Logged("Selected tokens"):
			first, next = a, b
		case b.Logged("Selected tokens"):
			first, next = b, a
		default:
			return "nobody has"
		}
		return ""
	})
	first.HoldCassandra()
	r.UntilAnswer(5*time.Minute, next)
	first.ReleaseCassandra()
	r.UntilAnswer(5*time.Minute, first)
	r.UntilSees(time.Minute, map[string]int{"UN": 4}, r.Pods()[0])
}

// joinerKilledElsewhere kills a joiner with its pod. The new pod has another
// address, and the ring remembers the old attempt for a while, in which nobody
// can join; the way out that its reason names works.
func (r *Rig) joinerKilledElsewhere(joiner *Pod) {
	r.untilJoins(joiner, 4)
	old := joiner.Address().String()
	joiner.Crash()
	joiner.Create()
	joiner.UntilWaits(time.Minute, old, "nodetool assassinate "+old)
	if out, err := r.Pods()[0].Run("nodetool", "assassinate", old); err != nil {
		r.Fatalf("assassinate: %v: %s", err, out)
	}
	r.UntilUp(3*time.Minute, 5, r.Pods()...)
}

// TestTwoRacks has two racks and three copies: Cassandra could not place a third
// member's tokens, so it waits and says so until the settings ask for less.
func TestTwoRacks(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{OneRegion: true, Racks: []string{"0", "1", "0"}})
	pods := r.Pods()
	pods[0].Create()
	pods[1].Create()
	pods[2].CreateHeld()
	r.UntilUp(3*time.Minute, 2, pods[:2]...)
	pods[2].ReleaseCassandra()
	pods[2].UntilWaits(time.Minute, "rack-0, rack-1", "one in each of 3 racks")
	pods[2].NeverStarts(35 * time.Second)
	pods[2].Region.Change(func(s *settings.Settings) { s.AllocationReplicationFactor = 2 })
	r.UntilUp(3*time.Minute, 3, pods...)
}
