package start

import (
	"context"
	"net/netip"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/observe"
)

// readBack is when the own agent last showed the own claim: what it does not
// show nobody else can see.
type readBack struct {
	when     time.Time
	position decide.Position
	lapses   int
}

// read asks the own agent as any other pod would.
func (r *readBack) read(ctx context.Context, agents observe.Agents, own netip.Addr, p *publisher) {
	*r = readBack{}
	position, lapses := p.Position(), p.lapsed()
	n, err := agents.Node(ctx, own, netip.Addr{})
	if err == nil && n.Phase == decide.Claiming && n.Position == position {
		*r = readBack{when: time.Now(), position: position, lapses: lapses}
	}
}

// at is when the claim that is published now was read back, zero if it was not
// or has lapsed since.
func (r *readBack) at(p *publisher) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shows(*r) {
		return time.Time{}
	}
	return r.when
}
