package decide

import "math/rand/v2"

// fairRound lets every pod that exists do what it can once.
func (w *world) fairRound(d seconds) {
	w.tick(d)
	for p := range w.shape.pods {
		o := &w.pods[p]
		if !o.exists {
			if o.comes {
				w.create(p, 0)
			}
			continue
		}
		w.onePod(p)
	}
}

// onePod lets a pod do what it can once.
func (w *world) onePod(p int) {
	o := &w.pods[p]
	w.stepAgent(p)
	if w.gossips(p) {
		w.gossip(p)
	}
	switch {
	case !o.exists:
	case o.cass.stage != off:
		w.advance(p)
	case !o.init.on:
		w.startInit(p)
	default:
		// A look, what it says, and if it is a claim the look after it:
		// that is one step of a pod.
		for range 8 {
			w.stepInit(p, true, fresh, lossless)
			if !o.init.on || o.init.stage == idle && o.phase != Claiming {
				break
			}
		}
	}
}

func fresh() seconds { return 0 }
func lossless() bool { return false }

// checkLiveness asks whether all ends well from here on: faults stop, links
// heal, the DNS is right, every pod that exists runs.
func (w *world) checkLiveness() {
	c := w.clone()
	c.stats = w.stats
	c.stats.liveness++
	c.logf("liveness is asked")
	c.checkDark(c.rng)
	c.checkRegionDark(c.rng.IntN(c.shape.regions))
	c.calm(-1)
	c.endsWell("L1", "L4")
	if c.broken != "" && w.broken == "" && !c.except {
		w.broken, w.trace = c.broken, c.trace
	}
}

// calm ends all faults, but that one region stays as it is.
func (w *world) calm(but int) {
	w.heal()
	for r := range w.shape.regions {
		if r != but {
			w.regions[r].fault = dnsWorks
		}
	}
	for p := range w.shape.pods {
		o := &w.pods[p]
		if w.region[p] != but {
			o.agent = o.exists
			o.init.paused, o.init.crashLoop = false, false
		}
	}
}

// endsWell lets fifty minutes pass and looks at how every pod whose agent runs
// has ended.
func (w *world) endsWell(stuck, untrue string) {
	for range 50 {
		w.fairRound(60)
		w.checkOne()
	}
	for p := range w.shape.pods {
		if w.pods[p].exists {
			w.checkEnd(p, stuck, untrue)
		}
	}
}

// checkRegionDark is L3: with one region dark, its DNS too, the others go on.
func (w *world) checkRegionDark(dark int) {
	if w.shape.regions == 1 {
		return
	}
	c := w.clone()
	c.stats = &coverage{}
	c.logf("region %d is dark from here on", dark)
	c.regions[dark].fault = dnsFails
	for p := range c.shape.pods {
		if c.region[p] == dark && c.pods[p].exists {
			c.remove(p)
		}
		c.pods[p].comes = c.pods[p].comes && c.region[p] != dark
	}
	c.calm(dark)
	c.endsWell("L3", "L3")
	w.stats.darkRegions++
	if c.broken != "" && w.broken == "" && !c.except {
		w.broken, w.trace = c.broken, c.trace
	}
}

// checkEnd is L1: joined, or waiting for an operator for a reason that is so.
func (w *world) checkEnd(p int, stuck, untrue string) {
	o := &w.pods[p]
	if o.cass.stage == normal {
		if o.phase != Serving || !o.vol.st.Joined {
			w.breaks(stuck, "pod %d serves, but its agent does not say so", p)
		}
		return
	}
	w.stats.terminal++
	if o.cass.stage != off {
		w.breaks(stuck, "pod %d is still starting", p)
		return
	}
	because, known := causes[o.last]
	if !known {
		w.breaks(stuck, "pod %d ends with %q: %s", p, o.last, o.reason)
		return
	}
	if !because(w, p) {
		w.breaks(untrue, "pod %d says %q, which is not so: %s", p, o.last, o.reason)
	}
}

