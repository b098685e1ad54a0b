package decide

import (
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func address(s string) netip.Addr { return netip.MustParseAddr(s) }

// scene is what one Decide is given. The scenes that tests start from are of
// cassandra-0-0 of dc-east, three racks of one pod each in two datacenters.
type scene struct {
	s   Settings
	st  State
	o   Observations
	now time.Time
}

func (sc *scene) decide() Action { return Decide(sc.s, sc.st, sc.o, sc.now) }

func (sc *scene) agent(at string) *Agent {
	i := slices.IndexFunc(sc.o.Agents, func(a Agent) bool { return a.Address == address(at) })
	return &sc.o.Agents[i]
}

func (sc *scene) node(at string) *Node { return sc.agent(at).Node }

func (sc *scene) silence(at string, tries int, since time.Duration) {
	a := sc.agent(at)
	a.Node, a.Tries, a.SilentFor = nil, tries, since
}

func (sc *scene) member(at string) *Member {
	i := slices.IndexFunc(sc.o.Ring.Members, func(m Member) bool { return m.Address == address(at) })
	return &sc.o.Ring.Members[i]
}

// The addresses of the scenes: 10.1.0.x is dc-east's, 10.2.0.x dc-south's.
const (
	me     = "10.1.0.10"
	east1  = "10.1.0.11"
	east2  = "10.1.0.12"
	south0 = "10.2.0.10"
	south1 = "10.2.0.11"
	south2 = "10.2.0.12"
)

// allEmpty: six pods, nothing on any volume.
func allEmpty() *scene {
	sc := &scene{
		s: Settings{
			Settings: settings.Settings{
				Ring: "customers", Region: "east", Datacenter: "dc-east", Racks: settings.RacksFaultDomain,
				Founder: "cassandra-0-0", Members: 3, Order: []string{"dc-east", "dc-south"},
				Peers:                       []settings.Peer{{Region: "south", Datacenter: "dc-south"}},
				AllocationReplicationFactor: 3,
			},
			Pod: "cassandra-0-0", Address: address(me), StatefulSetRack: "rack-0",
		},
		st:  State{Ring: "customers", Datacenter: "dc-east", Rack: "rack-0"},
		now: noon,
		o: Observations{
			Began: noon.Add(-time.Second), Since: noon.Add(-time.Minute), Volume: Empty, Rack: "rack-0", NewRingID: "drawn",
			ListedSince: noon.Add(-time.Minute), LiveSince: noon.Add(-time.Minute),
			Own: Own{Phase: Waiting},
		},
	}
	for _, d := range []struct{ datacenter, network string }{{"dc-east", "10.1.0.1"}, {"dc-south", "10.2.0.1"}} {
		dns := DNS{Datacenter: d.datacenter, Answer: Answered}
		for _, rack := range []string{"0", "1", "2"} {
			at := address(d.network + rack)
			dns.Addresses = append(dns.Addresses, at)
			if at == sc.s.Address {
				continue
			}
			sc.o.Agents = append(sc.o.Agents, Agent{
				Address: at, Datacenters: []string{d.datacenter}, Heard: noon,
				Node: &Node{
					Ring: "customers", Pod: "cassandra-" + rack + "-0", Datacenter: d.datacenter, Rack: "rack-" + rack,
					Volume: Empty, Phase: Waiting, Now: noon,
				},
			})
		}
		sc.o.DNS = append(sc.o.DNS, dns)
	}
	return sc
}

// serve makes a pod a live member.
func (sc *scene) serve(at string) {
	n := sc.node(at)
	n.RingID, n.HostID, n.Volume, n.Phase = "ring-x", "host "+at, Joined, Serving
	n.Asked, n.AskedFor = []Asker{{sc.s.Address, 0}}, time.Hour
	sc.o.Ring.Members = append(sc.o.Ring.Members, Member{
		Address: address(at), HostID: n.HostID, Datacenter: n.Datacenter, Rack: n.Rack, Up: true, State: Normal,
	})
}

// othersJoined: five members serve, this pod is new.
func othersJoined() *scene {
	sc := allEmpty()
	sc.o.Ring = &Ring{From: address(east1), Began: noon}
	for _, at := range []string{east1, east2, south0, south1, south2} {
		sc.serve(at)
	}
	return sc
}

// claiming: as othersJoined, and this pod's claim has been read back.
func claiming() *scene {
	sc := othersJoined()
	sc.o.Own = Own{Phase: Claiming, Position: Position{Pod: "cassandra-0-0"}, ReadBack: sc.o.Began}
	return sc
}

// allJoined: as othersJoined, and this pod is a member that starts again.
func allJoined() *scene {
	sc := othersJoined()
	sc.st.RingID, sc.st.Joined, sc.st.HostID, sc.st.Address = "ring-x", true, "mine", address(me)
	sc.o.Volume = Joined
	sc.o.Ring.Members = append(sc.o.Ring.Members, Member{
		Address: address(me), HostID: "mine", Datacenter: "dc-east", Rack: "rack-0", State: Normal,
	})
	return sc
}

// dark: a member, and nothing answers.
func dark() *scene {
	sc := allJoined()
	sc.o.Ring = nil
	for i := range sc.o.DNS {
		sc.o.DNS[i] = DNS{Datacenter: sc.o.DNS[i].Datacenter}
	}
	for i := range sc.o.Agents {
		a := &sc.o.Agents[i]
		sc.st.LastSeeds = append(sc.st.LastSeeds, a.Address)
		a.Datacenters = nil
		sc.silence(a.Address.String(), tries, time.Second)
	}
	return sc
}
