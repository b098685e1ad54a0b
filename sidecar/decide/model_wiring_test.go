package decide

import (
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// The wiring as the doc comments ask for it, in steps between which anything
// may happen.

type initStage int

const (
	idle    initStage = iota // the next step begins a look
	asking                   // agents are being asked, next is the asked-th
	reading                  // R is being asked for
	decided                  // action is to be carried out, next is its step
)

// known is what init knows about an address.
type known struct {
	addr    addr
	given   [maxRegions]seconds // when its DNS last gave it
	omitted bool
	node    *Node
	heard   seconds
	tries   int
	silent  seconds
	asked   seconds
	last    bool // from lastSeeds
	asker   bool // a live member was asked from there
}

type initProcess struct {
	on        bool
	paused    bool
	crashLoop bool // Cassandra crashes whatever it finds; kept over restarts
	ended     bool
	since     seconds
	stage     initStage
	began     seconds
	answers   [maxRegions]DNS
	silent    [maxRegions]seconds
	unheard   [maxRegions]seconds // when the last try that got no addresses was made
	listed    seconds
	live      seconds
	agents    []known
	asked     int
	// knowsAskers: those who asked live members are among agents.
	knowsAskers bool
	ring        *Ring
	lastRing    *Ring
	readBack    seconds
	lapsed      bool // the place in the queue was lost since the look began
	action      Action
	step        int
	published   seconds
	blind       uint32 // pods that were cut off for over 120 s at this look
	deaf        bool   // one that was not asked often enough would have said so
	told        bool   // a live member said in this look that this one is removed
}

func (w *world) startInit(p int) {
	o := &w.pods[p]
	o.init = initProcess{on: true, crashLoop: o.init.crashLoop, since: w.now, listed: never, live: never, readBack: never, ended: o.phase == Starting || o.phase == Stopped || o.phase == Serving}
	for r := range o.init.unheard {
		o.init.unheard[r] = never
	}
	for _, s := range o.vol.st.LastSeeds {
		o.init.agents = append(o.init.agents, known{addr: addrOf(s), last: true, given: [maxRegions]seconds{never, never, never}})
	}
	w.logf("pod %d: init begins, volume %s", p, o.volume())
}

var orders = [2][]string{{"dc-0", "dc-1", "dc-2"}, {"dc-new", "dc-0", "dc-1", "dc-2"}}

func (w *world) settings(p int) Settings {
	r := w.region[p]
	g := &w.regions[r]
	s := Settings{
		Settings: settings.Settings{
			Ring: "customers", Datacenter: regionNames[r], Founder: settings.NoFounder, Members: w.perRegion,
			Order: orders[0][:w.shape.regions], AllocationReplicationFactor: w.allocation, Racks: settings.RacksFaultDomain,
		},
		Pod: w.name(p), Address: w.pods[p].addr.ip(), StatefulSetRack: rackNames[w.rack[p]],
	}
	if g.founder && r == 0 {
		s.Founder = podNames[0][0]
	}
	if g.front {
		s.Order = orders[1][:w.shape.regions+1]
	}
	if w.zone {
		s.Racks = settings.RacksZone
	}
	for q := range w.shape.pods {
		if g.replace[q] != 0 {
			if s.Replace == nil {
				s.Replace = map[string]string{}
			}
			s.Replace[w.name(q)] = hostNames[g.replace[q]]
		}
	}
	return s
}

// observations are what Decide gets.
func (w *world) observations(p int) Observations {
	o := &w.pods[p]
	in := &o.init
	obs := Observations{
		Began: w.time(in.began), Since: w.time(in.since), Volume: o.volume(), Rack: rackNames[o.here], NewRingID: ringNames[min(w.rings+1, len(ringNames)-1)],
		DNS: in.answers[:w.shape.regions], Ring: in.ring,
		Own: Own{Phase: o.phase, Position: o.position, Ended: in.ended},
	}
	if in.listed != never {
		obs.ListedSince = w.time(in.listed)
	}
	if in.live != never {
		obs.LiveSince = w.time(in.live)
	}
	if in.readBack != never && o.phase == Claiming {
		obs.Own.ReadBack = w.time(in.readBack)
	}
	for i := range in.agents[:in.asked] {
		k := &in.agents[i]
		if k.addr == o.addr {
			continue
		}
		a := Agent{Address: k.addr.ip(), Omitted: k.omitted, Node: k.node, Heard: w.time(k.heard), Tries: k.tries, SilentFor: time.Duration(k.silent) * time.Second}
		for r := range w.shape.regions {
			if k.given[r] != never && in.began-k.given[r] < 120 {
				a.Datacenters = append(a.Datacenters, regionNames[r])
			}
		}
		obs.Agents = append(obs.Agents, a)
	}
	return obs
}

// decide runs the function this is all about.
func (w *world) decide(p int) {
	o := &w.pods[p]
	in := &o.init
	obs := w.observations(p)
	s := w.settings(p)
	var l *look
	for range 3 {
		l = &look{s: s, st: o.vol.st, o: obs, now: w.time(w.now), without: w.without}
		a := l.decide()
		w.stats.decisions++
		if a.Kind != Record {
			in.action, in.stage, in.step = a, decided, 0
			break
		}
		o.vol.st = a.State
		w.persisted(p)
		in.ended, obs.Own.Ended = false, false
	}
	if in.stage != decided {
		w.breaks("L1", "pod %d records without end", p)
		in.on = false
		return
	}
	w.stats.condition(in.action.Condition)
	if in.action.Condition != o.last || in.action.Kind != Wait {
		w.logf("pod %d: %s %s %s %v: %s", p, in.action.Kind, in.action.Phase, in.action.Condition, in.action.Position, in.action.Reason)
	}
	o.last, o.reason = in.action.Condition, in.action.Reason
	for q := range w.shape.pods {
		if c := w.cutSince(p, q); c != never && w.now-c >= 120 {
			in.blind |= 1 << q
		}
	}
	in.told = slices.ContainsFunc(obs.Agents, func(a Agent) bool {
		return a.Node != nil && a.Node.Phase == Serving && a.Node.RingID == o.vol.st.RingID && slices.Contains(a.Node.Gone, o.vol.st.HostID)
	})
	in.deaf = len(l.live) == 0 && w.wouldTell(p)
	if in.action.Kind == Found {
		w.checkFounding(p, obs)
		if obs.Volume != Founding {
			w.rings++
		}
	}
}

// cutSince is since when p cannot learn of q, by either way.
func (w *world) cutSince(p, q int) seconds {
	link, dns := w.pods[p].cutAt[q], w.dnsCut[w.region[p]][w.region[q]]
	if link == never || dns != never && dns < link {
		return dns
	}
	return link
}

// carryOut does the next step of the action.
func (w *world) carryOut(p int) {
	o := &w.pods[p]
	in := &o.init
	a := in.action
	in.step++
	starts := a.Kind == Start || a.Kind == Found
	switch in.step {
	case 1: // publish
		if starts && o.phase == Claiming && (o.lapsed(w.now) || in.lapsed) {
			in.stage, in.readBack = idle, never
			return
		}
		if starts && a.State.Joining && o.phase == Claiming {
			w.stats.claimsWon++
			if in.listed == never || in.began-in.listed < 30 {
				w.stats.early++
			}
		}
		o.phase, o.position, in.published, o.renewed = a.Phase, a.Position, w.now, w.now
		if a.Phase == Starting {
			o.closed = w.now
		}
		if a.Phase != Claiming {
			in.readBack = never
		}
	case 2: // persist what differs
		merged := a.State
		merged.Joined, merged.HostID, merged.Address = o.vol.st.Joined, o.vol.st.HostID, o.vol.st.Address
		if a.State.Joining && o.vol.st.Joined {
			merged.Joined, merged.HostID, merged.Address = false, "", netip.Addr{}
		}
		o.vol.st = merged
		w.persisted(p)
	case 3:
		if !starts {
			in.stage = idle
			if a.Kind == Refuse {
				in.on = false
			}
			return
		}
		if w.now-in.published >= 10 {
			in.action = Action{Kind: Wait, State: o.vol.st, Phase: Waiting, Condition: o.last, Reason: o.reason}
			in.step = 0
			return
		}
		loop := in.crashLoop
		w.checkStart(p, a)
		o.init = initProcess{crashLoop: loop, blind: in.blind}
		w.exec(p, a)
	}
}

// persisted holds what is now on the volume against what was first there.
func (w *world) persisted(p int) {
	v := &w.pods[p].vol
	if v.rack == "" {
		v.rack = v.st.Rack
	}
	if v.dc == "" {
		v.dc = v.st.Datacenter
	}
	v.heard = v.heard || v.st.Removed
	switch {
	case v.st.Joined:
		v.began = ""
	case v.st.Replacing != "":
		v.began = v.st.Replacing
	}
	w.checkRings()
}

// readBackClaim asks the own agent for the claim.
func (w *world) readBackClaim(p int) {
	o := &w.pods[p]
	if o.init.readBack = never; o.agent && o.phase == Claiming && !o.lapsed(w.now) {
		o.init.readBack = w.now
	}
}

// recover takes from system.local what state.json lacks.
func (w *world) recover(p int) {
	v := &w.pods[p].vol
	if v.data != noData && v.st.Rack == "" {
		v.st.Ring, v.st.Datacenter, v.st.Rack = "customers", regionNames[w.region[p]], v.rack
	}
	if w.pods[p].volume() == Joined && !v.st.Joined {
		v.st.Joined, v.st.HostID = true, hostNames[v.host]
	}
}

// stepInit does one step of a running init. whole does all up to the decision.
func (w *world) stepInit(p int, whole bool, lag func() seconds, lose func() bool) {
	o := &w.pods[p]
	in := &o.init
	for {
		switch in.stage {
		case idle:
			w.recover(p)
			in.lapsed = false
			if o.phase == Claiming {
				w.readBackClaim(p)
			}
			w.look(p, lag)
		case asking:
			switch {
			case in.knowsAskers:
				w.read(p)
			case in.asked < len(in.agents):
				w.ask(p, lose())
			default:
				w.more(p)
			}
		case reading:
			w.decide(p)
			return
		case decided:
			w.carryOut(p)
			return
		}
		if !whole {
			return
		}
	}
}
