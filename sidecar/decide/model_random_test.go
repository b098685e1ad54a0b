package decide

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// defaultSchedules are enough to go through all that want names.
const defaultSchedules = 5000

var (
	scheduleCount = flag.Int("schedules", defaultSchedules, "how many random schedules the model test runs")
	scheduleSeed  = flag.Uint64("seed", 20261122, "where the random schedules begin; one that fails names its own")
	scheduleOnly  = flag.Int("schedule", -1, "the one schedule to run, with its steps printed")
)

var shapes = []func() *shape{
	func() *shape { return newShape(2, 2, 2, 2) },
	func() *shape { return newShape(2, 3, 3, 3) },
	func() *shape { return newShape(3, 2, 1, 2) },
	func() *shape { return newShape(1, 3, 3, 3) },
	func() *shape { return newShape(2, 2, 1, 2) },
	func() *shape { return newShape(1, 6, 3, 3) },
	func() *shape { sh := newShape(2, 2, 2, 2); sh.zone = true; return sh },
	func() *shape { return newShape(2, 1, 1, 1) },
}

// schedule runs one random schedule: calm, then faults, then calm again; in
// between and at the end it asks whether everything could still end well.
func schedule(seed uint64, n int, without []Condition, tracing, liveness bool) *world {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	sh := shapes[r.IntN(len(shapes))]()
	sh.without = without
	if r.IntN(2) == 0 {
		sh.ringDelay = 6
	}
	w := newWorld(sh, r)
	w.tracing = tracing
	w.logf("%s, seed %d schedule %d", sh, seed, n)
	if r.IntN(6) == 0 {
		absent := r.IntN(sh.pods)
		w.pods[absent].comes = false
		w.remove(absent)
	}
	steps, calm := 150+r.IntN(450), r.IntN(250)
	race := r.IntN(3) == 0
	switch {
	case race:
	case r.IntN(3) > 0:
		w.form(r)
		calm = 0
	}
	if w.quick = r.IntN(2) == 0; w.quick {
		steps *= 3
	}
	every := 4 + r.IntN(40)
	if race {
		w.race(r)
		every, calm = 20+r.IntN(200), 0
	}
	for i := range steps {
		if i > calm && r.IntN(every) == 0 {
			w.strike(r)
		}
		w.step(r)
		w.stats.steps++
		w.checkOne()
		if w.broken == "" && liveness && (i == steps-1 || r.IntN(steps) == 0) {
			w.checkLiveness()
		}
		if w.broken != "" || w.except {
			break
		}
	}
	return w
}

// form lets a ring of some of the pods come to be without trouble.
func (w *world) form(r *rand.Rand) {
	rounds := 10 + r.IntN(8*w.shape.pods)
	for range rounds {
		w.fairRound(10)
	}
}

// race makes all pods that have not joined come anew within a few seconds,
// each to DNS servers that are late by as much as they please for good: the
// case in which pods that are about to join know least of each other.
func (w *world) race(r *rand.Rand) {
	members := 1 + r.IntN(2)
	for n := 0; n < 100 && w.serving() < members; n++ {
		w.tick(5)
		for p := range w.serving() + 1 { // one after the other, the others are idle
			w.onePod(p * w.perRegion % w.shape.pods)
		}
	}
	for p := range w.shape.pods {
		if w.pods[p].exists && w.pods[p].cass.stage == off {
			w.remove(p)
		}
	}
	for range 14 {
		w.tick(10)
		for p := range w.shape.pods {
			if w.gossips(p) {
				w.onePod(p)
			}
		}
	}
	w.quick, w.lags = true, &[maxPods][maxRegions]seconds{}
	for _, p := range r.Perm(w.shape.pods) {
		for g := range w.shape.regions {
			w.lags[p][g] = []seconds{0, 10, 20, 29, 30, 30}[r.IntN(6)]
		}
		if w.region[p] == 0 && w.shape.regions > 1 { // else nobody goes early
			w.lags[p] = [maxRegions]seconds{0, w.lags[p][1], w.lags[p][2]}
		}
		w.pods[p].nat = r.IntN(6) == 0
		if q := r.IntN(w.shape.pods); q != p && r.IntN(8) == 0 {
			w.cutLink(p, q)
		}
		if o := &w.pods[p]; !o.exists && o.comes {
			w.tick([]seconds{0, 1, 3, 10, 20}[r.IntN(5)])
			w.create(p, 0)
		}
	}
}

func (w *world) serving() (n int) {
	for p := range w.shape.pods {
		if w.pods[p].cass.stage == normal {
			n++
		}
	}
	return n
}

// lag is how old the next DNS answers that p gets are.
func (w *world) lag(p int, r *rand.Rand) func() seconds {
	next := -1
	return func() seconds {
		if next++; w.lags != nil && r.IntN(10) > 0 {
			return w.lags[p][next%w.shape.regions]
		}
		return []seconds{0, 0, 5, 15, 30}[r.IntN(5)]
	}
}

