package agent

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// step is what happens and then, after a while, what is published.
type step struct {
	do   func(*scene)
	pass time.Duration
	want decide.Phase
}

func says(phase volume.PhaseName) func(*scene) {
	return func(sc *scene) { sc.says(phase) }
}

func cassandra(answers bool, jmx portState) func(*scene) {
	return func(sc *scene) { sc.cassandra(answers, jmx) }
}

func both(first, second func(*scene)) func(*scene) {
	return func(sc *scene) { first(sc); second(sc) }
}

// renewed has init renew a phase every 2 s for as long.
func renewed(phase volume.PhaseName, d time.Duration) func(*scene) {
	return func(sc *scene) {
		since := time.Now()
		for ; d > 0; d -= volume.ClaimRenewal {
			sc.says(phase, func(p *volume.Phase) { p.Since = since })
			sc.pass(volume.ClaimRenewal)
		}
	}
}

func unreadable(sc *scene) {
	sc.put("conf/.ringwright-phase.json", "{")
}

func TestPhases(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"a new pod", []step{{nil, time.Minute, decide.Init}}},
		{"init", []step{{says(volume.PhaseInit), time.Minute, decide.Init}}},
		{"who waits waits", []step{{says(volume.PhaseWaiting), 10 * time.Minute, decide.Waiting}}},
		{"a turn lapses", []step{
			{says(volume.PhaseTurn), 9900 * time.Millisecond, decide.Turn},
			{nil, 100 * time.Millisecond, decide.Waiting},
		}},
		{"a claim lapses", []step{
			{says(volume.PhaseClaiming), 9900 * time.Millisecond, decide.Claiming},
			{nil, 100 * time.Millisecond, decide.Waiting},
		}},
		{"a claim that is renewed stays", []step{{renewed(volume.PhaseClaiming, time.Minute), 7 * time.Second, decide.Claiming}}},
		{"a start whose ports never open", []step{
			{says(volume.PhaseStarting), 29 * time.Second, decide.Starting},
			{nil, 2 * time.Second, decide.Stopped},
			{nil, 10 * time.Minute, decide.Stopped},
		}},
		{"a start after a long wait has its 30 s", []step{
			{says(volume.PhaseWaiting), 10 * time.Minute, decide.Waiting},
			{says(volume.PhaseStarting), 29 * time.Second, decide.Starting},
			{nil, 2 * time.Second, decide.Stopped},
		}},
		{"a start of long ago has its 30 s from the agent's start", []step{
			{func(sc *scene) {
				sc.says(volume.PhaseStarting, func(p *volume.Phase) {
					p.Since = time.Now().Add(-time.Hour)
					p.Renewed = p.Since
				})
			}, 29 * time.Second, decide.Starting},
			{nil, 2 * time.Second, decide.Stopped},
		}},
		{"a clock set forward stops nothing", []step{
			{func(sc *scene) {
				sc.pass(time.Minute)
				sc.says(volume.PhaseStarting, func(p *volume.Phase) { p.Since = time.Now().Add(-time.Minute) })
			}, 29 * time.Second, decide.Starting},
		}},
		{"a join that takes hours", []step{
			{both(says(volume.PhaseStarting), cassandra(false, portOpen)), 10 * time.Minute, decide.Starting},
			{cassandra(true, portOpen), time.Second, decide.Serving},
		}},
		{"the storage port alone is open", []step{
			{both(says(volume.PhaseStarting), func(sc *scene) { sc.set(func() { sc.storage = portOpen }) }), 10 * time.Minute, decide.Starting},
		}},
		{"a port of which nothing is known", []step{
			{both(says(volume.PhaseStarting), cassandra(false, portUnknown)), 10 * time.Minute, decide.Starting},
			{cassandra(false, portClosed), 29 * time.Second, decide.Starting},
			{nil, 4 * time.Second, decide.Stopped},
		}},
		{"ports that open in time", []step{
			{says(volume.PhaseStarting), 28 * time.Second, decide.Starting},
			{cassandra(false, portOpen), 10 * time.Second, decide.Starting},
			{cassandra(false, portClosed), 29 * time.Second, decide.Starting},
		}},
		{"ports that open late", []step{
			{says(volume.PhaseStarting), 40 * time.Second, decide.Stopped},
			{cassandra(false, portOpen), 3 * time.Second, decide.Starting},
		}},
		{"one miss is none", []step{
			{both(says(volume.PhaseStarting), cassandra(true, portOpen)), time.Minute, decide.Serving},
			{cassandra(false, portOpen), 4 * time.Second, decide.Serving},
			{cassandra(true, portOpen), 4 * time.Second, decide.Serving},
			{cassandra(false, portOpen), 4 * time.Second, decide.Serving},
		}},
		{"two misses are", []step{
			{both(says(volume.PhaseStarting), cassandra(true, portOpen)), time.Minute, decide.Serving},
			{cassandra(false, portOpen), 8500 * time.Millisecond, decide.Starting},
			{nil, 10 * time.Minute, decide.Starting},
			{cassandra(true, portOpen), 4500 * time.Millisecond, decide.Serving},
		}},
		{"Cassandra ends", []step{
			{both(says(volume.PhaseStarting), cassandra(true, portOpen)), time.Minute, decide.Serving},
			{cassandra(false, portClosed), 5 * time.Second, decide.Starting},
			{nil, 24 * time.Second, decide.Starting},
			{nil, 6 * time.Second, decide.Stopped},
		}},
		{"the container starts again", []step{
			{both(says(volume.PhaseStarting), cassandra(true, portOpen)), time.Minute, decide.Serving},
			{both(says(volume.PhaseInit), cassandra(false, portClosed)), 500 * time.Millisecond, decide.Init},
			{says(volume.PhaseStarting), 500 * time.Millisecond, decide.Starting},
		}},
		{"the container starts again, unseen", []step{
			{both(says(volume.PhaseStarting), cassandra(true, portOpen)), time.Minute, decide.Serving},
			{both(says(volume.PhaseStarting), cassandra(false, portClosed)), 0, decide.Starting},
		}},
		{"stopped, then another start", []step{
			{says(volume.PhaseStarting), time.Minute, decide.Stopped},
			{says(volume.PhaseWaiting), 500 * time.Millisecond, decide.Waiting},
			{says(volume.PhaseStarting), 29 * time.Second, decide.Starting},
		}},
		{"who answers serves, whatever the file says", []step{
			{both(says(volume.PhaseWaiting), cassandra(true, portOpen)), 10 * time.Second, decide.Serving},
		}},
		{"nobody may think that nothing starts", []step{
			{both(unreadable, cassandra(false, portClosed)), 10 * time.Minute, decide.Starting},
			{cassandra(true, portOpen), 10 * time.Second, decide.Serving},
		}},
		{"a file that breaks", []step{
			{says(volume.PhaseWaiting), time.Minute, decide.Waiting},
			{unreadable, 0, decide.Starting},
			{says(volume.PhaseWaiting), 0, decide.Waiting},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.start()
				for i, step := range tt.steps {
					if step.do != nil {
						step.do(sc)
					}
					sc.pass(step.pass)
					n, err := sc.node()
					if err != nil {
						t.Fatal(err)
					}
					if n.Phase != step.want {
						t.Errorf("after step %d: %s (%s), want %s", i, n.Phase, n.Reason, step.want)
					}
				}
			})
		})
	}
}

