package observe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// net is a ring that answers as it is told to. Times are of the bubble.
type net struct {
	mu    sync.Mutex                   // of asked and read
	dns   map[string]func() dns.Answer // by service
	nodes map[string]*api.Node         // by address; none is silent
	rings map[string]func() (api.Ring, error)
	slow  map[string]time.Duration
	asked map[string]int
	read  map[string]int

	askers map[netip.Addr]int // whom the questions named
}

func newNet() *net {
	return &net{
		dns: map[string]func() dns.Answer{}, nodes: map[string]*api.Node{}, rings: map[string]func() (api.Ring, error){},
		slow: map[string]time.Duration{}, asked: map[string]int{}, read: map[string]int{}, askers: map[netip.Addr]int{},
	}
}

func (n *net) lookup(_ context.Context, _ []string, name string) dns.Answer {
	time.Sleep(n.slow[name])
	return n.dns[name]()
}

var errSilent = errors.New("connection refused")

func (n *net) Node(_ context.Context, agent, asker netip.Addr) (api.Node, error) {
	time.Sleep(time.Millisecond)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked[agent.String()]++
	n.askers[asker]++
	node, ok := n.nodes[agent.String()]
	if !ok {
		return api.Node{}, errSilent
	}
	return *node, nil
}

func (n *net) Ring(_ context.Context, agent netip.Addr) (api.Ring, error) {
	time.Sleep(time.Millisecond)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.read[agent.String()]++
	ring, ok := n.rings[agent.String()]
	if !ok {
		return api.Ring{}, errSilent
	}
	return ring()
}

func answers(addresses ...string) func() dns.Answer {
	a := dns.Answer{Outcome: dns.Addresses}
	for _, address := range addresses {
		a.Addresses = append(a.Addresses, netip.MustParseAddr(address))
	}
	return func() dns.Answer { return a }
}

func nobody() dns.Answer { return dns.Answer{Outcome: dns.Nobody} }
func silent() dns.Answer { return dns.Answer{Err: errSilent} }

const me = "10.1.0.10"

func pods(phase decide.Phase, address, datacenter, name string) *api.Node {
	n := &api.Node{Ring: "customers", Pod: name, Datacenter: datacenter, Rack: "rack-0", Address: netip.MustParseAddr(address), Volume: decide.Empty, Phase: phase}
	if phase == decide.Serving {
		n.Volume, n.RingID, n.HostID = decide.Joined, "ring-of-tests", "00000000-0000-0000-0000-00000000000"+name[len(name)-1:]
	}
	return n
}

func twoRegions() decide.Settings {
	return decide.Settings{
		Settings: settings.Settings{
			Ring: "customers", Datacenter: "dc-east", Founder: "cassandra-0-0", Members: 3, Order: []string{"dc-east", "dc-west"},
			SeedsService: "east", DNS: []string{"10.0.0.10:53"},
			Peers: []settings.Peer{{Region: "west", Datacenter: "dc-west", SeedsService: "west", DNS: []string{"10.2.0.10:53"}}},
		},
		Pod: "cassandra-0-0", Address: netip.MustParseAddr(me), StatefulSetRack: "rack-0",
	}
}

// seen is the part of an agent that tests compare.
type seen struct {
	Address     string
	Datacenters []string
	Omitted     bool
	Answers     bool
	Tries       int
	SilentFor   time.Duration
}

func agentsOf(obs decide.Observations) []seen {
	var all []seen
	for _, a := range obs.Agents {
		all = append(all, seen{a.Address.String(), a.Datacenters, a.Omitted, a.Node != nil, a.Tries, a.SilentFor.Round(time.Second)})
	}
	return all
}

// looker is an observer in a bubble, of a volume that has not joined.
type looker struct {
	t   *testing.T
	net *net
	o   *Observer
	s   decide.Settings
	st  decide.State
	v   decide.Volume
	own decide.Own
}

func newLooker(t *testing.T) *looker {
	n := newNet()
	n.dns["east"], n.dns["west"] = answers(me), nobody
	return &looker{t: t, net: n, o: New(n, n.lookup), s: twoRegions(), v: decide.Empty}
}

func (l *looker) look(want Reading) decide.Observations {
	return l.o.Look(l.t.Context(), l.s, l.st, l.v, l.own, want)
}

