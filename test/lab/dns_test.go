package lab

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
)

const seedsName = "cassandra-seeds.ring.svc.cluster.local."

// query is a query for a name as the sidecar sends it.
func query(t *testing.T, name string, kind dnsmessage.Type) []byte {
	t.Helper()
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 4711, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}},
	}
	data, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// answered reads a reply: its code, and its addresses.
func answered(t *testing.T, reply []byte) (dnsmessage.Message, []string) {
	t.Helper()
	var m dnsmessage.Message
	if err := m.Unpack(reply); err != nil {
		t.Fatal(err)
	}
	if m.ID != 4711 || !m.Response || len(m.Questions) != 1 {
		t.Errorf("header %+v, %d questions; want a reply to the query", m.Header, len(m.Questions))
	}
	var addresses []string
	for _, a := range m.Answers {
		addresses = append(addresses, netip.AddrFrom4(a.Body.(*dnsmessage.AResource).A).String())
	}
	return m, addresses
}

func addresses(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

func TestDNSAnswers(t *testing.T) {
	d := NewDNS()
	d.Set("Cassandra-Seeds.ring.svc.cluster.local", addresses("10.1.0.4", "10.1.0.5")...)
	d.Set("empty.", addresses()...)
	for _, test := range []struct {
		name  string
		kind  dnsmessage.Type
		fault DNSFault
		code  dnsmessage.RCode
		want  []string
	}{
		{name: seedsName, kind: dnsmessage.TypeA, want: []string{"10.1.0.4", "10.1.0.5"}},
		{name: seedsName, kind: dnsmessage.TypeAAAA},
		{name: "empty.", kind: dnsmessage.TypeA},
		{name: "other.", kind: dnsmessage.TypeA, code: dnsmessage.RCodeNameError},
		{name: seedsName, kind: dnsmessage.TypeA, fault: DNSNXDomain, code: dnsmessage.RCodeNameError},
		{name: seedsName, kind: dnsmessage.TypeA, fault: DNSServFail, code: dnsmessage.RCodeServerFailure},
	} {
		d.Fail(test.fault)
		m, got := answered(t, d.Answer(query(t, test.name, test.kind), maxPacket))
		if m.RCode != test.code || m.Truncated {
			t.Errorf("%s %v, fault %d: code %v, cut short %t; want %v", test.name, test.kind, test.fault, m.RCode, m.Truncated, test.code)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %v, fault %d (-want +got):\n%s", test.name, test.kind, test.fault, diff)
		}
	}
	d.Fail(DNSSilent)
	if reply := d.Answer(query(t, seedsName, dnsmessage.TypeA), maxPacket); reply != nil {
		t.Errorf("silent, but it answers %x", reply)
	}
}

// TestDNSStale answers from the past.
func TestDNSStale(t *testing.T) {
	now := time.Unix(1000, 0)
	d := NewDNS()
	d.now = func() time.Time { return now }
	d.Set(seedsName, addresses("10.1.0.1")...)
	now = now.Add(20 * time.Second)
	d.Set(seedsName, addresses("10.1.0.2")...)
	now = now.Add(20 * time.Second)
	d.Set(seedsName, addresses("10.1.0.3")...)
	for _, test := range []struct {
		prepare func()
		want    string
	}{
		{func() {}, "10.1.0.3"},
		{func() { d.Stale(10 * time.Second) }, "10.1.0.2"},
		{func() { d.Stale(30 * time.Second) }, "10.1.0.1"},
		{func() { d.Stale(30 * time.Hour) }, "10.1.0.1"},
		{func() { d.Stale(0); d.Freeze(); d.Set(seedsName, addresses("10.1.0.4")...) }, "10.1.0.3"},
		{func() { d.Stale(0) }, "10.1.0.4"},
	} {
		test.prepare()
		_, got := answered(t, d.Answer(query(t, seedsName, dnsmessage.TypeA), maxPacket))
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestDNSCutShort marks an answer that does not fit into a datagram.
func TestDNSCutShort(t *testing.T) {
	d := NewDNS()
	var many []netip.Addr
	for i := range 40 {
		many = append(many, netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}))
	}
	d.Set(seedsName, many...)
	m, got := answered(t, d.Answer(query(t, seedsName, dnsmessage.TypeA), maxPacket))
	if !m.Truncated || len(got) > 0 {
		t.Errorf("cut short %t, %d addresses; want a short answer that says so", m.Truncated, len(got))
	}
	if m, got = answered(t, d.Answer(query(t, seedsName, dnsmessage.TypeA), maxStream)); m.Truncated || len(got) != 40 {
		t.Errorf("over TCP: cut short %t, %d addresses; want all 40", m.Truncated, len(got))
	}
}

func TestDNSRefusesNonsense(t *testing.T) {
	d := NewDNS()
	reply := d.Answer(query(t, seedsName, dnsmessage.TypeA), maxPacket)
	for name, data := range map[string][]byte{"nothing": nil, "half a header": {1, 2, 3}, "a reply": reply, "no question": make([]byte, 12)} {
		if got := d.Answer(data, maxPacket); got != nil {
			t.Errorf("%s: answers %x; want no answer", name, got)
		}
	}
}
