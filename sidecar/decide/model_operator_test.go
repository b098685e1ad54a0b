package decide

func (w *world) founder(p int, on bool) bool {
	g := &w.regions[w.region[p]]
	if g.founder == on {
		return false
	}
	g.founder = on
	return true
}

func (w *world) front(p int, on bool) bool {
	g := &w.regions[w.region[p]]
	if g.front == on {
		return false
	}
	g.front = on
	return true
}

// lostHost is the member that a pod without its volume was.
func (w *world) lostHost(p int) int {
	o := &w.pods[p]
	if o.volume() == Joined || o.cass.stage != off {
		return 0
	}
	for h := w.hosts; h > 0; h-- {
		if w.hostPod[h] == p && w.dead&(1<<h) == 0 && w.listedByAny(h) {
			return h
		}
	}
	return 0
}

// listedByAny says whether a ring lists the host as a member.
func (w *world) listedByAny(h int) bool {
	for q := range w.shape.pods {
		if w.gossips(q) && w.pods[q].cass.view[h].state == Normal && w.shown(q, h) {
			return true
		}
	}
	return false
}

// replace is what the operator does about a lost member.
func (w *world) replace(p int) bool {
	h := w.lostHost(p)
	g := &w.regions[w.region[p]]
	if h == 0 || g.replace[p] == h {
		return false
	}
	g.replace[p] = h
	return true
}

func (w *world) noReplace(p int) bool {
	g := &w.regions[w.region[p]]
	if g.replace[p] == 0 {
		return false
	}
	g.replace[p] = 0
	return true
}

// removeNode removes, on p, the member that q is or was, if p sees it down.
func (w *world) removeNode(p, q int) bool {
	c := &w.pods[p].cass
	if c.stage != normal {
		return false
	}
	for h := 1; h <= w.hosts; h++ {
		e := &c.view[h]
		if int(e.owner) == q && e.state == Normal && !e.up && !e.removed && w.gossipsAs(h) < 0 {
			w.seq++
			e.removed, e.seq = true, w.seq
			w.dead |= 1 << h
			return true
		}
	}
	return false
}

// decommission takes a member out of its ring for good.
func (w *world) decommission(p int) bool {
	o := &w.pods[p]
	if o.cass.stage != normal {
		return false
	}
	others := false
	for q := range w.shape.pods {
		others = others || q != p && w.pods[q].cass.stage == normal && w.reachable(p)&(1<<q) != 0
	}
	if !others {
		return false
	}
	w.seq++
	h := o.cass.host
	e := &o.cass.view[h]
	e.removed, e.seq = true, w.seq
	w.dead |= 1 << h
	for q := range w.shape.pods {
		if w.gossips(q) && q != p && w.reachable(p)&(1<<q) != 0 {
			w.gossip(q)
		}
	}
	o.vol.data = decommissionedData
	w.stop(p)
	return true
}

// move puts a pod on a machine of another zone or fault domain.
func (w *world) move(p int) bool {
	o := &w.pods[p]
	if w.racks == 1 || o.vol.st.Rack == "" {
		return false
	}
	if o.exists {
		w.remove(p)
	}
	o.here = (o.here + 1) % w.racks
	return true
}
