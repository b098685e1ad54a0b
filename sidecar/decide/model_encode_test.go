package decide

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// encoder writes down all that what follows can depend on; times as ages, no
// older than the oldest that matters.
type encoder struct {
	b    []byte
	w    *world
	left int
	rank map[int32]int
}

func (w *world) encode(left int) []byte {
	e := &encoder{b: make([]byte, 0, 1024), w: w, left: left, rank: w.ranks()}
	e.num(left, w.rings, int(w.dead), w.hosts)
	for h := 1; h <= w.hosts; h++ {
		e.num(w.hostPod[h])
		e.flags(w.shownJoining(h))
	}
	for r := range w.shape.regions {
		e.region(r)
	}
	for p := range w.shape.pods {
		e.pod(p)
		e.volume(&w.pods[p].vol)
		e.process(&w.pods[p].cass)
		e.init(p)
	}
	return e.b
}

// shownJoining says whether a joiner has died and may still be shown for a while.
func (w *world) shownJoining(h int) bool {
	return w.jDied[h] > 0 && w.now-w.jDied[h] < w.lingers() && slices.ContainsFunc(w.pods[:w.shape.pods], func(o pod) bool {
		return o.cass.view[h].state == Joins || o.vol.peers[h].state == Joins
	})
}

func (e *encoder) num(values ...int) {
	for _, v := range values {
		e.b = binary.AppendVarint(e.b, int64(v))
	}
}

func (e *encoder) text(s string) { e.b = append(append(e.b, s...), 0) }

func (e *encoder) flags(values ...bool) {
	for _, v := range values {
		if v {
			e.b = append(e.b, 1)
		} else {
			e.b = append(e.b, 0)
		}
	}
}

func (e *encoder) age(t seconds, most int) {
	if t == never {
		e.num(-1)
	} else {
		e.num(min(e.w.now-t, most))
	}
}

func (e *encoder) view(v *[maxHosts + 1]entry) {
	for h := 1; h <= e.w.hosts; h++ {
		x := &v[h]
		if x.state == 0 || x.state == Joins && e.w.jDied[h] > 0 && !e.w.shownJoining(h) {
			e.num(0) // never heard of, or not shown for ever more
			continue
		}
		e.num(int(x.state), int(x.addr), int(x.owner), e.rank[x.seq])
		e.flags(x.up, x.removed)
	}
}

func (e *encoder) region(r int) {
	g := &e.w.regions[r]
	e.num(int(g.fault), e.w.nextAddr[r])
	for i := range g.history {
		if e.left > 0 {
			e.age(g.history[i].at, 30)
		}
		for p := range e.w.shape.pods {
			e.num(int(g.history[i].from[p]))
		}
		if e.left == 0 || e.w.now-g.history[i].at >= 30 {
			break // no answer is older
		}
	}
	for a := range e.w.shape.regions {
		e.age(e.w.dnsCut[r][a], 120)
	}
}

func (e *encoder) pod(p int) {
	o := &e.w.pods[p]
	e.flags(o.exists, o.agent, o.old != nil)
	e.text(string(o.phase))
	e.num(int(o.addr), int(o.listed))
	if o.phase == Waiting || o.phase == Turn || o.phase == Claiming {
		e.num(o.position.FailedStarts, o.position.RackMembers, len(o.position.Pod))
	}
	if o.phase == Turn || o.phase == Claiming {
		e.age(o.renewed, 10)
	}
	if o.phase == Starting || o.phase == Serving {
		e.age(o.closed, 30)
	}
	for q := range e.w.shape.pods {
		e.age(o.cutAt[q], 120)
	}
	if o.agent {
		e.memory(&o.memory)
	}
}

// memory: nobody asks for more than what an old DNS answer may lack.
func (e *encoder) memory(m *memory) {
	for _, k := range m.asked {
		if k.addr != 0 && e.w.now-k.at <= 30 && !e.given(k.addr) {
			e.num(int(k.addr))
			e.age(k.at, 30)
		}
	}
	e.num(-1)
	e.flags(m.whole || e.w.now-m.since >= 30)
	if !m.whole {
		e.age(m.since, 30)
	}
}

// given says whether every DNS answer that anyone can get names the address,
// now and, if faults come, for as long as it is remembered.
func (e *encoder) given(a addr) bool {
	w := e.w
	p := w.at(a)
	if p < 0 {
		return false
	}
	r := w.region[p]
	g := &w.regions[r]
	for i := range g.history {
		if g.history[i].from[p] != a {
			return false
		}
		if e.left == 0 || w.now-g.history[i].at >= 30 {
			break
		}
	}
	for asker := range w.shape.regions {
		if w.dnsCut[asker][r] != never {
			return false
		}
	}
	return g.fault == dnsWorks
}

