package decide

import "math/rand/v2"

// fault is something that goes wrong, or that an operator does.
type fault struct {
	name   string
	weight int
	happen func(w *world, p, q int, r *rand.Rand) bool
}

var faults = []fault{
	{"kill", 10, (*world).kill},
	{"sandbox restart", 4, func(w *world, p, _ int, r *rand.Rand) bool { return w.sandbox(p, r) }},
	{"pod deleted", 5, func(w *world, p, _ int, _ *rand.Rand) bool { return w.deletePod(p) }},
	{"volume lost", 5, func(w *world, p, _ int, _ *rand.Rand) bool { return w.loseVolume(p) }},
	{"data wiped", 2, func(w *world, p, _ int, _ *rand.Rand) bool { return w.wipe(p) }},
	{"state lost", 2, func(w *world, p, _ int, _ *rand.Rand) bool { return w.loseState(p) }},
	{"old disk back", 6, func(w *world, p, _ int, _ *rand.Rand) bool { return w.oldDisk(p) }},
	{"link cut", 8, (*world).cut},
	{"region cut", 3, (*world).cutRegion},
	{"links healed", 6, func(w *world, _, _ int, _ *rand.Rand) bool { return w.heal() }},
	{"DNS fails", 3, func(w *world, p, _ int, _ *rand.Rand) bool { return w.dns(p, dnsFails) }},
	{"DNS gives nobody", 3, func(w *world, p, _ int, _ *rand.Rand) bool { return w.dns(p, dnsNobody) }},
	{"DNS works", 5, func(w *world, p, _ int, _ *rand.Rand) bool { return w.dns(p, dnsWorks) }},
	{"DNS path cut", 2, func(w *world, p, q int, _ *rand.Rand) bool { return w.cutDNS(p, q) }},
	{"agent dead", 4, func(w *world, p, _ int, _ *rand.Rand) bool { return w.agent(p, false) }},
	{"agent back", 6, func(w *world, p, _ int, _ *rand.Rand) bool { return w.agent(p, true) }},
	{"crash loop", 2, func(w *world, p, _ int, _ *rand.Rand) bool { return w.crash(p, true) }},
	{"crash loop over", 4, func(w *world, p, _ int, _ *rand.Rand) bool { return w.crash(p, false) }},
	{"paused", 3, func(w *world, p, _ int, _ *rand.Rand) bool { return w.pause(p, true) }},
	{"resumed", 8, func(w *world, p, _ int, _ *rand.Rand) bool { return w.pause(p, false) }},
	{"address translated", 2, func(w *world, p, _ int, _ *rand.Rand) bool { return w.translate(p) }},
	{"founder none", 2, func(w *world, p, _ int, r *rand.Rand) bool { return w.founder(p, r.IntN(2) == 0) }},
	{"region in front", 1, func(w *world, p, _ int, r *rand.Rand) bool { return w.front(p, r.IntN(2) == 0) }},
	{"replace", 10, func(w *world, p, _ int, _ *rand.Rand) bool { return w.replace(p) }},
	{"replace taken away", 3, func(w *world, p, _ int, _ *rand.Rand) bool { return w.noReplace(p) }},
	{"removenode", 4, func(w *world, p, q int, _ *rand.Rand) bool { return w.removeNode(p, q) }},
	{"decommission", 1, func(w *world, p, _ int, _ *rand.Rand) bool { return w.decommission(p) }},
	{"machine moved", 1, func(w *world, p, _ int, _ *rand.Rand) bool { return w.move(p) }},
}

var faultWeights = func() (sum int) {
	for _, f := range faults {
		sum += f.weight
	}
	return sum
}()

// strike lets one fault happen.
func (w *world) strike(r *rand.Rand) {
	p, q := r.IntN(w.shape.pods), r.IntN(w.shape.pods)
	n := r.IntN(faultWeights)
	for _, f := range faults {
		if n -= f.weight; n >= 0 {
			continue
		}
		if f.happen(w, p, q, r) {
			w.faults++
			w.stats.fault(f.name)
			w.logf("fault: %s, pods %d and %d", f.name, p, q)
		}
		return
	}
}

func (w *world) kill(p, _ int, _ *rand.Rand) bool {
	o := &w.pods[p]
	if !o.exists || o.cass.stage == off && !o.init.on {
		return false
	}
	if o.phase == Claiming {
		w.stats.killsInClaims++
	}
	if o.init.on && o.init.stage == decided && o.phase == Starting {
		w.stats.killsInStarts++
	}
	loop := o.init.crashLoop
	w.stop(p)
	o.init.crashLoop = loop
	return true
}