// TestPhaseIsReadAnew holds that no reply is older than the file: a claim is
// read back through it.
func TestPhaseIsReadAnew(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		for _, phase := range []volume.PhaseName{volume.PhaseWaiting, volume.PhaseTurn, volume.PhaseClaiming, volume.PhaseStarting, volume.PhaseWaiting} {
			sc.says(phase)
			if n, err := sc.node(); err != nil || string(n.Phase) != string(phase) {
				t.Errorf("phase %s, %v; want %s", n.Phase, err, phase)
			}
		}
	})
}

func TestPublished(t *testing.T) {
	full := func(p *volume.Phase) {
		p.Position = &volume.Position{FailedStarts: 1, Members: 2, Datacenter: 3, Ordinal: 4, Pod: "cassandra-0-0"}
		p.Reason, p.Condition, p.Warnings = "why", "someone-starting", []string{"no-rack"}
	}
	position := decide.Position{FailedStarts: 1, RackMembers: 2, Datacenter: 3, Ordinal: 4, Pod: "cassandra-0-0"}
	for _, tt := range []struct {
		name string
		do   func(*scene)
		want sight
	}{
		{"waiting", func(sc *scene) { sc.says(volume.PhaseWaiting, full) }, sight{Phase: decide.Waiting, Position: position, Reason: "why", Condition: "someone-starting", Warnings: []string{"no-rack"}}},
		{"a turn that lapsed keeps its place", func(sc *scene) {
			sc.says(volume.PhaseTurn, full)
			sc.pass(time.Minute)
		}, sight{Phase: decide.Waiting, Position: position, Reason: "phase turn was not renewed for 10s: init has ended or hangs"}},
		{"serving", func(sc *scene) {
			sc.says(volume.PhaseStarting, full)
			sc.cassandra(true, portOpen)
			sc.pass(time.Minute)
		}, sight{Phase: decide.Serving, Warnings: []string{"no-rack"}}},
		{"stopped", func(sc *scene) {
			sc.says(volume.PhaseStarting, full)
			sc.pass(time.Minute)
		}, sight{Phase: decide.Stopped, Reason: "Cassandra does not run: its ports have been closed for 30s", Warnings: []string{"no-rack"}}},
		{"unreadable", func(sc *scene) {
			sc.says(volume.PhaseWaiting, full)
			sc.pass(time.Minute)
			sc.put("conf/.ringwright-phase.json", "")
		}, sight{Phase: decide.Starting, Reason: "/.ringwright-phase.json: is empty; delete the pod, a new one starts without it"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.start()
				tt.do(sc)
				s := sc.watch.look()
				got := sight{Phase: s.Phase, Position: s.Position, Reason: strings.TrimPrefix(s.Reason, sc.pod.Flags.Conf), Condition: s.Condition, Warnings: s.Warnings}
				if diff := gocmp.Diff(tt.want, got); diff != "" {
					t.Errorf("published (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestAnswerOfTheDead holds that an answer to a question that was asked of
// the Cassandra before proves nothing about the one now.
func TestAnswerOfTheDead(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aJoiner())
		sc.says(volume.PhaseStarting)
		sc.set(func() {
			sc.answers = func(ctx context.Context, _ cql.Security) error {
				pause(ctx, time.Second)
				return nil
			}
		})
		sc.start()
		sc.pass(500 * time.Millisecond)
		sc.cassandra(false, portClosed)
		sc.says(volume.PhaseInit)
		sc.watch.look()
		sc.pass(10 * time.Second)
		if n, err := sc.node(); err != nil || n.Phase != decide.Init || sc.state().Joined {
			t.Errorf("phase %s, joined %t, %v", n.Phase, sc.state().Joined, err)
		}
	})
}

// TestQuestions holds how often CQL is asked, and that ports are tried only
// where it does not answer.
func TestQuestions(t *testing.T) {
	count := func(sc *scene, d time.Duration) int {
		before := 0
		sc.set(func() { before = sc.asked })
		sc.pass(d)
		after := 0
		sc.set(func() { after = sc.asked })
		return after - before
	}
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aMember())
		sc.says(volume.PhaseWaiting)
		sc.start()
		if n := count(sc, 40*time.Second); n != 10 {
			t.Errorf("%d questions in 40 s of waiting, want 10", n)
		}
		sc.says(volume.PhaseStarting)
		sc.pass(time.Second)
		if n := count(sc, 10*time.Second); n != 20 {
			t.Errorf("%d questions in 10 s of starting, want 20", n)
		}
		sc.cassandra(true, portOpen)
		sc.pass(time.Second)
		if n := count(sc, 40*time.Second); n != 10 {
			t.Errorf("%d questions in 40 s of serving, want 10", n)
		}
	})
}

