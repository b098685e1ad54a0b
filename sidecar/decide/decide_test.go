package decide

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// decision is what a row of the table expects; State is compared where a row
// says how it changes.
type decision struct {
	Kind      Kind
	Phase     Phase
	Condition Condition
	Position  Position
	Seeds     string
	Replace   string
	Reset     bool
	Warnings  []Condition
}

func decisionOf(a Action) decision {
	d := decision{Kind: a.Kind, Phase: a.Phase, Condition: a.Condition, Position: a.Position, Reset: a.ResetBootstrap, Warnings: a.Warnings}
	for i, seed := range a.Seeds {
		if i > 0 {
			d.Seeds += " "
		}
		d.Seeds += seed.String()
	}
	if a.ReplaceAddress.IsValid() {
		d.Replace = a.ReplaceAddress.String()
	}
	return d
}

const liveFive = "10.1.0.11 10.1.0.12 10.2.0.10 10.2.0.11 10.2.0.12"

var (
	position = Position{Pod: "cassandra-0-0"}
	started  = decision{Kind: Start, Phase: Starting, Seeds: liveFive}
	founded  = decision{Kind: Found, Phase: Starting, Seeds: me}
	claimed  = decision{Kind: Wait, Phase: Claiming, Position: position}
)

func waits(c Condition) decision  { return decision{Kind: Wait, Phase: Waiting, Condition: c} }
func queues(c Condition) decision { return waits(c).at(position) }
func refuses(c Condition) decision {
	return decision{Kind: Refuse, Phase: Waiting, Condition: c}
}

func (d decision) at(p Position) decision {
	d.Position = p
	return d
}

func (d decision) with(change func(*decision)) decision {
	change(&d)
	return d
}

type row struct {
	name   string
	scene  func() *scene
	change func(*scene)
	want   decision
	state  func(*State) // how State differs from the scene's; nil for not at all
}

func run(t *testing.T, rows []row) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sc := tt.scene()
			if tt.change != nil {
				tt.change(sc)
			}
			got := sc.decide()
			if diff := cmp.Diff(tt.want, decisionOf(got)); diff != "" {
				t.Errorf("Decide (-want +got):\n%s\nreason: %s", diff, got.Reason)
			}
			state := sc.st
			if tt.state != nil {
				tt.state(&state)
			}
			if diff := cmp.Diff(state, got.State, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("State (-want +got):\n%s", diff)
			}
			if got.Reason == "" && got.Condition != "" {
				t.Errorf("condition %s without a reason", got.Condition)
			}
		})
	}
}

