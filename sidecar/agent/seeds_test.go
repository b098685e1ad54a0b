package agent

import (
	"net/netip"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

func all(texts ...string) []netip.Addr {
	var addresses []netip.Addr
	for _, text := range texts {
		addresses = append(addresses, at(text))
	}
	return addresses
}

// quiet is an address that does not answer.
func quiet(address string, since time.Duration, datacenters ...string) decide.Agent {
	return decide.Agent{Address: at(address), Datacenters: datacenters, Tries: 5, SilentFor: since}
}

func TestSeedsOf(t *testing.T) {
	st := decide.State{Ring: "customers", RingID: ringX, Datacenter: "dc-east", Rack: "rack-0", Joined: true, HostID: hostA, Address: at(own), LastSeeds: all(east1, "10.2.0.77")}
	for _, tt := range []struct {
		name   string
		change func(*decide.Observations)
		want   []netip.Addr
	}{
		{"live members", nil, all(east1, east2, south0)},
		{"the own address is none", func(o *decide.Observations) {
			o.Agents = append(o.Agents, member(own, "dc-east", "cassandra-0-0", hostA))
		}, all(east1, east2, south0)},
		{"nobody is live", func(o *decide.Observations) {
			for i := range o.Agents {
				o.Agents[i].Node.Phase = decide.Starting
			}
		}, nil},
		{"a DNS is silent: who was a seed before stays", func(o *decide.Observations) { o.DNS[1].Answer = decide.Silent }, all(east1, east2, south0, "10.2.0.77")},
		{"a DNS is silent: whoever is silent stays, too", func(o *decide.Observations) {
			o.DNS[1].Answer = decide.Silent
			o.Agents = append(o.Agents, quiet("10.2.0.99", time.Hour))
		}, all(east1, east2, south0, "10.2.0.99", "10.2.0.77")},
		{"a DNS that knows of nobody is no silent one", func(o *decide.Observations) { o.DNS[1].Answer = decide.Nobody }, all(east1, east2, south0)},
		{"who is silent comes last", func(o *decide.Observations) { o.Agents[0] = quiet(east1, time.Hour, "dc-east") }, all(east2, south0, east1)},
		{"in an order of their own", func(o *decide.Observations) {
			o.Agents = append([]decide.Agent{quiet("10.1.0.99", 0, "dc-east"), quiet("10.1.0.98", 0, "dc-east")}, o.Agents...)
		}, all(east1, east2, south0, "10.1.0.98", "10.1.0.99")},
		{"whom no DNS gives is kept for a while", func(o *decide.Observations) { o.Agents = append(o.Agents, quiet("10.1.0.99", 119*time.Second)) }, all(east1, east2, south0, "10.1.0.99")},
		{"and then forgotten", func(o *decide.Observations) { o.Agents = append(o.Agents, quiet("10.1.0.99", 120*time.Second)) }, all(east1, east2, south0)},
		{"another ring's is none", func(o *decide.Observations) { o.Agents[0].Node.RingID = ringY }, all(east2, south0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := allLive()
			if tt.change != nil {
				tt.change(&o)
			}
			if diff := gocmp.Diff(tt.want, seedsOf(theSettings(), st, o), sameAddress); diff != "" {
				t.Errorf("seeds (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSameSet(t *testing.T) {
	for _, tt := range []struct {
		a, b []netip.Addr
		want bool
	}{
		{nil, nil, true},
		{all(east1, east2), all(east2, east1), true},
		{all(east1, east2), all(east2, east1, east2), true},
		{all(east1), all(east1, east2), false},
		{all(east1), nil, false},
	} {
		if got := sameSet(tt.a, tt.b); got != tt.want {
			t.Errorf("sameSet(%v, %v) is %t", tt.a, tt.b, got)
		}
	}
}

const seedsFile = `cluster_name: customers
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "10.1.0.11,10.1.0.12,10.2.0.10"
`

// seeded is a member whose configuration has the seeds that its first look
// shows.
func (sc *scene) seeded() {
	sc.setUp()
	sc.holds(aMember())
	sc.put("conf/cassandra.yaml", seedsFile)
	sc.says(volume.PhaseStarting)
	sc.cassandra(true, portOpen)
	sc.set(func() { sc.obs = allLive() })
	sc.start()
}

// rounds lets as many rounds pass, at least.
func (sc *scene) rounds(n int) {
	sc.pass(time.Duration(n)*roundEvery*6/5 + time.Second)
}

func (sc *scene) wantSeeds(t *testing.T, reloads int, inFile []netip.Addr, recorded ...string) {
	t.Helper()
	w, err := config.ReadWritten(sc.pod.Flags.Conf)
	if diff := gocmp.Diff(inFile, w.Seeds, sameAddress); diff != "" || err != nil {
		t.Errorf("in the file (-want +got): %v\n%s", err, diff)
	}
	if diff := gocmp.Diff(recorded, sc.state().LastSeeds); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	if n := sc.tools.count("reloadseeds"); n != reloads {
		t.Errorf("reloaded %d times, want %d", n, reloads)
	}
}

// TestSeedsChange holds that a changed set counts when two rounds in a row
// show it, that order is no change, and that nobody is dropped while a DNS
// fails.
func TestSeedsChange(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		first := all(east1, east2, south0)
		sc.seeded()
		sc.rounds(3)
		sc.wantSeeds(t, 0, first, east1, east2, south0) // as init wrote them
		sc.set(func() {
			sc.obs.Agents[0], sc.obs.Agents[2] = sc.obs.Agents[2], sc.obs.Agents[0]
			sc.obs.Agents[1].Node.Rack = "rack-0" // which others go before
		})
		sc.rounds(3)
		sc.wantSeeds(t, 0, first, east1, east2, south0)
		more := member("10.2.0.11", "dc-south", "cassandra-1-0", id(1))
		sc.set(func() {
			sc.obs.Agents = append(sc.obs.Agents, more)
			sc.obs.DNS[0].Answer = decide.Silent
		})
		sc.rounds(3)
		sc.wantSeeds(t, 1, all(east2, east1, south0, "10.2.0.11"), east2, east1, south0, "10.2.0.11")
		sc.set(func() { sc.obs.Agents = sc.obs.Agents[:3] })
		sc.rounds(10)
		sc.wantSeeds(t, 1, all(east2, east1, south0, "10.2.0.11"), east2, east1, south0, "10.2.0.11")
		sc.set(func() { sc.obs.DNS[0].Answer = decide.Answered })
		sc.rounds(3)
		sc.wantSeeds(t, 2, all(east2, east1, south0), east2, east1, south0)
		if n := sc.logged("the seeds have changed"); n != 2 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestSeedsSeenOnce holds that what one round alone shows is none.
func TestSeedsSeenOnce(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.seeded()
		sc.rounds(3)
		looks := 0
		more := member("10.2.0.11", "dc-south", "cassandra-1-0", id(1))
		sc.set(func() {
			sc.sees = func(decide.Settings, decide.State, decide.Volume) {
				if looks++; looks%2 == 0 {
					sc.obs.Agents = append(sc.obs.Agents, more)
				} else {
					sc.obs.Agents = sc.obs.Agents[:3]
				}
			}
		})
		sc.rounds(10)
		sc.wantSeeds(t, 0, all(east1, east2, south0), east1, east2, south0)
	})
}

// TestSeedsWaitForCassandra holds that init's seeds are left alone until
// Cassandra has answered.
func TestSeedsWaitForCassandra(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.seeded()
		sc.cassandra(false, portOpen)
		sc.says(volume.PhaseStarting, func(p *volume.Phase) { p.Since = p.Since.Add(time.Second) })
		sc.set(func() { sc.obs.Agents = sc.obs.Agents[:2] })
		sc.rounds(5)
		sc.wantSeeds(t, 0, all(east1, east2, south0))
		sc.cassandra(true, portOpen)
		sc.rounds(3)
		sc.wantSeeds(t, 1, all(east1, east2), east1, east2)
	})
}

// TestReloadFails holds that Cassandra is told again.
func TestReloadFails(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.seeded()
		sc.rounds(3)
		sc.tools.set(func() { sc.tools.failing = "reloadseeds" })
		sc.set(func() { sc.obs.Agents = sc.obs.Agents[:2] })
		sc.rounds(3)
		if n := sc.tools.count("reloadseeds"); n < 1 || len(sc.state().LastSeeds) != 3 {
			t.Errorf("reloaded %d times, recorded %v", n, sc.state().LastSeeds)
		}
		sc.tools.set(func() { sc.tools.failing, sc.tools.counts["reloadseeds"] = "", 0 })
		sc.rounds(2)
		sc.wantSeeds(t, 1, all(east1, east2), east1, east2)
		if n := sc.logged("changing the seeds fails"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestSeedsFileIsForeign holds that a file which init did not write so stays.
func TestSeedsFileIsForeign(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.seeded()
		sc.put("conf/cassandra.yaml", "seed_provider: mine\n")
		sc.rounds(3)
		if n := sc.logged("changing the seeds fails"); n != 1 || sc.tools.count("reloadseeds") != 0 {
			t.Errorf("logged %d times, reloaded %d times", n, sc.tools.count("reloadseeds"))
		}
	})
}