// causes are the ends that only an operator gets a pod out of, each with
// what has to be true of the world for it.
var causes = map[Condition]func(*world, int) bool{
	// needs-replace
	MemberLost:     func(w *world, p int) bool { return w.ownedGhost(p) },
	DatacenterFull: func(w *world, p int) bool { return w.ghostIn(w.region[p]) },
	MemberUnnamed:  func(w *world, p int) bool { return w.ghostIn(w.region[p]) },
	ReplaceImpossible: func(w *world, p int) bool {
		h := w.regions[w.region[p]].replace[p]
		for i := 1; i <= w.hosts; i++ {
			if hostNames[i] == w.pods[p].vol.st.Replacing {
				h = i
			}
		}
		return h != 0 && (!w.listedByAny(h) || w.gossipsAs(h) >= 0)
	},
	// decommissioned, removed, rack-drift
	IsDecommissioned: func(w *world, p int) bool { return w.pods[p].vol.data == decommissionedData },
	IsRemoved:        func(w *world, p int) bool { return w.wasRemoved(p) },
	Gone:             func(w *world, p int) bool { return w.wasRemoved(p) },
	RackDrift:        func(w *world, p int) bool { return w.zone && w.pods[p].here != w.rack[p] },
	OtherRack:        func(w *world, p int) bool { return w.pods[p].here != w.rack[p] },
	// address-swap
	AddressTaken: func(w *world, p int) bool {
		for h := 1; h <= w.hosts; h++ {
			if w.listedByAny(h) && hostNames[h] != w.pods[p].vol.st.HostID {
				for q := range w.shape.pods {
					if w.gossips(q) && w.pods[q].cass.view[h].addr == w.pods[p].addr {
						return true
					}
				}
			}
		}
		return false
	},
	// founder-lost, and what blocks a founding
	NobodyLive:     func(w *world, p int) bool { return !w.anyNormal() },
	PodNotEmpty:    func(w *world, p int) bool { return !w.anyNormal() && w.anyVolume() },
	MembersMissing: func(w *world, p int) bool { return !w.anyNormal() && w.anyAbsent(w.region[p]) },
	// what a missing pod or member may block
	RackMissing: func(w *world, p int) bool { return w.rackAway(p) },
	Minority:    func(w *world, p int) bool { return w.halfGone() },
	RingUnnamed: func(w *world, p int) bool { return w.forgotten() },
}

// forgotten: every member that runs has forgotten which ring it is of, and
// somebody who is not there, or whom no DNS gives, may know.
func (w *world) forgotten() bool {
	unseen := false
	for q := range w.shape.pods {
		if w.pods[q].cass.stage == normal && w.pods[q].vol.st.RingID != "" {
			return false
		}
		unseen = unseen || w.ownedGhost(q) || w.regions[w.region[q]].fault != dnsWorks
	}
	return unseen && w.anyNormal()
}

func (w *world) anyNormal() bool {
	for q := range w.shape.pods {
		if w.pods[q].cass.stage == normal {
			return true
		}
	}
	return false
}

func (w *world) anyVolume() bool {
	for q := range w.shape.pods {
		if w.pods[q].exists && w.pods[q].volume() != Empty {
			return true
		}
	}
	return false
}

func (w *world) anyAbsent(r int) bool {
	for q := range w.shape.pods {
		if w.region[q] == r && !w.pods[q].exists {
			return true
		}
	}
	return false
}

// ownedGhost: a member that is listed was this pod, and nobody is it now.
func (w *world) ownedGhost(p int) bool {
	for h := 1; h <= w.hosts; h++ {
		if w.hostPod[h] == p && w.listedByAny(h) && w.gossipsAs(h) < 0 {
			return true
		}
	}
	return false
}

// ghostIn: a member of the datacenter is listed that nobody is now.
func (w *world) ghostIn(r int) bool {
	for q := range w.shape.pods {
		if w.region[q] == r && w.ownedGhost(q) {
			return true
		}
	}
	return false
}

func (w *world) wasRemoved(p int) bool {
	for h := 1; h <= w.hosts; h++ {
		if hostNames[h] == w.pods[p].vol.st.HostID {
			return w.dead&(1<<h) != 0
		}
	}
	return false
}

// rackAway: a rack of the pod's datacenter has no member, or more than one
// and not all.
func (w *world) rackAway(p int) bool {
	for q := range w.shape.pods {
		if w.region[q] == w.region[p] && w.rack[q] != w.rack[p] && w.pods[q].cass.stage != normal {
			return true
		}
	}
	return false
}

// halfGone: of the members that a ring lists, no more than half run.
func (w *world) halfGone() bool {
	all, up := 0, 0
	for h := 1; h <= w.hosts; h++ {
		if w.listedByAny(h) {
			all++
			if w.gossipsAs(h) >= 0 {
				up++
			}
		}
	}
	return 2*up <= all
}

// checkDark is L2: a member starts with everything else dark.
func (w *world) checkDark(r *rand.Rand) {
	p := r.IntN(w.shape.pods)
	o := &w.pods[p]
	if !o.exists || o.volume() != Joined || w.zone && o.here != w.rack[p] {
		return
	}
	c := w.clone()
	c.stats = &coverage{}
	o = &c.pods[p]
	c.stop(p)
	for q := range c.shape.pods {
		if q != p {
			c.stop(q)
			c.pods[q].agent = false
			c.cutLink(p, q)
			c.cutLink(q, p)
		}
	}
	for g := range c.shape.regions {
		c.regions[g].fault = dnsFails
	}
	for range 12 {
		c.tick(10)
		switch {
		case o.cass.stage != off:
			c.advance(p)
		case !o.init.on:
			c.startInit(p)
		default:
			for range 4 {
				c.stepInit(p, true, fresh, lossless)
			}
		}
	}
	w.stats.darkStarts++
	if o.cass.stage != normal && c.broken == "" {
		w.breaks("L2", "pod %d has joined and does not start in the dark: %s %s", p, o.last, o.reason)
	}
}
