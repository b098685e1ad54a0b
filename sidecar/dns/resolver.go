package dns

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// DefaultTimeout is how long one server has where Resolver.Timeout is 0.
const DefaultTimeout = 2 * time.Second

const (
	// maxDatagram is the longest answer over UDP that is read, in bytes.
	// Without EDNS none has more than 512.
	maxDatagram = 4096
	// maxDatagrams is how many that are no answer are passed over.
	maxDatagrams = 16
)

// Outcome is what became of a question.
type Outcome int

const (
	// NoAnswer means that nothing is known: no server answered, or none that
	// did had an answer, or what it sent was none.
	NoAnswer Outcome = iota
	// Nobody means that a server knows that the name has no addresses.
	Nobody
	// Addresses means that the name has some.
	Addresses
)

// Answer is what the servers of one cluster say.
type Answer struct {
	// Outcome says which of the three it is.
	Outcome Outcome
	// Addresses are those of the name, sorted, each once, 1 to 500; nil
	// unless Outcome is Addresses.
	Addresses []netip.Addr
	// Err says in one line what each server did; nil unless Outcome is
	// NoAnswer.
	Err error
}

// Resolver asks DNS servers. init and run have one each, and every look asks it
// at the same time for the own cluster and for each peer's:
// settings.Settings.SeedsService and DNS. The zero value is ready.
type Resolver struct {
	// Timeout is how long one server has: half of it over UDP, the rest over
	// TCP. Default: DefaultTimeout.
	Timeout time.Duration
	// Dial connects to a server, network udp or tcp, each time from another
	// port. Default: a net.Dialer's DialContext.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// ID makes the id of a question, which nobody may guess. Default: from
	// crypto/rand.
	ID func() uint16
}

// Lookup asks the servers, each an address:port, in order, until one of them
// answers. It never takes longer than the time-out of every server together.
func (r *Resolver) Lookup(ctx context.Context, servers []string, name string) Answer {
	q, err := question(name)
	if err != nil {
		return Answer{Err: err}
	}
	if len(servers) == 0 {
		return Answer{Err: errors.New("there is no DNS server to ask")}
	}
	var reasons []string
	for _, server := range servers {
		addresses, err := r.ask(ctx, server, q)
		switch {
		case err != nil:
			reasons = append(reasons, fmt.Sprintf("DNS server %s: %s", server, err))
		case len(addresses) == 0:
			return Answer{Outcome: Nobody}
		default:
			return Answer{Outcome: Addresses, Addresses: addresses}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return Answer{Err: errors.New(strings.Join(reasons, "; "))}
}

// ask asks one server, over UDP and then, unless that was enough, over TCP.
// Its error is why there is no answer.
func (r *Resolver) ask(ctx context.Context, server string, q dnsmessage.Question) ([]netip.Addr, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	defer cancel()
	got, err := r.exchange(ctx, "udp", server, timeout/2, q)
	if err != nil || got.truncated {
		if got, err = r.exchange(ctx, "tcp", server, timeout, q); err != nil {
			return nil, err
		}
	}
	switch {
	case got.truncated:
		return nil, errors.New("its answer over TCP is truncated")
	case got.refused != nil:
		return nil, got.refused
	}
	return got.addresses, nil
}

// exchange sends the question once and waits for its answer.
func (r *Resolver) exchange(ctx context.Context, network, server string, timeout time.Duration, q dnsmessage.Question) (reply, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	defer cancel()
	got, err := r.converse(ctx, network, server, q)
	if err != nil && ctx.Err() != nil { // then err says only that the connection was closed
		err = context.Cause(ctx)
	}
	return got, err
}

func (r *Resolver) converse(ctx context.Context, network, server string, q dnsmessage.Question) (reply, error) {
	dial := r.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	conn, err := dial(ctx, network, server)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	// Closing ends whatever the connection is waiting for.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	id := r.id()
	message, err := pack(id, q)
	if err != nil {
		return reply{}, err
	}
	if network == "tcp" {
		return overTCP(conn, message, id, q)
	}
	return overUDP(conn, message, id, q)
}

func (r *Resolver) id() uint16 {
	if r.ID != nil {
		return r.ID()
	}
	var b [2]byte
	rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint16(b[:])
}

// overUDP passes over datagrams that are no answer: anyone can send one.
func overUDP(conn net.Conn, message []byte, id uint16, q dnsmessage.Question) (reply, error) {
	if _, err := conn.Write(message); err != nil {
		return reply{}, err
	}
	buf := make([]byte, maxDatagram)
	for range maxDatagrams {
		n, err := conn.Read(buf)
		if err != nil {
			return reply{}, err
		}
		if got, err := parse(buf[:n], id, q); err == nil {
			return got, nil
		}
	}
	return reply{}, fmt.Errorf("%d datagrams, none of them an answer", maxDatagrams)
}

// overTCP puts each message's length before it, in two bytes.
// https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2
func overTCP(conn net.Conn, message []byte, id uint16, q dnsmessage.Question) (reply, error) {
	framed := binary.BigEndian.AppendUint16(nil, uint16(len(message)))
	if _, err := conn.Write(append(framed, message...)); err != nil {
		return reply{}, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return reply{}, fmt.Errorf("its answer over TCP ends within its length: %w", err)
	}
	answer := make([]byte, binary.BigEndian.Uint16(length[:]))
	if n, err := io.ReadFull(conn, answer); err != nil {
		return reply{}, fmt.Errorf("its answer over TCP ends after %d of %d bytes: %w", n, len(answer), err)
	}
	return parse(answer, id, q)
}
