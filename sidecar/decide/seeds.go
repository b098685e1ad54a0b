package decide

import (
	"net/netip"
	"slices"
)

// seedsPerDatacenter is how many live members of each datacenter go first.
const seedsPerDatacenter = 3

// JoinedSeeds gives the seeds that a member has by this look, best first: the
// live members, then whoever may be one. Its own address is last among them
// where nobody is live, and else not there.
func JoinedSeeds(s Settings, st State, o Observations) []netip.Addr {
	l := &look{s: s, st: st, o: o}
	l.observe()
	return l.joinedSeeds()
}

// joinedSeeds are a member's: whoever is live, then whoever may be; with
// nobody live, its own address last, so that it may start alone.
func (l *look) joinedSeeds() []netip.Addr {
	seeds := l.liveSeeds()
	for _, a := range l.candidates() {
		seeds = append(seeds, a.Address)
	}
	for _, address := range l.st.LastSeeds {
		if !slices.ContainsFunc(l.o.Agents, func(a Agent) bool { return a.Address == address }) {
			seeds = append(seeds, address)
		}
	}
	seeds = l.limited(seeds, MaxSeeds)
	if len(l.live) == 0 && !l.skips(ownAddressLast) {
		seeds = append(l.limited(seeds, MaxSeeds-1), l.s.Address)
	}
	return seeds
}

// candidates are those who may be members: whom a DNS gives before whom only
// the last seeds hold, and the own datacenter's before the others', as no more
// than MaxSeeds are named.
func (l *look) candidates() []Agent {
	var all []Agent
	for _, a := range l.o.Agents {
		if a.Node == nil || l.sameRing(a) {
			all = append(all, a)
		}
	}
	place := func(a Agent) int {
		first := len(l.s.Order)
		for _, datacenter := range a.Datacenters {
			first = min(first, l.preference(datacenter))
		}
		return first
	}
	slices.SortStableFunc(all, func(a, b Agent) int { return place(a) - place(b) })
	return all
}

// newcomerSeeds are live members only, so that the newcomer finds the ring or
// ends; never itself, or it would join without its data.
func (l *look) newcomerSeeds() []netip.Addr {
	return l.limited(l.liveSeeds(), MaxSeeds)
}

// liveSeeds are the live members to name first: of each datacenter one per
// rack, then others, three at most.
func (l *look) liveSeeds() []netip.Addr {
	var seeds []netip.Addr
	for rest := l.live; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(a Agent) bool { return a.Node.Datacenter != rest[0].Node.Datacenter })
		if n < 0 {
			n = len(rest)
		}
		seeds = append(seeds, onePerRackFirst(rest[:n])...)
		rest = rest[n:]
	}
	return seeds
}

// onePerRackFirst picks from agents that are sorted by rack.
func onePerRackFirst(agents []Agent) []netip.Addr {
	var first, further []netip.Addr
	for i, a := range agents {
		if i == 0 || agents[i-1].Node.Rack != a.Node.Rack {
			first = append(first, a.Address)
		} else {
			further = append(further, a.Address)
		}
	}
	picked := append(first, further...)
	return picked[:min(len(picked), seedsPerDatacenter)]
}

// limited drops repetitions, the own address and what is too much.
func (l *look) limited(seeds []netip.Addr, most int) []netip.Addr {
	var kept []netip.Addr
	for _, address := range seeds {
		if (address != l.s.Address || l.skips(neverOwnAddress)) && !slices.Contains(kept, address) && len(kept) < most {
			kept = append(kept, address)
		}
	}
	return kept
}
