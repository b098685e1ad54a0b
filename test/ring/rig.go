package ring

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// Rig is a world of two regions with three pods each, none of which is there
// in the beginning.
type Rig struct {
	testing.TB
	// Dir holds everything that the pods write.
	Dir       string
	Cassandra *lab.Distribution
	// Sidecar is the sidecar's binary, or empty where members are started by hand.
	Sidecar string
	Regions []*Region
	Link    *lab.Link

	began   time.Time
	journal *journal
	watch   *watch
	once    sync.Once
}

// Options is what a rig has that is not as usual.
type Options struct {
	// Version of Cassandra. Default: 5.0.
	Version string
	// OwnDelays leaves Cassandra's own delays as they are.
	OwnDelays bool
	// Racks are the fault domains of a region's members. Default: 0, 1, 2.
	Racks []string
	// OneRegion has no other region than the first.
	OneRegion bool
	// ByHand has no sidecar.
	ByHand bool
	// TwoRings allows more than one ringId.
	TwoRings bool
}

// New makes the world, without pods. It goes with the test; a failed test
// leaves its directory.
func New(t testing.TB, o Options) *Rig {
	t.Helper()
	r := &Rig{TB: t, began: time.Now()}
	r.Cassandra = Distribution(t, o.version())
	if !o.ByHand {
		r.Sidecar = Sidecar(t)
	}
	r.Dir = directory(t)
	r.journal = newJournal(filepath.Join(r.Dir, "journal.log"))
	t.Cleanup(r.Close)
	for i, name := range o.regions() {
		r.Regions = append(r.Regions, newRegion(r, name, i, o))
	}
	for _, region := range r.Regions {
		region.settle(o)
	}
	if !o.OneRegion {
		var err error
		r.Link, err = lab.Join(r.Regions[0].vnet, r.Regions[1].vnet, 0)
		r.must(err)
	}
	if !o.ByHand {
		r.watch = startWatch(r, o.TwoRings)
	}
	return r
}

func (o Options) regions() []string {
	if o.OneRegion {
		return []string{"eastus"}
	}
	return []string{"eastus", "southcentralus"}
}

func (o Options) version() string {
	if o.Version == "" {
		return lab.Cassandra50
	}
	return o.Version
}

// Pods are all pods that the rig has a place for, region by region.
func (r *Rig) Pods() []*Pod {
	var all []*Pod
	for _, region := range r.Regions {
		all = append(all, region.Pods...)
	}
	return all
}

// Case runs a part of a test that others follow in the same world. Where one
// has failed the ring is as that left it, so the others are skipped.
func (r *Rig) Case(t *testing.T, name string, part func(*Rig)) {
	t.Run(name, func(t *testing.T) {
		whole := r.TB
		if whole.Failed() {
			t.Skip("a case before this one failed")
		}
		r.TB = t
		defer func() { r.TB = whole }()
		r.Say("--- %s", name)
		part(r)
	})
}

// Others are all pods but the named ones.
func (r *Rig) Others(but ...*Pod) []*Pod {
	return slices.DeleteFunc(r.Pods(), func(p *Pod) bool { return slices.Contains(but, p) })
}

// Say notes what the test does, in its output and in the journal.
func (r *Rig) Say(format string, args ...any) {
	r.Helper()
	text := fmt.Sprintf(format, args...)
	r.journal.write("test", text)
	r.Logf("%6.1f s  %s", time.Since(r.began).Seconds(), text)
}

// Until waits for a condition. What it says while it does not hold is what the
// test fails with in the end.
func (r *Rig) Until(what string, limit time.Duration, condition func() (missing string)) {
	r.Helper()
	start := time.Now()
	for {
		missing := condition()
		if missing == "" {
			r.Say("%s, after %.1f s", what, time.Since(start).Seconds())
			return
		}
		if r.watch != nil && r.watch.broken() {
			r.FailNow()
		}
		if time.Since(start) > limit {
			r.Fatalf("not after %s: %s: %s", limit, what, missing)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Never holds that a condition does not come true for a while.
func (r *Rig) Never(what string, during time.Duration, condition func() (happened string)) {
	r.Helper()
	for end := time.Now().Add(during); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		if happened := condition(); happened != "" {
			r.Fatalf("%s: %s", what, happened)
		}
	}
	r.Say("never in %s: %s", during, what)
}

func (r *Rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// Close takes the world down and, where the test failed, says where its logs
// are. It is called when the test ends, at the latest.
func (r *Rig) Close() { r.once.Do(r.end) }

func (r *Rig) end() {
	if r.watch != nil {
		r.watch.stop()
		r.checkJoins()
	}
	if r.Failed() {
		r.summarise()
	}
	for _, p := range r.Pods() {
		p.Crash()
	}
	for _, region := range r.Regions {
		region.dns.Close()
		region.vnet.Remove()
	}
	r.journal.close()
	if r.Failed() || *keep {
		r.Logf("logs, volumes and summary.txt are in %s", r.Dir)
		return
	}
	_ = os.RemoveAll(r.Dir)
}

// address is the n-th address of a network, counted from its own.
func address(prefix netip.Prefix, n int) netip.Addr {
	a := prefix.Addr().As4()
	a[2], a[3] = byte(n>>8), byte(n)
	return netip.AddrFrom4(a)
}
