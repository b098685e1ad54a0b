package decide

import (
	"flag"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var (
	exhaustiveFaults = flag.Int("faults", 0, "how many faults the exhaustive model test lets happen, in every combination")
	exhaustiveStarts = flag.Bool("starts", false, "whether the exhaustive model test also tries every order in which the pods begin")
	exhaustiveStates = flag.Int("states", 400_000, "how many states the exhaustive model test looks at before it gives up")
)

// explorer walks every order of events of a small world, each state once.
type explorer struct {
	seen    map[uint64]bool
	seed    maphash.Seed
	most    int
	events  int
	cut     bool // stopped at most states
	deepest int
	asked   int
	broken  *world
	path    []func(*world) // the events that led here
}

// quantum is the step of time: the shortest of the delays that Decide knows.
const quantum = 30

func (x *explorer) explore(w *world, left, depth int) {
	if x.broken != nil || x.cut {
		return
	}
	h := maphash.Bytes(x.seed, w.encode(left))
	if x.seen[h] {
		return
	}
	if len(x.seen) >= x.most {
		x.cut = true
		return
	}
	x.seen[h] = true
	x.deepest = max(x.deepest, depth)
	if h%512 == 0 {
		x.asked++
		c := w.clone()
		c.checkLiveness()
		if c.broken != "" {
			x.broken = c
			return
		}
	}
	for _, e := range w.enabled(left) {
		if x.broken != nil {
			return
		}
		x.path = append(x.path[:depth], e.happen)
		c := w.clone()
		e.happen(c)
		c.checkOne()
		x.events++
		if c.broken != "" && c.broken != "full" {
			x.broken = c
			return
		}
		if !c.except && c.broken == "" {
			x.explore(c, left-e.cost, depth+1)
		}
	}
}

// trace goes the way to the broken world again and tells it.
func (x *explorer) trace() []string {
	w := smallWorld()
	w.tracing = true
	for _, happen := range x.path {
		happen(w)
		w.checkOne()
	}
	if w.broken == "" {
		w.checkLiveness()
	}
	return w.trace
}

type event struct {
	cost   int
	happen func(*world)
}

// enabled are the events that can come next.
func (w *world) enabled(left int) []event {
	var events []event
	if !w.overdue() {
		events = append(events, event{0, func(w *world) {
			w.tick(quantum)
			for p := range w.shape.pods {
				w.stepAgent(p)
			}
		}})
	}
	for p := range w.shape.pods {
		o := &w.pods[p]
		if o.init.on && w.penalized(p) { // ten minutes are many states: they may be over at any time
			events = append(events, event{0, func(w *world) { w.pods[p].init.since = w.now - 600*w.pods[p].vol.st.FailedStarts }})
		}
		switch {
		case !o.exists:
			events = append(events, event{0, func(w *world) { w.create(p, 0) }})
		case o.cass.stage == shadow || o.cass.stage == joining && w.now-o.cass.since >= w.ringDelay:
			events = append(events, event{0, func(w *world) { w.advance(p) }})
		case o.cass.stage != off:
		case !o.init.on:
			events = append(events, event{0, func(w *world) { w.startInit(p) }})
		default:
			events = append(events, event{0, func(w *world) { w.bigStep(p, 0) }})
			if left > 0 && o.init.stage != decided {
				events = append(events, event{1, func(w *world) { w.bigStep(p, 30) }})
			}
		}
		if left == 0 || !o.exists {
			continue
		}
		if o.cass.stage != off || o.init.on {
			events = append(events, event{1, func(w *world) { w.kill(p, 0, nil) }})
		}
		events = append(events,
			event{1, func(w *world) { w.remove(p) }},
			event{1, func(w *world) { w.loseVolume(p) }},
			event{1, func(w *world) { w.agent(p, !w.pods[p].agent) }},
		)
	}
	for h := 1; h <= w.hosts; h++ {
		if w.shownJoining(h) { // and so they are here; assassinate ends them too
			events = append(events, event{0, func(w *world) { w.jDied[h] = w.now - w.lingers() }})
		}
	}
	for r := range w.shape.regions {
		if left > 0 {
			p := r * w.perRegion
			events = append(events,
				event{1, func(w *world) { w.cutRegion(p, 0, rand.New(rand.NewPCG(0, 1))) }},
				event{1, func(w *world) { w.dns(p, dnsNobody) }},
			)
		}
	}
	return events
}

// overdue says whether a Cassandra has to get on before more time can pass: its
// shadow round does not take longer than two ring delays.
func (w *world) overdue() bool {
	return slices.ContainsFunc(w.pods[:w.shape.pods], func(o pod) bool {
		return o.cass.stage == shadow && w.now-o.cass.since >= w.shape.shadowRound()
	})
}

// bigStep is a whole look with its decision, or one step of a start; what
// merely waits is carried out with its decision.
func (w *world) bigStep(p int, lag seconds) {
	in := &w.pods[p].init
	if in.stage == decided {
		w.carryOut(p)
		return
	}
	w.stepInit(p, true, func() seconds { return lag }, lossless)
	if in.stage == decided && in.action.Kind != Start && in.action.Kind != Found && in.action.Phase != Claiming {
		for in.on && in.stage == decided {
			w.carryOut(p)
		}
	}
}

// TestExhaustive goes through every order of events of two regions with two
// pods each, from empty volumes on: with no fault and, as far as -faults asks for
// it and -states lets it, with every single one.
func TestExhaustive(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("every order of events takes some seconds")
	}
	for faults := range *exhaustiveFaults + 1 {
		x := &explorer{seen: map[uint64]bool{}, seed: maphash.MakeSeed(), most: *exhaustiveStates}
		x.explore(smallWorld(), faults, 0)
		t.Logf("%d faults: %d states, %d events, %d deep, liveness asked of %d states; complete: %v", faults, len(x.seen), x.events, x.deepest, x.asked, !x.cut)
		if x.broken != nil {
			t.Fatalf("%s\n%s", x.broken.broken, strings.Join(x.trace(), "\n"))
		}
	}
}

func smallWorld() *world {
	w := newWorld(newShape(2, 2, 2, 2), rand.New(rand.NewPCG(1, 1)))
	w.reread = true
	if !*exhaustiveStarts {
		w.begin()
	}
	return w
}

// begin lets every init have looked once, and its address be known.
func (w *world) begin() {
	for p := range w.shape.pods {
		w.startInit(p)
	}
	for p := 1; p < w.shape.pods; p++ { // the founder comes last
		w.bigStep(p, 0)
	}
	w.tick(quantum)
}