func (l *looker) wants(obs decide.Observations, want ...seen) {
	l.t.Helper()
	if diff := cmp.Diff(want, agentsOf(obs)); diff != "" {
		l.t.Errorf("agents (-want +got):\n%s", diff)
	}
}

func TestWhoIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"], l.net.dns["west"] = answers(me, "10.1.0.11", "10.1.0.12"), answers("10.2.0.10", "10.1.0.11")
		l.net.nodes["10.1.0.11"] = pods(decide.Waiting, "10.1.0.11", "dc-east", "cassandra-1-0")
		l.net.nodes["10.2.0.10"] = pods(decide.Waiting, "10.2.0.99", "dc-west", "cassandra-0-0") // says that it is elsewhere
		l.st.LastSeeds = []netip.Addr{netip.MustParseAddr("10.2.0.77"), netip.MustParseAddr(me)}
		obs := l.look(WithRing)
		l.wants(obs,
			seen{"10.1.0.11", []string{"dc-east", "dc-west"}, false, true, 0, 0},
			seen{"10.1.0.12", []string{"dc-east"}, false, false, 1, 0},
			seen{"10.2.0.10", []string{"dc-west"}, false, false, 1, 0},
			seen{"10.2.0.77", nil, false, false, 1, 0},
		)
		want := []decide.DNS{
			{Datacenter: "dc-east", Answer: decide.Answered, Addresses: answers(me, "10.1.0.11", "10.1.0.12")().Addresses},
			{Datacenter: "dc-west", Answer: decide.Answered, Addresses: answers("10.2.0.10", "10.1.0.11")().Addresses},
		}
		if diff := cmp.Diff(want, obs.DNS, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("DNS (-want +got):\n%s", diff)
		}
		if !obs.ListedSince.Equal(obs.Began) || !obs.LiveSince.IsZero() || obs.Ring != nil {
			t.Errorf("listed since %v, live since %v, ring %v; want listed only", obs.ListedSince, obs.LiveSince, obs.Ring)
		}
	})
}

func TestMemoryOfAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"] = answers(me, "10.1.0.11")
		l.look(WithRing)
		l.net.dns["east"] = silent
		time.Sleep(30 * time.Second)
		// What lies between two tries counts for ten seconds at most.
		l.wants(l.look(WithRing), seen{"10.1.0.11", []string{"dc-east"}, false, false, 2, 10 * time.Second})
		l.net.dns["east"] = answers(me)
		time.Sleep(5 * time.Second)
		l.wants(l.look(WithRing), seen{"10.1.0.11", []string{"dc-east"}, true, false, 3, 15 * time.Second})
		l.net.dns["east"] = nobody // is no answer that omits
		time.Sleep(time.Second)
		l.wants(l.look(WithRing), seen{"10.1.0.11", []string{"dc-east"}, true, false, 4, 16 * time.Second})
		l.net.dns["east"] = answers(me, "10.1.0.11")
		l.net.nodes["10.1.0.11"] = pods(decide.Waiting, "10.1.0.11", "dc-east", "cassandra-1-0")
		l.wants(l.look(WithRing), seen{"10.1.0.11", []string{"dc-east"}, false, true, 0, 0})
		l.net.dns["east"] = answers(me)
		time.Sleep(119 * time.Second)
		l.wants(l.look(WithRing), seen{"10.1.0.11", []string{"dc-east"}, true, true, 0, 0})
		time.Sleep(2 * time.Second)
		l.wants(l.look(WithRing))
	})
}

func TestOmittedByEachThatGave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"], l.net.dns["west"] = answers(me, "10.1.0.11"), answers("10.1.0.11", "10.2.0.10")
		l.look(WithRing)
		l.net.dns["east"] = answers(me)
		obs := l.look(WithRing)
		l.wants(obs,
			seen{"10.1.0.11", []string{"dc-east", "dc-west"}, false, false, 2, 0},
			seen{"10.2.0.10", []string{"dc-west"}, false, false, 2, 0})
		l.net.dns["west"] = answers("10.2.0.10")
		if got := agentsOf(l.look(WithRing))[0]; !got.Omitted {
			t.Errorf("%v: want it omitted by both", got)
		}
	})
}

