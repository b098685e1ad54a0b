package decide

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestSeen is about pods that others may not see yet: this one, and those
// that have just asked a live member.
func TestSeen(t *testing.T) {
	t.Parallel()
	// new makes this pod one that its DNS has given for a second.
	young := func(change func(*scene)) func(*scene) {
		return func(sc *scene) {
			sc.o.ListedSince = sc.o.Began.Add(-time.Second)
			change(sc)
		}
	}
	asked := func(address netip.Addr, ago time.Duration) func(*scene) {
		return func(sc *scene) {
			n := sc.node(south1)
			n.Asked = append(n.Asked, Asker{address, ago})
		}
	}
	stranger := address("10.1.0.77")
	add := func(sc *scene, n *Node) {
		sc.o.Agents = append(sc.o.Agents, Agent{Address: stranger, Node: n, Heard: noon, Tries: 1})
		asked(stranger, 31*time.Second)(sc)
	}
	is := func(phase Phase) *Node {
		return &Node{Ring: "customers", Pod: "cassandra-9-0", Datacenter: "dc-east", Volume: Empty, Phase: phase, Position: Position{Pod: "cassandra-9-0"}, Now: noon}
	}
	run(t, []row{
		{"listed for 30 s", othersJoined, func(sc *scene) { sc.s.Founder, sc.o.ListedSince = settings.NoFounder, sc.o.Began.Add(-30*time.Second) }, claimed, nil},
		{"listed for 29 s", othersJoined, func(sc *scene) { sc.s.Founder, sc.o.ListedSince = settings.NoFounder, sc.o.Began.Add(-29*time.Second) }, queues(NotListed), nil},
		{"not listed", othersJoined, func(sc *scene) { sc.s.Founder, sc.o.ListedSince = settings.NoFounder, time.Time{} }, queues(NotListed), nil},

		{"new, every member knows it", othersJoined, young(func(*scene) {}), claimed, nil},
		{"new, not of the founder's datacenter", othersJoined, young(func(sc *scene) { sc.s.Founder = settings.NoFounder }), queues(NotListed), nil},
		{"new, its DNS does not give it now", othersJoined, young(func(sc *scene) { sc.o.DNS[0].Addresses = sc.o.DNS[0].Addresses[1:] }), queues(NotListed), nil},
		{"new, a peer's DNS has long given nobody", othersJoined, young(func(sc *scene) { sc.o.DNS[1] = DNS{"dc-south", Silent, nil, time.Hour} }), queues(NotListed), nil},
		{"new, a member does not know it", othersJoined, young(func(sc *scene) { sc.node(south1).Asked = nil }), queues(NotListed), nil},
		{"new, a member knows it from before this look", othersJoined, young(func(sc *scene) { sc.node(south1).Asked[0].Ago = time.Second + 1 }), queues(NotListed), nil},
		{"new, a member forgot who asked before", othersJoined, young(func(sc *scene) { sc.node(south1).AskedFor = 31*time.Second - 1 }), queues(NotListed), nil},
		{"new, a member remembers just enough", othersJoined, young(func(sc *scene) { sc.node(south1).AskedFor = 31 * time.Second }), claimed, nil},
		{"new, a member was asked from nobody's address", othersJoined, young(func(sc *scene) { sc.node(south1).Translated = true }), queues(NotListed), nil},
		{"new, a member does not answer", othersJoined, young(func(sc *scene) { sc.silence(south1, 1, 0) }), queues(NotListed), nil},
		{"new, a member is at another address than the ring says", othersJoined, young(func(sc *scene) { sc.member(south1).Address = address("10.2.0.99") }), queues(NotListed), nil},
		{"new, a member without an agent", othersJoined, young(func(sc *scene) { joinTo(sc, "10.2.0.13") }), queues(NotListed), nil},
		{"new, claims", claiming, young(func(*scene) {}), started, begun},
		{"new, claims, and a member forgets", claiming, young(func(sc *scene) { sc.node(south1).AskedFor = 0 }), withdraws(NotListed, Waiting), nil},

		{"nobody remembers", othersJoined, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Node.AskedFor = 31*time.Second - 1
			}
		}, queues(NoWitness), nil},
		{"one does not tell", othersJoined, func(sc *scene) {
			for i := range sc.o.Agents {
				sc.o.Agents[i].Node.AskedFor = 0
			}
			sc.node(south2).Asked = nil
		}, claimed, nil},
		{"one remembers", othersJoined, func(sc *scene) {
			for i := range sc.o.Agents[1:] {
				sc.o.Agents[i].Node.AskedFor = 0
			}
		}, claimed, nil},
		{"translated addresses do not matter after 30 s", othersJoined, func(sc *scene) { sc.node(south1).Translated = true }, claimed, nil},

		{"who asked does not answer", othersJoined, func(sc *scene) { add(sc, nil) }, queues(SomeoneSilent), nil},
		{"who asked does not answer, long ago", othersJoined, func(sc *scene) {
			add(sc, nil)
			sc.node(south1).Asked[1].Ago++
		}, claimed, nil},
		{"who asked has been silent for 120 s", othersJoined, func(sc *scene) {
			add(sc, nil)
			sc.agent("10.1.0.77").SilentFor = silence
		}, claimed, nil},
		{"who asked is not given any more", othersJoined, func(sc *scene) {
			silentJoiner(sc, time.Second)
			sc.agent(south0).Omitted = true
			asked(address(south0), time.Second)(sc)
		}, queues(SomeoneSilent), nil},
		{"who asked waits", othersJoined, func(sc *scene) { add(sc, is(Waiting)) }, claimed, nil},
		{"who asked claims", othersJoined, func(sc *scene) { add(sc, is(Claiming)) }, queues(SomeoneClaims).with(inTurn), nil},
		{"who asked starts", othersJoined, func(sc *scene) { add(sc, is(Starting)) }, queues(SomeoneStarting), nil},
		{"who asked is of another ring", othersJoined, func(sc *scene) {
			add(sc, is(Starting))
			sc.node("10.1.0.77").Ring = "orders"
		}, claimed, nil},
		{"who asked one that is not live", othersJoined, func(sc *scene) {
			add(sc, is(Starting))
			sc.node(south1).Phase = Stopped
		}, claimed, nil},
		{"who asked is not asked", othersJoined, asked(stranger, time.Second), queues(NotAsked), nil},
		{"who asked is not asked after the claim", claiming, asked(stranger, time.Second), withdraws(NotAsked, Waiting), nil},
	})
}

func TestUnasked(t *testing.T) {
	t.Parallel()
	sc := othersJoined()
	for _, a := range []string{me, east1, "10.1.0.77", "10.2.0.77", "10.1.0.77"} {
		sc.node(south1).Asked = append(sc.node(south1).Asked, Asker{Address: address(a)})
	}
	sc.node(south0).Asked = []Asker{{address("10.1.0.77"), time.Second}, {address("10.1.0.78"), time.Minute}}
	want := []netip.Addr{address("10.1.0.77"), address("10.2.0.77")}
	if diff := cmp.Diff(want, Unasked(sc.s, sc.st, sc.o), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("Unasked (-want +got):\n%s", diff)
	}
}