func TestChangesAreLoggedOnce(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.start()
		sc.says(volume.PhaseWaiting, func(p *volume.Phase) { p.Reason = "nobody is live" })
		sc.pass(10 * time.Minute)
		sc.says(volume.PhaseStarting)
		sc.pass(time.Second)
		sc.cassandra(true, portOpen)
		sc.pass(10 * time.Minute)
		for _, text := range []string{"the pod is init", "the pod is waiting", "nobody is live", "the pod is starting", "the pod is joined", "recording the member fails"} {
			if n := sc.logged(text); n != 1 {
				t.Errorf("%q is logged %d times", text, n)
			}
		}
	})
}

func TestTeller(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		for range 3 {
			sc.tell.outcome("sleeping", errors.New("too loud"))
		}
		sc.tell.outcome("sleeping", errors.New("too bright"))
		for range 3 {
			sc.tell.outcome("sleeping", nil)
		}
		sc.tell.outcome("sleeping", errors.New("too bright"))
		for text, want := range map[string]int{"too loud": 1, "too bright": 2, "sleeping works again": 1} {
			if n := sc.logged(text); n != want {
				t.Errorf("%q is logged %d times, want %d", text, n, want)
			}
		}
	})
}

// TestTryPort holds that only a refusal says that a port is closed.
func TestTryPort(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	open := addressOf(l)
	if got := tryPort(t.Context(), open); got != portOpen {
		t.Errorf("an open port: %d", got)
	}
	l.Close()
	if got := tryPort(t.Context(), open); got != portClosed {
		t.Errorf("a closed port: %d", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := tryPort(ctx, open); got != portUnknown {
		t.Errorf("without time: %d", got)
	}
	if _, err := os.Stat("/proc/net/tcp"); err == nil { // Linux: a network that is not reachable
		if jmx, storage := tryPorts(ctx, at("127.0.0.1")); jmx != portUnknown || storage != portUnknown {
			t.Errorf("both without time: %d, %d", jmx, storage)
		}
	}
}