func TestVolumeAndPlace(t *testing.T) {
	t.Parallel()
	volume := func(v Volume) func(*scene) { return func(sc *scene) { sc.o.Volume = v } }
	run(t, []row{
		{"first look records where the volume is", othersJoined, func(sc *scene) { sc.st = State{} }, decision{Kind: Record},
			func(st *State) { st.Ring, st.Datacenter, st.Rack = "customers", "dc-east", "rack-0" }},
		{"a start that ended is counted", othersJoined, func(sc *scene) { sc.o.Volume, sc.o.Own.Ended = Joining, true }, decision{Kind: Record},
			func(st *State) { st.FailedStarts = 1 }},
		{"a member's start that ended is not", allJoined, func(sc *scene) { sc.o.Own.Ended = true }, started, nil},
		{"once joined, how it joined is forgotten", allJoined, func(sc *scene) { sc.st.Joining, sc.st.Replacing, sc.st.FailedStarts = true, "dead", 2 }, decision{Kind: Record},
			func(st *State) { st.Joining, st.Replacing, st.FailedStarts = false, "", 0 }},
		{"and when it is lost", allJoined, func(sc *scene) { sc.o.Volume, sc.st.Founding = Lost, true }, decision{Kind: Record},
			func(st *State) { st.Founding = false }},
		{"volume of another ring", othersJoined, func(sc *scene) { sc.st.Ring = "orders" }, refuses(OtherRing), nil},
		{"volume of another datacenter", allJoined, func(sc *scene) { sc.st.Datacenter = "dc-west" }, refuses(OtherDatacenter), nil},
		{"no rack known", othersJoined, func(sc *scene) { sc.st, sc.o.Rack = State{}, "" }, refuses(NoRack), nil},
		{"machine of another rack than the set's", othersJoined, func(sc *scene) { sc.st, sc.o.Rack = State{}, "rack-1" }, refuses(OtherRack), nil},
		{"saved rack, nothing answers", allJoined, func(sc *scene) { sc.o.Rack = "" }, started.with(func(d *decision) { d.Warnings = []Condition{NoRack} }), nil},
		{"saved rack, other fault domain", allJoined, func(sc *scene) { sc.o.Rack = "rack-2" }, started.with(func(d *decision) { d.Warnings = []Condition{RackDrift} }), nil},
		{"saved rack, other zone", allJoined, func(sc *scene) { sc.o.Rack, sc.s.Racks = "rack-2", settings.RacksZone }, refuses(RackDrift), nil},
		{"empty", claiming, volume(Empty), started, begun},
		{"founding, somebody live", claiming, func(sc *scene) { sc.o.Volume, sc.st.Founding, sc.st.RingID = Founding, true, "ring-x" }, started.with(reset), begun},
		{"joining", claiming, func(sc *scene) { sc.o.Volume, sc.st.Joining, sc.st.RingID = Joining, true, "ring-x" }, started.with(reset), nil},
		{"joined", allJoined, nil, started, nil},
		{"joined ignores replace", allJoined, func(sc *scene) { sc.s.Replace = map[string]string{"cassandra-0-0": "host " + east1} }, started, nil},
		{"decommissioned", allJoined, volume(Decommissioned), refuses(IsDecommissioned), nil},
		{"lost, still listed", allJoined, volume(Lost), waits(MemberLost), nil},
		{"lost, no longer listed", claiming, func(sc *scene) { sc.o.Volume, sc.st.Joined, sc.st.HostID, sc.st.RingID = Lost, true, "mine", "ring-x" }, started.with(func(d *decision) { d.Reset = true }),
			func(st *State) { begun(st); st.Joined, st.HostID = false, "" }},
		{"lost, nobody live", dark, volume(Lost), waits(NobodyLive), nil},
		{"removed", allJoined, volume(Removed), refuses(IsRemoved), nil},
		{"removed, in the dark", dark, func(sc *scene) { sc.st.Removed = true }, refuses(IsRemoved), nil},
	})
}

func begun(st *State)               { st.RingID, st.Joining, st.Founding = "ring-x", true, false }
func reset(d *decision)             { d.Reset = true }
func removal(st *State)             { st.Removed = true }
func oneRing(st *State)             { st.RingID = "ring-x" }
func noReply(sc *scene)             { sc.o.Ring = nil }
func oldReply(sc *scene)            { sc.o.Ring.Began = sc.o.Began.Add(-time.Nanosecond) }
func ago(d time.Duration) time.Time { return noon.Add(-d) }

