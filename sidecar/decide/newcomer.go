package decide

import (
	"fmt"
	"slices"
)

// addressTaken finds a member that has this pod's address. Cassandra would
// refuse to start, or, where R lags, drive that member out.
func addressTaken(l *look) obstacle {
	if l.ring == nil {
		return obstacle{}
	}
	replacing, _ := l.replacingID()
	for _, m := range l.members() {
		if m.Address != l.s.Address || m.HostID == l.st.HostID || l.o.Volume != Joined && m.HostID == replacing {
			continue
		}
		reason := fmt.Sprintf("the ring still has member %s at this pod's address %s", m.HostID, m.Address)
		if l.now.Sub(l.o.Since) >= stuck {
			reason += "; delete this pod to get another address"
		}
		return obstacle{AddressTaken, reason}
	}
	return obstacle{}
}

// replacingID is the host id whose place this pod takes. What the volume
// began it goes on with, whatever the settings say by now.
func (l *look) replacingID() (string, bool) {
	if l.st.Replacing != "" && !l.skips(replacingKept) {
		return l.st.Replacing, true
	}
	id, ok := l.s.Replace[l.s.Pod]
	return id, ok
}

// replaced is the lost member whose place this pod takes, as R has it.
func (l *look) replaced() (Member, bool) {
	id, ok := l.replacingID()
	i := slices.IndexFunc(l.ring.Members, func(m Member) bool { return m.HostID == id && m.State != Joins })
	if !ok || i < 0 {
		return Member{}, false
	}
	return l.ring.Members[i], true
}

// replaceImpossible holds what was asked for against the ring: only a member
// that is down, and no one's any more, may be replaced.
func replaceImpossible(l *look) obstacle {
	id, ok := l.replacingID()
	if !ok {
		return obstacle{}
	}
	m, ok := l.replaced()
	if !ok {
		return obstacle{ReplaceImpossible, fmt.Sprintf("this pod is to replace member %s, but the ring does not list it; take it out of replace (%s)", id, l.startOver())}
	}
	if m.Up {
		return obstacle{ReplaceImpossible, fmt.Sprintf("this pod is to replace member %s, but that one is up at %s", id, m.Address)}
	}
	for _, a := range l.live {
		if a.Node.HostID == id {
			return obstacle{ReplaceImpossible, fmt.Sprintf("this pod is to replace member %s, but that one is %s, live at %s", id, a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

func (l *look) startOver() string {
	if l.st.Replacing == "" {
		return "then it joins as new"
	}
	return "and, as it has begun, move this pod's data and .ringwright away"
}

// memberLost finds out that this pod was a member: it must not come back as
// another one while the ring still counts on the first.
func memberLost(l *look) obstacle {
	if _, replacing := l.replacingID(); replacing {
		return obstacle{}
	}
	id := l.st.HostID
	if l.lists(l.ring, id) && id != "" {
		return lostMember(id)
	}
	for _, known := range l.rememberedAs() {
		if l.lists(l.ring, known.HostID) {
			return lostMember(known.HostID)
		}
	}
	return obstacle{}
}

// lossUnclear does not take a reading's word for it that the ring has
// forgotten what this pod was: a member that was down or cut off may never
// have heard of it. That somebody saw it go settles the matter; only where
// nobody did, time has to.
func lossUnclear(l *look) obstacle {
	if _, replacing := l.replacingID(); replacing || !l.o.LiveSince.IsZero() && l.o.Began.Sub(l.o.LiveSince) >= unclear {
		return obstacle{}
	}
	for _, known := range l.rememberedAs() {
		if !slices.ContainsFunc(l.live, func(a Agent) bool { return slices.Contains(a.Node.Gone, known.HostID) }) {
			return obstacle{LossUnclear, fmt.Sprintf("this pod was member %s, which the ring does not list, but nobody saw it removed; it joins as new if that is still so once somebody has been live for %s", known.HostID, round(unclear))}
		}
	}
	return obstacle{}
}

// rememberedAs is what live members remember this pod as.
func (l *look) rememberedAs() []KnownPod {
	var all []KnownPod
	for _, a := range l.live {
		for _, known := range a.Node.KnownPods {
			if !l.isOther(known.Datacenter, known.Pod) {
				all = append(all, known)
			}
		}
	}
	return all
}

func lostMember(id string) obstacle {
	return obstacle{MemberLost, fmt.Sprintf("this pod was member %s and its data is lost: put it under replace in ring.yaml to take its place, or, once it is DN, run nodetool removenode %s to join as new; what is left on its volume is removed then", id, id)}
}

func datacenterFull(l *look) obstacle {
	if _, replacing := l.replacingID(); replacing {
		return obstacle{}
	}
	n, which := 0, "one of them"
	for _, m := range l.members() {
		if m.Datacenter != l.s.Datacenter {
			continue
		}
		if n++; !l.named(m.HostID) {
			which = fmt.Sprintf("%s at %s", m.HostID, m.Address)
		}
	}
	if n < l.s.Members {
		return obstacle{}
	}
	return obstacle{DatacenterFull, fmt.Sprintf("the ring already has %d members in %s, as many as there are pods: %s is this pod's from before; put its host id under replace in ring.yaml, or, once it is DN, run nodetool removenode", n, l.s.Datacenter, which)}
}

// memberUnnamed finds a member of this datacenter of which nobody can say
// which pod it is: it may have been this one.
func memberUnnamed(l *look) obstacle {
	if _, replacing := l.replacingID(); replacing {
		return obstacle{}
	}
	for _, m := range l.members() {
		if m.Datacenter != l.s.Datacenter || l.named(m.HostID) || l.justJoined(m) {
			continue
		}
		if m.Up {
			return obstacle{MemberUnnamed, fmt.Sprintf("member %s at %s is up, but the agent beside it does not say which pod it is, and nobody else can: see why the sidecar of that pod does not answer", m.HostID, m.Address)}
		}
		return obstacle{MemberUnnamed, fmt.Sprintf("nobody can say which pod member %s at %s is, so it may have been this one: bring it back, put it under replace in ring.yaml for the pod that lost it, or, once it is DN, run nodetool removenode %s", m.HostID, m.Address, m.HostID)}
	}
	return obstacle{}
}

// named says whether the member is known to be another pod than this one: by
// that pod's own agent, by what this one or another remembers, or by the
// settings.
func (l *look) named(hostID string) bool {
	for pod, id := range l.s.Replace {
		if id == hostID && pod != l.s.Pod {
			return true
		}
	}
	if l.knows(l.st.KnownPods, hostID) {
		return true
	}
	for _, a := range l.o.Agents {
		if a.Node == nil || a.Node.Ring != l.s.Ring {
			continue
		}
		if a.Node.HostID == hostID && l.isOther(a.Node.Datacenter, a.Node.Pod) {
			return true
		}
		if l.knows(a.Node.KnownPods, hostID) {
			return true
		}
	}
	return false
}

// justJoined says whether the member's agent answers as another pod that
// serves and has yet to find out its host id.
func (l *look) justJoined(m Member) bool {
	return slices.ContainsFunc(l.live, func(a Agent) bool {
		return a.Address == m.Address && a.Node.HostID == "" && l.isOther(a.Node.Datacenter, a.Node.Pod)
	})
}

// knows says whether a memory has the member down as another pod.
func (l *look) knows(pods []KnownPod, hostID string) bool {
	return slices.ContainsFunc(pods, func(k KnownPod) bool { return k.HostID == hostID && l.isOther(k.Datacenter, k.Pod) })
}
