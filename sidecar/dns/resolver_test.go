package dns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/dns/dnsmessage"
)

const name = "cassandra-seeds.customers-eastus.svc.cluster.local"

// messages are one answer each, and what becomes of it, whichever network
// brings it. They are also the seeds of FuzzAnswer.
var messages = []struct {
	name   string
	answer func(*dnsmessage.Message)
	want   []string // addresses; none and no error is nobody
	err    string
}{
	{"addresses", addresses("10.1.2.10", "10.1.1.7", "10.1.2.9"), []string{"10.1.1.7", "10.1.2.9", "10.1.2.10"}, ""},
	{"an address twice", addresses("10.1.2.10", "10.1.1.7", "10.1.2.10"), []string{"10.1.1.7", "10.1.2.10"}, ""},
	{"another case", func(m *dnsmessage.Message) {
		m.Questions[0].Name = dnsmessage.MustNewName(strings.ToUpper(name) + ".")
		m.Answers = append(m.Answers, a(strings.ToUpper(name[:9])+name[9:]+".", "10.1.1.7"))
	}, []string{"10.1.1.7"}, ""},
	{"records beside them", func(m *dnsmessage.Message) {
		m.Answers = append(m.Answers, aaaa(name+"."), a("other.local.", "10.9.9.9"))
		addresses("10.1.1.7")(m)
		m.Authorities = append(m.Authorities, ns("cluster.local.", "ns.cluster.local."))
		m.Additionals = append(m.Additionals, a("ns.cluster.local.", "10.0.0.10"))
	}, []string{"10.1.1.7"}, ""},
	{"an alias", func(m *dnsmessage.Message) {
		m.Answers = append(m.Answers, a("b.local.", "10.1.1.7"), cname("A.local.", "B.local."), cname(name+".", "a.local."))
	}, []string{"10.1.1.7"}, ""},
	{"nobody: no such name", code(dnsmessage.RCodeNameError), nil, ""},
	{"nobody: no such name behind an alias", func(m *dnsmessage.Message) {
		m.RCode = dnsmessage.RCodeNameError
		m.Answers = append(m.Answers, cname(name+".", "a.local."))
	}, nil, ""},
	{"nobody: empty", func(*dnsmessage.Message) {}, nil, ""},
	{"nobody: empty, with the zone's authority", func(m *dnsmessage.Message) {
		m.Authorities = append(m.Authorities, soa("cluster.local."), ns("cluster.local.", "ns.cluster.local."))
	}, nil, ""},
	{"nobody: empty, authoritative", func(m *dnsmessage.Message) {
		m.Authoritative = true
		m.Authorities = append(m.Authorities, ns("cluster.local.", "ns.cluster.local."))
	}, nil, ""},
	{"a referral", func(m *dnsmessage.Message) {
		m.Authorities = append(m.Authorities, ns("local.", "a.root."))
	}, nil, "refers to other servers"},
	{"SERVFAIL", code(dnsmessage.RCodeServerFailure), nil, "it answers SERVFAIL"},
	{"REFUSED", code(dnsmessage.RCodeRefused), nil, "it answers REFUSED"},
	{"FORMERR", code(dnsmessage.RCodeFormatError), nil, "it answers FORMERR"},
	{"NOTIMP", code(dnsmessage.RCodeNotImplemented), nil, "it answers NOTIMP"},
	{"an unknown code", code(9), nil, "it answers RCODE 9"},
	{"SERVFAIL with addresses", func(m *dnsmessage.Message) {
		addresses("10.1.1.7")(m)
		m.RCode = dnsmessage.RCodeServerFailure
	}, nil, "it answers SERVFAIL"},
	{"no such name with addresses", func(m *dnsmessage.Message) {
		addresses("10.1.1.7")(m)
		m.RCode = dnsmessage.RCodeNameError
	}, nil, "has addresses and says that the name does not exist"},
	{"another id", func(m *dnsmessage.Message) { m.ID++; addresses("10.1.1.7")(m) }, nil, "no answer to this question"},
	{"the question come back", func(m *dnsmessage.Message) { m.Response = false }, nil, "no answer to this question"},
	{"another operation", func(m *dnsmessage.Message) { m.OpCode = 4; addresses("10.1.1.7")(m) }, nil, "no answer to this question"},
	{"another name", func(m *dnsmessage.Message) {
		m.Questions[0].Name = dnsmessage.MustNewName("other.local.")
		addresses("10.1.1.7")(m)
	}, nil, "to another question"},
	{"another name that only looks alike", func(m *dnsmessage.Message) { // the long s folds to s in Unicode
		m.Questions[0].Name = dnsmessage.MustNewName(strings.Replace(name, "s", "\u017f", 1) + ".")
		addresses("10.1.1.7")(m)
	}, nil, "to another question"},
	{"another type", func(m *dnsmessage.Message) { m.Questions[0].Type = dnsmessage.TypeAAAA }, nil, "to another question"},
	{"another class", func(m *dnsmessage.Message) { m.Questions[0].Class = dnsmessage.ClassCHAOS }, nil, "to another question"},
	{"no question", func(m *dnsmessage.Message) { m.Questions = nil }, nil, "to another question"},
	{"two questions", func(m *dnsmessage.Message) { m.Questions = append(m.Questions, m.Questions[0]) }, nil, "to another question"},
	{"another's address", func(m *dnsmessage.Message) { m.Answers = append(m.Answers, a("other.local.", "10.1.1.7")) }, nil, "has 1 records, but no address of the name"},
	{"an address of another class", func(m *dnsmessage.Message) {
		addresses("10.1.1.7")(m)
		m.Answers[0].Header.Class = dnsmessage.ClassCHAOS
	}, nil, "has 1 records, but no address of the name"},
	{"only IPv6", func(m *dnsmessage.Message) { m.Answers = append(m.Answers, aaaa(name+".")) }, nil, "has 1 records, but no address of the name"},
	{"an alias to nowhere", func(m *dnsmessage.Message) { m.Answers = append(m.Answers, cname(name+".", "a.local.")) }, nil, "has 1 records, but no address of the name"},
	{"aliases in a circle", func(m *dnsmessage.Message) {
		m.Answers = append(m.Answers, cname(name+".", "a.local."), cname("a.local.", name+"."))
	}, nil, "more than 8 aliases"},
	{"an alias of two meanings", func(m *dnsmessage.Message) {
		m.Answers = append(m.Answers, cname(name+".", "a.local."), cname(name+".", "b.local."), a("a.local.", "10.1.1.7"))
	}, nil, "has two aliases"},
	{"no address", addresses("10.1.1.7", "0.0.0.0"), nil, "no pod has the address 0.0.0.0"},
	{"a group's address", addresses("224.0.0.1"), nil, "no pod has the address 224.0.0.1"},
}