// step lets one random thing go on.
func (w *world) step(r *rand.Rand) {
	p := r.IntN(w.shape.pods)
	lag := w.lag(p, r)
	lose := func() bool { return r.IntN(20) == 0 }
	o := &w.pods[p]
	ticks, gossips := 22, 3
	if w.lags != nil { // else all would be over before two pods have looked
		ticks, gossips = 6, 0
	}
	switch n := r.IntN(100); {
	case w.lags != nil && r.IntN(300) == 0 && w.pods[p].agent:
		w.agent(p, false) // a restart: it forgets who asked it
		w.agent(p, true)
	case n < ticks:
		if w.quick {
			w.tick([]seconds{1, 1, 1, 2, 5}[r.IntN(5)])
		} else {
			w.tick([]seconds{1, 1, 2, 5, 5, 10, 10, 30, 60}[r.IntN(9)])
		}
	case n < ticks+5:
		w.stepAgent(p)
	case n < ticks+5+gossips:
		if w.gossips(p) {
			w.gossip(p)
		}
	case !o.exists:
		if o.comes {
			w.create(p, w.anyAddr(p, r.IntN(2) == 0))
		}
	case o.cass.stage != off:
		w.advance(p)
	case !o.init.on:
		w.startInit(p)
	case !o.init.paused:
		w.stepInit(p, r.IntN(3) > 0, lag, lose)
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	if *scheduleOnly >= 0 {
		w := schedule(*scheduleSeed, *scheduleOnly, nil, true, true)
		t.Logf("%s\n%s", strings.Join(w.trace, "\n"), w.broken)
		if w.broken != "" && w.broken != "full" {
			t.Fail()
		}
		return
	}
	count := *scheduleCount
	if testing.Short() {
		count = min(count, 500)
	}
	total := &coverage{}
	var mu sync.Mutex
	var next, failed atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= count || failed.Load() > 3 {
					return
				}
				w := schedule(*scheduleSeed, n, nil, false, true)
				mu.Lock()
				total.add(w)
				if w.broken != "" && w.broken != "full" {
					failed.Add(1)
					t.Errorf("-seed=%d -schedule=%d: %s", *scheduleSeed, n, w.broken)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("seed %d\n%s", *scheduleSeed, total)
	if count >= defaultSchedules && failed.Load() == 0 {
		total.want(t)
	}
}

// want holds that the schedules went through what they are for: nothing shows
// that a ring survives what never happened to it.
func (c *coverage) want(t *testing.T) {
	t.Helper()
	for _, w := range []struct {
		what string
		n    int
	}{
		{"foundings", c.foundings}, {"foundings after an interrupted one", c.interruptedFoundings},
		{"claims won", c.claimsWon}, {"claims won before every DNS had to name the pod", c.early},
		{"links cut during claims", c.cutInClaims}, {"kills during claims", c.killsInClaims},
		{"kills between publishing and start", c.killsInStarts}, {"joins interrupted", c.interruptedJoins},
		{"questions for liveness", c.liveness}, {"pods that wait for an operator", c.terminal},
		{"members started in the dark", c.darkStarts}, {"regions dark", c.darkRegions},
		{"kills", c.faults["kill"]}, {"agents dead", c.faults["agent dead"]}, {"volumes lost", c.faults["volume lost"]},
		{"regions cut", c.faults["region cut"]}, {"members removed", c.faults["removenode"]}, {"members replaced", c.faults["replace"]},
	} {
		if w.n == 0 {
			t.Errorf("seed %d: %d schedules without %s", *scheduleSeed, c.schedules, w.what)
		}
	}
	if c.full > c.schedules/100 {
		t.Errorf("seed %d: %d of %d schedules ended for want of host ids", *scheduleSeed, c.full, c.schedules)
	}
}

func (c *coverage) add(w *world) {
	s := w.stats
	c.schedules++
	c.steps += s.steps
	c.decisions += s.decisions
	c.foundings += s.foundings
	c.founded += s.founded
	c.interruptedFoundings += s.interruptedFoundings
	c.starts += s.starts
	c.claimsWon += s.claimsWon
	c.early += s.early
	c.cutInClaims += s.cutInClaims
	c.killsInClaims += s.killsInClaims
	c.killsInStarts += s.killsInStarts
	c.interruptedJoins += s.interruptedJoins
	c.tokenFailures += s.tokenFailures
	c.exceptions += s.exceptions
	c.cutJoiners += s.cutJoiners
	c.liveness += s.liveness
	c.terminal += s.terminal
	c.darkStarts += s.darkStarts
	c.darkRegions += s.darkRegions
	if w.broken == "full" {
		c.full++
	}
	for k, n := range s.faults {
		c.fault(k)
		c.faults[k] += n - 1
	}
	for k, n := range s.conditions {
		c.condition(k)
		c.conditions[k] += n - 1
	}
}

func (c *coverage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d schedules, %d steps, %d decisions, %d starts, %d ended for want of host ids\n", c.schedules, c.steps, c.decisions, c.starts, c.full)
	fmt.Fprintf(&b, "%d foundings, %d of them after an interrupted one; %d beside another ring, as S1 allows\n", c.foundings, c.interruptedFoundings, c.exceptions)
	fmt.Fprintf(&b, "%d claims won, %d of them before every DNS had to name the pod; %d links cut and %d kills during claims, %d kills between publishing and start\n", c.claimsWon, c.early, c.cutInClaims, c.killsInClaims, c.killsInStarts)
	fmt.Fprintf(&b, "%d joins interrupted, %d token allocations failed, %d times a joiner that was cut off for over 120 s beside another\n", c.interruptedJoins, c.tokenFailures, c.cutJoiners)
	fmt.Fprintf(&b, "%d times liveness asked, %d pods found to wait for an operator, %d members started in the dark, %d regions dark\nfaults:", c.liveness, c.terminal, c.darkStarts, c.darkRegions)
	for _, k := range keys(c.faults) {
		fmt.Fprintf(&b, " %s %d,", k, c.faults[k])
	}
	b.WriteString("\nconditions:")
	for _, k := range keys(c.conditions) {
		fmt.Fprintf(&b, " %s %d,", k, c.conditions[k])
	}
	return b.String()
}
