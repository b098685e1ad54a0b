package ring

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// watch asks every agent twice a second, notes what changes and holds what must
// never be: two pods that join at the same time, two ringIds, a pod that has not
// joined among its own seeds.
type watch struct {
	rig      *Rig
	test     testing.TB // the whole one, not the case of it that runs
	twoRings bool
	quit     chan struct{}
	done     chan struct{}

	mu       sync.Mutex
	last     map[*Pod]string
	nodes    map[*Pod]Node
	joining  []string // of the last round
	problems []string
	starts   []start
	joiners  map[*Pod]bool // who has joined as new: its log has to tell of it
	paused   bool
}

// start is one start of Cassandra as the agents told of it.
type start struct {
	pod      *Pod
	from, to time.Time // to is zero while Cassandra does not answer
}

func startWatch(r *Rig, twoRings bool) *watch {
	w := &watch{
		rig: r, test: r.TB, twoRings: twoRings, quit: make(chan struct{}), done: make(chan struct{}),
		last: map[*Pod]string{}, nodes: map[*Pod]Node{}, joiners: map[*Pod]bool{},
	}
	go w.run()
	return w
}

func (w *watch) run() {
	defer close(w.done)
	for {
		if !w.isPaused() {
			w.round()
		}
		select {
		case <-w.quit:
			return
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (w *watch) stop() {
	close(w.quit)
	<-w.done
}

// broken says whether something happened that must never be.
func (w *watch) broken() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.problems) > 0
}

// pause ends the rounds for the rest of the test.
func (w *watch) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = true
}

func (w *watch) isPaused() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.paused
}

// round asks all agents at once.
func (w *watch) round() {
	pods := w.rig.Pods()
	answers := make([]*Node, len(pods))
	var group sync.WaitGroup
	for i, p := range pods {
		group.Go(func() {
			if n, err := p.Node(); err == nil {
				answers[i] = &n
			}
		})
	}
	group.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, p := range pods {
		w.note(p, answers[i])
	}
	w.checkJoining(pods, answers)
	w.checkRingIDs(pods, answers)
	w.checkSeeds(pods, answers)
}

// note writes down what a pod says, where it says something else than before.
func (w *watch) note(p *Pod, n *Node) {
	text := "the agent does not answer"
	if n != nil {
		w.time(p, w.nodes[p].Phase, n.Phase)
		if b := w.nodes[p]; b.Address == n.Address && b.Volume == "joining" && n.Volume == "joined" && p.Region.Settings().Replace[p.Name] == "" {
			w.joiners[p] = true
		}
		w.nodes[p] = *n
		text = fmt.Sprintf("volume %s, phase %s, position %v, failed %d, ring %.8s: %s", n.Volume, n.Phase, n.Position, n.FailedStarts, n.RingID, n.Reason)
	}
	if w.last[p] != text {
		w.last[p] = text
		w.rig.journal.write(p.ID, text)
	}
}

// time notes when a start began and when Cassandra answered.
func (w *watch) time(p *Pod, before, now string) {
	switch {
	case now == "starting" && before != now:
		w.starts = append(w.starts, start{pod: p, from: time.Now()})
	case now == "joined" && before != now:
		for i := range w.starts {
			if w.starts[i].pod == p && w.starts[i].to.IsZero() {
				w.starts[i].to = time.Now()
			}
		}
	}
}

// forget gives who has joined as new, and begins anew.
func (w *watch) forget() map[*Pod]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	joiners := w.joiners
	w.joiners = map[*Pod]bool{}
	return joiners
}

func (w *watch) problem(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if slices.Contains(w.problems, text) {
		return
	}
	w.problems = append(w.problems, text)
	w.rig.journal.write("MUST NEVER BE", text)
	w.test.Errorf("must never be: %s", text)
}

// starting says whether a pod is in a start of a volume that has not joined.
func starting(n *Node) bool {
	return n != nil && n.Phase == "starting" && (n.Volume == "joining" || n.Volume == "founding")
}

// checkJoining takes two rounds for what one may only seem to show, as agents
// are asked one after another.
func (w *watch) checkJoining(pods []*Pod, answers []*Node) {
	var now []string
	for i, p := range pods {
		// Where there are to be two rings each is founded.
		if starting(answers[i]) && !(w.twoRings && answers[i].Volume == "founding") {
			now = append(now, p.ID)
		}
	}
	if len(now) > 1 && slices.Equal(now, w.joining) {
		w.problem("two join at the same time: %s", strings.Join(now, ", "))
	}
	w.joining = now
}

func (w *watch) checkRingIDs(pods []*Pod, answers []*Node) {
	if w.twoRings {
		return
	}
	seen := map[string][]string{}
	for i, n := range answers {
		if n != nil && n.RingID != "" {
			seen[n.RingID] = append(seen[n.RingID], pods[i].ID)
		}
	}
	if len(seen) > 1 {
		w.problem("two rings: %v", seen)
	}
}

// seedsLine is the line of cassandra.yaml with the seeds.
var seedsLine = regexp.MustCompile(`(?m)^[ -]*seeds: *"?([^"\n]*)"?$`)

func (w *watch) checkSeeds(pods []*Pod, answers []*Node) {
	for i, p := range pods {
		n := answers[i]
		if !starting(n) || n.Volume == "founding" {
			continue
		}
		if seeds := p.Seeds(); slices.Contains(seeds, p.Address().String()) {
			w.problem("%s has not joined and is among its own seeds: %v", p.ID, seeds)
		}
	}
}

// Seeds are those of the pod's present configuration.
func (p *Pod) Seeds() []string {
	data, _ := os.ReadFile(filepath.Join(p.conf(), "cassandra.yaml"))
	found := seedsLine.FindSubmatch(data)
	if found == nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(string(found[1]), " ", ""), ",")
}