// many are n addresses.
func many(n int) []string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("10.%d.%d.1", i/256, i%256))
	}
	return texts
}

func wantOutcome(t *testing.T, got Answer, want []string, wantError string) {
	t.Helper()
	outcome := NoAnswer
	switch {
	case wantError == "" && len(want) == 0:
		outcome = Nobody
	case wantError == "":
		outcome = Addresses
	}
	if got.Outcome != outcome {
		t.Errorf("outcome %d (%v), want %d", got.Outcome, got.Err, outcome)
	}
	var list []netip.Addr
	for _, text := range want {
		list = append(list, netip.MustParseAddr(text))
	}
	if diff := cmp.Diff(list, got.Addresses, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if (wantError == "") != (got.Err == nil) || wantError != "" && (!strings.Contains(got.Err.Error(), wantError) || strings.Contains(got.Err.Error(), "\n")) {
		t.Errorf("error %v, want one line with %q", got.Err, wantError)
	}
}

// TestLookupUDP sends each answer over UDP, with TCP closed.
func TestLookupUDP(t *testing.T) {
	for _, tt := range messages {
		t.Run(tt.name, func(t *testing.T) {
			// What is an answer comes far sooner on the slowest machine; what
			// is none is waited out.
			r, wantErr := &Resolver{Timeout: time.Minute}, tt.err
			if tt.err != "" && !strings.HasPrefix(tt.err, "it answers") && tt.name != "a referral" {
				r.Timeout, wantErr = 20*time.Millisecond, "DNS server "
			}
			got := r.Lookup(t.Context(), []string{serve(t, with(tt.answer), nil)}, name)
			wantOutcome(t, got, tt.want, wantErr)
		})
	}
}

// TestLookupTCP sends each answer over TCP, with UDP closed, and after a
// truncated one over UDP whose addresses do not count.
func TestLookupTCP(t *testing.T) {
	truncated := with(func(m *dnsmessage.Message) { m.Truncated = true; addresses("10.7.7.7")(m) })
	for _, tt := range messages {
		for _, udp := range []handler{nil, truncated} {
			t.Run(fmt.Sprintf("%s, truncated %t", tt.name, udp != nil), func(t *testing.T) {
				r := &Resolver{Timeout: time.Minute}
				got := r.Lookup(t.Context(), []string{serve(t, udp, with(tt.answer))}, name)
				wantOutcome(t, got, tt.want, tt.err)
			})
		}
	}
}

// TestLookupBadTCP holds that no broken stream is taken for an answer.
func TestLookupBadTCP(t *testing.T) {
	good := func(q dnsmessage.Message) []byte { return packed(q, addresses("10.1.1.7", "10.1.2.9")) }
	tests := []struct {
		name string
		tcp  handler
		want []string
		err  string
	}{
		{"500 addresses", with(addresses(many(500)...)), many(500), ""},
		{"501 addresses", with(addresses(many(501)...)), nil, "has 501 addresses; at most 500"},
		{"500 addresses and one twice", with(addresses(append(many(500), "10.0.7.1")...)), many(500), ""},
		{"more after the answer", func(q dnsmessage.Message) [][]byte { return [][]byte{good(q), good(q)} }, []string{"10.1.1.7", "10.1.2.9"}, ""},
		{"truncated", with(func(m *dnsmessage.Message) { m.Truncated = true }), nil, "over TCP is truncated"},
		{"nothing", func(dnsmessage.Message) [][]byte { return nil }, nil, "ends within its length"},
		{"an empty message", func(dnsmessage.Message) [][]byte { return [][]byte{{}} }, nil, "is garbage"},
		{"garbage", func(dnsmessage.Message) [][]byte { return [][]byte{[]byte("HTTP/1.1 400 Bad Request")} }, nil, "no answer to this question"},
		{"the second half missing", func(q dnsmessage.Message) [][]byte { return [][]byte{good(q)[:40]} }, nil, "is garbage"},
		{"one byte missing", func(q dnsmessage.Message) [][]byte { return [][]byte{good(q)[:len(good(q))-1]} }, nil, "is garbage"},
		{"an address of three bytes", func(q dnsmessage.Message) [][]byte {
			m := packed(q, addresses("10.1.1.7"))
			m[len(m)-5] = 3
			return [][]byte{m[:len(m)-1]}
		}, nil, "is garbage"},
		{"a torn authority", func(q dnsmessage.Message) [][]byte {
			m := packed(q, func(m *dnsmessage.Message) { m.Authorities = append(m.Authorities, soa("cluster.local.")) })
			return [][]byte{m[:len(m)-1]}
		}, nil, "is garbage"},
		{"a torn addition", func(q dnsmessage.Message) [][]byte {
			m := packed(q, func(m *dnsmessage.Message) { m.Additionals = append(m.Additionals, aaaa("ns.")) })
			return [][]byte{m[:len(m)-1]}
		}, nil, "is garbage"},
		{"a name that points at itself", func(q dnsmessage.Message) [][]byte {
			m := packed(q, addresses("10.1.1.7"))
			m[len(m)-16], m[len(m)-15] = 0xc0, byte(len(m)-16)
			return [][]byte{m}
		}, nil, "is garbage"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Resolver{Timeout: time.Minute}
			got := r.Lookup(t.Context(), []string{serve(t, nil, tt.tcp)}, name)
			wantOutcome(t, got, tt.want, tt.err)
		})
	}
}

