package start

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// site is what init meets outside of its pod, on loopback: a metadata service,
// a DNS server and the agents of two other pods.
type site struct {
	b        *testing.B
	metadata string
	dns      string
	port     string

	mu       sync.Mutex
	answered time.Time // the last answer of metadata service and DNS
}

var sitePods = []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"}

func newSite(b *testing.B, node func(address string) api.Node, ring api.Ring) *site {
	s := &site{b: b}
	l, err := net.Listen("tcp", "127.0.0.2:0")
	s.must(err)
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	s.serve(l, s.agent(sitePods[1], node, ring))
	l, err = net.Listen("tcp", net.JoinHostPort(sitePods[2], s.port))
	s.must(err)
	s.serve(l, s.agent(sitePods[2], node, ring))
	l, err = net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	s.metadata = "http://" + l.Addr().String()
	s.serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.answer()
		w.Write([]byte(`{"compute":{"location":"eastus","platformFaultDomain":"0"}}`))
	}))
	s.serveDNS()
	return s
}

func (s *site) must(err error) {
	s.b.Helper()
	if err != nil {
		s.b.Fatal(err)
	}
}

func (s *site) serve(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h}
	go server.Serve(l)
	s.b.Cleanup(func() { server.Close() })
}

func (s *site) agent(address string, node func(string) api.Node, ring api.Ring) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/node", func(w http.ResponseWriter, _ *http.Request) {
		n := node(address)
		n.Address, n.Now = netip.MustParseAddr(address), time.Now()
		data, _ := n.Encode()
		w.Write(data)
	})
	mux.HandleFunc("/v1/ring", func(w http.ResponseWriter, _ *http.Request) {
		data, _ := ring.Encode()
		w.Write(data)
	})
	return mux
}

// serveDNS answers every question with the three pods.
func (s *site) serveDNS() {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	s.must(err)
	s.dns = conn.LocalAddr().String()
	s.b.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response = true
			for _, pod := range sitePods {
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET, TTL: 5},
					Body:   &dnsmessage.AResource{A: netip.MustParseAddr(pod).As4()},
				})
			}
			reply, _ := m.Pack()
			s.answer()
			conn.WriteTo(reply, from)
		}
	}()
}

func (s *site) answer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered = time.Now()
}

// run is one whole init of 127.0.0.1 on files that change lays out.
func (s *site) run(change func(sc *scene)) (whole, sinceAnswers time.Duration) {
	s.b.StopTimer()
	sc := newScene(s.b)
	sc.flags.PodIP, sc.flags.Listen = sitePods[0], ":"+s.port
	sc.settings(func(set *settings.Settings) { set.IMDS, set.DNS = s.metadata, []string{s.dns} })
	change(sc)
	var executed time.Time
	o := Options{
		Command: settings.Command{Verb: settings.VerbInit, Flags: sc.flags, Exec: []string{"/bin/true"}},
		Log:     slog.New(slog.DiscardHandler),
		Exec:    func(string, []string, []string) error { executed = time.Now(); return nil },
	}
	s.b.StartTimer()
	began := time.Now()
	s.must(Run(s.b.Context(), o))
	s.b.StopTimer()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.StartTimer()
	return executed.Sub(began), executed.Sub(s.answered)
}

// report gives the mean of what was measured, in milliseconds.
func report(b *testing.B, sum time.Duration, unit string) {
	b.ReportMetric(float64(sum)/float64(b.N)/float64(time.Millisecond), unit)
}

// BenchmarkFounding is a first founding with three pods present. Up to 1.7 s
// of it is the wait for the pod's turn to ask the metadata service.
func BenchmarkFounding(b *testing.B) {
	s := newSite(b, func(address string) api.Node {
		return api.Node{Ring: "customers", Pod: "cassandra-" + strconv.Itoa(int(address[8]-'1')) + "-0", Datacenter: "dc-eastus", Volume: decide.Empty, Phase: decide.Waiting}
	}, api.Ring{})
	var sum, most time.Duration
	for b.Loop() {
		whole, _ := s.run(func(*scene) {})
		sum, most = sum+whole, max(most, whole)
	}
	report(b, sum, "ms/founding")
	b.ReportMetric(float64(most)/float64(time.Millisecond), "ms/slowest")
}

// BenchmarkJoined is a restart of a member beside live ones, from the last
// answer of metadata service and DNS on; a reading of the ring costs nothing
// here.
func BenchmarkJoined(b *testing.B) {
	member := decide.Member{Address: netip.MustParseAddr(sitePods[0]), HostID: lostID, Datacenter: "dc-eastus", Rack: "rack-0", State: decide.Normal}
	s := newSite(b, func(address string) api.Node {
		return api.Node{Ring: "customers", RingID: ringID, Pod: "cassandra-" + strconv.Itoa(int(address[8]-'1')) + "-0", Datacenter: "dc-eastus",
			HostID: hostID, Volume: decide.Joined, Phase: decide.Serving}
	}, api.Ring{Members: []decide.Member{member}})
	var sum, most time.Duration
	for b.Loop() {
		_, since := s.run(func(sc *scene) {
			sc.joined()
			sc.write(filepath.Join(sc.flags.Data, "commitlog", "CommitLog-7-1.log"), "x")
		})
		sum, most = sum+since, max(most, since)
	}
	report(b, sum, "ms/answers-to-exec")
	b.ReportMetric(float64(most)/float64(time.Millisecond), "ms/slowest")
}
