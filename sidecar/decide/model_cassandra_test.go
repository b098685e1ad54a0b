package decide

import (
	"slices"
)

// exec starts Cassandra with what the sidecar wrote.
func (w *world) exec(p int, a Action) {
	o := &w.pods[p]
	o.closed = never
	c := process{stage: shadow, since: w.now, addr: o.addr, newcomer: o.vol.data != fullData, gossiped: w.now}
	for _, s := range a.Seeds {
		if s == o.addr.ip() {
			c.ownSeed = true
		} else {
			c.seeds = append(c.seeds, addrOf(s))
		}
	}
	if a.ReplaceAddress.IsValid() && c.newcomer {
		c.replaces = -1 - int(addrOf(a.ReplaceAddress)) // found in the shadow round
	}
	c.host, c.ring = o.vol.host, o.vol.ring
	o.cass = c
	w.logf("pod %d: cassandra starts, seeds %v", p, a.Seeds)
}

// stop ends Cassandra and init.
func (w *world) stop(p int) {
	o := &w.pods[p]
	o.init = initProcess{}
	if o.cass.stage == off {
		return
	}
	if o.cass.stage >= joining {
		w.jDied[o.cass.host] = w.now
	}
	if o.cass.stage == joining {
		w.stats.interruptedJoins++
	}
	if o.cass.stage == normal {
		o.vol.peers = o.cass.view
		for h := range o.vol.peers {
			o.vol.peers[h].up = false
		}
	}
	o.cass = process{}
	o.closed = w.now
	if o.phase == Serving {
		o.phase = Starting // until 30 s have passed
	}
}

func (w *world) gossips(p int) bool { return w.pods[p].exists && w.pods[p].cass.stage >= joining }

// connected says whether gossip gets from one to the other, over others too.
func (w *world) reachable(p int) (set uint32) {
	set = 1 << p
	for grown := true; grown; {
		grown = false
		for q := range w.shape.pods {
			if set&(1<<q) != 0 || !w.gossips(q) {
				continue
			}
			for r := range w.shape.pods {
				if set&(1<<r) != 0 && w.linked(q, r) && w.linked(r, q) {
					set |= 1 << q
					grown = true
					break
				}
			}
		}
	}
	return set
}

// gossip brings p's view up to date with everyone it reaches.
func (w *world) gossip(p int) {
	set := w.reachable(p)
	mine := &w.pods[p].cass
	var up [maxHosts + 1]bool
	for q := range w.shape.pods {
		if set&(1<<q) == 0 || !w.gossips(q) {
			continue
		}
		other := &w.pods[q].cass
		up[other.host] = true
		for h := 1; h <= w.hosts; h++ {
			if other.view[h].newer(mine.view[h]) {
				was := mine.view[h].up
				mine.view[h] = other.view[h]
				mine.view[h].up = was
			}
		}
	}
	for h := 1; h <= w.hosts; h++ {
		mine.view[h].up = up[h] && !mine.view[h].removed
	}
	mine.gossiped = w.now
}

func (e entry) newer(f entry) bool { return e.state != 0 && e.seq > f.seq }

// announce puts p's own entry into its view, and takes the replaced one out.
func (w *world) announce(p int, state MemberState) {
	c := &w.pods[p].cass
	w.seq++
	c.view[c.host] = entry{state: state, addr: c.addr, owner: int8(p), seq: w.seq, up: true}
	if state == Normal && c.replaces > 0 {
		w.seq++
		e := &c.view[c.replaces]
		e.removed, e.seq = true, w.seq
		w.dead |= 1 << c.replaces
	}
}

// shown says whether a host stands in p's ring now.
func (w *world) shown(p, h int) bool {
	view := &w.pods[p].cass.view
	e := view[h]
	if e.state == 0 || e.removed {
		return false
	}
	for other := 1; other <= w.hosts; other++ { // gossip knows one host per address
		if f := &view[other]; f.addr == e.addr && f.state == Normal && !f.removed && f.seq > e.seq {
			return false
		}
	}
	return e.state != Joins || w.jDied[h] == never || w.jDied[h] == 0 || w.now-w.jDied[h] < w.lingers()
}

// advance lets a Cassandra process do its next step, if it may by now. It
// says whether anything happened.
func (w *world) advance(p int) bool {
	switch c := &w.pods[p].cass; c.stage {
	case shadow:
		return w.asksSeeds(p)
	case joining:
		if w.now-c.since < w.ringDelay {
			return false
		}
		w.join(p)
		return true
	}
	return false
}

// ends is a start that Cassandra refuses.
func (w *world) ends(p int, why string) bool {
	w.logf("pod %d: cassandra ends: %s", p, why)
	w.refused = why
	w.stop(p)
	return true
}