func TestSilenceOfADNS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		for i, step := range []struct {
			west   func() dns.Answer
			answer decide.Answer
			silent time.Duration
		}{
			{silent, decide.Silent, 0},
			{nobody, decide.Nobody, 8 * time.Second},
			{silent, decide.Silent, 16 * time.Second},
			{answers("10.2.0.10"), decide.Answered, 0},
			{silent, decide.Silent, 0},
		} {
			l.net.dns["west"] = step.west
			got := l.look(WithRing).DNS[1]
			if got.Answer != step.answer || got.SilentFor.Round(time.Second) != step.silent {
				t.Errorf("step %d: %v for %v, want %v for %v", i, got.Answer, got.SilentFor, step.answer, step.silent)
			}
			time.Sleep(8 * time.Second)
		}
	})
}

func TestSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"] = answers(me, "10.1.0.11")
		l.net.nodes["10.1.0.11"] = pods(decide.Serving, "10.1.0.11", "dc-east", "cassandra-1-0")
		first := l.look(WithoutRing)
		time.Sleep(time.Minute)
		second := l.look(WithoutRing)
		if !second.ListedSince.Equal(first.Began) || !second.LiveSince.Equal(first.Began) {
			t.Errorf("listed since %v, live since %v; want %v", second.ListedSince, second.LiveSince, first.Began)
		}
		l.net.dns["east"] = answers("10.1.0.11")
		delete(l.net.nodes, "10.1.0.11")
		third := l.look(WithoutRing)
		if !third.ListedSince.IsZero() || !third.LiveSince.IsZero() {
			t.Errorf("listed since %v, live since %v; want neither", third.ListedSince, third.LiveSince)
		}
		if !third.Since.Equal(first.Since) || third.Since.After(first.Began) {
			t.Errorf("the process began at %v, then at %v", first.Since, third.Since)
		}
	})
}

// A slow DNS must not make it take three looks to find out that everybody is
// dark, nor keep an answer from being taken.
func TestAskedAgainWhileADNSIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"], l.net.dns["west"] = answers(me, "10.1.0.11", "10.1.0.12"), silent
		l.net.slow["west"] = 6 * time.Second
		l.net.nodes["10.1.0.12"] = pods(decide.Waiting, "10.1.0.12", "dc-east", "cassandra-2-0")
		began := time.Now()
		l.wants(l.look(WithRing),
			seen{"10.1.0.11", []string{"dc-east"}, false, false, 3, time.Second},
			seen{"10.1.0.12", []string{"dc-east"}, false, true, 0, 0})
		if took := time.Since(began); took > 6100*time.Millisecond {
			t.Errorf("the look took %v, longer than its DNS", took)
		}
		if got := l.net.asked["10.1.0.12"]; got != 1 {
			t.Errorf("who answered was asked %d times", got)
		}
	})
}

