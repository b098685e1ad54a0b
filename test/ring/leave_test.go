package ring

import (
	"time"
)

// removedWhileDown removes a member from the ring while it is down; when it is
// back it must not take its tokens again. Without its data it joins anew.
func (r *Rig) removedWhileDown() {
	r.Run()
	p, other := r.Regions[1].Pods[2], r.Regions[0].Pods[0]
	r.remove(p)
	p.Create()
	p.UntilExits(2*time.Minute, 1, "removed", "move its data and .ringwright away to join anew")
	if !p.Saved().Removed {
		r.Error("the volume does not record that it was removed")
	}
	p.NeverStarts(10 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
	p.Delete()
	p.Wipe()
	p.Create()
	r.UntilUp(5*time.Minute, 6, r.Pods()...)
}

// remove kills a pod and has another remove its member from the ring.
func (r *Rig) remove(p *Pod) {
	r.Helper()
	other := r.Others(p)[0]
	r.askRings(r.Pods()...)
	id := p.Saved().HostID
	p.Crash()
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, other)
	r.Say("nodetool removenode %s", id)
	if out, err := other.Run("nodetool", "removenode", id); err != nil {
		r.Fatalf("removenode: %v: %s", err, out)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
	r.untilGone(id, r.Others(p)...)
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

// agentDead has a member whose agent is dead: its Cassandra serves, another
// joins beside it, and it restarts.
func (r *Rig) agentDead() {
	r.Run()
	joiner, dead, other := r.Regions[1].Pods[2], r.Regions[1].Pods[1], r.Regions[0].Pods[0]
	r.remove(joiner)
	dead.HoldAgent()
	joiner.Wipe()
	joiner.Create()
	r.UntilUp(5*time.Minute, 6, r.Pods()...)
	dead.TermCassandra()
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, other)
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	dead.ReleaseAgent()
	dead.UntilNode("says joined", time.Minute, func(n Node) bool { return n.Phase == "joined" })
}

// decommissioned uses the volume of a member that left the ring: it must not
// start, and says what to do.
func (r *Rig) decommissioned() {
	r.Run()
	p, other := r.Regions[0].Pods[2], r.Regions[1].Pods[0]
	r.Say("%s: nodetool decommission", p.ID)
	if out, err := p.Run("nodetool", "decommission", "--force"); err != nil {
		r.Fatalf("decommission: %v: %s", err, out)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
	p.KillCassandra()
	p.UntilExits(2*time.Minute, 1, "decommissioned", "move its data and .ringwright away to join anew")
	p.Delete()
	p.Create()
	p.UntilExits(2*time.Minute, 1, "decommissioned", "move its data and .ringwright away to join anew")
	p.NeverStarts(10 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, other)
}
