package start

import (
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// publisher is what this pod says of itself: the phase file, which the agent
// beside it serves. A place in the queue is renewed while it is held, so that
// one whose init has died does not stand for ever.
type publisher struct {
	file volume.PhaseFile
	now  func() time.Time
	stop chan struct{}
	done chan struct{}

	mu       sync.Mutex
	last     volume.Phase
	position decide.Position
	// lapses counts how often a renewal came so late that the agent had
	// dropped the place before.
	lapses int
}

// newPublisher publishes init, and says whether Cassandra has been started in
// this pod since the last start was counted.
func newPublisher(file volume.PhaseFile) (*publisher, bool, error) {
	before, err := file.Read()
	if err != nil {
		return nil, false, err
	}
	p := &publisher{file: file, now: time.Now, stop: make(chan struct{}), done: make(chan struct{})}
	err = p.Publish(decide.Action{Phase: decide.Init, Reason: "learns where it is"})
	if err != nil {
		return nil, false, err
	}
	go p.renew()
	return p, before.Phase == volume.PhaseStarting, nil
}

// Publish writes what an action says.
func (p *publisher) Publish(a decide.Action) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.publish(a)
}

// PublishStart writes the start that a claim has led to, where everybody could
// see the claim from its reading back until then. Else held is false and
// nothing is published, or the start was for a moment and is taken back: a
// process can be held up anywhere, and others go on once the claim has lapsed.
func (p *publisher) PublishStart(a decide.Action, r readBack) (held bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shows(r) || p.age(p.now()) >= volume.ClaimLife {
		return false, nil
	}
	if err := p.publish(a); err != nil {
		return false, err
	}
	if p.lapses != r.lapses {
		return false, p.publish(decide.Action{Phase: decide.Waiting, Reason: "was held up while it claimed, so others may have gone on"})
	}
	return true, nil
}

// shows says whether the claim that is published is the one that was read
// back, and that it has not lapsed since.
func (p *publisher) shows(r readBack) bool {
	return !r.when.IsZero() && p.last.Phase == volume.PhaseClaiming && p.position == r.position && p.lapses == r.lapses
}

func (p *publisher) publish(a decide.Action) error {
	now := p.now()
	next := volume.Phase{
		Phase: volume.PhaseName(a.Phase), Position: pod.PositionOf(a.Position), Reason: a.Reason,
		Condition: string(a.Condition), Since: now, Renewed: now,
	}
	for _, w := range a.Warnings {
		next.Warnings = append(next.Warnings, string(w))
	}
	if next.Phase == p.last.Phase {
		next.Since = p.last.Since
	}
	if err := p.write(next); err != nil {
		return err
	}
	p.position = a.Position
	return nil
}

// write replaces the file. Only when that is done is it known how long what
// stood there before has stood.
func (p *publisher) write(next volume.Phase) error {
	err := p.file.Write(next)
	if !p.last.Renewed.IsZero() && p.age(p.now()) >= volume.ClaimLife {
		p.lapses++
	}
	if err == nil {
		p.last = next
	}
	return err
}

// age is how old the last writing is, by either clock: one may have been set,
// the other may have stood while the machine did.
func (p *publisher) age(now time.Time) time.Duration {
	return max(now.Sub(p.last.Renewed), now.Round(0).Sub(p.last.Renewed.Round(0)).Abs())
}

func (p *publisher) renew() {
	defer close(p.done)
	ticker := time.NewTicker(volume.ClaimRenewal)
	defer ticker.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
			p.renewOnce()
		}
	}
}

// renewOnce writes a place in the queue again. Where that fails it is tried
// again, or the agent drops the place.
func (p *publisher) renewOnce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.Phase != volume.PhaseTurn && p.last.Phase != volume.PhaseClaiming {
		return
	}
	next := p.last
	next.Renewed = p.now()
	_ = p.write(next)
}

// Close ends the renewals; nothing is written after it returns.
func (p *publisher) Close() {
	select {
	case <-p.stop:
	default:
		close(p.stop)
	}
	<-p.done
}

// Phase, Position and Reason are what was published last.
func (p *publisher) Phase() decide.Phase {
	p.mu.Lock()
	defer p.mu.Unlock()
	return decide.Phase(p.last.Phase)
}

func (p *publisher) Position() decide.Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

func (p *publisher) Reason() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last.Reason
}

func (p *publisher) lapsed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lapses
}
