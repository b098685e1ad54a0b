package decide

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// memberJoining sees a joiner. An attempt of this volume's at this very
// address is none: Cassandra takes it up again. One at another address is, for
// ten ring delays, and Cassandra itself turns everyone away meanwhile.
func memberJoining(l *look) obstacle {
	for _, m := range l.ring.Members {
		if m.State != Joins || m.Address == l.s.Address && l.o.Volume == Joining {
			continue
		}
		if m.Up {
			return obstacle{MemberJoining, fmt.Sprintf("%s is joining", m.Address)}
		}
		return obstacle{MemberJoining, fmt.Sprintf("a failed attempt to join lingers at %s; it goes after ten ring delays, or sooner by nodetool assassinate %s", m.Address, m.Address)}
	}
	return obstacle{}
}

func memberLeaving(l *look) obstacle {
	for _, m := range l.ring.Members {
		if m.State == Leaving || m.State == Moving {
			return obstacle{MemberLeaving, fmt.Sprintf("%s is leaving the ring or moving", m.Address)}
		}
	}
	return obstacle{}
}

// minorityUp sees a ring cut in two: of its halves at most one lets anybody
// in. Members that are to be replaced are known to be gone and do not count.
func minorityUp(l *look) obstacle {
	up, all, first, firstUp := 0, 0, len(l.s.Order), false
	for _, m := range l.members() {
		if l.isReplaced(m.HostID) {
			continue
		}
		at := slices.Index(l.s.Order, m.Datacenter)
		if at >= 0 && at < first {
			first, firstUp = at, false
		}
		firstUp = firstUp || m.Up && at == first
		all++
		if m.Up {
			up++
		}
	}
	if 2*up > all || 2*up == all && firstUp {
		return obstacle{}
	}
	return obstacle{Minority, fmt.Sprintf("%d of %d members are up, which is not more than half; this may be the smaller part of a ring that is cut in two", up, all)}
}

func (l *look) isReplaced(hostID string) bool {
	for _, id := range l.s.Replace {
		if id == hostID {
			return true
		}
	}
	return l.st.Replacing == hostID
}

// rackMissing sees what makes Cassandra's token allocation fail: a second
// member of a rack while the datacenter has more racks than one, but fewer
// than the replication factor. Who replaces takes tokens over and allocates none.
func rackMissing(l *look) obstacle {
	if _, replacing := l.replacingID(); replacing {
		return obstacle{}
	}
	var racks []string
	for _, m := range l.members() {
		if m.Datacenter == l.s.Datacenter && !slices.Contains(racks, m.Rack) {
			racks = append(racks, m.Rack)
		}
	}
	enough := l.s.AllocationReplicationFactor
	if !slices.Contains(racks, l.st.Rack) || len(racks) >= enough || len(racks) == 1 && l.oneRack() {
		return obstacle{}
	}
	slices.Sort(racks)
	return obstacle{RackMissing, fmt.Sprintf("the ring has members in %s of %s only; one in each of %d racks comes before a second in any", strings.Join(racks, ", "), l.s.Datacenter, enough)}
}

// oneRack says whether the datacenter was planned with one rack. The settings
// do not say so, but with more there are at least as many as the allocation's
// replication factor, and then no pod has a large ordinal.
func (l *look) oneRack() bool {
	racks := max(l.s.AllocationReplicationFactor, 2)
	limit := (l.s.Members + racks - 1) / racks
	if ordinal(l.s.Pod) >= limit {
		return true
	}
	for _, a := range l.o.Agents {
		if a.Node == nil || a.Node.Ring != l.s.Ring {
			continue
		}
		if a.Node.Datacenter == l.s.Datacenter && ordinal(a.Node.Pod) >= limit {
			return true
		}
		for _, known := range a.Node.KnownPods {
			if known.Datacenter == l.s.Datacenter && ordinal(known.Pod) >= limit {
				return true
			}
		}
	}
	return false
}

// ordinal is the number that ends a pod's name.
func ordinal(pod string) int {
	n, _ := strconv.Atoi(pod[strings.LastIndexByte(pod, '-')+1:])
	return n
}

