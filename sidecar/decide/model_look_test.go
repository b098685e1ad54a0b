package decide

import (
	"slices"
	"time"
)

// resolve asks the DNS of a region. The answer is as old as lag.
func (w *world) resolve(p, r int, lag seconds) DNS {
	in := &w.pods[p].init
	d := DNS{Datacenter: regionNames[r]}
	g := &w.regions[r]
	if w.dnsCut[w.region[p]][r] == never && g.fault != dnsFails {
		d.Answer = Nobody
		for i := range g.history {
			if g.history[i].at <= w.now-lag || i == len(g.history)-1 {
				if g.fault == dnsWorks {
					for _, a := range g.history[i].from {
						if a != 0 {
							d.Addresses = append(d.Addresses, a.ip())
						}
					}
				}
				break
			}
		}
		if len(d.Addresses) > 0 {
			d.Answer = Answered
		}
	}
	switch {
	case d.Answer == Answered:
		in.silent[r], in.unheard[r] = 0, never
	case in.unheard[r] == never:
		in.unheard[r] = w.now
	default:
		in.silent[r] += min(w.now-in.unheard[r], 10)
		in.unheard[r] = w.now
	}
	d.SilentFor = time.Duration(in.silent[r]) * time.Second
	return d
}

// look begins a look: settings and DNS.
func (w *world) look(p int, lag func() seconds) {
	o := &w.pods[p]
	in := &o.init
	in.stage, in.asked, in.began, in.ring, in.blind, in.knowsAskers = asking, 0, w.now, nil, 0, false
	for r := range w.shape.regions {
		d := w.resolve(p, r, lag())
		in.answers[r] = d
		if r == w.region[p] {
			if !slices.Contains(d.Addresses, o.addr.ip()) {
				in.listed = never
			} else if in.listed == never {
				in.listed = w.now
			}
		}
		for _, ip := range d.Addresses {
			a := addrOf(ip)
			if a == o.addr {
				continue
			}
			i := slices.IndexFunc(in.agents, func(k known) bool { return k.addr == a })
			if i < 0 {
				i = len(in.agents)
				in.agents = append(in.agents, known{addr: a, given: [maxRegions]seconds{never, never, never}})
			}
			in.agents[i].given[r] = w.now
		}
		for i := range in.agents {
			if k := &in.agents[i]; k.given[r] != never {
				k.omitted = d.Answer == Answered && k.given[r] != w.now || d.Answer != Answered && k.omitted
			}
		}
	}
	in.agents = slices.DeleteFunc(in.agents, func(k known) bool {
		return !k.last && !k.asker && w.now-slices.Max(k.given[:]) >= 120
	})
}

// more adds those whom live members were asked from. They are asked in this
// look too, unless the wiring comes to know of them too late.
func (w *world) more(p int) {
	o := &w.pods[p]
	in := &o.init
	in.knowsAskers = true
	for i := range in.agents {
		in.agents[i].asker = false
	}
	l := &look{s: w.settings(p), st: o.vol.st, o: w.observations(p), without: w.without}
	l.observe()
	for _, ip := range l.askers {
		a := addrOf(ip)
		i := slices.IndexFunc(in.agents, func(k known) bool { return k.addr == a })
		if i < 0 {
			i = len(in.agents)
			in.agents = append(in.agents, known{addr: a, given: [maxRegions]seconds{never, never, never}})
			in.knowsAskers = o.late
		}
		in.agents[i].asker = true
	}
}

