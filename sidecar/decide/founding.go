package decide

import (
	"fmt"
	"slices"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// founding is asked only when nobody is live. Two rings that were founded
// apart cannot be told from one once they meet, so every pod that anybody can
// name has to say that it is empty; no waiting time replaces an answer.
var founding = []rule{nobodyLive, founderNotListed, membersMissing, podSilent, podForeign, podNotEmpty, podStarting, podTwice}

func nobodyLive(l *look) obstacle {
	mine := l.o.Volume == Empty || l.o.Volume == Founding
	if l.s.Founder == l.s.Pod && mine {
		return obstacle{}
	}
	why := "this pod may not found a ring because founder is " + l.s.Founder
	switch {
	case l.s.Founder == l.s.Pod:
		why = fmt.Sprintf("the founder's volume took part in ring %s and cannot found another; bring a member of it back", l.st.RingID)
	case l.s.Founder != settings.NoFounder:
		why = fmt.Sprintf("%s founds the ring, this pod joins it", l.s.Founder)
	}
	return obstacle{NobodyLive, "no member of the ring is live; " + why}
}

// founderNotListed sees a DNS that lags: who does not know me may not know
// others either.
func founderNotListed(l *look) obstacle {
	own := l.ownDNS()
	if own.Answer == Answered && slices.Contains(own.Addresses, l.s.Address) {
		return obstacle{}
	}
	return obstacle{FounderUnlisted, fmt.Sprintf("the DNS of %s does not give this pod's own address %s yet", l.s.Datacenter, l.s.Address)}
}

func membersMissing(l *look) obstacle {
	own := l.ownDNS()
	if len(own.Addresses) >= l.s.Members {
		return obstacle{}
	}
	return obstacle{MembersMissing, fmt.Sprintf("the DNS of %s gives %d of %d pods; the ring is founded once all are there", l.s.Datacenter, len(own.Addresses), l.s.Members)}
}

func (l *look) ownDNS() DNS {
	for _, d := range l.o.DNS {
		if d.Datacenter == l.s.Datacenter {
			return d
		}
	}
	return DNS{}
}

// listed gives every agent whose address a DNS gave just now, with that
// DNS's datacenter, and the first one that is an obstacle.
func (l *look) listed(objection func(d DNS, a Agent) obstacle) obstacle {
	for _, d := range l.o.DNS {
		for _, address := range d.Addresses {
			if address == l.s.Address && d.Datacenter == l.s.Datacenter {
				continue
			}
			a := Agent{Address: address}
			if i := slices.IndexFunc(l.o.Agents, func(a Agent) bool { return a.Address == address }); i >= 0 {
				a = l.o.Agents[i]
			}
			if no := objection(d, a); no.condition != "" {
				return no
			}
		}
	}
	return obstacle{}
}

func podSilent(l *look) obstacle {
	return l.listed(func(d DNS, a Agent) obstacle {
		if a.Node != nil {
			return obstacle{}
		}
		return obstacle{PodSilent, fmt.Sprintf("%s, which the DNS of %s gives, does not answer; nobody founds before it says that it is empty", a.Address, d.Datacenter)}
	})
}

func podForeign(l *look) obstacle {
	return l.listed(func(d DNS, a Agent) obstacle {
		if a.Node == nil || a.Node.Ring == l.s.Ring && a.Node.Datacenter == d.Datacenter {
			return obstacle{}
		}
		return obstacle{PodForeign, fmt.Sprintf("%s, which the DNS of %s gives, is %s of ring %s and datacenter %s", a.Address, d.Datacenter, a.Node.Pod, a.Node.Ring, a.Node.Datacenter)}
	})
}

// podNotEmpty asks everyone that answers, listed or not.
func podNotEmpty(l *look) obstacle {
	for _, a := range l.o.Agents {
		if a.Node != nil && a.Node.Ring == l.s.Ring && a.Node.Volume != Empty {
			return obstacle{PodNotEmpty, fmt.Sprintf("%s took part in ring %s (its volume is %s): bring the founder's volume back or, if no member of %s is left, move %s's data and .ringwright away",
				a.Node.Pod, a.Node.RingID, a.Node.Volume, a.Node.RingID, a.Node.Pod)}
		}
	}
	return obstacle{}
}

// podStarting sees a pod that is about to join: it has found a live member,
// though its volume does not say so yet.
func podStarting(l *look) obstacle {
	for _, a := range l.o.Agents {
		if a.Node != nil && a.Node.Ring == l.s.Ring && (a.Node.Phase == Claiming || a.Node.Phase == Starting) {
			return obstacle{PodStarting, fmt.Sprintf("%s (%s) is about to join a ring", a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

// podTwice sees a DNS answer that counts one pod at two addresses, and so
// misses another.
func podTwice(l *look) obstacle {
	seen := map[[2]string]bool{{l.s.Datacenter, l.s.Pod}: true}
	return l.listed(func(_ DNS, a Agent) obstacle {
		if a.Node == nil {
			return obstacle{}
		}
		pod := [2]string{a.Node.Datacenter, a.Node.Pod}
		if !seen[pod] {
			seen[pod] = true
			return obstacle{}
		}
		return obstacle{PodTwice, fmt.Sprintf("%s answers at a second address, %s; the DNS of %s lags", a.Node.Pod, a.Address, a.Node.Datacenter)}
	})
}
