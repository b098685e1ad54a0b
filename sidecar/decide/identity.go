package decide

import "slices"

// GivenRingID is the identity that this member, whose state was lost, is to
// give its ring, because nobody knows it any more: by the member's own reading
// of the ring, members, everybody in it lost his state as well, and everyone
// whom the DNS gives says so. One member alone does it, the one with the
// smallest host id; the others then learn it as RingID says. Who never joined
// may know the identity still; else it is o.NewRingID. It is empty where
// somebody may know, or another member gives it.
func GivenRingID(s Settings, st State, o Observations, members []Member) string {
	l := &look{s: s, st: st, o: o}
	if !st.Joined || st.RingID != "" || !l.allAnswered() || !l.allForgot(members) {
		return ""
	}
	switch ids := l.ringIDs(); len(ids) {
	case 0:
		return o.NewRingID
	case 1:
		return ids[0]
	}
	return ""
}

// allAnswered says whether every DNS, and everyone whom it gives, answered.
func (l *look) allAnswered() bool {
	silent := func(a Agent) bool { return a.Node == nil && len(a.Datacenters) > 0 }
	return !slices.ContainsFunc(l.o.Agents, silent) &&
		!slices.ContainsFunc(l.o.DNS, func(d DNS) bool { return d.Answer != Answered })
}

// allForgot says whether this is the first of the members, and each of the
// others answered without an identity.
func (l *look) allForgot(members []Member) bool {
	listed := false
	for _, m := range members {
		if m.HostID == l.st.HostID && l.st.HostID != "" {
			listed = true
			continue
		}
		forgot := func(a Agent) bool {
			return a.Address == m.Address && a.Node != nil && a.Node.Ring == l.s.Ring && a.Node.HostID == m.HostID && a.Node.RingID == ""
		}
		if m.State == Joins || m.HostID <= l.st.HostID || !slices.ContainsFunc(l.o.Agents, forgot) {
			return false
		}
	}
	return listed
}
