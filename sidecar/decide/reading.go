package decide

// NeedsRing says whether a decision on these observations looks at R. A
// reading costs a live member most of a processor second, and while somebody
// starts or claims the others only wait, whatever the ring looks like.
func NeedsRing(s Settings, st State, o Observations) bool {
	l := &look{s: s, st: st, o: o}
	return l.needsRing()
}

func (l *look) needsRing() bool {
	no, _ := l.busy()
	return l.o.Volume == Joined || no.condition == ""
}

// busy is what keeps a newcomer from going on without looking at R, and the
// phase in which it waits for that.
func (l *look) busy() (obstacle, Phase) {
	if no := l.first([]rule{someoneStarting}); no.condition != "" {
		return no, Waiting
	}
	switch l.o.Own.Phase {
	case Claiming:
		if no := l.first(claim); no.condition != "" {
			return no, Turn
		}
		return l.first([]rule{largerClaim}), Claiming
	case Turn:
		return l.first([]rule{someoneClaims}), Turn
	}
	return obstacle{}, Waiting
}