func TestReading(t *testing.T) {
	east, west := "10.1.0.11", "10.2.0.10"
	id := pods(decide.Serving, west, "dc-west", "cassandra-0-0").HostID
	member := decide.Member{Address: netip.MustParseAddr(west), HostID: id, Datacenter: "dc-west", Rack: "rack-0", Up: true, State: decide.Normal}
	reading := func(age time.Duration, members ...decide.Member) func() (api.Ring, error) {
		return func() (api.Ring, error) { return api.Ring{Age: age, Members: members}, nil }
	}
	// fresh is old at first and then as young as one that the question made.
	fresh := func() func() (api.Ring, error) {
		n := 0
		return func() (api.Ring, error) {
			n++
			if n < 4 {
				return api.Ring{Age: time.Hour}, nil
			}
			return api.Ring{Age: 50 * time.Millisecond, Members: []decide.Member{member}}, nil
		}
	}
	unread := func() (api.Ring, error) { return api.Ring{}, &api.UnreadError{Reason: "being read"} }
	tests := []struct {
		name   string
		change func(l *looker)
		from   string
		read   map[string]int
	}{
		{"own datacenter first", func(l *looker) { l.net.rings[east], l.net.rings[west] = reading(0), reading(0) }, east, map[string]int{east: 1}},
		{"until it is new", func(l *looker) { l.net.rings[east] = fresh() }, east, map[string]int{east: 4}},
		{"never new, then the next", func(l *looker) { l.net.rings[east], l.net.rings[west] = reading(time.Hour), reading(0) }, west, map[string]int{east: 60, west: 1}},
		{"never read, then the next", func(l *looker) { l.net.rings[east], l.net.rings[west] = unread, reading(0) }, west, map[string]int{east: 60, west: 1}},
		{"does not answer, then the next", func(l *looker) { l.net.rings[west] = reading(0) }, west, map[string]int{east: 1, west: 1}},
		{"nobody does", func(*looker) {}, "", map[string]int{east: 1, west: 1}},
		{"a member without ringId wants the ring that lists it", func(l *looker) {
			l.v, l.st.HostID = decide.Joined, id
			l.net.rings[east], l.net.rings[west] = reading(0), reading(0, member)
		}, west, map[string]int{east: 1, west: 1}},
		{"while somebody starts nobody is asked", func(l *looker) {
			l.net.nodes["10.1.0.12"].Phase = decide.Starting
			l.net.rings[east] = reading(0)
		}, "", map[string]int{}},
		{"a member asks all the same", func(l *looker) {
			l.v, l.st.RingID = decide.Joined, "ring-of-tests"
			l.net.nodes["10.1.0.12"].Phase = decide.Starting
			l.net.rings[east] = reading(0)
		}, east, map[string]int{east: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLooker(t)
				l.net.dns["east"], l.net.dns["west"] = answers(me, east, "10.1.0.12"), answers(west)
				l.net.nodes[east] = pods(decide.Serving, east, "dc-east", "cassandra-1-1")
				l.net.nodes["10.1.0.12"] = pods(decide.Waiting, "10.1.0.12", "dc-east", "cassandra-2-0")
				l.net.nodes[west] = pods(decide.Serving, west, "dc-west", "cassandra-0-0")
				tt.change(l)
				obs := l.look(WithRing)
				from := ""
				if obs.Ring != nil {
					from = obs.Ring.From.String()
					if obs.Ring.Began.Before(obs.Began) {
						t.Errorf("the reading was begun at %v, before the look at %v", obs.Ring.Began, obs.Began)
					}
				}
				if from != tt.from {
					t.Errorf("R is of %q, want %q", from, tt.from)
				}
				for agent, n := range tt.read {
					if got := l.net.read[agent]; got > n+2 || got < n-2 && n > 3 || n <= 3 && got != n {
						t.Errorf("%s was asked %d times for R, want %d", agent, got, n)
					}
				}
				if len(tt.read) == 0 && len(l.net.read) > 0 {
					t.Errorf("asked for R: %v", l.net.read)
				}
			})
		})
	}
}

// TestReadingOfTheFourth holds that members who give no reading do not hide one
// who would: he is asked in the next look, and first in the one after.
func TestReadingOfTheFourth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		var addresses []string
		for i := range 4 {
			at := fmt.Sprintf("10.1.0.1%d", i+1)
			addresses = append(addresses, at)
			l.net.nodes[at] = pods(decide.Serving, at, "dc-east", fmt.Sprintf("cassandra-%d-1", i))
		}
		l.net.dns["east"] = answers(append([]string{me}, addresses...)...)
		l.net.rings[addresses[3]] = func() (api.Ring, error) { return api.Ring{}, nil }
		var asked []int
		for range 3 {
			obs := l.look(WithRing)
			asked = append(asked, l.net.read[addresses[3]])
			if (obs.Ring != nil) != (asked[len(asked)-1] > 0) {
				t.Errorf("R is %v, and the fourth was asked %v times", obs.Ring, asked)
			}
			time.Sleep(quietLife + time.Second)
		}
		if diff := cmp.Diff([]int{0, 1, 2}, asked); diff != "" {
			t.Errorf("how often the fourth was asked (-want +got):\n%s", diff)
		}
		if n := l.net.read[addresses[0]]; n != 1 {
			t.Errorf("the first was asked %d times, want once", n)
		}
	})
}

