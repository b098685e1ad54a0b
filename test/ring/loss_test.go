package ring

import (
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestLosses is of a ring that loses volumes and members. Each case but the
// last leaves a ring of six.
func TestLosses(t *testing.T) {
	r := Formed(t, Options{})
	var old string
	r.Case(t, "DataWiped", (*Rig).dataWiped)
	r.Case(t, "LostVolume", func(r *Rig) { old = r.lostVolume(r.Regions[1].Pods[1]) })
	r.Case(t, "OldDiskBack", func(r *Rig) {
		if old == "" {
			old = r.lostVolume(r.Regions[1].Pods[1])
		}
		r.oldDiskBack(r.Regions[1].Pods[1], old)
	})
	r.Case(t, "FounderDiskLostLinkCut", (*Rig).founderDiskLostLinkCut)
	r.Case(t, "FounderDiskLost", (*Rig).founderDiskLost)
	r.Case(t, "RemovedWhileDown", (*Rig).removedWhileDown)
	r.Case(t, "AgentDead", (*Rig).agentDead)
	r.Case(t, "Decommissioned", (*Rig).decommissioned)
}

// dataWiped loses the data and leaves what the sidecar saved: the pod must not
// join as if it were new.
func (r *Rig) dataWiped() {
	r.Run()
	p := r.Regions[0].Pods[1]
	lost := p.Saved().HostID
	p.Delete()
	whole := p.SaveVolume("whole")
	p.Wipe("data", "commitlog")
	p.Create()
	p.UntilWaits(2*time.Minute, lost, "replace", "removenode")
	p.NeverStarts(10 * time.Second)
	p.Delete()
	p.LoadVolume(whole)
	p.Create()
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
}

// lostVolume loses a member's volume. Its pod waits and says why; `replace`
// gives it the place. The old volume is left beside it.
func (r *Rig) lostVolume(p *Pod) (old string) {
	r.Run()
	lost := p.Saved().HostID
	p.Crash()
	old = p.SaveVolume("old")
	p.Wipe()
	p.Create()
	p.UntilWaits(2*time.Minute, lost, "replace", "removenode")
	p.NeverStarts(10 * time.Second)
	r.replace(p, lost)
	r.WantRows(p)
	r.untilGone(lost, r.Others(p)...)
	return old
}

// replace lets a pod take a lost member's place.
func (r *Rig) replace(p *Pod, lost string) {
	r.Helper()
	r.Say("replace: %s takes the place of %s", p.ID, lost)
	p.Region.Change(func(s *settings.Settings) { s.Replace = map[string]string{p.Name: lost} })
	r.UntilUp(5*time.Minute, 6, r.Pods()...)
	p.UntilNode("joined under another host id", time.Minute, func(n Node) bool {
		return n.Volume == "joined" && n.HostID != "" && n.HostID != lost
	})
}

// oldDiskBack gives a pod the disk that another volume has replaced, while
// `replace` is still in the settings: it must not start. The right disk does.
func (r *Rig) oldDiskBack(p *Pod, old string) {
	r.Run()
	p.Delete()
	right := p.SaveVolume("right")
	p.LoadVolume(old)
	p.Create()
	p.UntilExits(2*time.Minute, 1, "removed")
	p.NeverStarts(10 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, r.Others(p)[0])
	p.Delete()
	p.LoadVolume(right)
	p.Create()
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantRows(p)
	p.Region.Change(func(s *settings.Settings) { s.Replace = nil })
}

// founderDiskLostLinkCut wipes the founder's volume while its whole region is
// down, the link is cut and the settings still name it: neither alone nor beside
// the rest of its region may it found.
func (r *Rig) founderDiskLostLinkCut() {
	r.Run()
	east := r.Regions[0]
	founder, rest := east.Pods[0], east.Pods[1:]
	lost := founder.Saved().HostID
	r.must(r.Link.Cut())
	r.Say("the link is cut")
	for _, p := range east.Pods {
		p.Crash()
	}
	founder.Wipe()
	founder.Create()
	founder.UntilWaits(time.Minute)
	founder.NeverStarts(15 * time.Second)
	for _, p := range rest {
		p.Create()
	}
	r.UntilAnswer(4*time.Minute, rest...)
	founder.UntilWaits(time.Minute, lost)
	founder.NeverStarts(15 * time.Second)
	r.must(r.Link.Heal())
	r.Say("the link is healed")
	r.UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1}, r.Others(founder)...)
	founder.NeverStarts(10 * time.Second)
	r.replace(founder, lost)
	r.wantOneRing()
	east.Change(func(s *settings.Settings) { s.Replace = nil })
}

// founderDiskLost does the same with the ring alive and the link up.
func (r *Rig) founderDiskLost() {
	r.Run()
	founder := r.Regions[0].Pods[0]
	lost := founder.Saved().HostID
	founder.Crash()
	founder.Wipe()
	founder.Create()
	founder.UntilWaits(2*time.Minute, lost)
	founder.NeverStarts(10 * time.Second)
	r.replace(founder, lost)
	r.wantOneRing()
	founder.Region.Change(func(s *settings.Settings) { s.Replace = nil })
}