func TestJoined(t *testing.T) {
	t.Parallel()
	blind := started.with(func(d *decision) { d.Warnings = []Condition{NoReading} })
	allDark := decision{Kind: Start, Phase: Starting, Seeds: liveFive + " " + me}
	allDark.Warnings = nil
	run(t, []row{
		{"everything dark", dark, nil, allDark, nil},
		{"asked twice only", dark, func(sc *scene) { sc.silence(south2, 2, 2*time.Second) }, waits(NotTried), nil},
		{"nobody live, others answer", allJoined, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Node.Phase = Stopped
			}
		}, allDark, nil},
		{"removed while down", allJoined, func(sc *scene) { sc.node(south1).Gone = []string{"other", "mine"} }, refuses(Gone), removal},
		{"one that does not serve says removed", allJoined, func(sc *scene) { sc.node(south1).Gone, sc.node(south1).Phase = []string{"mine"}, Starting },
			started.with(func(d *decision) { d.Seeds = "10.1.0.11 10.1.0.12 10.2.0.10 10.2.0.12 10.2.0.11" }), nil},
		{"no reading yet", allJoined, func(sc *scene) { noReply(sc); sc.o.Since = ago(29 * time.Second) }, waits(NoReading), nil},
		{"old reading", allJoined, func(sc *scene) { oldReply(sc); sc.o.Since = ago(29 * time.Second) }, waits(NoReading), nil},
		{"no reading for 30 s", allJoined, func(sc *scene) { noReply(sc); sc.o.Since = ago(30 * time.Second) }, blind, nil},
		{"reading of one that is not live", allJoined, func(sc *scene) { sc.o.Ring.From = address(south2); sc.node(south2).Phase = Stopped },
			blind.with(func(d *decision) { d.Seeds = liveFive }), nil},
		{"address is another member's", allJoined, func(sc *scene) { sc.member(me).HostID = "other" }, waits(AddressTaken), nil},
		{"address was a joiner's", allJoined, func(sc *scene) { sc.member(me).HostID, sc.member(me).State = "other", Joins }, started, nil},
		{"state lost, a live member's ring lists it", allJoined, func(sc *scene) { sc.st.RingID = "" }, started, oneRing},
		{"state lost, no ring lists it", othersJoined, func(sc *scene) { sc.st.HostID, sc.o.Volume = "mine", Joined }, started, nil},
		{"state lost, two rings", allJoined, func(sc *scene) { sc.st.RingID, sc.st.HostID = "", "mine2"; sc.node(south2).RingID = "ring-y" }, waits(TwoRings), nil},
		{"state lost, two rings, one lists it", allJoined, func(sc *scene) { sc.st.RingID = ""; sc.node(south2).RingID = "ring-y" },
			started.with(func(d *decision) { d.Seeds = "10.1.0.11 10.1.0.12 10.2.0.10 10.2.0.11" }), oneRing},
		{"another ring's members are no seeds", allJoined, func(sc *scene) { sc.node(east2).RingID, sc.node(south0).Ring = "ring-y", "orders" },
			started.with(func(d *decision) { d.Seeds = "10.1.0.11 10.2.0.11 10.2.0.12" }), nil},
		{"minority, joiners and claims do not concern it", allJoined, func(sc *scene) {
			for i := range sc.o.Ring.Members {
				sc.o.Ring.Members[i].Up = false
			}
			sc.node(east1).Phase, sc.o.ListedSince = Claiming, time.Time{}
			sc.o.Ring.From = address(east2)
		}, started.with(func(d *decision) { d.Seeds = "10.1.0.12 10.2.0.10 10.2.0.11 10.2.0.12 10.1.0.11" }), nil},
	})
}

func TestFounding(t *testing.T) {
	t.Parallel()
	dns := func(i int, answer Answer, addresses ...string) func(*scene) {
		return func(sc *scene) {
			sc.o.DNS[i] = DNS{Datacenter: sc.o.DNS[i].Datacenter, Answer: answer}
			for _, a := range addresses {
				sc.o.DNS[i].Addresses = append(sc.o.DNS[i].Addresses, address(a))
			}
		}
	}
	drawn := func(st *State) { st.Founding, st.RingID = true, "drawn" }
	run(t, []row{
		{"all empty", allEmpty, nil, founded, drawn},
		{"again", allEmpty, func(sc *scene) { sc.o.Volume, sc.st.Founding, sc.st.RingID = Founding, true, "first" }, founded, nil},
		{"another pod", allEmpty, func(sc *scene) { sc.s.Founder = "cassandra-1-0" }, waits(NobodyLive), nil},
		{"nobody may", allEmpty, func(sc *scene) { sc.s.Founder = settings.NoFounder }, waits(NobodyLive), nil},
		{"founder took part before", allEmpty, func(sc *scene) { sc.o.Volume, sc.st.Joining, sc.st.RingID = Joining, true, "ring-x" }, waits(NobodyLive), nil},
		{"own DNS silent", allEmpty, dns(0, Silent), waits(FounderUnlisted), nil},
		{"own DNS says nobody", allEmpty, dns(0, Nobody), waits(FounderUnlisted), nil},
		{"own DNS lags", allEmpty, dns(0, Answered, east1, east2), waits(FounderUnlisted), nil},
		{"a pod is missing", allEmpty, dns(0, Answered, me, east2), waits(MembersMissing), nil},
		{"a peer's DNS is out of reach", allEmpty, dns(1, Silent), founded, drawn},
		{"a peer has nobody yet", allEmpty, dns(1, Nobody), founded, drawn},
		{"a peer's DNS answers with own pods", allEmpty, dns(1, Answered, east1), waits(PodForeign), nil},
		{"a peer's DNS answers with me", allEmpty, dns(1, Answered, me), waits(PodSilent), nil},
		{"a pod is silent", allEmpty, func(sc *scene) { sc.silence(east1, 99, time.Hour) }, waits(PodSilent), nil},
		{"a peer's pod is silent", allEmpty, func(sc *scene) { sc.silence(south1, 99, time.Hour) }, waits(PodSilent), nil},
		{"a pod of another ring", allEmpty, func(sc *scene) { sc.node(east1).Ring = "orders" }, waits(PodForeign), nil},
		{"a pod is joining", allEmpty, func(sc *scene) { sc.node(east1).Volume, sc.node(east1).RingID = Joining, "ring-x" }, waits(PodNotEmpty), nil},
		{"a peer's pod is joined, not live", allEmpty, func(sc *scene) { sc.node(south2).Volume, sc.node(south2).RingID = Joined, "ring-x" }, waits(PodNotEmpty), nil},
		{"one that no DNS gives now is joined", allEmpty, func(sc *scene) { dns(1, Nobody)(sc); sc.node(south2).Volume = Joined }, waits(PodNotEmpty), nil},
		{"a pod claims", allEmpty, func(sc *scene) { sc.node(south2).Phase = Claiming }, waits(PodStarting), nil},
		{"a pod starts", allEmpty, func(sc *scene) { sc.node(south2).Phase = Starting }, waits(PodStarting), nil},
		{"a pod counts twice", allEmpty, func(sc *scene) { sc.node(east2).Pod = "cassandra-1-0" }, waits(PodTwice), nil},
		{"an own earlier address counts", allEmpty, func(sc *scene) { sc.node(east2).Pod = "cassandra-0-0" }, waits(PodTwice), nil},
		{"asks nothing of the own agent", allEmpty, func(sc *scene) { sc.o.Own = Own{} }, founded, drawn},
		{"two rings", allEmpty, func(sc *scene) { sc.node(east1).RingID, sc.node(east2).RingID = "ring-x", "ring-y" }, waits(TwoRings), nil},
	})
}

