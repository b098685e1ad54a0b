package decide

import (
	"net/netip"
	"slices"
	"time"
)

// stepAgent is one round of `run`: remember pods, learn who is gone.
func (w *world) stepAgent(p int) {
	o := &w.pods[p]
	if !o.agent {
		return
	}
	w.noteJoined(p)
	for q := range w.shape.pods {
		if q != p && w.pods[q].exists && w.pods[q].agent && w.linked(p, q) {
			v := &w.pods[q].vol
			for r, h := range v.known[:w.shape.pods] {
				if h != 0 && (h > o.vol.known[r]) {
					o.vol.known[r] = h
				}
			}
			if v.st.Joined && v.st.RingID == o.vol.st.RingID && o.vol.st.RingID != "" && !o.vol.st.Joined {
				o.vol.gone |= v.gone
			}
		}
	}
	if o.cass.stage != normal {
		o.listed = 0
		return
	}
	for h := 1; h <= w.hosts; h++ {
		e := o.cass.view[h]
		switch {
		case e.state == Normal && !e.removed:
			o.listed |= 1 << h
		case e.state == Normal && e.removed && o.listed&(1<<h) != 0:
			o.vol.gone |= 1 << h
		}
	}
	var seeds []netip.Addr
	for q := range w.shape.pods {
		if id := w.pods[q].vol.st.RingID; o.vol.st.RingID == "" && id != "" && w.pods[q].cass.stage == normal && w.pods[q].agent && w.linked(p, q) && w.pods[q].cass.view[o.cass.host].state == Normal {
			o.vol.st.RingID = id
		}
		if q != p && w.pods[q].cass.stage == normal && w.pods[q].agent && w.linked(p, q) {
			seeds = append(seeds, w.pods[q].addr.ip())
		}
	}
	if len(seeds) > 0 {
		o.vol.st.LastSeeds = seeds
	}
	w.giveRingID(p)
}

// giveRingID is what the one member does whose ring nobody knows any more. To
// who knows it and cannot be reached, that is a second ring of the same name.
func (w *world) giveRingID(p int) {
	o := &w.pods[p]
	if o.vol.st.RingID != "" || !o.vol.st.Joined {
		return
	}
	obs := Observations{NewRingID: ringNames[min(w.rings+1, len(ringNames)-1)]}
	for r := range w.shape.regions {
		d := DNS{Datacenter: regionNames[r]}
		if w.regions[r].fault == dnsWorks && w.dnsCut[w.region[p]][r] == never {
			d.Answer = Answered
		}
		obs.DNS = append(obs.DNS, d)
	}
	for q := range w.shape.pods {
		if q == p || !w.pods[q].exists {
			continue
		}
		a := Agent{Address: w.pods[q].addr.ip(), Datacenters: []string{regionNames[w.region[q]]}}
		if w.pods[q].agent && w.linked(p, q) {
			a.Node = w.reply(q)
		}
		obs.Agents = append(obs.Agents, a)
	}
	id := GivenRingID(w.settings(p), o.vol.st, obs, w.ringOf(p).Members)
	if id == "" {
		return
	}
	o.vol.st.RingID = id
	if id == obs.NewRingID {
		w.rings++
		for q := range w.shape.pods {
			w.except = w.except || q != p && w.pods[q].vol.st.RingID != "" || w.pods[q].old != nil
		}
	}
	w.logf("pod %d gives its ring the identity %s", p, id)
	w.persisted(p)
}

// memory is what an agent remembers of those who asked it.
type memory struct {
	since      seconds // when the agent began
	whole      bool    // it recorded its volume as joined
	asked      [12]question
	translated seconds // when it was last asked from another's address
}

type question struct {
	addr addr
	at   seconds
}

// reachBack is how long an agent remembers.
const reachBack = 120

// note remembers that the init at an address asked.
func (m *memory) note(a addr, now seconds) {
	i := slices.IndexFunc(m.asked[:], func(k question) bool { return k.addr == a })
	if i < 0 {
		i = 0
		for j, k := range m.asked {
			if k.addr == 0 {
				i = j
				break
			}
			if k.at < m.asked[i].at {
				i = j
			}
		}
		if m.asked[i].addr != 0 && now-m.asked[i].at <= reachBack {
			m.translated = now // no room for all: as good as not known
		}
	}
	m.asked[i] = question{a, now}
}

// tell fills in what /v1/node says of it.
func (m *memory) tell(n *Node, now seconds) {
	for _, k := range m.asked {
		if k.addr != 0 && now-k.at <= reachBack {
			n.Asked = append(n.Asked, Asker{k.addr.ip(), time.Duration(now-k.at) * time.Second})
		}
	}
	reach := min(now-m.since, reachBack)
	if m.whole {
		reach = reachBack
	}
	n.AskedFor = time.Duration(reach) * time.Second
	n.Translated = m.translated != never && now-m.translated <= reachBack
}

// tick lets time pass.
func (w *world) tick(d seconds) {
	pause := max(1, w.ringLag()/4)
	for d > 0 {
		step := min(d, pause)
		d -= step
		w.now += step
		for p := range w.shape.pods {
			o := &w.pods[p]
			if w.gossips(p) && w.now-o.cass.gossiped >= w.ringLag()-pause {
				w.gossip(p)
			}
			if o.init.on && !o.init.paused && (o.phase == Turn || o.phase == Claiming) {
				if o.lapsed(w.now) {
					o.init.readBack, o.init.lapsed = never, true
				}
				o.renewed = w.now
			}
			if o.agent && (o.phase == Starting || o.phase == Serving) && o.cass.stage == off && w.now-o.closed >= 30 {
				o.phase = Stopped
			}
		}
	}
}

// lapsed says that the agent publishes a turn or a claim as waiting, since
// init has not renewed it for 10 s.
func (o *pod) lapsed(now seconds) bool {
	return (o.phase == Turn || o.phase == Claiming) && now-o.renewed >= 10
}
