package decide

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// Whoever reads a DNS answer that is 30 s old cannot see what a pod publishes
// that is younger. Live members make up for it: nobody joins without asking
// one, each remembers who asked it, and tells whoever asks next. Of two pods
// that claim, one asks such a witness after the other and so learns of it,
// whatever the DNS says. After 30 s the DNS names a pod to everyone and no
// memory is needed any more.

// Unasked gives the addresses that live agents were asked from and that this
// look has not asked. The wiring calls it once all others have answered, asks
// these too, adds them to o.Agents and calls it again until there are none.
// Those that it gave it asks in the next look as well, and keeps count of
// their Tries and SilentFor.
func Unasked(s Settings, st State, o Observations) []netip.Addr {
	l := &look{s: s, st: st, o: o}
	l.observe()
	return l.unasked()
}

func (l *look) unasked() []netip.Addr {
	return slices.DeleteFunc(slices.Clone(l.askers), func(address netip.Addr) bool {
		return slices.ContainsFunc(l.o.Agents, func(a Agent) bool { return a.Address == address })
	})
}

// lateAskers are those who asked a live agent and need not be in the DNS
// answers of this look yet. Who asked earlier is.
func (l *look) lateAskers() []netip.Addr {
	var late []netip.Addr
	for _, a := range l.live {
		for _, asker := range a.Node.Asked {
			if asker.Address != l.s.Address && asker.Ago <= l.reach(a) && !slices.Contains(late, asker.Address) {
				late = append(late, asker.Address)
			}
		}
	}
	return late
}

// reach is how far back an agent has to remember for this look: to the age of
// the oldest DNS answer in it.
func (l *look) reach(a Agent) time.Duration { return staleDNS + a.Heard.Sub(l.o.Began) }

// notListed keeps a pod back that others may not see yet: what it publishes
// stops nobody before each DNS answer that can still be in use names it, or
// every member does.
func notListed(l *look) obstacle {
	if since := l.o.ListedSince; !since.IsZero() && l.o.Began.Sub(since) >= staleDNS || l.seenByAll() {
		return obstacle{}
	}
	return obstacle{NotListed, fmt.Sprintf("the DNS of %s has not given this pod's address %s for %s yet, so others may not see it", l.s.Datacenter, l.s.Address, round(staleDNS))}
}

// seenByAll says whether every member that others could ask has been asked by
// this pod, knows its address and tells it to all who ask later, and whether
// the DNS will name it by the time that they forget. Only pods of the founder's
// datacenter may go by that: should all members be lost meanwhile, the founder
// asks every pod of its own datacenter before it founds anew, but of the
// others only those that its DNS names.
func (l *look) seenByAll() bool {
	if l.s.Founder == settings.NoFounder && !l.skips(founderOnly) {
		return false
	}
	if !slices.Contains(l.ownDNS().Addresses, l.s.Address) || slices.ContainsFunc(l.o.DNS, func(d DNS) bool { return d.Answer != Answered }) {
		return false
	}
	for _, a := range l.live {
		if !l.witnesses(a) && !l.skips(everyWitness) {
			return false
		}
	}
	for _, m := range l.members() {
		if !l.skips(everyMember) && !slices.ContainsFunc(l.live, func(a Agent) bool { return a.Address == m.Address && a.Node.HostID == m.HostID }) {
			return false
		}
	}
	return true
}

// witnesses says whether a live agent has seen this pod in this look, under
// its own address, and nobody under another.
func (l *look) witnesses(a Agent) bool {
	return l.remembers(a) && !a.Node.Translated && slices.ContainsFunc(a.Node.Asked, func(asker Asker) bool {
		return asker.Address == l.s.Address && asker.Ago <= a.Heard.Sub(l.o.Began)
	})
}

func (l *look) remembers(a Agent) bool { return a.Node.AskedFor >= l.reach(a) }

// noWitness asks for one live agent that has forgotten nobody: one who claimed
// early may be known to the members alone. An agent that tells of nobody, not
// even of this pod, will do as well, since it keeps everyone from going early.
func noWitness(l *look) obstacle {
	if slices.ContainsFunc(l.live, func(a Agent) bool { return l.remembers(a) || len(a.Node.Asked) == 0 && !a.Node.Translated }) {
		return obstacle{}
	}
	a := l.live[0]
	return obstacle{NoWitness, fmt.Sprintf("the agents of all live members, such as %s (%s), have begun too lately to know who is about to join; one has to run for %s", a.Node.Pod, a.Address, round(l.reach(a)))}
}

// notAsked asks for another look: this one learnt of somebody and did not see
// what he does.
func notAsked(l *look) obstacle {
	unasked := l.unasked()
	if len(unasked) == 0 {
		return obstacle{}
	}
	return obstacle{NotAsked, fmt.Sprintf("a live member was asked from %s, which is to be asked first", unasked[0])}
}