func TestNewcomer(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{"claims", othersJoined, nil, claimed, nil},
		{"two rings", claiming, func(sc *scene) { sc.node(south2).RingID = "ring-y" }, withdraws(TwoRings, Waiting).at(Position{}), nil},
		{"its own ring and another", othersJoined, func(sc *scene) { sc.o.Volume, sc.st.RingID = Joining, "ring-y" }, waits(TwoRings), nil},
		{"nobody serves", othersJoined, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Node.Phase = Stopped
			}
		}, waits(PodNotEmpty), nil},
		{"live only under the wrong DNS", othersJoined, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Datacenters = []string{"dc-west"}
			}
		}, waits(PodNotEmpty), nil},
		{"no reading, ever so long", othersJoined, func(sc *scene) { noReply(sc); sc.o.Since = ago(time.Hour) }, waits(NoReading), nil},
		{"old reading", othersJoined, func(sc *scene) { sc.o.Ring.Began = sc.o.Began.Add(-recent - 1) }, waits(NoReading), nil},
		{"a reading that will do for a claim", othersJoined, func(sc *scene) { sc.o.Ring.Began = sc.o.Began.Add(-recent) }, claimed, nil},
		{"but not for a start", claiming, oldReply, withdraws(NoReading, Waiting).at(Position{}), nil},
		{"no reading, as somebody starts", othersJoined, func(sc *scene) {
			rival(sc, Starting, Position{Pod: "cassandra-2-0"})
			noReply(sc)
			sc.o.Own.Position = position
		}, waits(SomeoneStarting).at(position), nil},
		{"address is a member's", othersJoined, func(sc *scene) { sc.member(south2).Address = address(me) }, waits(AddressTaken), nil},
		{"remembered, still listed", othersJoined, func(sc *scene) {
			replace(sc)
			sc.s.Replace = nil
			sc.node(east1).KnownPods = []KnownPod{{"dc-east", "cassandra-0-0", "dead", address("10.1.0.99")}}
		}, waits(MemberLost), nil},
		{"remembered by another datacenter only", othersJoined, func(sc *scene) {
			replace(sc)
			sc.s.Replace = nil
			sc.node(south1).KnownPods = []KnownPod{{"dc-east", "cassandra-0-0", "dead", address("10.1.0.99")}}
		}, waits(MemberLost), nil},
		{"remembered, seen removed", othersJoined, func(sc *scene) {
			sc.node(east1).KnownPods = []KnownPod{{"dc-east", "cassandra-0-0", "dead", address("10.1.0.99")}}
			sc.node(south0).Gone = []string{"dead"}
		}, claimed, nil},
		{"remembered, not listed, not seen removed", othersJoined, func(sc *scene) {
			sc.node(east1).KnownPods = []KnownPod{{"dc-east", "cassandra-0-0", "dead", address("10.1.0.99")}}
		}, waits(LossUnclear), nil},
		{"remembered, not listed for ten minutes", othersJoined, func(sc *scene) {
			sc.node(east1).KnownPods = []KnownPod{{"dc-east", "cassandra-0-0", "dead", address("10.1.0.99")}}
			sc.o.LiveSince = sc.o.Began.Add(-10 * time.Minute)
		}, claimed, nil},
		{"a namesake elsewhere is another pod", othersJoined, func(sc *scene) {
			sc.node(east1).KnownPods = []KnownPod{{"dc-south", "cassandra-0-0", "host " + south0, address(south0)}}
		}, claimed, nil},
		{"datacenter full", othersJoined, func(sc *scene) { replace(sc); sc.s.Replace = nil }, waits(DatacenterFull), nil},
		{"a live member has yet to learn its ring's identity", othersJoined, func(sc *scene) { sc.node(east1).RingID = "" }, waits(RingUnnamed), nil},
		{"no live member knows it", othersJoined, func(sc *scene) {
			for _, at := range []string{east1, east2, south0, south1, south2} {
				sc.node(at).RingID = ""
			}
		}, waits(RingUnnamed), nil},
		{"a member without a host id in the reading", othersJoined, func(sc *scene) { sc.member(east2).HostID = "" }, waits(NoReading), nil},
		{"a joiner without one is a joiner", othersJoined, func(sc *scene) { sc.member(east2).HostID, sc.member(east2).State = "", Joins }, waits(MemberJoining).at(position), nil},
		{"a member that nobody can name", othersJoined, func(sc *scene) { sc.silence(east2, 9, time.Hour) }, waits(MemberUnnamed), nil},
		{"a member that has just joined", othersJoined, func(sc *scene) { sc.node(east2).HostID = "" }, claimed, nil},
		{"a silent member that others can name", othersJoined, func(sc *scene) {
			sc.silence(east2, 9, time.Hour)
			sc.node(south0).KnownPods = []KnownPod{{"dc-east", "cassandra-2-0", "host " + east2, address(east2)}}
		}, claimed, nil},
		{"a silent member that this pod itself can name", othersJoined, func(sc *scene) {
			sc.silence(east2, 9, time.Hour)
			sc.st.KnownPods = []KnownPod{{"dc-east", "cassandra-2-0", "host " + east2, address(east2)}}
		}, claimed, nil},
		{"a member that replace names", othersJoined, func(sc *scene) {
			sc.silence(east2, 9, time.Hour)
			sc.member(east2).Up = false
			sc.s.Replace = map[string]string{"cassandra-2-0": "host " + east2}
		}, claimed, nil},
	})
}

