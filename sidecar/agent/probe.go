package agent

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// prober asks this pod's Cassandra in CQL. Who asks while a question is under
// way gets the answer to that one.
type prober struct {
	ctx   context.Context // outlives whoever asks
	probe func(context.Context) error
	life  func() int
	heard func(life int, err error)

	mu    sync.Mutex
	under *question
}

type question struct {
	done chan struct{}
	err  error
}

// ask gives nil if Cassandra answers CQL.
func (p *prober) ask(ctx context.Context) error {
	q := p.question()
	select {
	case <-q.done:
		return q.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *prober) question() *question {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.under == nil {
		p.under = &question{done: make(chan struct{})}
		go p.carryOut(p.under)
	}
	return p.under
}

func (p *prober) carryOut(q *question) {
	life := p.life()
	q.err = p.probe(p.ctx)
	p.mu.Lock()
	p.under = nil
	p.mu.Unlock()
	if p.ctx.Err() == nil {
		p.heard(life, q.err)
	}
	close(q.done)
}

// portTimeout is how long connecting to a port of this very pod may take.
const portTimeout = time.Second

// tryPorts tries Cassandra's two ports: 7199, which it opens first, and where
// nobody listens there 7000.
func tryPorts(ctx context.Context, pod netip.Addr) (jmx, storage portState) {
	if jmx = tryPort(ctx, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), settings.JMXPort)); jmx == portClosed {
		storage = tryPort(ctx, netip.AddrPortFrom(pod, settings.StoragePort))
	}
	return jmx, storage
}

// tryPort connects. Only a refusal proves that nobody listens: a machine that
// is too busy to answer does not.
func tryPort(ctx context.Context, at netip.AddrPort) portState {
	ctx, cancel := context.WithTimeout(ctx, portTimeout)
	defer cancel()
	conn, err := (&net.Dialer{KeepAlive: -1}).DialContext(ctx, "tcp", net.JoinHostPort(at.Addr().String(), strconv.Itoa(int(at.Port()))))
	switch {
	case err == nil:
		conn.Close()
		return portOpen
	case errors.Is(err, syscall.ECONNREFUSED):
		return portClosed
	}
	return portUnknown
}