func (e *encoder) volume(v *volume) {
	e.num(int(v.gone), int(v.data), v.host, v.ring, v.st.FailedStarts)
	e.num(v.known[:e.w.shape.pods]...)
	e.flags(v.st.Founding, v.st.Joining, v.st.Joined, v.st.Removed, v.heard)
	e.text(v.st.RingID + v.st.HostID + v.st.Rack + v.st.Replacing)
	e.num(len(v.st.LastSeeds))
	for _, s := range v.st.LastSeeds {
		e.num(int(addrOf(s)))
	}
	if v.data == fullData {
		e.view(&v.peers)
	}
}

func (e *encoder) process(c *process) {
	e.num(int(c.stage))
	if c.stage == off {
		return
	}
	e.num(c.host, c.ring)
	e.view(&c.view)
	if c.stage == normal {
		return
	}
	if c.stage == joining {
		e.age(c.since, e.w.ringDelay)
	} else {
		e.age(c.since, e.w.shape.shadowRound())
	}
	e.num(c.replaces, len(c.seeds))
	for _, s := range c.seeds {
		e.num(int(s))
	}
	e.flags(c.newcomer, c.ownSeed)
}

func (e *encoder) init(p int) {
	o := &e.w.pods[p]
	in := &o.init
	e.flags(in.on)
	e.num(int(in.blind))
	if !in.on {
		return
	}
	e.flags(in.ended, in.told, in.deaf, in.lapsed)
	e.num(int(in.stage), in.step)
	switch {
	case o.vol.data == fullData:
		e.age(in.since, 30)
	default:
		e.flags(e.w.penalized(p))
		e.age(in.listed, 30)
		if e.w.remembered(p) {
			e.age(in.live, 600)
		}
	}
	e.age(in.readBack, 1)
	e.reading(in.lastRing)
	if in.stage == decided {
		e.age(in.published, 10)
		e.text(string(in.action.Kind) + string(in.action.Phase) + string(in.action.Condition) + in.action.State.RingID)
		for _, s := range in.action.Seeds {
			e.num(int(addrOf(s)))
		}
	}
	for r := range e.w.shape.regions {
		e.num(min(in.silent[r], 120))
		e.age(in.unheard[r], 10)
	}
	slices.SortFunc(in.agents, func(a, b known) int { return cmp.Compare(a.addr, b.addr) })
	for i := range in.agents {
		e.known(p, &in.agents[i])
	}
}

// reading is one that may be taken again.
func (e *encoder) reading(r *Ring) {
	if r == nil || e.w.reread || e.w.time(e.w.now).Sub(r.Began) > recent {
		e.num(-1)
		return
	}
	e.num(int(e.w.time(e.w.now).Sub(r.Began) / time.Second))
	for _, m := range r.Members {
		e.num(int(addrOf(m.Address)), int(m.State))
		e.text(m.HostID)
		e.flags(m.Up)
	}
}

func (e *encoder) known(p int, k *known) {
	w := e.w
	e.num(int(k.addr), min(k.tries, tries), min(k.silent, 120))
	e.flags(k.omitted, k.last)
	for r := range w.shape.regions {
		switch {
		case k.given[r] == never:
			e.num(-1)
		case e.left == 0 && w.regions[r].fault == dnsWorks && w.at(k.addr) >= 0 && w.dnsCut[w.region[p]][r] == never:
			e.num(-2) // the next look is given it again
		default:
			e.age(k.given[r], 120)
		}
	}
	if k.tries > 0 {
		e.age(k.asked, 10)
	}
}

// penalized says whether p has to let others go first after a failed start.
func (w *world) penalized(p int) bool {
	o := &w.pods[p]
	return w.now-o.init.since < 600*o.vol.st.FailedStarts
}

// remembered says whether any agent knows what p was while a ring may not list
// that any more.
func (w *world) remembered(p int) bool {
	for q := range w.shape.pods {
		h := w.pods[q].vol.known[p]
		if h == 0 {
			continue
		}
		for r := range w.shape.pods {
			o := &w.pods[r]
			if o.vol.data == fullData && (o.cass.view[h].state != Normal || o.cass.view[h].removed) && (o.vol.peers[h].state != Normal || o.vol.peers[h].removed) {
				return true
			}
		}
	}
	return false
}

// ranks numbers the changes of the ring in their order: only that matters.
func (w *world) ranks() map[int32]int {
	var all []int32
	add := func(v *[maxHosts + 1]entry) {
		for h := 1; h <= w.hosts; h++ {
			if v[h].seq != 0 {
				all = append(all, v[h].seq)
			}
		}
	}
	for p := range w.shape.pods {
		add(&w.pods[p].cass.view)
		add(&w.pods[p].vol.peers)
	}
	slices.Sort(all)
	rank := map[int32]int{}
	for i, seq := range slices.Compact(all) {
		rank[seq] = i + 1
	}
	return rank
}
