package decide

import (
	"flag"
	"hash/maphash"
	"math/rand/v2"
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

type event struct {
	cost   int
	happen func(*world)
}

// enabled are the events that can come next.
func (w *world) enabled(left int) []event {
	events := []event{{0, func(w *world) {
		w.tick(quantum)
		for p := range w.shape.pods {
			w.stepAgent(p)
		}
	}}}
	for p := range w.shape.pods {
		o := &w.pods[p]
		switch {
		case !o.exists:
			events = append(events, event{0, func(w *world) { w.create(p, 0) }})
		case o.cass.stage == shadow || o.cass.stage == joining && w.now-o.cass.since >= ringDelay:
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
// pods each, from empty volumes on: with no fault, and with every single one.
func TestExhaustive(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("every order of events takes some seconds")
	}
	for faults := range *exhaustiveFaults + 1 {
		w := newWorld(newShape(2, 2, 2, 2), rand.New(rand.NewPCG(1, 1)))
		if !*exhaustiveStarts {
			w.begin()
		}
		x := &explorer{seen: map[uint64]bool{}, seed: maphash.MakeSeed(), most: *exhaustiveStates}
		x.explore(w, faults, 0)
		t.Logf("%d faults: %d states, %d events, %d deep, liveness asked of %d states; complete: %v", faults, len(x.seen), x.events, x.deepest, x.asked, !x.cut)
		if x.broken != nil {
			t.Fatalf("%s\n%v", x.broken.broken, x.broken.trace)
		}
	}
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