// TestLookupForged holds that datagrams which are no answer do not keep the
// answer out.
func TestLookupForged(t *testing.T) {
	udp := func(q dnsmessage.Message) [][]byte {
		return [][]byte{
			[]byte("garbage"), {}, make([]byte, maxDatagram+1),
			packed(q, func(m *dnsmessage.Message) { m.ID++; addresses("10.7.7.7")(m) }),
			packed(q, func(m *dnsmessage.Message) { m.ID++; m.RCode = dnsmessage.RCodeNameError }),
			packed(q, addresses("10.1.1.7")),
			packed(q, addresses("10.8.8.8")),
		}
	}
	r := &Resolver{Timeout: time.Minute}
	wantOutcome(t, r.Lookup(t.Context(), []string{serve(t, udp, nil)}, name), []string{"10.1.1.7"}, "")
}

// TestLookupOrder holds that servers are asked in order until one answers,
// and that nobody is an answer.
func TestLookupOrder(t *testing.T) {
	closed := serve(t, nil, nil)
	failing := serve(t, with(code(dnsmessage.RCodeServerFailure)), nil)
	nobody := serve(t, with(code(dnsmessage.RCodeNameError)), nil)
	one := serve(t, with(addresses("10.1.1.7")), nil)
	two := serve(t, with(addresses("10.1.1.8")), nil)
	tests := []struct {
		name    string
		servers []string
		want    []string
		err     string
	}{
		{"the first answers", []string{one, two}, []string{"10.1.1.7"}, ""},
		{"the second answers", []string{closed, failing, two, one}, []string{"10.1.1.8"}, ""},
		{"nobody comes first", []string{failing, nobody, one}, nil, ""},
		{"none answers", []string{failing, closed}, nil, "DNS server " + failing + ": it answers SERVFAIL; DNS server " + closed + ": "},
		{"no server", nil, nil, "no DNS server to ask"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Resolver{Timeout: time.Minute}
			wantOutcome(t, r.Lookup(t.Context(), tt.servers, name), tt.want, tt.err)
		})
	}
}

