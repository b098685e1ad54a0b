package decide

import (
	"net/netip"
	"slices"
	"time"
)

// Action is what to do now. Whatever the Kind, the order is:
//
//  1. publish Phase, Position and Reason (not for Record). For Start and
//     Found of a pod that was claiming, only while the last renewal of the
//     claim is less than 10 s old and no two since it was read back lay 10 s or
//     more apart; else nothing of the Action is done and the next look has
//     Own.ReadBack zero. A process that was held up may have renewed a claim
//     that had lapsed meanwhile;
//  2. persist State where it differs, file and directory synced, and then
//     remove what an earlier attempt to join left, where ResetBootstrap says so;
//  3. write the configuration, seeds included, each file by rename;
//  4. carry out Kind; Cassandra only within 10 s of step 1, else Waiting is
//     published and the wiring looks again: an agent that sees no open port for
//     30 s publishes `stopped`, and others go on.
//
// A process that is killed between any two of them leaves nothing that
// another pod could mistake: `starting` that never starts turns `stopped`, and
// no seed reaches Cassandra before the volume knows its ring.
type Action struct {
	Kind  Kind
	State State
	// Phase and Position are to be published; a zero Position as an empty list.
	Phase    Phase
	Position Position
	// Condition is why the pod does not start, for metrics; Reason says it in
	// words, for /v1/node and the log. Both are empty for Start and Found.
	Condition Condition
	Reason    string
	// Seeds are for Start and Found: at least one, at most MaxSeeds.
	Seeds []netip.Addr
	// ReplaceAddress, when valid, is written as
	// -Dcassandra.replace_address_first_boot.
	ReplaceAddress netip.Addr
	// ResetBootstrap says that the volume has been used: what an attempt that
	// did not get as far as to join left behind, or a member whose data is lost,
	// is removed, and Cassandra gets -Dcassandra.reset_bootstrap_progress=true.
	ResetBootstrap bool
	// Gone are the host ids that the live members know to be gone, once each,
	// for the state of a Start that joins: its own agent may be too late to ask.
	Gone []string
	// Warnings are what a Start overlooked; each is a metric and a log line.
	Warnings []Condition
}

// Kind is what an Action is.
type Kind string

// The kinds of Action.
const (
	// Start: exec Cassandra (without a command: exit 0).
	Start Kind = "start"
	// Found: the same, as the first member of a new ring.
	Found Kind = "found"
	// Wait: look again after about a second, at once while Phase is Claiming.
	// A claim is read back before that look. It is renewed every 2 s.
	Wait Kind = "wait"
	// Withdraw: as Wait; publishing Phase takes the claim back.
	Withdraw Kind = "withdraw"
	// Record: persist State, clear Own.Ended, then decide again on the same
	// observations. Nothing is published.
	Record Kind = "record"
	// Refuse: exit 1 with Reason as the last line.
	Refuse Kind = "refuse"
)

func (a Action) at(p Position) Action {
	a.Position = p
	return a
}

// MaxSeeds is the most seeds that are ever written.
const MaxSeeds = 20

const (
	// Silence is how long an address, or a DNS, that does not answer counts
	// as somebody who may be starting. For as long it is remembered who was
	// given by a DNS and who has asked.
	Silence = 120 * time.Second
	// Tries is how often a silent address is asked before nobody is live.
	Tries = 3
)

// How long things may take.
const (
	silence = Silence
	// staleDNS is how old a DNS answer may be: CoreDNS caches for 30 s.
	// https://coredns.io/plugins/cache/
	staleDNS = 30 * time.Second
	// unclear is how long a ring must have been without a pod's earlier host
	// id before the pod joins as new although nobody saw that one removed.
	unclear = 10 * time.Minute
	// recent is how old a reading may be that starts nothing.
	recent = 30 * time.Second
	// patience is how long a member waits for a reading of its ring.
	patience = 30 * time.Second
	// penalty is how long each failed start keeps a newcomer behind others.
	penalty = 10 * time.Minute
	// skew is how far a newcomer's clock may be off.
	skew = 60 * time.Second
	// stuck is after what time a pod whose address is taken gets the advice
	// to ask for another.
	stuck = 5 * time.Minute
	tries = Tries
)

// Condition names one reason not to start. Its text is a metric label.
type Condition string

// What a volume says by itself. These refuse.
const (
	OtherRing        Condition = "other-ring"
	OtherDatacenter  Condition = "other-datacenter"
	NoRack           Condition = "no-rack"
	OtherRack        Condition = "other-rack"
	RackDrift        Condition = "rack-drift"
	IsDecommissioned Condition = "decommissioned"
	IsRemoved        Condition = "removed"
)

// What the others say. All but Gone wait.
const (
	Gone              Condition = "gone"
	TwoRings          Condition = "two-rings"
	NotTried          Condition = "not-tried"
	RingUnnamed       Condition = "ring-unnamed"
	NoReading         Condition = "no-reading"
	AddressTaken      Condition = "address-taken"
	ReplaceImpossible Condition = "replace-impossible"
	MemberLost        Condition = "member-lost"
	LossUnclear       Condition = "loss-unclear"
	DatacenterFull    Condition = "datacenter-full"
	MemberUnnamed     Condition = "member-unnamed"
)

// What founding lacks.
const (
	NobodyLive      Condition = "nobody-live"
	FounderUnlisted Condition = "founder-unlisted"
	MembersMissing  Condition = "members-missing"
	PodSilent       Condition = "pod-silent"
	PodForeign      Condition = "pod-foreign"
	PodNotEmpty     Condition = "pod-not-empty"
	PodStarting     Condition = "pod-starting"
	PodTwice        Condition = "pod-twice"
)

// What stands before the turn to join.
const (
	MemberJoining   Condition = "member-joining"
	MemberLeaving   Condition = "member-leaving"
	Minority        Condition = "minority-up"
	RackMissing     Condition = "rack-missing"
	NotListed       Condition = "not-listed"
	NoWitness       Condition = "no-witness"
	NotAsked        Condition = "not-asked"
	ClockOff        Condition = "clock-off"
	SomeoneStarting Condition = "someone-starting"
	SomeoneSilent   Condition = "someone-silent"
	DNSSilent       Condition = "dns-silent"
	BackOff         Condition = "back-off"
	SomeoneClaims   Condition = "someone-claims"
	SmallerPosition Condition = "smaller-position"
	ClaimUnseen     Condition = "claim-unseen"
	SmallerClaim    Condition = "smaller-claim"
	LargerClaim     Condition = "larger-claim"
	LookTooOld      Condition = "look-too-old"
)

// warnings are what a start goes on without.
func (l *look) warnings() []Condition {
	var w []Condition
	switch {
	case l.o.Rack == "":
		w = append(w, NoRack)
	case l.o.Rack != l.st.Rack:
		w = append(w, RackDrift)
	}
	if l.o.Volume == Joined && len(l.live) > 0 && l.ring == nil {
		w = append(w, NoReading)
	}
	return slices.Clip(w)
}
