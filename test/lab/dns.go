package lab

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// DNSFault is how a DNS server fails.
type DNSFault int

// The faults of a DNS server.
const (
	// DNSWorks: it answers.
	DNSWorks DNSFault = iota
	// DNSServFail: it answers every query with SERVFAIL.
	DNSServFail
	// DNSNXDomain: it knows no name.
	DNSNXDomain
	// DNSSilent: it answers nothing.
	DNSSilent
)

// DNS is a cluster's DNS server: A records of names, over UDP and TCP. It can
// answer from the past, as a cache does.
type DNS struct {
	now func() time.Time

	mu      sync.Mutex
	history map[string][]records // of each name, oldest first
	fault   DNSFault
	stale   time.Duration
	closers []func() error
}

// records are the addresses of a name from a time on.
type records struct {
	from      time.Time
	addresses []netip.Addr
}

// NewDNS makes a server that knows no name and listens nowhere.
func NewDNS() *DNS {
	return &DNS{now: time.Now, history: map[string][]records{}}
}

// Set makes the addresses all that the name has, from now on. A name that was
// never set does not exist; one without addresses has an empty answer.
func (d *DNS) Set(name string, addresses ...netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := canonical(name)
	d.history[key] = append(d.history[key], records{d.now(), slices.Clone(addresses)})
}

// Fail makes the server fail from now on, or work.
func (d *DNS) Fail(fault DNSFault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

// Stale makes the server answer what was true so long ago; with a large
// duration what was true in the beginning.
func (d *DNS) Stale(age time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stale = age
}

// Freeze makes the server answer what is true now, until Stale(0).
func (d *DNS) Freeze() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, all := range d.history {
		d.history[name] = append([]records{{time.Time{}, all[len(all)-1].addresses}}, all...)
	}
	d.stale = 1 << 62
}

// lookup gives a name's addresses, and whether the name exists.
func (d *DNS) lookup(name string) (addresses []netip.Addr, ok bool, fault DNSFault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all, at := d.history[canonical(name)], d.now().Add(-d.stale)
	for i, r := range all {
		// What is oldest is true of all times before it, too.
		if i == 0 || !r.from.After(at) {
			addresses, ok = r.addresses, true
		}
	}
	return addresses, ok, d.fault
}

func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) + "." }

// Listen serves on an address of a namespace until Close.
func (d *DNS) Listen(ns *Namespace, address netip.AddrPort) error {
	packets, err := ns.ListenPacket(address.String())
	if err != nil {
		return err
	}
	streams, err := ns.Listen(address.String())
	if err != nil {
		return errors.Join(err, packets.Close())
	}
	d.mu.Lock()
	d.closers = append(d.closers, packets.Close, streams.Close)
	d.mu.Unlock()
	go d.servePackets(packets)
	go d.serveStreams(streams)
	return nil
}

// Close stops listening.
func (d *DNS) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.closers {
		_ = c()
	}
	d.closers = nil
}

func (d *DNS) servePackets(c net.PacketConn) {
	buffer := make([]byte, 4096)
	for {
		n, from, err := c.ReadFrom(buffer)
		if err != nil {
			return
		}
		if reply := d.Answer(buffer[:n], maxPacket); reply != nil {
			_, _ = c.WriteTo(reply, from)
		}
	}
}

func (d *DNS) serveStreams(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go d.serveStream(c)
	}
}

// maxPacket is the largest answer in a datagram to a client that asks for no
// more. Nobody here does.
const maxPacket = 512

// maxStream is the largest answer over TCP.
const maxStream = 1<<16 - 1

// Answer is the reply to a query, at most so many bytes of it, or nil where
// there is none.
func (d *DNS) Answer(query []byte, limit int) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil || header.Response {
		return nil
	}
	question, err := p.Question()
	if err != nil {
		return nil
	}
	addresses, ok, fault := d.lookup(question.Name.String())
	if question.Type != dnsmessage.TypeA {
		addresses = nil
	}
	reply := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID: header.ID, Response: true, Authoritative: true,
			RecursionDesired: header.RecursionDesired, RecursionAvailable: true,
		},
		Questions: []dnsmessage.Question{question},
	}
	switch {
	case fault == DNSSilent:
		return nil
	case fault == DNSServFail:
		reply.RCode = dnsmessage.RCodeServerFailure
	case fault == DNSNXDomain || !ok:
		reply.RCode = dnsmessage.RCodeNameError
	default:
		reply.Answers = answers(question, addresses)
	}
	return packed(reply, limit)
}

// answers are A records that live for 5 s, as in a cluster.
func answers(question dnsmessage.Question, addresses []netip.Addr) []dnsmessage.Resource {
	var all []dnsmessage.Resource
	for _, a := range addresses {
		all = append(all, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Type: dnsmessage.TypeA, Class: question.Class, TTL: 5},
			Body:   &dnsmessage.AResource{A: a.As4()},
		})
	}
	return all
}

// packed is the message, without answers and marked as cut short where it is
// larger than allowed.
func packed(m dnsmessage.Message, limit int) []byte {
	data, err := m.Pack()
	if err == nil && len(data) > limit {
		m.Answers, m.Truncated = nil, true
		data, err = m.Pack()
	}
	if err != nil {
		return nil
	}
	return data
}
