package decide

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Each case leads a world to where one rule alone stands between it and a
// broken invariant. With every rule nothing may break; without that one the
// named invariant must.
//
// W is an invariant of these scripts only: none of them gives Cassandra a
// start that it has to refuse. O is the order and the courtesy in which pods
// join, and C that a newcomer's clock is right: no ring is lost without them. X counts joins on both sides of a cut, which S5
// allows after 120 s and which the rule about majorities is there to avoid.
//
// Some rules are backed by another one: those are left out together, and
// leaving out the other one alone must not break anything.
type ruleCase struct {
	rule      Condition
	with      Condition // left out as well
	invariant string
	shape     *shape
	script    func(w *world)
}

// random is a case that random schedules come upon by themselves.
func random(rule Condition, invariant string) ruleCase {
	return ruleCase{rule: rule, invariant: invariant}
}

var ruleCases = []ruleCase{
	random(OtherRack, "S4"), random(RackDrift, "S4"), random(IsDecommissioned, "L1"), random(Gone, "S7"),
	random(PodSilent, "S1"), random(PodNotEmpty, "S1"), random(MembersMissing, "S1"),
	random(SomeoneStarting, "S5"), random(SomeoneSilent, "S5"), random(liveServes, "L1"), random(ownAddressLast, "L2"),

	{rule: OtherRing, invariant: "S1", shape: newShape(2, 1, 1, 1), script: func(w *world) {
		w.rounds(20, 10)
		w.stop(1)
		w.pods[1].vol.st.Ring, w.pods[1].vol.st.RingID = "orders", "r7"
		w.goes(1, 6, 10)
	}},
	{rule: OtherDatacenter, invariant: "S4", shape: newShape(2, 1, 1, 1), script: func(w *world) {
		w.rounds(20, 10)
		w.stop(1)
		w.pods[1].vol.st.Datacenter, w.pods[1].vol.dc = "dc-west", "dc-west"
		w.goes(1, 6, 10)
	}},
	{rule: NoRack, with: OtherRack, invariant: "L1", shape: newShape(2, 1, 1, 1), script: func(w *world) {
		w.pods[0].here = noWhere
		w.rounds(8, 10)
	}},
	{rule: IsRemoved, invariant: "S7", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.deletePod(2)
		w.tick(40)
		w.gossip(0)
		w.removeNode(0, 2)
		w.pods[2].vol.st.Removed, w.pods[2].vol.heard = true, true
		w.rounds(80, 10)
	}},
	{rule: TwoRings, invariant: "S3", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.cutBoth(2, 0)
		w.secondRing(2)
		w.goes(3, 12, 10)
	}},
	{rule: liveRingID, invariant: "S3", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.rounds(40, 10)
		w.stop(1)
		w.remove(2)
		w.create(2, 0)
		w.cutBoth(2, 0, 3)
		w.secondRing(2)
		w.goes(1, 12, 10)
	}},
	{rule: RingUnnamed, invariant: "S3", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		foundedAlone(w)
		w.stop(0)
		w.loseState(0)
		w.agent(2, false) // it may know the ring's identity
		w.goes(0, 12, 10)
		w.goes(1, 40, 10)
	}},
	{rule: liveInPlace, invariant: "S3", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.secondRing(2) // where the peer's DNS leads to is another ring of this name
		w.pods[2].elsewhere = true
		w.goes(1, 12, 10)
	}},
	{rule: replacingKept, invariant: "S6", shape: newShape(1, 3, 1, 1), script: func(w *world) {
		w.absent(2)
		founders(w, 3)
		w.pods[1].comes = false
		w.remove(1)
		w.regions[0].replace[2] = w.pods[1].vol.host // another pod takes its place
		w.pods[2].comes = true
		w.create(2, 0)
		for n := 0; n < 60 && w.pods[2].cass.stage != joining; n++ {
			w.rounds(1, 10)
		}
		w.kill(2, 0, nil)
		w.noReplace(2)
		w.rounds(80, 10)
	}},
	{rule: neverOwnAddress, invariant: "S8", shape: newShape(2, 1, 1, 1), script: func(w *world) {
		w.rounds(20, 10)
		w.stop(0)
		w.pods[0].vol.st.LastSeeds = append(w.pods[0].vol.st.LastSeeds, w.pods[0].addr.ip())
		w.remove(1)
		w.goes(0, 12, 10)
	}},
	{rule: NotTried, invariant: "S7", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.deletePod(2)
		w.tick(40)
		w.gossip(0)
		w.gossip(1)
		w.removeNode(0, 2)
		w.gossip(1)
		w.stepAgent(0)
		w.stepAgent(1)
		w.create(2, 0)
		w.startInit(2)
		for range 3 {
			w.tick(1)
			for range 4 {
				w.stepInit(2, true, fresh, func() bool { return true })
				w.carries(2)
			}
		}
	}},
	{rule: NoReading, with: Minority, invariant: "S6", shape: newShape(1, 3, 1, 3), script: func(w *world) {
		w.absent(2)
		founders(w, 3)
		w.lose(1)
		w.forget()
		w.pods[1].noRing = true
		w.goes(1, 30, 10)
	}},
	{rule: AddressTaken, invariant: "W", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		a := w.pods[1].addr
		w.remove(1)
		w.remove(2)
		w.tick(40)
		w.create(2, a)
		w.goes(2, 12, 10)
	}},
	{rule: ReplaceImpossible, invariant: "W", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.rounds(60, 10)
		w.regions[0].replace[1] = 1 // pod 0, which is up
		w.lose(1)
		w.rounds(40, 10)
	}},
	{rule: MemberLost, with: MemberUnnamed, invariant: "S6", shape: newShape(1, 3, 1, 3), script: func(w *world) {
		w.absent(2)
		founders(w, 3)
		w.lose(1)
		w.rounds(90, 10)
	}},
	{rule: LossUnclear, invariant: "S6", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.stop(0)
		w.stop(1)
		w.pods[0].vol.peers[w.pods[1].vol.host] = entry{}
		w.cutBoth(2, 0, 1)
		w.lose(1)
		for range 30 {
			w.tick(10)
			w.onePod(0)
			w.onePod(1)
			w.checkOne()
		}
	}},
	{rule: MemberUnnamed, invariant: "S6", shape: newShape(1, 3, 1, 3), script: func(w *world) {
		w.absent(2)
		founders(w, 3)
		w.lose(1)
		w.forget()
		w.rounds(30, 10)
	}},
	{rule: DatacenterFull, with: MemberUnnamed, invariant: "S6", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.lose(1)
		w.forget()
		w.rounds(30, 10)
	}},
	{rule: NobodyLive, invariant: "S1", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.decides(0, 0)
		w.decides(2, 0)
		for range 2 { // up to what is written down
			w.carryOut(0)
			w.carryOut(2)
		}
	}},
	{rule: FounderUnlisted, with: MembersMissing, invariant: "S1", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.lose(0)
		w.remove(1)
		w.remove(2)
		w.regions[0].fault = dnsNobody
		w.goes(0, 6, 10)
	}},
	{rule: PodForeign, invariant: "S1", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		for p := range 3 {
			w.stop(p)
			w.pods[p].foreign = p > 0
		}
		w.lose(0)
		w.goes(0, 6, 10)
	}},
	{rule: PodStarting, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.decides(1, 0) // claims
		if w.decides(1, 0).Kind != Start {
			w.breaks("script", "pod 1 does not start: %s", w.pods[1].reason)
		}
		w.lose(0)
		w.goes(0, 1, 1)
		w.goes(0, 1, 1)
		w.carries(1)
		w.checkRings()
	}},
	{rule: PodTwice, invariant: "S1", shape: newShape(1, 3, 3, 3), script: func(w *world) {
		w.rounds(60, 10)
		w.lose(0)
		w.lose(1)
		w.startInit(0)
		w.look(0, fresh)
		at := w.pods[2].addr
		w.remove(2)
		for i := range w.pods[0].init.agents {
			if w.pods[0].init.agents[i].addr == at { // asked last, and by then another's
				w.remove(1)
				w.create(1, at)
			}
			w.pods[0].init.asked = i
			w.ask(0, false)
		}
		run1(w, 0, 0)
		w.carries(0)
	}},
	{rule: MemberJoining, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.goes(3, 2, 10) // starts and is joining
		w.pods[3].agent = false
		for range 16 {
			w.tick(9)
			w.gossip(0)
			w.goes(1, 1, 1)
			w.pods[3].cass.since = w.now // streams for hours
		}
	}},
	{rule: Minority, invariant: "X", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.absent(1, 3)
		w.rounds(1, 10)
		w.pods[1].comes, w.pods[3].comes = false, false
		for p := range w.pods {
			w.pods[p].here = w.rack[min(p, w.shape.pods-1)]
		}
		formPair(w)
		for _, p := range []int{0, 1} {
			w.cutBoth(p, 2, 3)
		}
		w.dnsCut[0][1], w.dnsCut[1][0] = w.now, w.now
		for range 60 {
			w.rounds(1, 10)
			for _, p := range []int{1, 3} {
				if w.pods[p].cass.stage == joining {
					w.pods[p].cass.since = w.now
				}
			}
		}
	}},
	{rule: MemberLeaving, invariant: "W", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		w.absent(3)
		w.rounds(50, 10)
		w.announce(1, Leaving)
		w.create(3, 0)
		for range 30 {
			w.tick(10)
			for _, p := range []int{0, 2, 3} {
				w.onePod(p)
			}
		}
	}},
	{rule: ClockOff, invariant: "C", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.pods[0].skew = 61
		w.goes(1, 3, 10)
		if w.pods[1].cass.stage != off {
			w.breaks("C", "pod 1 joins with its clock 61 s off")
		}
	}},
	{rule: SmallerPosition, invariant: "O", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.decides(2, 0)
		w.carries(2)
		w.decides(1, 0)
		w.carries(1) // in turn
		w.kill(2, 0, nil)
		w.pods[2].phase = Waiting
		if w.decides(3, 0).Phase == Claiming {
			w.breaks("O", "pod 3 claims, though pod 1 goes first")
		}
	}},
	{rule: SomeoneClaims, invariant: "O", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.decides(3, 0)
		w.carries(3)
		w.decides(1, 0)
		w.carries(1)
		if w.decides(3, 0).Kind == Withdraw {
			w.breaks("O", "pod 1 drives pod 3 off its claim")
		}
	}},
	{rule: BackOff, invariant: "O", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.pods[1].vol.st.FailedStarts = 1
		w.pods[3].position = Position{Datacenter: 1, Pod: w.name(3)} // waits for its turn
		if w.decides(1, 0).Phase == Claiming {
			w.breaks("O", "pod 1, which has just failed, goes before pod 3")
		}
	}},
	{rule: RackMissing, invariant: "W", shape: newShape(1, 6, 3, 3), script: func(w *world) {
		foundedAlone(w)
		w.absent(2, 5)
		w.rounds(40, 10)
	}},
	{rule: NotListed, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		appears(w, 1)
		w.pods[1].nat = true
		w.decides(1, 0)
		w.decides(1, 0)
		w.carryOut(1)
		w.starts(3)
	}},
	{rule: everyWitness, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		appears(w, 1)
		w.pods[1].nat = true // nobody whom it asked can tell its address
		w.decides(1, 0)
		w.decides(1, 0)
		w.carryOut(1)
		w.starts(3)
	}},
	{rule: everyMember, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.absent(1)
		w.goes(2, 40, 10)
		w.pods[1].comes = true
		w.create(1, 0)
		w.tick(1)
		w.gossip(0)
		w.cutLink(1, 2) // pod 1 asks one member, pod 3 the other
		w.cutLink(3, 0)
		w.decides(1, 0)
		w.decides(1, 0)
		w.carryOut(1)
		w.starts(3)
	}},
	{rule: askersCount, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		early(w, 1)
		w.carryOut(1)
		w.starts(3)
	}},
	{rule: askersStay, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		early(w, 1)
		w.decides(3, 0) // is given pod 1's address, and then an older answer
		w.carries(3)
		w.carryOut(1)
		w.cutLink(3, 1)
		w.tick(1)
		w.starts(3)
	}},
	{rule: NoWitness, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		early(w, 1)
		w.carryOut(1)
		w.agent(0, false)
		w.agent(0, true)
		w.starts(3)
	}},
	{rule: NotAsked, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		appears(w, 1)
		w.pods[3].late = true
		w.lagging(3) // would claim
		w.decides(1, 0)
		w.decides(1, 0)
		w.carryOut(1)
		w.lagging(3)
		w.carries(3)
	}},
	{rule: founderOnly, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		early(w, 3)
		w.lose(0)
		w.tick(1)
		w.carryOut(3)
		w.lagging(0)
		w.carryOut(0)
		w.checkOne()
	}},
	{rule: DNSSilent, invariant: "S5", shape: newShape(2, 2, 2, 2), script: unseen(dnsFails)},
	{rule: nobodyIsDoubted, invariant: "S5", shape: newShape(2, 2, 2, 2), script: unseen(dnsNobody)},
	{rule: ClaimUnseen, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.pods[1].agent = false
		w.pods[3].init.agents = nil
		for range 14 { // pod 3 learns that pod 1 is silent; pod 0 has no agent yet
			w.tick(10)
			w.pods[0].agent = false
			w.decides(3, 0)
			w.carries(3)
		}
		w.pods[0].agent = true
		w.decides(1, 0)
		w.decides(3, 0)
		w.decides(1, 0)
		w.decides(3, 0)
		w.carryOut(1)
		w.carryOut(3)
		w.checkOne()
	}},
	{rule: SmallerClaim, with: LargerClaim, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.decides(1, 0)
		w.decides(3, 0)
		w.carries(1)
		w.carries(3)
		run1(w, 1, 0)
		run1(w, 3, 0)
		w.carryOut(1)
		w.carryOut(3)
		w.checkOne()
	}},
	{rule: tiesBroken, invariant: "S5", shape: newShape(3, 1, 1, 1), script: func(w *world) {
		w.regions[1].front = true // so dc-1 and dc-2 both count as the third
		foundedAlone(w)
		w.decides(1, 0)
		w.decides(2, 0)
		w.carries(1)
		w.carries(2)
		run1(w, 1, 0)
		run1(w, 2, 0)
		w.carryOut(1)
		w.carryOut(2)
		w.checkOne()
	}},
	{rule: LargerClaim, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		// Pod 3 claims and has looked before pod 1 claims; the two pass.
		w.decides(3, 0)
		w.carries(3)
		w.pods[3].phase = Waiting // not seen yet when pod 1 makes up its mind
		w.decides(1, 0)
		w.pods[3].phase = Claiming
		w.readBackClaim(3)
		run1(w, 3, 0)
		w.carries(1)
		run1(w, 1, 0)
		w.carryOut(1)
		w.carryOut(3)
		w.checkOne()
	}},
	{rule: LookTooOld, with: freshReading, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.decides(1, 0)
		w.decides(3, 0)
		w.tick(1)
		for _, p := range []int{1, 3} {
			w.carries(p)
			w.readBackClaim(p)
			w.decide(p) // on the look from before the claim
		}
		w.carryOut(1)
		w.carryOut(3)
		w.checkOne()
	}},
	{rule: freshReading, invariant: "S5", shape: newShape(2, 2, 2, 2), script: func(w *world) {
		foundedAlone(w)
		w.pods[1].oldRing = w.ringOf(0)
		w.goes(3, 2, 10)
		w.pods[3].agent = false
		for range 16 {
			w.goes(1, 1, 10)
			w.pods[3].cass.since = w.now
		}
	}},
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, tt := range ruleCases {
		t.Run(string(tt.rule), func(t *testing.T) {
			t.Parallel()
			without := []Condition{tt.rule}
			if tt.with != "" {
				without = append(without, tt.with)
				if w := tt.run([]Condition{tt.with}); w.broken != "" && !strings.HasPrefix(w.broken, "W") {
					t.Errorf("without %s alone: %s\n%s", tt.with, w.broken, strings.Join(w.trace, "\n"))
				}
			}
			if w := tt.run(nil); w.broken != "" {
				t.Errorf("with every rule: %s\n%s", w.broken, strings.Join(w.trace, "\n"))
			}
			if w := tt.run(without); !strings.HasPrefix(w.broken, tt.invariant) {
				t.Errorf("without it %s should break: %q\n%s", tt.invariant, w.broken, strings.Join(w.trace, "\n"))
			}
		})
	}
}

func (c ruleCase) run(without []Condition) *world {
	if c.script == nil {
		return c.search(without)
	}
	sh := *c.shape
	sh.without = without
	w := newWorld(&sh, rand.New(rand.NewPCG(1, 1)))
	w.tracing = true
	c.script(w)
	if w.refused != "" && w.broken == "" {
		w.breaks("W", "cassandra refused: %s", w.refused)
	}
	if w.stats.cutJoiners > 0 && w.broken == "" {
		w.breaks("X", "joins on both sides of a cut")
	}
	return w
}

// search runs random schedules until one breaks the invariant; with every
// rule, a few.
func (c ruleCase) search(without []Condition) *world {
	most := 3000
	if without == nil {
		most = 50
	}
	for n := range most - 1 {
		if w := schedule(7, n, without, false, true); strings.HasPrefix(w.broken, c.invariant) {
			return schedule(7, n, without, true, true)
		}
	}
	return schedule(7, most-1, without, true, true)
}
