package ring

import (
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestLostVolume loses a member's volume. Its pod waits and says why; `replace`
// gives it the place; then the old disk turns up again and must not start.
func TestLostVolume(t *testing.T) {
	r := Running(t, Options{})
	p, other := r.Regions[1].Pods[1], r.Regions[0].Pods[0]
	lost := p.Saved().HostID
	p.Crash()
	old := p.SaveVolume("old")
	p.Wipe()
	p.Create()
	p.UntilWaits(2*time.Minute, lost, "replace", "removenode")
	p.NeverStarts(20 * time.Second)

	r.Say("replace: %s takes the place of %s", p.ID, lost)
	p.Region.Change(func(s *settings.Settings) { s.Replace = map[string]string{p.Name: lost} })
	r.UntilUp(5*time.Minute, 6, r.Pods()...)
	r.WantRows(p)
	p.UntilNode("joined under another host id", time.Minute, func(n Node) bool {
		return n.Volume == "joined" && n.HostID != lost
	})
	r.untilGone(lost, r.Others(p)...)

	r.Say("the old disk is back, and replace is still in the settings")
	p.Delete()
	fresh := p.SaveVolume("fresh")
	p.LoadVolume(old)
	p.Create()
	p.UntilExits(2*time.Minute, 1, "removed")
	p.NeverStarts(15 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, other)

	r.Say("the right disk is back")
	p.Delete()
	p.LoadVolume(fresh)
	p.Create()
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantRows(p)
}

// TestRemovedWhileDown removes a member from the ring while it is down; when it
// is back it must not take its tokens again.
func TestRemovedWhileDown(t *testing.T) {
	r := Running(t, Options{})
	p, other := r.Regions[1].Pods[1], r.Regions[0].Pods[0]
	r.askRings(r.Pods()...)
	id := p.Saved().HostID
	p.Crash()
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, other)
	r.Say("nodetool removenode %s", id)
	if out, err := other.Run("nodetool", "removenode", id); err != nil {
		t.Fatalf("removenode: %v: %s", err, out)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
	r.untilGone(id, r.Others(p)...)
	p.Create()
	p.UntilExits(2*time.Minute, 1, "removed")
	if !p.Saved().Removed {
		t.Error("the volume does not record that it was removed")
	}
	p.NeverStarts(15 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
}

// untilGone waits until the agents know that a member is gone for good. Each
// reads its ring when it is asked for it, and seldom else.
func (r *Rig) untilGone(id string, pods ...*Pod) {
	r.Helper()
	r.Until("agents know that "+id+" is gone", 2*time.Minute, func() string {
		r.askRings(pods...)
		for _, p := range pods {
			n, err := p.Node()
			if err != nil {
				return err.Error()
			}
			for _, gone := range n.Gone {
				if gone == id {
					return "" // one is enough: starting pods ask all
				}
			}
		}
		return "nobody does"
	})
}

// askRings makes agents read their rings.
func (r *Rig) askRings(pods ...*Pod) {
	for _, p := range pods {
		_, _ = p.Ring()
	}
}

// TestFounderDiskLost wipes the founder's volume while the settings still name
// it: with a ring alive it must not found another.
func TestFounderDiskLost(t *testing.T) {
	r := Running(t, Options{})
	founder := r.Regions[0].Pods[0]
	lost := founder.Saved().HostID
	founder.Crash()
	founder.Wipe()
	founder.Create()
	founder.UntilWaits(2*time.Minute, lost)
	founder.NeverStarts(20 * time.Second)
	founder.Region.Change(func(s *settings.Settings) { s.Replace = map[string]string{founder.Name: lost} })
	r.UntilUp(5*time.Minute, 6, r.Pods()...)
	r.wantOneRing()
}

// TestFounderDiskLostLinkCut does the same after a full stop with the link cut:
// neither alone nor beside the rest of its region may the founder found.
func TestFounderDiskLostLinkCut(t *testing.T) {
	r := Formed(t, Options{})
	east, south := r.Regions[0], r.Regions[1]
	founder := east.Pods[0]
	founder.Wipe()
	r.must(r.Link.Cut())
	r.Say("the link is cut")
	r.Start(founder)
	founder.NeverStarts(20 * time.Second)
	r.Start(east.Pods[1:]...)
	r.UntilAnswer(4*time.Minute, east.Pods[1:]...)
	founder.NeverStarts(30 * time.Second)
	r.Start(south.Pods...)
	r.UntilAnswer(4*time.Minute, south.Pods...)
	r.must(r.Link.Heal())
	r.Say("the link is healed")
	r.UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1}, append(east.Pods[1:], south.Pods...)...)
	founder.NeverStarts(10 * time.Second)
}