// reply is p's agent's /v1/node.
func (w *world) reply(p int) *Node {
	o := &w.pods[p]
	n := &Node{
		Ring: "customers", RingID: o.vol.st.RingID, Pod: w.name(p), Datacenter: regionNames[w.region[p]], Rack: rackNames[w.rack[p]],
		HostID: o.vol.st.HostID, Volume: o.volume(), Phase: o.phase, Now: w.time(w.now + o.skew),
	}
	if o.foreign {
		n.Ring, n.RingID, n.HostID, n.Volume, n.Phase = "orders", "", "", Empty, Waiting
		return n
	}
	if o.elsewhere {
		n.Datacenter = "dc-elsewhere"
	}
	switch {
	case o.cass.stage == normal:
		n.Phase = Serving
	case o.lapsed(w.now):
		n.Phase = Waiting
	}
	if n.Phase == Turn || n.Phase == Claiming || n.Phase == Waiting {
		n.Position = o.position
	}
	for q, h := range o.vol.known[:w.shape.pods] {
		if h != 0 {
			n.KnownPods = append(n.KnownPods, KnownPod{Datacenter: regionNames[w.region[q]], Pod: w.name(q), HostID: hostNames[h]})
		}
	}
	for h := 1; h <= w.hosts; h++ {
		if o.vol.gone&(1<<h) != 0 {
			n.Gone = append(n.Gone, hostNames[h])
		}
	}
	o.memory.tell(n, w.now)
	return n
}

// ask asks one agent. lose drops the answer.
func (w *world) ask(p int, lose bool) {
	o := &w.pods[p]
	in := &o.init
	k := &in.agents[in.asked]
	in.asked++
	q := w.at(k.addr)
	if q >= 0 && w.pods[q].agent && w.linked(p, q) && !(lose && k.tries < tries-1) {
		switch {
		case o.volume() == Joined:
		case o.nat:
			w.pods[q].memory.translated = w.now
		default:
			w.pods[q].memory.note(o.addr, w.now)
		}
		k.node, k.heard, k.tries, k.silent = w.reply(q), w.now, 0, 0
		if w.tracing && o.phase == Claiming {
			w.logf("pod %d: hears pod %d: %s %v", p, q, k.node.Phase, k.node.Position)
		}
		return
	}
	if k.tries > 0 {
		k.silent += min(w.now-k.asked, 10)
	}
	k.asked = w.now
	k.node = nil
	k.tries++
	if w.tracing && o.phase == Claiming {
		w.logf("pod %d: does not hear pod %d at %d since %d, given %v, omitted %v, cut %v", p, q, k.addr, k.silent, k.given, k.omitted, !w.linked(p, max(q, 0)))
	}
}

// read asks for R.
func (w *world) read(p int) {
	o := &w.pods[p]
	in := &o.init
	in.stage = reading
	if in.ring = o.oldRing; o.noRing || o.oldRing != nil {
		return
	}
	l := &look{s: w.settings(p), st: o.vol.st, o: w.observations(p), without: w.without}
	l.observe()
	if len(l.live) == 0 {
		in.live = never
	} else if in.live == never {
		in.live = in.began
	}
	if !l.needsRing() {
		return
	}
	// The last reading is taken again as long as it may be: then every
	// decision that may rest on an old one does.
	if r := in.lastRing; r != nil && !w.reread && o.volume() != Joined && o.phase != Claiming && w.time(in.began).Sub(r.Began) <= recent {
		in.ring = r
		return
	}
	defer func() { in.lastRing = in.ring }()
	for _, a := range l.live {
		q := w.at(addrOf(a.Address))
		if q < 0 || !w.pods[q].agent || !w.linked(p, q) || w.pods[q].cass.stage != normal {
			continue
		}
		in.ring = w.ringOf(q)
		if o.volume() != Joined || o.vol.st.RingID != "" || l.lists(in.ring, o.vol.st.HostID) {
			return
		}
	}
}

func (w *world) ringOf(q int) *Ring {
	o := &w.pods[q]
	r := &Ring{From: o.addr.ip(), Began: w.time(w.now)}
	for h := 1; h <= w.hosts; h++ {
		if w.shown(q, h) {
			e := o.cass.view[h]
			r.Members = append(r.Members, Member{
				Address: e.addr.ip(), HostID: hostNames[h], Datacenter: regionNames[w.region[int(e.owner)]], Rack: rackNames[w.rack[e.owner]],
				Up: e.up, State: e.state,
			})
		}
	}
	return r
}
