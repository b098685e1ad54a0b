package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// peerPorts are what members of one region reach members of another at, beside
// the peers' DNS at 30053.
var peerPorts = []int{7000, 9042, settings.AgentPort, 30053}

// checkNetworks fails the test where the networks cannot carry the ring: it says
// everything that is wrong, before a machine boots.
func (w *World) checkNetworks() {
	w.Helper()
	var wrong []string
	for _, l := range w.links {
		for _, missing := range l.missing {
			wrong = append(wrong, fmt.Sprintf("no link between %s and %s: %s", l.a.site.Name, l.b.site.Name, missing))
		}
	}
	for _, s := range w.sites() {
		for i := range s.Machines {
			for _, err := range s.Machines[i].check() {
				wrong = append(wrong, s.Name+": "+err.Error())
			}
		}
	}
	if len(wrong) == 0 {
		wrong = w.probe()
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		w.Fatalf("the networks cannot carry the ring:\n  %s", strings.Join(slices.Compact(wrong), "\n  "))
	}
	w.Say("every flow that the ring needs passes the networks")
}

// flow is something that has to get through.
type flow struct {
	from     string
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	to       string
	protocol string
	address  netip.AddrPort
}

// probe sends a packet for every flow that the ring needs. Nobody listens yet:
// a refusal shows that the packet arrived.
func (w *World) probe() []string {
	var flows []flow
	for _, c := range w.Clusters {
		for _, m := range c.machines() {
			for _, plane := range c.planes {
				flows = append(flows, between(m, plane, "tcp", 6443))
			}
			for _, other := range c.Members {
				flows = append(flows, between(m, other, "tcp", 10250))
			}
		}
		for _, m := range c.Members {
			for _, other := range w.Clusters {
				for _, peer := range other.Members {
					for _, port := range peerPorts {
						flows = append(flows, between(m, peer, "tcp", port))
					}
					if peer.cmd == nil {
						// Later its DNS says nothing to what is no question.
						flows = append(flows, between(m, peer, "udp", 30053))
					}
				}
			}
		}
		for _, b := range c.network.site.Balancers {
			if b.Public != "" {
				flows = append(flows, flow{"the client", (&net.Dialer{}).DialContext, "the API server of " + c.Region, "tcp", netip.AddrPortFrom(c.network.public[b.Public], uint16(b.Port))})
			}
		}
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	var wrong []string
	for _, f := range flows {
		group.Go(func() {
			if err := f.pass(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				wrong = append(wrong, err.Error())
			}
		})
	}
	group.Wait()
	return wrong
}

// between is a flow from one machine to another; from one to itself there is
// nothing to ask.
func between(a, b *Machine, protocol string, port int) flow {
	return flow{a.Name, a.host.DialContext, b.Name, protocol, netip.AddrPortFrom(b.model.Primary, uint16(port))}
}

func (f flow) pass() error {
	const limit = 3 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c, err := f.dial(ctx, f.protocol, f.address.String())
	if err == nil {
		defer c.Close()
		if f.protocol == "tcp" {
			return nil
		}
		err = ask(c, time.Now().Add(limit))
	}
	if err == nil || errors.Is(err, syscall.ECONNREFUSED) {
		return nil
	}
	why := "no route leads there"
	if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		why = "no answer: no security rule lets it in, or no route leads back"
	}
	return fmt.Errorf("from %s to %s, %s %s: %s", f.from, f.to, f.protocol, f.address, why)
}

// ask sends datagrams until one is answered or refused.
func ask(c net.Conn, until time.Time) (err error) {
	for time.Now().Before(until) {
		_ = c.SetDeadline(time.Now().Add(500 * time.Millisecond))
		_, _ = c.Write([]byte{0})
		if _, err = c.Read(make([]byte, 1)); !isTimeout(err) {
			return err
		}
	}
	return err
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