func (w *world) asksSeeds(p int) bool {
	o := &w.pods[p]
	c := &o.cass
	if o.vol.data == decommissionedData {
		return w.ends(p, "decommissioned")
	}
	if o.init.crashLoop {
		return w.ends(p, "crash")
	}
	ask := c.seeds
	if !c.newcomer {
		ask = slices.Clone(ask)
		for q := range w.shape.pods { // system.peers remembers
			if q != p && w.pods[q].cass.ring == c.ring && w.gossips(q) {
				ask = append(ask, w.pods[q].addr)
			}
		}
	}
	answered, allShadow := -1, len(c.seeds) > 0
	for _, a := range ask {
		q := w.at(a)
		both := q >= 0 && w.linked(p, q) && w.linked(q, p)
		if both && w.gossips(q) {
			answered = q
			break
		}
		allShadow = allShadow && both && w.pods[q].cass.stage == shadow
	}
	switch {
	case answered >= 0:
		return w.enter(p, answered)
	case c.ownSeed && (allShadow || w.now-c.since >= w.ringDelay || len(c.seeds) == 0):
		return w.alone(p)
	case w.now-c.since >= w.shape.shadowRound():
		return w.ends(p, "unable to gossip with any peers")
	}
	return false
}

// alone goes on without anybody: a member with what it remembers, a volume
// without data as a ring of its own.
func (w *world) alone(p int) bool {
	o := &w.pods[p]
	c := &o.cass
	if c.newcomer {
		w.stats.founded++
		c.ring = max(1, slices.Index(ringNames[:], o.vol.st.RingID))
		if !w.newHost(p) {
			return true
		}
		o.vol.ring, o.vol.host, o.vol.data = c.ring, c.host, partialData
		c.stage, c.since = joining, w.now
		w.announce(p, Joins)
		return true
	}
	c.view = o.vol.peers
	c.stage = normal
	w.serve(p)
	return true
}

func (w *world) newHost(p int) bool {
	if w.hosts == maxHosts {
		w.broken = "full"
		return false
	}
	w.hosts++
	w.hostPod[w.hosts], w.jDied[w.hosts] = p, never
	w.pods[p].cass.host = w.hosts
	return true
}

// enter checks what Cassandra checks once it knows the ring, and joins it.
func (w *world) enter(p, from int) bool {
	o, other := &w.pods[p], &w.pods[from].cass
	c := &o.cass
	view := other.view
	replaced := addr(-1 - c.replaces)
	if c.replaces < 0 {
		c.replaces = 0
		for h := 1; h <= w.hosts; h++ {
			if w.shown(from, h) && view[h].addr == replaced && view[h].state == Normal {
				c.replaces = h
			}
		}
		if c.replaces == 0 {
			return w.ends(p, "cannot replace what does not exist")
		}
		if view[c.replaces].up {
			return w.ends(p, "cannot replace a live node")
		}
	}
	racks := map[int]bool{}
	for h := 1; h <= w.hosts; h++ {
		if !w.shown(from, h) || h == c.host {
			continue
		}
		e := view[h]
		if e.addr == c.addr && e.state == Normal && h != c.replaces && e.up {
			return w.ends(p, "address in use")
		}
		if e.addr == c.addr && e.state == Normal && h != c.replaces && w.gossipsAs(h) != p {
			return w.ends(p, "a node with this address already exists")
		}
		if c.newcomer && (e.state == Joins && e.addr != c.addr || e.state == Leaving) {
			return w.ends(p, "other bootstrapping nodes detected")
		}
		if e.state == Normal && w.region[int(e.owner)] == w.region[p] {
			racks[w.rack[e.owner]] = true
		}
	}
	if c.newcomer && c.replaces == 0 && racks[w.rack[p]] && len(racks) > 1 && len(racks) < w.allocation {
		w.stats.tokenFailures++
		return w.ends(p, "token allocation failed")
	}
	c.ring = other.ring
	if !c.newcomer {
		c.view = o.vol.peers
		c.stage = normal
		w.serve(p)
		return true
	}
	if !w.newHost(p) {
		return true
	}
	w.lostJoinsAsNew(p, from)
	c.view = view
	c.stage, c.since = joining, w.now
	o.vol.ring, o.vol.host, o.vol.data = c.ring, c.host, partialData
	w.announce(p, Joins)
	return true
}

func (w *world) gossipsAs(h int) int {
	for q := range w.shape.pods {
		if w.gossips(q) && w.pods[q].cass.host == h {
			return q
		}
	}
	return -1
}

// join ends a bootstrap.
func (w *world) join(p int) {
	o := &w.pods[p]
	o.cass.stage, o.cass.since = normal, w.now
	o.vol.data = fullData
	w.serve(p)
}

// serve: CQL answers. Where the agent lives it notes so.
func (w *world) serve(p int) {
	o := &w.pods[p]
	c := &o.cass
	w.announce(p, Normal)
	w.gossip(p)
	o.init.crashLoop = false
	w.logf("pod %d serves as %s in ring %d", p, hostNames[c.host], c.ring)
	w.noteJoined(p)
}

// noteJoined is what `run` writes at the first SUPPORTED.
func (w *world) noteJoined(p int) {
	o := &w.pods[p]
	if !o.agent || o.cass.stage != normal {
		return
	}
	o.phase, o.position = Serving, Position{}
	st := &o.vol.st
	o.memory.whole = o.memory.whole || !st.Joined
	o.vol.began = ""
	st.Joined, st.HostID, st.Address = true, hostNames[o.cass.host], o.cass.addr.ip()
	o.vol.known[p] = o.cass.host
}
