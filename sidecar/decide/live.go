package decide

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Live gives the agents that stand for live members of this volume's ring:
// those that answered with its name and ringId (none on the volume yet: any),
// the datacenter whose DNS gave them, and phase joined. The own datacenter
// comes first. The wiring asks them for R in this order, before o.Ring is
// there.
func Live(s Settings, st State, o Observations) []Agent {
	l := &look{s: s, st: st, o: o}
	l.observe()
	return l.live
}

// RingID gives the identity of the ring that this volume belongs to: the one
// that it records, else the one that the look shows to be its own; empty where
// it shows none.
func RingID(s Settings, st State, o Observations) string {
	l := &look{s: s, st: st, o: o}
	l.observe()
	return l.ringID
}

// RingIDs gives all identities seen under this ring's name, the volume's own
// included, sorted; where there are two or more, nobody joins.
func RingIDs(s Settings, st State, o Observations) []string {
	l := &look{s: s, st: st, o: o}
	return l.ringIDs()
}

// observe finds out which ring this is, who is live in it and what R says.
func (l *look) observe() {
	l.ringID = l.st.RingID
	if l.ringID == "" {
		l.ringID = l.learntRingID()
	}
	for _, a := range l.o.Agents {
		if l.isLive(a) {
			l.live = append(l.live, a)
		}
	}
	slices.SortFunc(l.live, func(a, b Agent) int {
		return cmp.Or(
			cmp.Compare(l.preference(a.Node.Datacenter), l.preference(b.Node.Datacenter)),
			cmp.Compare(a.Node.Rack, b.Node.Rack),
			cmp.Compare(a.Node.Pod, b.Node.Pod),
			a.Address.Compare(b.Address),
		)
	})
	l.askers = l.lateAskers()
	r := l.o.Ring
	if r != nil && r.whole() && !r.Began.Before(l.oldestReading()) && slices.ContainsFunc(l.live, func(a Agent) bool { return a.Address == r.From }) {
		l.ring = r
	}
	if l.ring == nil && l.skips(NoReading) {
		l.ring = &Ring{}
	}
}

// whole says whether everybody but joiners has a host id. Who has none is
// nobody that could be told from others, and gossip makes up for it in seconds.
func (r *Ring) whole() bool {
	return !slices.ContainsFunc(r.Members, func(m Member) bool { return m.HostID == "" && m.State != Joins })
}

// oldestReading is before when R may not have begun. What starts Cassandra
// rests on a reading that is newer than its look; what only waits or puts up a
// claim may rest on one that is a few looks old, as it is looked at once more
// before anything starts.
func (l *look) oldestReading() time.Time {
	switch {
	case l.skips(freshReading):
		return time.Time{}
	case l.o.Volume == Joined || l.o.Own.Phase == Claiming:
		return l.o.Began
	}
	return l.o.Began.Add(-recent)
}

// preference orders datacenters: the own one, then as the settings do.
func (l *look) preference(datacenter string) int {
	if datacenter == l.s.Datacenter {
		return -1
	}
	return slices.Index(l.s.Order, datacenter)
}

// isLive says whether the agent stands for a member of this ring that serves.
func (l *look) isLive(a Agent) bool {
	return l.sameRing(a) && l.inPlace(a) && (a.Node.Phase == Serving || l.skips(liveServes))
}

// sameRing says whether an agent answered for this volume's ring. A ringId
// that one of the two has yet to learn tells nothing apart: a member starts
// beside such a one, a newcomer waits until it knows.
func (l *look) sameRing(a Agent) bool {
	return a.Node != nil && a.Node.Ring == l.s.Ring &&
		(l.ringID == "" || a.Node.RingID == "" || a.Node.RingID == l.ringID || l.skips(liveRingID))
}

// inPlace says whether the agent is of the datacenter whose DNS gave its
// address: a peer's DNS that answers with somebody else's pods proves nothing.
func (l *look) inPlace(a Agent) bool {
	if l.skips(liveInPlace) {
		return true
	}
	if len(a.Datacenters) == 0 {
		return slices.Contains(l.s.Order, a.Node.Datacenter)
	}
	return slices.Contains(a.Datacenters, a.Node.Datacenter)
}

