package agent

import (
	"context"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	// tick is how often the phase file is read, and CQL asked while
	// Cassandra starts.
	tick = 500 * time.Millisecond
	// calm is how often CQL is asked otherwise.
	calm = 4 * time.Second
	// portsEvery is how often ports are tried while CQL does not answer.
	portsEvery = 2 * time.Second
	// servingFor is how long one answer in CQL counts.
	servingFor = 10 * time.Second
	// missed is how many questions in a row that were not answered make a
	// member that does not serve.
	missed = 2
	// stoppedAfter is how long both ports must have been closed.
	stoppedAfter = 30 * time.Second
)

// firstLife is the life that the agent finds when it begins.
const firstLife = 1

// portState is what trying to connect to a port has shown.
type portState int

const (
	portUnknown portState = iota
	portOpen
	portClosed // refused: nobody listens
)

// watch follows this pod's Cassandra: what init says that it does, whether it
// answers CQL and whether its ports are open.
//
// A life is one run of Cassandra, as far as can be seen: it ends when init
// begins another pass, and when the ports close.
type watch struct {
	phases func() (volume.Phase, error)
	ports  func(ctx context.Context) (jmx, storage portState)
	// answeredFirst gets a value when CQL is answered for the first time in
	// a life.
	answeredFirst chan struct{}

	mu    sync.Mutex
	read  bool
	file  volume.Phase // as last read without an error
	broke error        // why it could not be read just now

	life     int
	seen     time.Time // when this pass of init, or this end of Cassandra, was first seen
	answered time.Time // the last answer in CQL of this life
	served   time.Time // the first answer of this life
	misses   int       // questions in CQL since, all without an answer
	jmxSince time.Time // since when port 7199 is open; zero where it is not known to be
	deadFrom time.Time // since when both ports are closed; zero where they are not known to be
}

func newWatch(phases func() (volume.Phase, error), ports func(ctx context.Context) (jmx, storage portState)) *watch {
	return &watch{phases: phases, ports: ports, answeredFirst: make(chan struct{}, 1)}
}

// sight is what there is to be seen of Cassandra at one time.
type sight struct {
	// Phase, Position and Reason are as /v1/node publishes them.
	Phase    decide.Phase
	Position decide.Position
	Reason   string
	// Condition and Warnings are those of the phase file.
	Condition string
	Warnings  []string

	// Life numbers the runs of Cassandra.
	Life int
	// Begun: this agent saw the life begin, so nobody has met this Cassandra
	// before it.
	Begun bool
	// Served: CQL was answered in this life, the first time at ServedFrom.
	Served     bool
	ServedFrom time.Time
	// Starts: init has become Cassandra, or is about to.
	Starts bool
	// JMXSince is since when port 7199 is open; zero where it is not known
	// to be.
	JMXSince time.Time
	// Silent is how long Cassandra has not answered CQL, from the last
	// answer or the beginning of its life.
	Silent time.Duration
}

// look reads the phase file, every time anew: a claim is read back through it.
func (w *watch) look() sight {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.phases()
	now := time.Now()
	w.note(p, err, now)
	return w.sight(now)
}

// note takes up what the phase file says. What cannot be read changes nothing.
func (w *watch) note(p volume.Phase, err error, now time.Time) {
	w.broke = err
	if err != nil {
		return
	}
	if w.read && (p.Phase == volume.PhaseStarting) == (w.file.Phase == volume.PhaseStarting) && (p.Phase != volume.PhaseStarting || p.Since.Equal(w.file.Since)) {
		w.file = p
		return
	}
	w.read, w.file = true, p
	w.begin(now)
}

// begin is the beginning of a life, or the end of one.
func (w *watch) begin(now time.Time) {
	w.life++
	w.seen, w.answered, w.served, w.misses = now, time.Time{}, time.Time{}, 0
	w.jmxSince, w.deadFrom = time.Time{}, time.Time{}
}

func (w *watch) sight(now time.Time) sight {
	s := sight{
		Life: w.life, Begun: w.life > firstLife, Served: !w.served.IsZero(), ServedFrom: w.served, JMXSince: w.jmxSince, Silent: now.Sub(w.seen),
		Starts: w.broke == nil && w.file.Phase == volume.PhaseStarting,
	}
	if !w.answered.IsZero() {
		s.Silent = now.Sub(w.answered)
	}
	p := w.file.At(now)
	switch {
	case w.serves(now):
		s.Phase, s.Warnings = decide.Serving, p.Warnings
	case w.broke != nil: // nobody may conclude that nothing starts here
		s.Phase, s.Reason = decide.Starting, w.broke.Error()
	case s.Starts && !w.deadFrom.IsZero() && now.Sub(later(w.deadFrom, w.seen)) >= stoppedAfter:
		s.Phase, s.Warnings = decide.Stopped, p.Warnings
		s.Reason = "Cassandra does not run: its ports have been closed for " + stoppedAfter.String()
	default:
		s.Phase, s.Reason, s.Condition, s.Warnings = decide.Phase(p.Phase), p.Reason, p.Condition, p.Warnings
		s.Position = pod.Position(p.Position)
	}
	return s
}

func (w *watch) serves(now time.Time) bool {
	return !w.answered.IsZero() && w.misses < missed && now.Sub(w.answered) < servingFor
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// current is the present life.
func (w *watch) current() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.life
}

// heard takes up what became of a question in CQL that was asked in a life.
func (w *watch) heard(life int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case life != w.life: // an answer of the Cassandra before
	case err != nil:
		w.misses++
	default:
		w.answered, w.misses, w.deadFrom = time.Now(), 0, time.Time{}
		if w.served.IsZero() {
			w.served = w.answered
			select {
			case w.answeredFirst <- struct{}{}:
			default:
			}
		}
	}
}

// tried takes up what became of the ports in a life.
func (w *watch) tried(life int, jmx, storage portState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	switch {
	case life != w.life:
	case jmx == portOpen:
		if w.jmxSince.IsZero() {
			w.jmxSince = now
		}
		w.deadFrom = time.Time{}
	case jmx == portClosed && storage == portClosed:
		if !w.served.IsZero() || !w.jmxSince.IsZero() { // it was there, and has ended
			w.begin(now)
		}
		if w.deadFrom.IsZero() {
			w.deadFrom = now
		}
	default:
		w.jmxSince, w.deadFrom = time.Time{}, time.Time{}
	}
}

// run watches until ctx ends. ask asks CQL, and reports to heard; seen is told
// of every look.
func (w *watch) run(ctx context.Context, ask func(context.Context) error, seen func(sight)) {
	var asked, tried time.Time
	for ctx.Err() == nil {
		s := w.look()
		if now := time.Now(); s.Starts && !s.Served || now.Sub(asked) >= calm {
			asked = now
			if ask(ctx) != nil && s.Starts && now.Sub(tried) >= portsEvery {
				tried = now
				jmx, storage := w.ports(ctx)
				w.tried(s.Life, jmx, storage)
			}
			s = w.look()
		}
		seen(s)
		pause(ctx, tick)
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
