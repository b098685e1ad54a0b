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
	p.lapse(now)
	if err := p.file.Write(next); err != nil {
		return err
	}
	p.last, p.position = next, a.Position
	return nil
}

// Held says whether the place in the queue has stood all the time: the agent
// drops it ten seconds after its last renewal.
func (p *publisher) Held() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last.Phase == volume.PhaseClaiming && p.age(p.now()) < volume.ClaimLife
}

// age is how old the last writing is, by either clock: one may have been set,
// the other may have stood while the machine did.
func (p *publisher) age(now time.Time) time.Duration {
	return max(now.Sub(p.last.Renewed), now.Round(0).Sub(p.last.Renewed.Round(0)).Abs())
}

func (p *publisher) lapse(now time.Time) {
	if !p.last.Renewed.IsZero() && p.age(now) >= volume.ClaimLife {
		p.lapses++
	}
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
// again in time, or the agent drops the place.
func (p *publisher) renewOnce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.Phase != volume.PhaseTurn && p.last.Phase != volume.PhaseClaiming {
		return
	}
	now := p.now()
	p.lapse(now)
	next := p.last
	next.Renewed = now
	if p.file.Write(next) == nil {
		p.last = next
	}
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
