package decide

import (
	"slices"
)

// checkRings is S1: one ringId, ever.
func (w *world) checkRings() {
	id := ""
	for p := range w.shape.pods {
		other := w.pods[p].vol.st.RingID
		if other == "" || w.pods[p].vol.st.Ring != "customers" {
			continue
		}
		if id != "" && other != id && !w.except {
			w.breaks("S1", "volumes of %s and of %s", id, other)
		}
		id = other
	}
}

// checkFounding counts the one founding beside another ring that S1 allows:
// nothing is left in the founder's datacenter, and no peer shows what it has.
func (w *world) checkFounding(p int, o Observations) {
	w.stats.foundings++
	if o.Volume == Founding {
		w.stats.interruptedFoundings++
	}
	for q := range w.shape.pods {
		saidEmpty := slices.ContainsFunc(o.Agents, func(a Agent) bool {
			return a.Node != nil && a.Node.Ring == "customers" && a.Node.Pod == w.name(q) && a.Node.Datacenter == regionNames[w.region[q]] && a.Node.Volume == Empty
		})
		if w.region[q] == w.region[p] && q != p && w.pods[q].volume() != Empty && !saidEmpty {
			return
		}
	}
	for _, a := range o.Agents {
		if a.Node != nil && a.Node.Volume != Empty {
			return
		}
	}
	for q := range w.shape.pods {
		if id := w.pods[q].vol.st.RingID; id != "" && q != p || w.pods[q].old != nil {
			w.except = true
			w.stats.exceptions++
			w.logf("the founding that S1 allows")
			return
		}
	}
}

// checkStart is what has to hold of every start: S2, S3, S4, S7 and S8.
func (w *world) checkStart(p int, a Action) {
	o := &w.pods[p]
	w.stats.starts++
	joined := o.volume() == Joined
	if !joined && a.State.RingID == "" {
		w.breaks("S3", "pod %d joins a ring that it cannot tell from others", p)
	}
	mine := a.State.RingID
	if mine == "" && joined {
		mine = ringNames[o.vol.ring]
	}
	seen := map[addr]bool{}
	for _, seed := range a.Seeds {
		at := addrOf(seed)
		if seen[at] {
			w.breaks("S8", "pod %d: seed %s twice", p, seed)
		}
		seen[at] = true
		if at == o.addr {
			if !joined && a.Kind != Found {
				w.breaks("S2", "pod %d has not joined and lists itself", p)
			}
			continue
		}
		if q := w.at(at); q >= 0 {
			if w.pods[q].elsewhere {
				w.breaks("S3", "pod %d: seed %s is of another place's ring", p, seed)
			}
			if id := w.pods[q].vol.st.RingID; id != "" && mine != "" && id != mine {
				w.breaks("S3", "pod %d of %s: seed %s is of %s", p, mine, seed, id)
			} else if id != "" {
				mine = id
			}
		}
	}
	if len(a.Seeds) == 0 || len(a.Seeds) > MaxSeeds {
		w.breaks("S8", "pod %d: %d seeds", p, len(a.Seeds))
	}
	if began := o.vol.began; began != "" && !joined && !a.ReplaceAddress.IsValid() {
		w.breaks("S6", "pod %d has begun to take the place of %s and starts as new", p, began)
	}
	rack := a.State.Rack
	if rack != o.vol.rack || rack != rackNames[w.rack[p]] || w.zone && o.here != w.rack[p] || a.State.Datacenter != o.vol.dc {
		w.breaks("S4", "pod %d writes rack %q, first saved %q, its set's %q", p, rack, o.vol.rack, rackNames[w.rack[p]])
	}
	if o.vol.data == fullData && w.dead&(1<<o.vol.host) != 0 {
		w.checkRemoved(p)
	}
}

// checkRemoved is S7, for a volume whose host id was removed or replaced.
func (w *world) checkRemoved(p int) {
	o := &w.pods[p]
	if o.vol.heard || o.init.told {
		w.breaks("S7", "pod %d starts removed %s", p, o.vol.st.HostID)
	}
	if o.init.deaf {
		w.breaks("S7", "pod %d starts removed %s; a live member would have said so to one more question", p, o.vol.st.HostID)
	}
}

// wouldTell says whether somebody that this look gave up too early would have
// said that the pod's host id is removed.
func (w *world) wouldTell(p int) bool {
	o := &w.pods[p]
	for _, k := range o.init.agents {
		if k.node != nil || k.tries >= tries {
			continue
		}
		if q := w.at(k.addr); q >= 0 && w.linked(p, q) && w.pods[q].agent && w.pods[q].cass.stage == normal && w.pods[q].vol.gone&(1<<o.vol.host) != 0 {
			return true
		}
	}
	return false
}

// checkOne is S5: one newcomer at a time between `starting` and joined or
// dead, those aside that were cut off from the other for over 120 s.
func (w *world) checkOne() {
	first := -1
	for p := range w.shape.pods {
		o := &w.pods[p]
		in := &o.init
		published := in.on && in.stage == decided && in.step >= 1 && o.phase == Starting && o.volume() != Joined &&
			(in.action.Kind == Start || in.action.Kind == Found)
		if !published && !(o.cass.newcomer && (o.cass.stage == shadow || o.cass.stage == joining)) {
			continue
		}
		if first < 0 {
			first = p
			continue
		}
		if in.blind&(1<<first) != 0 || w.pods[first].init.blind&(1<<p) != 0 {
			w.stats.cutJoiners++
			continue
		}
		w.breaks("S5", "pods %d and %d start at once", first, p)
	}
}

// lostJoinsAsNew is S6, asked when a newcomer gets a host id: no member is
// this very pod's from before. The other half of S6 is in checkStart: who has
// begun to take a lost member's place does not become a member beside it.
func (w *world) lostJoinsAsNew(p, from int) {
	c := &w.pods[p].cass
	if c.replaces != 0 {
		return
	}
	for q := range w.shape.pods {
		if !w.gossips(q) || w.pods[q].cass.ring != c.ring {
			continue
		}
		for h := 1; h <= w.hosts; h++ {
			if e := w.pods[q].cass.view[h]; int(e.owner) == p && e.state == Normal && w.shown(q, h) && h != c.replaces && w.dead&(1<<h) == 0 {
				w.breaks("S6", "pod %d, which was %s, joins pod %d's ring as new", p, hostNames[h], from)
			}
		}
	}
}

// coverage counts what the schedules went through.
type coverage struct {
	schedules, steps, decisions              int
	foundings, founded, interruptedFoundings int
	starts, claimsWon, early, cutInClaims    int
	killsInClaims, killsInStarts             int
	interruptedJoins, tokenFailures          int
	exceptions, cutJoiners, full             int
	liveness, terminal                       int
	darkStarts, darkRegions                  int
	faults                                   map[string]int
	conditions                               map[Condition]int
}

func (c *coverage) condition(id Condition) {
	if c.conditions == nil {
		c.conditions = map[Condition]int{}
	}
	c.conditions[id]++
}

func (c *coverage) fault(name string) {
	if c.faults == nil {
		c.faults = map[string]int{}
	}
	c.faults[name]++
}

// keys sorts a map's keys for printing.
func keys[K ~string](m map[K]int) []K {
	var all []K
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
