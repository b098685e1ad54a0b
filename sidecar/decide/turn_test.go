package decide

import (
	"slices"
	"testing"
	"time"
)

func withdraws(c Condition, phase Phase) decision {
	return decision{Kind: Withdraw, Phase: phase, Condition: c, Position: position}
}

func TestTurn(t *testing.T) {
	t.Parallel()
	joiner := func(at string, up bool) func(*scene) {
		return func(sc *scene) {
			sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address(at), Datacenter: "dc-east", Rack: "rack-0", Up: up, State: Joins})
		}
	}
	down := func(sc *scene, at ...string) {
		for _, a := range at {
			sc.member(a).Up = false
		}
	}
	second := Position{RackMembers: 1, Ordinal: 1, Pod: "cassandra-0-1"}
	secondOfRack := func(sc *scene, joined ...string) {
		sc.s.Pod, sc.s.Members = "cassandra-0-1", 6
		sc.o.Ring.Members = slices.DeleteFunc(sc.o.Ring.Members, func(m Member) bool {
			return m.Datacenter == "dc-east" && !slices.Contains(joined, m.Address.String())
		})
	}
	run(t, []row{
		{"somebody joins", othersJoined, joiner("10.1.0.98", true), queues(MemberJoining), nil},
		{"a failed attempt lingers", othersJoined, joiner("10.1.0.98", false), queues(MemberJoining), nil},
		{"the own one, at this address", othersJoined, func(sc *scene) { joiner(me, false)(sc); sc.o.Volume, sc.st.RingID = Joining, "ring-x" }, claimed, nil},
		{"at this address, not by this volume", othersJoined, joiner(me, false), queues(MemberJoining), nil},
		{"somebody leaves", othersJoined, func(sc *scene) { sc.member(south1).State = Leaving }, queues(MemberLeaving), nil},
		{"somebody moves", othersJoined, func(sc *scene) { sc.member(south1).State = Moving }, queues(MemberLeaving), nil},
		{"three of five up", othersJoined, func(sc *scene) { down(sc, south0, south1) }, claimed, nil},
		{"two of five up", othersJoined, func(sc *scene) { down(sc, south0, south1, south2) }, queues(Minority), nil},
		{"half up, one in the first datacenter", othersJoined, func(sc *scene) {
			joinTo(sc, "10.2.0.13")
			down(sc, south0, south1, "10.2.0.13")
		}, claimed, nil},
		{"half up, none in the first datacenter", othersJoined, func(sc *scene) {
			sc.member(east2).Datacenter = "dc-south"
			sc.s.Order = []string{"dc-east", "dc-south"}
			joinTo(sc, "10.2.0.13")
			down(sc, east1, south0, "10.2.0.13")
		}, queues(Minority), nil},
		{"half up, the first datacenter without members", othersJoined, func(sc *scene) {
			for i := range sc.o.Ring.Members {
				sc.o.Ring.Members[i].Datacenter = "dc-south"
			}
			joinTo(sc, "10.2.0.13")
			down(sc, south0, south1, south2)
		}, claimed, nil},
		{"those to be replaced do not count", othersJoined, func(sc *scene) {
			down(sc, south0, south1, south2)
			sc.s.Replace = map[string]string{"cassandra-5-0": "host " + south0}
		}, claimed, nil},
		{"second of a rack, all racks there", othersJoined, func(sc *scene) {
			secondOfRack(sc, east1, east2)
			sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address("10.1.0.99"), HostID: "host " + south0, Datacenter: "dc-east", Rack: "rack-0", Up: true, State: Normal})
		}, claimed.at(second), nil},
		{"second of a rack, two of three racks there", othersJoined, func(sc *scene) {
			secondOfRack(sc, east1)
			sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address("10.1.0.99"), HostID: "host " + south0, Datacenter: "dc-east", Rack: "rack-0", Up: true, State: Normal})
		}, queues(RackMissing).at(second), nil},
		{"replaces, two of three racks there", othersJoined, func(sc *scene) {
			secondOfRack(sc, east1)
			sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address("10.1.0.99"), HostID: "dead", Datacenter: "dc-east", Rack: "rack-0", State: Normal})
			sc.s.Replace = map[string]string{"cassandra-0-1": "dead"}
		}, claimed.at(second), nil},
		{"second of the only rack", othersJoined, func(sc *scene) {
			secondOfRack(sc, east1)
			sc.member(east1).Rack = "rack-0"
			sc.node(east1).Pod, sc.s.Members = "cassandra-0-0", 3
		}, claimed.at(second), nil},
		{"second of a rack, the only one so far", othersJoined, func(sc *scene) {
			secondOfRack(sc, east1)
			sc.member(east1).Rack = "rack-0"
		}, queues(RackMissing).at(second), nil},
		{"clock 61 s off the median", othersJoined, func(sc *scene) { clocks(sc, 61*time.Second, 61*time.Second, 61*time.Second) }, queues(ClockOff), nil},
		{"clock 61 s behind", othersJoined, func(sc *scene) { clocks(sc, -61*time.Second, -61*time.Second, -61*time.Second) }, queues(ClockOff), nil},
		{"clock 60 s off the median", othersJoined, func(sc *scene) { clocks(sc, time.Minute, time.Minute, time.Minute) }, claimed, nil},
		{"two clocks of five are wrong", othersJoined, func(sc *scene) { clocks(sc, time.Hour, time.Hour) }, claimed, nil},
	})
}