// learntRingID is what a volume without a ringId takes for its own: a member
// that of the live agent whose ring lists it, a newcomer the only one there is.
func (l *look) learntRingID() string {
	if l.o.Volume == Joined {
		for _, a := range l.o.Agents {
			if l.o.Ring != nil && a.Address == l.o.Ring.From && l.isLive(a) && l.lists(l.o.Ring, l.st.HostID) {
				return a.Node.RingID
			}
		}
		return ""
	}
	if ids := l.ringIDs(); len(ids) == 1 {
		return ids[0]
	}
	return ""
}

func (l *look) lists(r *Ring, hostID string) bool {
	return slices.ContainsFunc(r.Members, func(m Member) bool { return m.HostID == hostID && m.State != Joins })
}

// ringIDs are all identities seen under this ring's name, the own included.
func (l *look) ringIDs() []string {
	var ids []string
	if l.st.RingID != "" {
		ids = append(ids, l.st.RingID)
	}
	for _, a := range l.o.Agents {
		if a.Node != nil && a.Node.Ring == l.s.Ring && a.Node.RingID != "" {
			ids = append(ids, a.Node.RingID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// twoRings stops newcomers: Cassandra would merge the rings without a word.
func twoRings(l *look) obstacle {
	ids := l.ringIDs()
	if len(ids) < 2 {
		return obstacle{}
	}
	return obstacle{TwoRings, fmt.Sprintf("two rings have the name %s: %s; nobody joins before only one is left", l.s.Ring, strings.Join(ids, " and "))}
}

// undecidedRing stops a member whose state was lost while two rings could be
// the one it is of.
func undecidedRing(l *look) obstacle {
	if l.ringID != "" {
		return obstacle{}
	}
	no := twoRings(l)
	if no.condition != "" {
		no.reason += fmt.Sprintf(", or one of them lists this member, %s", l.st.HostID)
	}
	return no
}

// triedTooLittle keeps a member from starting alone because of one lost packet.
func triedTooLittle(l *look) obstacle {
	if len(l.live) > 0 {
		return obstacle{}
	}
	for _, a := range l.o.Agents {
		if a.Node == nil && a.Tries < tries {
			return obstacle{NotTried, fmt.Sprintf("%s has not answered yet; it is asked %d times before nobody counts as live", a.Address, tries)}
		}
	}
	return obstacle{}
}

// readingAwaited lets a member wait for a reading, but not for ever: without
// one it starts as any Cassandra does.
func readingAwaited(l *look) obstacle {
	if len(l.live) == 0 || l.now.Sub(l.o.Since) >= patience {
		return obstacle{}
	}
	return noReading(l)
}

// ringUnnamed keeps newcomers away from a member whose state was lost: which
// ring it is of it has yet to find out, and nobody joins a ring without a name.
func ringUnnamed(l *look) obstacle {
	for _, a := range l.live {
		if a.Node.RingID == "" {
			return obstacle{RingUnnamed, fmt.Sprintf("%s (%s) is live, but its state was lost and it has yet to learn which ring it is of; it does once a member that knows answers, or every member and every pod does and none knows", a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

func noReading(l *look) obstacle {
	if l.ring != nil {
		return obstacle{}
	}
	a := l.live[0]
	return obstacle{NoReading, fmt.Sprintf("%s (%s) is live, but no live member has given a new and whole reading of the ring", a.Node.Pod, a.Address)}
}

// goneFromRing finds a member that others removed or replaced.
func goneFromRing(l *look) obstacle {
	for _, a := range l.live {
		if l.st.HostID != "" && slices.Contains(a.Node.Gone, l.st.HostID) {
			return obstacle{Gone, fmt.Sprintf("%s; %s of %s says so", removedText(l.st.HostID), a.Node.Pod, a.Node.Datacenter)}
		}
	}
	return obstacle{}
}

// goneSaid are the host ids that live members know to be gone, in the order in
// which they say so.
func (l *look) goneSaid() []string {
	var gone []string
	for _, a := range l.live {
		for _, id := range a.Node.Gone {
			if !slices.Contains(gone, id) {
				gone = append(gone, id)
			}
		}
	}
	return gone
}

// members are R's members: all it lists but joiners.
func (l *look) members() []Member {
	return slices.DeleteFunc(slices.Clone(l.ring.Members), func(m Member) bool { return m.State == Joins })
}

// isOther says whether the name is that of another pod than this one.
func (l *look) isOther(datacenter, pod string) bool {
	return datacenter != l.s.Datacenter || pod != l.s.Pod
}

// round gives a duration as a reason shows it.
func round(d time.Duration) time.Duration { return d.Round(time.Second) }
