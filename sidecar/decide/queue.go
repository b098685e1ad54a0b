package decide

import (
	"cmp"
	"fmt"
	"slices"
)

// Position is a pod's place in the queue of those that want to join; the
// smaller goes first. It is compared as published, so that two pods that see
// different rings still agree on who goes first.
type Position struct {
	// FailedStarts puts a pod whose starts fail behind all others.
	FailedStarts int
	// RackMembers is how many members R has in the pod's rack.
	RackMembers int
	// Datacenter is the index of the pod's datacenter in order.
	Datacenter int
	// Ordinal is the number that ends the pod's name.
	Ordinal int
	Pod     string
}

// Compare orders positions.
func (p Position) Compare(q Position) int {
	return cmp.Or(
		cmp.Compare(p.FailedStarts, q.FailedStarts),
		cmp.Compare(p.RackMembers, q.RackMembers),
		cmp.Compare(p.Datacenter, q.Datacenter),
		cmp.Compare(p.Ordinal, q.Ordinal),
		cmp.Compare(p.Pod, q.Pod),
	)
}

// IsZero says whether the pod is in no queue.
func (p Position) IsZero() bool { return p == Position{} }

func (l *look) position() Position {
	p := Position{
		FailedStarts: l.st.FailedStarts,
		Datacenter:   slices.Index(l.s.Order, l.s.Datacenter),
		Ordinal:      ordinal(l.s.Pod),
		Pod:          l.s.Pod,
	}
	for _, m := range l.members() {
		if m.Datacenter == l.s.Datacenter && m.Rack == l.st.Rack {
			p.RackMembers++
		}
	}
	return p
}

// order says where another pod stands before (-1) or behind (1) this one's
// position. Two regions whose settings differ for a while may give the same
// position to namesakes; then the datacenters' names decide.
func (l *look) order(n *Node, mine Position) int {
	c := cmp.Or(n.Position.Compare(mine), cmp.Compare(n.Datacenter, l.s.Datacenter))
	if l.skips(tiesBroken) {
		c = n.Position.Compare(mine)
	}
	return c
}

func someoneClaims(l *look) obstacle {
	for _, a := range l.peers() {
		if a.Node != nil && a.Node.Phase == Claiming {
			return obstacle{SomeoneClaims, fmt.Sprintf("%s (%s) claims the turn to join", a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

func smallerPosition(l *look) obstacle {
	mine := l.position()
	for _, a := range l.peers() {
		if a.Node != nil && a.Node.Phase == Turn && l.order(a.Node, mine) < 0 {
			return obstacle{SmallerPosition, fmt.Sprintf("%s (%s) goes first", a.Node.Pod, a.Address)}
		}
	}
	return obstacle{}
}

// claimUnseen withdraws a claim that the own agent does not show: nobody
// would know of it.
func claimUnseen(l *look) obstacle {
	if !l.o.Own.ReadBack.IsZero() {
		return obstacle{}
	}
	return obstacle{ClaimUnseen, "this pod's own agent does not show its claim to join"}
}

// smallerClaim withdraws before a claim that goes first.
func smallerClaim(l *look) obstacle { return l.rival(SmallerClaim, -1, "goes first") }

// largerClaim holds the claim until the other has withdrawn: it may have
// looked before it could see this one.
func largerClaim(l *look) obstacle { return l.rival(LargerClaim, 1, "has yet to withdraw its claim") }

func (l *look) rival(condition Condition, sign int, does string) obstacle {
	for _, a := range l.peers() {
		if a.Node != nil && a.Node.Phase == Claiming && l.order(a.Node, l.o.Own.Position) == sign {
			return obstacle{condition, fmt.Sprintf("%s (%s) claims as well and %s", a.Node.Pod, a.Address, does)}
		}
	}
	return obstacle{}
}

// lookTooOld asks for another look: this one may have read others before the
// own claim could be seen.
func lookTooOld(l *look) obstacle {
	if !l.o.Began.Before(l.o.Own.ReadBack) {
		return obstacle{}
	}
	return obstacle{LookTooOld, "looks once more now that its claim can be seen"}
}