func TestReplace(t *testing.T) {
	t.Parallel()
	replaced := started.with(func(d *decision) { d.Replace = "10.1.0.99" })
	run(t, []row{
		{"replaces", claiming, replace, replaced.with(func(d *decision) {}), func(st *State) { begun(st); st.Replacing = "dead" }},
		{"replaces at the same address", claiming, func(sc *scene) { replace(sc); sc.member("10.1.0.99").Address = address(me) },
			replaced.with(func(d *decision) { d.Replace = me }), func(st *State) { begun(st); st.Replacing = "dead" }},
		{"replaces still, whatever the settings say", claiming, func(sc *scene) {
			replace(sc)
			sc.s.Replace, sc.st.Replacing, sc.st.Joining, sc.st.RingID, sc.o.Volume = nil, "dead", true, "ring-x", Joining
		}, replaced.with(reset), nil},
		{"replaces one that is up", othersJoined, func(sc *scene) { replace(sc); sc.member("10.1.0.99").Up = true }, waits(ReplaceImpossible), nil},
		{"replaces one that serves", othersJoined, func(sc *scene) { replace(sc); sc.node(east1).HostID = "dead" }, waits(ReplaceImpossible), nil},
		{"replaces one that is not listed", othersJoined, func(sc *scene) { sc.s.Replace = map[string]string{"cassandra-0-0": "dead"} }, waits(ReplaceImpossible), nil},
	})
}

// replace gives this pod a dead member to replace.
func replace(sc *scene) {
	sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address("10.1.0.99"), HostID: "dead", Datacenter: "dc-east", Rack: "rack-0", State: Normal})
	sc.s.Replace = map[string]string{"cassandra-0-0": "dead"}
}
