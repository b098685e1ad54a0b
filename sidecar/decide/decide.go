package decide

import (
	"net/netip"
	"slices"
	"time"
)

// Decide says what to do after one complete look. It has no memory: what has
// to last from one look to the next is in st, on the volume, or in o, which
// the wiring carries over as Observations says. now is the time at which the
// look ended, on the clock that o's times were read from.
func Decide(s Settings, st State, o Observations, now time.Time) Action {
	l := &look{s: s, st: st, o: o, now: now}
	return l.decide()
}

// look is one decision in the making.
type look struct {
	s       Settings
	st      State
	o       Observations
	now     time.Time
	without []Condition // the rules that the model test leaves out

	ringID string       // the ring this volume belongs or would belong to
	live   []Agent      // in the order of preference as seeds
	askers []netip.Addr // who asked one of live so lately that a DNS may not give him yet
	ring   *Ring        // R; nil where there is none to rely on
}

// obstacle is a reason not to go on; the zero value is none.
type obstacle struct {
	condition Condition
	reason    string
}

type rule func(*look) obstacle

// The rules in the order in which they are asked. The first that objects is
// the one whose reason is published.
var (
	refusals = []rule{otherRing, otherDatacenter, noRack, rackOfOtherSet, rackDrift, decommissioned, removed}
	member   = []rule{undecidedRing, triedTooLittle, readingAwaited, addressTaken}
	newcomer = []rule{ringUnnamed, noReading, addressTaken, replaceImpossible, memberLost, lossUnclear, datacenterFull, memberUnnamed}
	turn     = []rule{memberJoining, memberLeaving, minorityUp, rackMissing, notListed, noWitness, notAsked, clockOff, someoneStarting, someoneSilent, dnsSilent, backOff}
	queue    = []rule{someoneClaims, smallerPosition}
	claim    = []rule{claimUnseen, smallerClaim}
	hold     = []rule{largerClaim, lookTooOld}
)

func (l *look) decide() Action {
	if no := l.first(refusals); no.condition != "" {
		return l.refuse(no)
	}
	if state, changed := l.firstRecord(); changed {
		return Action{Kind: Record, State: state}
	}
	l.observe()
	if l.o.Volume == Joined {
		return l.restart()
	}
	return l.join()
}

// restart decides for a volume that has joined. It must start even when all
// else is dark, and never once a live member knows that it was removed.
func (l *look) restart() Action {
	if no := goneFromRing(l); no.condition != "" && !l.skips(no.condition) {
		l.st.Removed = true
		return l.refuse(no)
	}
	if no := l.first(member); no.condition != "" {
		return l.wait(no, Waiting)
	}
	l.st.RingID = l.ringID
	return Action{Kind: Start, State: l.st, Phase: Starting, Seeds: l.joinedSeeds(), Warnings: l.warnings()}
}

// join decides for a volume that has not joined, or lost what it had.
func (l *look) join() Action {
	if no := l.first([]rule{twoRings}); no.condition != "" {
		return l.wait(no, Waiting)
	}
	if len(l.live) == 0 {
		if no := l.first(founding); no.condition != "" {
			return l.wait(no, Waiting)
		}
		return l.found()
	}
	if no, phase := l.busy(); l.ring == nil && no.condition != "" {
		return l.wait(no, phase).at(l.o.Own.Position) // by which others still go
	}
	if no := l.first(newcomer); no.condition != "" {
		return l.wait(no, Waiting)
	}
	position := l.position()
	if no := l.first(turn); no.condition != "" {
		return l.wait(no, Waiting).at(position)
	}
	if l.o.Own.Phase != Claiming {
		if no := l.first(queue); no.condition != "" {
			return l.wait(no, Turn).at(position)
		}
		return l.wait(obstacle{reason: "claims the turn to join"}, Claiming).at(position)
	}
	return l.claimed()
}

// claimed decides for a pod that has published its claim: the flag is up, now
// it looks for those of others.
func (l *look) claimed() Action {
	if no := l.first(claim); no.condition != "" {
		return l.wait(no, Turn).at(l.o.Own.Position)
	}
	if no := l.first(hold); no.condition != "" {
		return l.wait(no, Claiming).at(l.o.Own.Position)
	}
	return l.start()
}

// start lets a newcomer in.
func (l *look) start() Action {
	replaced, replacing := l.replaced()
	state := l.st.joining(l.ringID, replaced.HostID)
	a := Action{Kind: Start, State: state, Phase: Starting, Seeds: l.newcomerSeeds(), Warnings: l.warnings()}
	if replacing {
		a.ReplaceAddress = replaced.Address
	}
	a.ResetBootstrap = l.o.Volume != Empty
	a.Gone = l.goneSaid()
	return a
}

// found starts the ring from nothing.
func (l *look) found() Action {
	state := l.st
	state.Founding = true
	if l.o.Volume != Founding {
		state.RingID = l.o.NewRingID
	}
	return Action{Kind: Found, State: state, Phase: Starting, Seeds: []netip.Addr{l.s.Address}, Warnings: l.warnings()}
}

func (l *look) wait(no obstacle, phase Phase) Action {
	a := Action{Kind: Wait, State: l.st, Phase: phase, Condition: no.condition, Reason: no.reason}
	if l.o.Own.Phase == Claiming && phase != Claiming {
		a.Kind = Withdraw
	}
	return a
}

func (l *look) refuse(no obstacle) Action {
	return Action{Kind: Refuse, State: l.st, Phase: Waiting, Condition: no.condition, Reason: no.reason}
}

// first asks the rules and gives the first obstacle.
func (l *look) first(rules []rule) obstacle {
	for _, ask := range rules {
		if no := ask(l); no.condition != "" && !l.skips(no.condition) {
			return no
		}
	}
	return obstacle{}
}

func (l *look) skips(c Condition) bool { return len(l.without) > 0 && slices.Contains(l.without, c) }