// A reading costs the member that makes it, so who only waits takes the last
// one again while it is young.
func TestReadingTakenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		east, other := "10.1.0.11", "10.1.0.12"
		l.net.dns["east"] = answers(me, east, other)
		l.net.nodes[east] = pods(decide.Serving, east, "dc-east", "cassandra-1-1")
		l.net.nodes[other] = pods(decide.Waiting, other, "dc-east", "cassandra-2-0")
		joiner := decide.Member{Address: netip.MustParseAddr(other), Datacenter: "dc-east", Rack: "rack-2", Up: true, State: decide.Joins}
		var members []decide.Member
		l.net.rings[east] = func() (api.Ring, error) { return api.Ring{Members: members}, nil }
		reads := func(want int, why string) {
			t.Helper()
			if obs := l.look(WithRing); obs.Ring == nil || l.net.read[east] != want {
				t.Errorf("%s: %d readings, want %d (R %v)", why, l.net.read[east], want, obs.Ring)
			}
			time.Sleep(time.Second)
		}
		reads(1, "the first look")
		reads(1, "a second later")
		l.own.Phase, l.own.ReadBack = decide.Claiming, time.Now()
		reads(2, "while it claims")
		reads(3, "while it claims still")
		l.own.Phase = decide.Waiting
		reads(3, "after the claim")
		time.Sleep(quietLife)
		members = []decide.Member{joiner}
		reads(4, "when it is old")
		reads(4, "a second after that")
		time.Sleep(readingLife)
		reads(5, "somebody joins: old sooner")
		l.v = decide.Joined
		reads(6, "a member")
		reads(7, "a member, again")
	})
}

// Whom live members tell of is asked in the same look and in the next ones,
// whatever the DNS gives.
func TestToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		east, told, further := "10.1.0.11", "10.1.0.12", "10.1.0.13"
		l.net.dns["east"] = answers(me, east)
		l.net.nodes[east] = pods(decide.Serving, east, "dc-east", "cassandra-1-1")
		l.net.nodes[east].AskedFor = 2 * time.Minute
		l.net.nodes[east].Asked = []decide.Asker{{Address: netip.MustParseAddr(me)}, {Address: netip.MustParseAddr(told), Ago: time.Second}}
		l.net.nodes[told] = pods(decide.Serving, told, "dc-east", "cassandra-2-0")
		l.net.nodes[told].Asked = []decide.Asker{{Address: netip.MustParseAddr(further)}}
		l.wants(l.look(WithoutRing),
			seen{east, []string{"dc-east"}, false, true, 0, 0},
			seen{told, nil, false, true, 0, 0},
			seen{further, nil, false, false, 1, 0})
		l.net.nodes[east].Asked, l.net.nodes[told].Asked = nil, nil
		time.Sleep(5 * time.Second)
		l.wants(l.look(WithoutRing),
			seen{east, []string{"dc-east"}, false, true, 0, 0},
			seen{told, nil, false, true, 0, 0},
			seen{further, nil, false, false, 2, 5 * time.Second})
		time.Sleep(remembered)
		l.wants(l.look(WithoutRing), seen{east, []string{"dc-east"}, false, true, 0, 0})
	})
}

// The questions of an init that wants to join name its pod, and no others do.
func TestNamesItself(t *testing.T) {
	for _, tt := range []struct {
		name   string
		asks   bool
		volume decide.Volume
		want   netip.Addr
	}{
		{"init of an empty volume", true, decide.Empty, netip.MustParseAddr(me)},
		{"init of one that was to join", true, decide.Joining, netip.MustParseAddr(me)},
		{"init of one that lost its data", true, decide.Lost, netip.MustParseAddr(me)},
		{"init of a member", true, decide.Joined, netip.Addr{}},
		{"an agent", false, decide.Empty, netip.Addr{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLooker(t)
				l.net.dns["east"] = answers(me, "10.1.0.11")
				l.o.Asks, l.v = tt.asks, tt.volume
				l.look(WithoutRing)
				if len(l.net.askers) != 1 || l.net.askers[tt.want] != 1 {
					t.Errorf("asked as %v, want %v once", l.net.askers, tt.want)
				}
			})
		})
	}
}

func TestEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"] = answers(me, "10.1.0.11")
		l.net.nodes["10.1.0.11"] = pods(decide.Serving, "10.1.0.11", "dc-east", "cassandra-1-1")
		l.net.rings["10.1.0.11"] = func() (api.Ring, error) { return api.Ring{Age: time.Hour}, nil }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		l.o.Look(ctx, l.s, l.st, l.v, l.own, WithRing)
		if took := time.Since(began); took > 1100*time.Millisecond {
			t.Errorf("the look ended %v after it began, its context after 1s", took)
		}
	})
}

func TestAgentsAreSorted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLooker(t)
		l.net.dns["east"] = answers("10.1.0.9", "10.1.0.12", me, "10.1.0.100", "10.1.0.11")
		agents := l.look(WithRing).Agents
		if !slices.IsSortedFunc(agents, func(a, b decide.Agent) int { return a.Address.Compare(b.Address) }) {
			t.Errorf("not sorted: %v", agents)
		}
	})
}