// clockOff compares with the median of the live members: Cassandra orders
// writes by clocks.
func clockOff(l *look) obstacle {
	offsets := make([]time.Duration, 0, len(l.live))
	for _, a := range l.live {
		offsets = append(offsets, a.Node.Now.Sub(a.Heard))
	}
	slices.Sort(offsets)
	median := (offsets[(len(offsets)-1)/2] + offsets[len(offsets)/2]) / 2
	if median.Abs() <= skew {
		return obstacle{}
	}
	return obstacle{ClockOff, fmt.Sprintf("this machine's clock is %s off the members'; at most %s is allowed", round(median.Abs()), skew)}
}

// backOff lets others go first after a failed start.
func backOff(l *look) obstacle {
	least := time.Duration(l.st.FailedStarts) * penalty
	waited := l.now.Sub(l.o.Since)
	if waited >= least {
		return obstacle{}
	}
	for _, a := range l.peers() {
		if a.Node != nil && !a.Node.Position.IsZero() {
			return obstacle{BackOff, fmt.Sprintf("Cassandra has failed here %d times, so %s goes first; %s left", l.st.FailedStarts, a.Node.Pod, round(least-waited))}
		}
	}
	return obstacle{}
}

// peers are the agents of N that may be somebody of this ring, and whoever
// asked a live one so lately that N may lack him.
func (l *look) peers() []Agent {
	var peers []Agent
	for _, a := range l.o.Agents {
		given := len(a.Datacenters) > 0 || slices.Contains(l.askers, a.Address) && !l.skips(askersCount)
		if given && (a.Node == nil || a.Node.Ring == l.s.Ring) {
			peers = append(peers, a)
		}
	}
	return peers
}

func someoneStarting(l *look) obstacle {
	for _, a := range l.peers() {
		if a.Node != nil && a.Node.Phase == Starting && !l.hasStarted(a) {
			return obstacle{SomeoneStarting, fmt.Sprintf("%s (%s) is starting", a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

// hasStarted says of somebody who has a process that does not serve that it
// will not join: a member that has left, or one that the ring has up already,
// as after nodetool disablebinary. Before there is a reading a member's start
// is no reason not to ask for one.
func (l *look) hasStarted(a Agent) bool {
	switch a.Node.Volume {
	case Decommissioned, Removed:
		return true
	case Joined:
		return l.ring == nil || l.isUp(a.Address)
	}
	return false
}

// someoneSilent takes whoever does not answer for one who is starting, until
// there is evidence of something else. That a DNS gives him no more is none
// where he has just asked a live member: the answer may be from before it ever
// gave him.
func someoneSilent(l *look) obstacle {
	for _, a := range l.peers() {
		if a.Node != nil || l.isUp(a.Address) || a.SilentFor >= silence {
			continue
		}
		if slices.Contains(l.askers, a.Address) && !l.skips(askersStay) {
			return obstacle{SomeoneSilent, fmt.Sprintf("%s, which has just asked a live member, does not answer and may be starting; it counts until it has not asked for %s", a.Address, round(staleDNS))}
		}
		if a.Omitted {
			continue
		}
		return obstacle{SomeoneSilent, fmt.Sprintf("%s of %s does not answer and may be starting; it counts until %s have passed or the DNS drops it", a.Address, strings.Join(a.Datacenters, " or "), round(silence))}
	}
	return obstacle{}
}

func (l *look) isUp(address netip.Addr) bool {
	return slices.ContainsFunc(l.ring.Members, func(m Member) bool { return m.Address == address && m.Up })
}

// dnsSilent takes a DNS that gives nobody for one that hides somebody who is
// starting, as long as it can be a passing fault.
func dnsSilent(l *look) obstacle {
	for _, d := range l.o.DNS {
		if d.Answer == Answered || d.Answer == Nobody && l.skips(nobodyIsDoubted) || d.SilentFor >= silence {
			continue
		}
		return obstacle{DNSSilent, fmt.Sprintf("the DNS of %s gives no addresses; a pod of it may be starting until %s have passed", d.Datacenter, round(silence))}
	}
	return obstacle{}
}