func TestLookupName(t *testing.T) {
	server := serve(t, with(addresses("10.1.1.7")), nil)
	long := strings.Repeat("a", 63)
	tests := []struct{ name, lookup, err string }{
		{"with its dot", name + ".", ""},
		{"a label of 63", long + ".local", ""},
		{"a label of 64", long + "a.local", "takes labels of 1 to 63 characters"},
		{"an empty label", "a..local", "takes labels of 1 to 63 characters"},
		{"nothing", "", "takes labels of 1 to 63 characters"},
		{"a dot", ".", "takes labels of 1 to 63 characters"},
		{"too long", strings.Repeat(long+".", 4) + "a", "at most 255"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := []string{"10.1.1.7"}
			if tt.err != "" {
				want = nil
			}
			wantOutcome(t, (&Resolver{Timeout: time.Minute}).Lookup(t.Context(), []string{server}, tt.lookup), want, tt.err)
		})
	}
}

// TestQuestion holds what is asked: one question, recursion wished for, and
// neither ids nor ports that could be foreseen.
func TestQuestion(t *testing.T) {
	var mu sync.Mutex
	ids, ports := map[uint16]bool{}, map[string]bool{}
	answer := func(q dnsmessage.Message) [][]byte {
		want := dnsmessage.Message{
			Header:    dnsmessage.Header{ID: q.ID, RecursionDesired: true},
			Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name + "."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
		}
		if diff := cmp.Diff(want, q, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("question (-want +got):\n%s", diff)
		}
		mu.Lock()
		defer mu.Unlock()
		ids[q.ID] = true
		return [][]byte{packed(q, addresses("10.1.1.7"))}
	}
	server := serve(t, answer, nil)
	r := &Resolver{Timeout: time.Minute, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			ports[conn.LocalAddr().String()] = true
		}
		return conn, err
	}}
	for range 50 {
		wantOutcome(t, r.Lookup(t.Context(), []string{server}, name), []string{"10.1.1.7"}, "")
	}
	mu.Lock()
	defer mu.Unlock()
	// Of 50 random ids two are the same in one run of fifty, six in none.
	if len(ids) < 45 || len(ports) < 25 {
		t.Errorf("%d ids and %d ports in 50 questions", len(ids), len(ports))
	}
}