// TestSilence is about those who do not answer, and about those who failed.
func TestSilence(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{"somebody starts", othersJoined, func(sc *scene) { sc.node(south0).Volume, sc.node(south0).Phase = Joining, Starting }, queues(SomeoneStarting), nil},
		{"a member starts", othersJoined, func(sc *scene) { sc.node(south0).Phase, sc.member(south0).Up = Starting, false }, queues(SomeoneStarting), nil},
		{"a member that is up serves nobody", othersJoined, func(sc *scene) { sc.node(south0).Phase = Starting }, claimed, nil},
		{"a member that has left keeps its process", othersJoined, func(sc *scene) {
			sc.node(south0).Volume, sc.node(south0).Phase = Decommissioned, Starting
			sc.o.Ring.Members = slices.DeleteFunc(sc.o.Ring.Members, func(m Member) bool { return m.Address == address(south0) })
		}, claimed, nil},
		{"somebody of another ring starts", othersJoined, func(sc *scene) { sc.node(south0).Phase, sc.node(south0).Ring = Starting, "orders" }, claimed, nil},
		{"somebody stopped", othersJoined, func(sc *scene) { sc.node(south0).Phase = Stopped }, claimed, nil},
		{"somebody silent", othersJoined, func(sc *scene) { silentJoiner(sc, 119*time.Second) }, queues(SomeoneSilent), nil},
		{"silent for 120 s", othersJoined, func(sc *scene) { silentJoiner(sc, 120*time.Second) }, claimed, nil},
		{"silent, dropped by the DNS", othersJoined, func(sc *scene) { silentJoiner(sc, time.Second); sc.agent(south0).Omitted = true }, claimed, nil},
		{"silent, up in the ring", othersJoined, func(sc *scene) { sc.silence(south0, 1, time.Second) }, claimed, nil},
		{"silent, known from last seeds only", othersJoined, func(sc *scene) { silentJoiner(sc, time.Second); sc.agent(south0).Datacenters = nil }, claimed, nil},
		{"a DNS silent", othersJoined, func(sc *scene) { sc.o.DNS[1] = DNS{"dc-south", Silent, nil, 119 * time.Second} }, queues(DNSSilent), nil},
		{"a DNS silent for 120 s", othersJoined, func(sc *scene) { sc.o.DNS[1] = DNS{"dc-south", Silent, nil, 120 * time.Second} }, claimed, nil},
		{"a DNS has nobody any more", othersJoined, func(sc *scene) { sc.o.DNS[1] = DNS{"dc-south", Nobody, nil, 119 * time.Second} }, queues(DNSSilent), nil},
		{"a DNS has had nobody for 120 s", othersJoined, func(sc *scene) { sc.o.DNS[1] = DNS{"dc-south", Nobody, nil, 120 * time.Second} }, claimed, nil},
		{"after a failed start, alone", othersJoined, func(sc *scene) { sc.st.FailedStarts = 1 }, claimed.at(Position{FailedStarts: 1, Pod: "cassandra-0-0"}), nil},
		{"after a failed start, another waits", othersJoined, func(sc *scene) {
			sc.st.FailedStarts = 1
			rival(sc, Waiting, Position{Datacenter: 1, Pod: "cassandra-2-0"})
		},
			queues(BackOff).at(Position{FailedStarts: 1, Pod: "cassandra-0-0"}), nil},
		{"after a failed start and ten minutes", othersJoined, func(sc *scene) {
			sc.st.FailedStarts, sc.o.Since = 1, ago(10*time.Minute)
			rival(sc, Waiting, Position{Datacenter: 1, Pod: "cassandra-2-0"})
		}, claimed.at(Position{FailedStarts: 1, Pod: "cassandra-0-0"}), nil},
		{"after two failed starts and ten minutes", othersJoined, func(sc *scene) {
			sc.st.FailedStarts, sc.o.Since = 2, ago(10*time.Minute)
			rival(sc, Turn, Position{FailedStarts: 9, Pod: "cassandra-2-0"})
		}, queues(BackOff).at(Position{FailedStarts: 2, Pod: "cassandra-0-0"}), nil},
	})
}

// joinTo adds a member that no agent of the scene stands for.
func joinTo(sc *scene, at string) {
	sc.o.Ring.Members = append(sc.o.Ring.Members, Member{Address: address(at), HostID: "host " + at, Datacenter: "dc-south", Rack: "rack-3", Up: true, State: Normal})
}

func clocks(sc *scene, off ...time.Duration) {
	for i, d := range off {
		sc.o.Agents[i].Node.Now = noon.Add(d)
	}
}

// silentJoiner makes south0 a silent pod that no ring lists.
func silentJoiner(sc *scene, since time.Duration) {
	sc.silence(south0, 9, since)
	sc.o.Ring.Members = slices.DeleteFunc(sc.o.Ring.Members, func(m Member) bool { return m.Address == address(south0) })
}

