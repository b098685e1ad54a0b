package agent

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// listed is a member as a reading has it.
func listed(address, hostID string, state decide.MemberState) decide.Member {
	return decide.Member{Address: at(address), HostID: hostID, Datacenter: "dc-east", Rack: "rack-0", Up: true, State: state}
}

func TestDepartures(t *testing.T) {
	type reading struct {
		life    int
		members []decide.Member
		gone    []string
		confirm bool
	}
	me := listed(own, hostA, decide.Normal)
	b, c := listed(east1, hostB, decide.Normal), listed(east2, hostC, decide.Normal)
	d := listed(south0, id(0), decide.Normal)
	moved := func(m decide.Member, address string) decide.Member {
		m.Address = at(address)
		return m
	}
	as := func(m decide.Member, state decide.MemberState) decide.Member {
		m.State = state
		return m
	}
	down := func(m decide.Member) decide.Member {
		m.Up = false
		return m
	}
	ring := func(members ...decide.Member) []decide.Member { return append([]decide.Member{me}, members...) }
	for _, tt := range []struct {
		name     string
		readings []reading
	}{
		{"nothing happens", []reading{{1, ring(b, c), nil, false}, {1, ring(b, c), nil, false}}},
		{"who is down is listed", []reading{{1, ring(b, c), nil, false}, {1, ring(down(b), c), nil, false}, {1, ring(down(b), c), nil, false}}},
		{"one is removed", []reading{{1, ring(b, c), nil, false}, {1, ring(c), nil, true}, {1, ring(c), []string{hostB}, false}, {1, ring(c), nil, false}}},
		{"two are", []reading{{1, ring(b, c), nil, false}, {1, ring(), nil, true}, {1, ring(), []string{hostB, hostC}, false}}},
		{"one reading lacks it", []reading{{1, ring(b, c), nil, false}, {1, ring(c), nil, true}, {1, ring(b, c), nil, false}, {1, ring(c), nil, true}}},
		{"a restart in between", []reading{{1, ring(b, c), nil, false}, {2, ring(c), nil, false}, {2, ring(c), nil, false}}},
		{"a restart before it is certain", []reading{{1, ring(b, c), nil, false}, {1, ring(c), nil, true}, {2, ring(c), nil, false}}},
		{"one leaves", []reading{{1, ring(b, c), nil, false}, {1, ring(as(b, decide.Leaving), c), nil, false}, {1, ring(c), nil, true}, {1, ring(c), []string{hostB}, false}}},
		{"one moves to another token", []reading{{1, ring(as(b, decide.Moving)), nil, false}, {1, ring(b), nil, false}}},
		{"a joiner fails", []reading{{1, ring(as(b, decide.Joins)), nil, false}, {1, ring(), nil, false}, {1, ring(), nil, false}}},
		{"a joiner joins, then is removed", []reading{{1, ring(as(b, decide.Joins)), nil, false}, {1, ring(b), nil, false}, {1, ring(), nil, true}, {1, ring(), []string{hostB}, false}}},
		{"one comes back at another address", []reading{{1, ring(b, c), nil, false}, {1, ring(moved(b, south0), c), nil, false}, {1, ring(moved(b, south0), c), nil, false}}},
		{"its address is taken by one known elsewhere", []reading{
			{1, ring(b, c), nil, false}, {1, ring(moved(c, east1)), nil, false}, {1, ring(moved(c, east1)), nil, false},
			{1, ring(moved(c, east1), moved(b, south0)), nil, false}, // and comes back
			{1, ring(moved(c, east1)), nil, true}, {1, ring(moved(c, east1)), []string{hostB}, false},
		}},
		{"it is replaced at its own address", []reading{{1, ring(b, c), nil, false}, {1, ring(c, moved(d, east1)), nil, true}, {1, ring(c, moved(d, east1)), []string{hostB}, false}}},
		{"it is replaced at its address by one whose earlier attempt was elsewhere", []reading{
			{1, ring(b, c, as(d, decide.Joins)), nil, false}, {1, ring(c, moved(d, east1)), nil, true}, {1, ring(c, moved(d, east1)), []string{hostB}, false},
		}},
		{"it is replaced at another address", []reading{{1, ring(b, c), nil, false}, {1, ring(c, d), nil, true}, {1, ring(c, d), []string{hostB}, false}}},
		{"who is at its address cannot be told", []reading{
			{1, ring(b, c), nil, false}, {1, ring(c, listed(east1, "", decide.Normal)), nil, false}, {1, ring(c, listed(east1, "", decide.Normal)), nil, false}, {1, ring(b, c), nil, false},
		}},
		{"an attempt to join has no host id", []reading{{1, ring(b, listed(south0, "", decide.Joins)), nil, false}, {1, ring(b), nil, false}}},
		{"a reading without this member proves nothing", []reading{{1, ring(b, c), nil, false}, {1, []decide.Member{c}, nil, false}, {1, []decide.Member{c}, nil, false}, {1, ring(b, c), nil, false}}},
		{"an empty ring proves nothing", []reading{{1, ring(b, c), nil, false}, {1, nil, nil, false}, {1, nil, nil, false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d departures
			for i, r := range tt.readings {
				gone, confirm := d.hear(r.life, hostA, r.members)
				if diff := gocmp.Diff(r.gone, gone); diff != "" || confirm != r.confirm {
					t.Errorf("reading %d: confirm %t (-want +got):\n%s", i, confirm, diff)
				}
			}
		})
	}
}

// TestOwnHostIDIsNeverGone holds that this member does not list itself, even
// where it learns its own host id late.
func TestOwnHostIDIsNeverGone(t *testing.T) {
	var d departures
	for i, ring := range [][]decide.Member{
		{listed(own, hostA, decide.Normal), listed(east1, hostB, decide.Normal)},
		{listed(east1, hostB, decide.Normal)},
		{listed(east1, hostB, decide.Normal)},
	} {
		known := hostA
		if i == 0 {
			known = ""
		}
		if gone, confirm := d.hear(1, known, ring); gone != nil || confirm {
			t.Errorf("reading %d: %v gone, confirm %t", i, gone, confirm)
		}
	}
}

func TestMerged(t *testing.T) {
	var many []string
	for i := range volume.MaxGone + 5 {
		many = append(many, id(i))
	}
	for _, tt := range []struct {
		name          string
		first, second []string
		but           string
		want          []string
	}{
		{"nothing", nil, nil, "", nil},
		{"one list", nil, []string{"b", "a"}, "", []string{"b", "a"}},
		{"newest first", []string{"c"}, []string{"b", "a"}, "", []string{"c", "b", "a"}},
		{"each once", []string{"a"}, []string{"b", "a"}, "", []string{"a", "b"}},
		{"never the own", nil, []string{"b", "a"}, "b", []string{"a"}},
		{"as many as are kept", []string{"x"}, many, "", append([]string{"x"}, many[:volume.MaxGone-1]...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := gocmp.Diff(tt.want, merged(tt.first, tt.second, tt.but)); diff != "" {
				t.Errorf("merged (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGoneIsRecorded holds that a removal is found out without anybody asking,
// confirmed soon, recorded, and published before it can be.
func TestGoneIsRecorded(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		m := aMember()
		m.Gone = []string{id(7)}
		sc.holds(m)
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.tools.members = []nodetool.Member{normal(own, hostA), normal(east1, hostB), normal(east2, hostC)}
		sc.start()
		sc.pass(time.Minute)
		if n := sc.tools.count("status"); n != 1 {
			t.Fatalf("%d readings in the first minute, want 1", n)
		}
		sc.tools.set(func() { sc.tools.members = sc.tools.members[:2] })
		sc.pass(4 * time.Minute)
		if n := sc.tools.count("status"); n != 1 {
			t.Fatalf("%d readings before five minutes, want 1", n)
		}
		sc.set(func() { sc.full = true })
		sc.pass(time.Minute)
		if n := sc.tools.count("status"); n != 3 {
			t.Errorf("%d readings, want 3", n)
		}
		want := []string{hostC, id(7)}
		if n, err := sc.node(); err != nil || !gocmp.Equal(n.Gone, want) {
			t.Errorf("gone %v, %v; want %v", n.Gone, err, want)
		}
		if got := sc.state().Gone; len(got) != 1 {
			t.Errorf("recorded on a full disk: %v", got)
		}
		sc.set(func() { sc.full = false })
		sc.pass(time.Minute)
		if diff := gocmp.Diff(want, sc.state().Gone); diff != "" {
			t.Errorf("recorded (-want +got):\n%s", diff)
		}
		if n := sc.logged("the ring lists a member no more"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestRequestsFindWhoIsGone holds that readings that others ask for count.
func TestRequestsFindWhoIsGone(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aMember())
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.tools.members = []nodetool.Member{normal(own, hostA), normal(east1, hostB)}
		sc.start()
		sc.pass(time.Second)
		sc.ring.current()
		sc.pass(3 * time.Second)
		sc.tools.set(func() { sc.tools.members = sc.tools.members[:1] })
		for range 2 {
			sc.ring.current()
			sc.pass(3 * time.Second)
		}
		if diff := gocmp.Diff([]string{hostB}, sc.state().Gone); diff != "" {
			t.Errorf("gone (-want +got):\n%s", diff)
		}
	})
}