// sandbox restarts every container of the pod; the emptyDir stays.
func (w *world) sandbox(p int, r *rand.Rand) bool {
	o := &w.pods[p]
	if !o.exists {
		return false
	}
	phase, position := o.phase, o.position
	if o.cass.stage == normal {
		phase = Serving
	}
	w.remove(p)
	w.create(p, w.anyAddr(p, r.IntN(2) == 0))
	o.phase, o.position = phase, position
	if phase == Serving {
		o.phase = Starting
	}
	return true
}

// anyAddr is a new address, or one that somebody gave up.
func (w *world) anyAddr(p int, reused bool) addr {
	a := w.free[w.region[p]]
	if reused && a != 0 && w.at(a) < 0 {
		return a
	}
	return 0
}

func (w *world) deletePod(p int) bool {
	if !w.pods[p].exists {
		return false
	}
	w.remove(p)
	return true
}

// loseVolume deletes a pod and its disk.
func (w *world) loseVolume(p int) bool {
	o := &w.pods[p]
	if o.exists {
		w.remove(p)
	}
	if o.volume() == Joined {
		old := o.vol
		o.old = &old
	}
	o.vol = volume{}
	return true
}

func (w *world) wipe(p int) bool {
	o := &w.pods[p]
	if o.cass.stage != off || o.init.on || o.vol.data == noData {
		return false
	}
	o.vol.data, o.vol.host = noData, 0
	return true
}

func (w *world) loseState(p int) bool {
	o := &w.pods[p]
	if o.cass.stage != off || o.init.on || o.vol.data != fullData {
		return false
	}
	rack := o.vol.rack
	o.vol = volume{data: o.vol.data, host: o.vol.host, ring: o.vol.ring, rack: rack, dc: o.vol.dc, peers: o.vol.peers}
	return true
}

// oldDisk brings back the disk that was lost, once its place was taken.
func (w *world) oldDisk(p int) bool {
	o := &w.pods[p]
	if o.old == nil || w.dead&(1<<o.old.host) == 0 {
		return false
	}
	if o.exists {
		w.remove(p)
	}
	o.vol, o.old = *o.old, nil
	return true
}

func (w *world) cutLink(p, q int) {
	if p != q && w.pods[p].cutAt[q] == never {
		w.pods[p].cutAt[q] = w.now
		if w.pods[p].phase == Claiming || w.pods[q].phase == Claiming {
			w.stats.cutInClaims++
		}
	}
}

// cut cuts one direction, or both.
func (w *world) cut(p, q int, r *rand.Rand) bool {
	if p == q {
		return false
	}
	w.cutLink(p, q)
	if r.IntN(2) == 0 {
		w.cutLink(q, p)
	}
	return true
}

func (w *world) cutRegion(p, _ int, r *rand.Rand) bool {
	dark := w.region[p]
	both := r.IntN(3) > 0
	for a := range w.shape.pods {
		for b := range w.shape.pods {
			if w.region[a] != dark && w.region[b] == dark {
				w.cutLink(a, b)
				if both {
					w.cutLink(b, a)
				}
				w.cutDNSPath(w.region[a], dark)
				if both {
					w.cutDNSPath(dark, w.region[a])
				}
			}
		}
	}
	return w.shape.regions > 1
}

func (w *world) cutDNSPath(asker, asked int) {
	if asker != asked && w.dnsCut[asker][asked] == never {
		w.dnsCut[asker][asked] = w.now
	}
}

func (w *world) heal() bool {
	for p := range w.pods {
		for q := range w.pods[p].cutAt {
			w.pods[p].cutAt[q] = never
		}
	}
	for a := range w.dnsCut {
		for b := range w.dnsCut[a] {
			w.dnsCut[a][b] = never
		}
	}
	return true
}

func (w *world) cutDNS(p, q int) bool {
	if w.region[p] == w.region[q] {
		return false
	}
	w.cutDNSPath(w.region[p], w.region[q])
	return true
}

func (w *world) dns(p int, f dnsFault) bool {
	g := &w.regions[w.region[p]]
	if g.fault == f {
		return false
	}
	g.fault = f
	return true
}

func (w *world) agent(p int, up bool) bool {
	o := &w.pods[p]
	if !o.exists || o.agent == up {
		return false
	}
	o.agent, o.memory = up, memory{since: w.now, translated: never}
	w.noteJoined(p)
	return true
}

// translate makes others see a pod's questions come from another address, or
// no more.
func (w *world) translate(p int) bool {
	w.pods[p].nat = !w.pods[p].nat
	return true
}

func (w *world) crash(p int, on bool) bool {
	o := &w.pods[p]
	if o.init.crashLoop == on {
		return false
	}
	o.init.crashLoop = on
	return true
}

func (w *world) pause(p int, on bool) bool {
	in := &w.pods[p].init
	if !in.on || in.paused == on {
		return false
	}
	in.paused = on
	return true
}