// rival makes south2 a newcomer in a queue.
func rival(sc *scene, phase Phase, p Position) {
	*sc.node(south2) = Node{Ring: "customers", Pod: p.Pod, Datacenter: "dc-south", Rack: "rack-2", Volume: Empty, Phase: phase, Position: p, Now: noon}
	sc.o.Ring.Members = slices.DeleteFunc(sc.o.Ring.Members, func(m Member) bool { return m.Address == address(south2) })
}

func TestClaim(t *testing.T) {
	t.Parallel()
	smaller := Position{Pod: "cassandra-0"}
	larger := Position{Datacenter: 1, Pod: "cassandra-2-0"}
	four := started.with(func(d *decision) { d.Seeds = "10.1.0.11 10.1.0.12 10.2.0.10 10.2.0.11" })
	holds := func(c Condition) decision { return claimed.with(func(d *decision) { d.Condition = c }) }
	run(t, []row{
		{"another claims first", othersJoined, func(sc *scene) { rival(sc, Claiming, larger) }, queues(SomeoneClaims).with(inTurn), nil},
		{"a smaller one is in turn", othersJoined, func(sc *scene) { rival(sc, Turn, smaller) }, queues(SmallerPosition).with(inTurn), nil},
		{"a larger one is in turn", othersJoined, func(sc *scene) { rival(sc, Turn, larger) }, claimed, nil},
		{"a smaller one waits", othersJoined, func(sc *scene) { rival(sc, Waiting, smaller) }, claimed, nil},
		{"claim seen by all", claiming, nil, started, begun},
		{"own agent does not show it", claiming, func(sc *scene) { sc.o.Own.ReadBack = time.Time{} }, withdraws(ClaimUnseen, Turn), nil},
		{"look older than the reading back", claiming, func(sc *scene) { sc.o.Own.ReadBack = sc.o.Began.Add(1) }, holds(LookTooOld), nil},
		{"a smaller claim", claiming, func(sc *scene) { rival(sc, Claiming, smaller) }, withdraws(SmallerClaim, Turn), nil},
		{"a larger claim", claiming, func(sc *scene) { rival(sc, Claiming, larger) }, holds(LargerClaim), nil},
		{"a smaller one in turn does not matter now", claiming, func(sc *scene) { rival(sc, Turn, smaller) }, four, begun},
		{"a claim of the same position, of a later datacenter", claiming, func(sc *scene) { rival(sc, Claiming, position) }, holds(LargerClaim), nil},
		{"a claim of the same position, of an earlier datacenter", claiming, func(sc *scene) {
			rival(sc, Claiming, position)
			sc.node(south2).Datacenter, sc.agent(south2).Datacenters = "dc-a", []string{"dc-a"}
		}, withdraws(SmallerClaim, Turn), nil},
		{"somebody starts", claiming, func(sc *scene) { rival(sc, Starting, larger) }, withdraws(SomeoneStarting, Waiting), nil},
		{"somebody falls silent", claiming, func(sc *scene) { silentJoiner(sc, time.Second) }, withdraws(SomeoneSilent, Waiting), nil},
		{"somebody shows up as joining", claiming, func(sc *scene) { joinTo(sc, "10.2.0.13"); sc.member("10.2.0.13").State = Joins }, withdraws(MemberJoining, Waiting), nil},
		{"the claim stands as published", claiming, func(sc *scene) {
			sc.o.Own.Position.RackMembers = 7
			rival(sc, Claiming, Position{RackMembers: 3, Pod: "cassandra-2-0"})
		}, withdraws(SmallerClaim, Turn).with(func(d *decision) { d.Position.RackMembers = 7 }), nil},
		{"no reading, a smaller claim", claiming, func(sc *scene) { rival(sc, Claiming, smaller); noReply(sc) }, withdraws(SmallerClaim, Turn), nil},
		{"no reading, a larger claim", claiming, func(sc *scene) { rival(sc, Claiming, larger); noReply(sc) }, holds(LargerClaim), nil},
		{"no reading, its own claim unseen", claiming, func(sc *scene) { sc.o.Own.ReadBack = time.Time{}; noReply(sc) }, withdraws(ClaimUnseen, Turn), nil},
		{"no reading, somebody starts", claiming, func(sc *scene) { rival(sc, Starting, larger); noReply(sc) }, withdraws(SomeoneStarting, Waiting), nil},
		{"no reading, in turn behind a claim", othersJoined, func(sc *scene) {
			sc.o.Own = Own{Phase: Turn, Position: position}
			rival(sc, Claiming, larger)
			noReply(sc)
		}, queues(SomeoneClaims).with(inTurn), nil},
		{"no reading, a claim but not in turn", othersJoined, func(sc *scene) { rival(sc, Claiming, larger); noReply(sc) }, waits(NoReading), nil},
		{"nobody live any more", claiming, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Node.Phase = Stopped
			}
		}, withdraws(PodNotEmpty, Waiting).at(Position{}), nil},
	})
}

func inTurn(d *decision) { d.Phase = Turn }
