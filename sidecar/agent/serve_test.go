package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// get is one request to an agent, without a network.
func (sc *scene) get(method, path, from string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = from
	sc.routes().ServeHTTP(w, r)
	return w
}

func TestRoutes(t *testing.T) {
	for _, tt := range []struct {
		method, path, from string
		status             int
		contentType, body  string
	}{
		{"GET", "/live", "10.9.0.1:1", 200, "text/plain; charset=utf-8", "the agent lives\n"},
		{"GET", "/live?verbose", "10.9.0.1:1", 200, "text/plain; charset=utf-8", "the agent lives\n"},
		{"GET", "/ready", "10.9.0.1:1", 503, "text/plain; charset=utf-8", "connection refused\n"},
		{"GET", "/v1/node", "10.9.0.1:1", 200, "application/json", `"phase":"init"`},
		{"GET", "/v1/ring", "10.9.0.1:1", 503, "application/json", `{"reason":"Cassandra does not answer CQL here"}`},
		{"GET", "/metrics", "10.9.0.1:1", 200, "text/plain; version=0.0.4; charset=utf-8", `ringwright_phase{phase="init"} 1`},
		{"GET", "/", "10.9.0.1:1", 404, "text/plain; charset=utf-8", "there is no such page\n"},
		{"GET", "/v1/node/", "10.9.0.1:1", 404, "text/plain; charset=utf-8", "there is no such page\n"},
		{"GET", "/v1/../v1/node", "10.9.0.1:1", 404, "text/plain; charset=utf-8", "there is no such page\n"},
		{"POST", "/nothing", "10.9.0.1:1", 404, "text/plain; charset=utf-8", "there is no such page\n"},
		{"POST", "/live", "10.9.0.1:1", 405, "text/plain; charset=utf-8", "it takes GET\n"},
		{"HEAD", "/ready", "10.9.0.1:1", 405, "text/plain; charset=utf-8", "it takes GET\n"},
		{"OPTIONS", "/v1/node", "10.9.0.1:1", 405, "text/plain; charset=utf-8", "it takes GET\n"},
		{"DELETE", "/metrics", "10.9.0.1:1", 405, "text/plain; charset=utf-8", "it takes GET\n"},
	} {
		t.Run(tt.method+" "+tt.path+" from "+tt.from, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				w := sc.get(tt.method, tt.path, tt.from)
				if w.Code != tt.status || !strings.HasPrefix(w.Header().Get("Content-Type"), tt.contentType) || !strings.Contains(w.Body.String(), tt.body) {
					t.Errorf("%d, %s: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
				}
				if allow := w.Header().Get("Allow"); (allow == "GET") != (tt.status == 405) {
					t.Errorf("allows %q", allow)
				}
			})
		})
	}
}

func TestReady(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.cassandra(true, portOpen)
		if w := sc.get("GET", "/ready", "10.9.0.1:1"); w.Code != 200 || w.Body.String() != "Cassandra answers CQL\n" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		sc.set(func() { sc.answers = func(context.Context, cql.Security) error { return errors.New("two\r\nlines") } })
		if w := sc.get("GET", "/ready", "10.9.0.1:1"); w.Code != 503 || w.Body.String() != "two  lines\n" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	})
}

// TestReadyNeedsNothingElse holds that neither the volume nor the phase file
// nor the settings have a say in it.
func TestReadyNeedsNothingElse(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.put("data/.ringwright/state.json", "{")
		sc.put("settings.yaml", "{")
		unreadable(sc)
		sc.cassandra(true, portOpen)
		sc.start()
		if w := sc.get("GET", "/ready", "10.9.0.1:1"); w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// TestReadyShares holds that probes that come together share one question,
// and that whoever leaves takes it from nobody.
func TestReadyShares(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.set(func() {
			sc.answers = func(ctx context.Context, _ cql.Security) error {
				pause(ctx, time.Second)
				return ctx.Err()
			}
		})
		ctx, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		results := make([]error, 10)
		for i := range results {
			all.Go(func() {
				if i == 0 {
					results[i] = sc.prober.ask(ctx)
				} else {
					results[i] = sc.prober.ask(t.Context())
				}
			})
			synctest.Wait()
		}
		leave()
		all.Wait()
		for i, err := range results {
			if (err != nil) != (i == 0) {
				t.Errorf("%d got %v", i, err)
			}
		}
		if sc.asked != 1 {
			t.Errorf("%d questions", sc.asked)
		}
		if err := sc.prober.ask(t.Context()); err != nil || sc.asked != 2 {
			t.Errorf("then %d questions, %v", sc.asked, err)
		}
	})
}

// TestSecurity holds that a question goes by the configuration that there is
// now, and that a file that cannot be read changes nothing.
func TestSecurity(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		var got cql.Security
		sc.set(func() {
			sc.answers = func(_ context.Context, security cql.Security) error {
				got = security
				return nil
			}
		})
		for i, tt := range []struct {
			text string
			want cql.Security
		}{
			{"", cql.Plain},
			{"client_encryption_options: {enabled: true}\n", cql.TLS},
			{"client_encryption_options: {enabled: true, require_client_auth: true}\n", cql.MutualTLS},
			{"client_encryption_options: {", cql.MutualTLS},
			{"client_encryption_options: {enabled: false}\n", cql.Plain},
		} {
			if tt.text != "" {
				sc.put("conf/cassandra.yaml", tt.text)
			}
			if err := sc.prober.ask(t.Context()); err != nil || got != tt.want {
				t.Errorf("%d: security %d, %v; want %d", i, got, err, tt.want)
			}
		}
		if n := sc.logged("reading Cassandra's configuration fails"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

func TestAtMost(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		leave := make(chan struct{})
		handler := atMost(3, func(http.ResponseWriter, *http.Request) { <-leave })
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) })
		}
		synctest.Wait()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 503 || w.Header().Get("Retry-After") != "1" || w.Body.String() != `{"reason":"too many ask at once"}` {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		close(leave)
		all.Wait()
		w = httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 200 {
			t.Errorf("then %d", w.Code)
		}
	})
}

// TestManyAtOnce asks everything at the same time, for the race detector.
func TestManyAtOnce(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.setUp()
		sc.holds(aMember())
		sc.says(volume.PhaseStarting)
		sc.cassandra(true, portOpen)
		sc.set(func() { sc.obs = allLive() })
		sc.start()
		routes := sc.routes()
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				for range 20 {
					for _, path := range []string{"/live", "/ready", "/v1/node", "/v1/ring", "/metrics"} {
						r := httptest.NewRequest("GET", path, nil)
						r.RemoteAddr = fmt.Sprintf("10.9.0.%d:1", i)
						routes.ServeHTTP(httptest.NewRecorder(), r)
					}
					pause(t.Context(), 700*time.Millisecond)
				}
			})
		}
		all.Wait()
		if n, err := sc.node(); err != nil || n.Phase != decide.Serving {
			t.Errorf("phase %s, %v", n.Phase, err)
		}
	})
}

// TestAskers holds what is told of those who want to join and ask.
func TestAskers(t *testing.T) {
	ask := func(sc *scene, from string, named ...string) {
		r := httptest.NewRequest(http.MethodGet, "/v1/node", nil)
		r.RemoteAddr = from + ":40000"
		for _, name := range named {
			r.Header.Add(api.AskerHeader, name)
		}
		sc.routes().ServeHTTP(httptest.NewRecorder(), r)
	}
	tests := []struct {
		name       string
		script     func(sc *scene)
		asked      []decide.Asker
		askedFor   time.Duration
		translated bool
	}{
		{"nobody", func(sc *scene) { sc.pass(time.Minute) }, nil, time.Minute, false},
		{"who does not say that he wants to join", func(sc *scene) { ask(sc, "10.1.0.11") }, nil, 0, false},
		{"two", func(sc *scene) {
			ask(sc, "10.1.0.12", "10.1.0.12")
			sc.pass(time.Second)
			ask(sc, "[::ffff:10.1.0.11]", "10.1.0.11")
			sc.pass(time.Second)
		}, []decide.Asker{{Address: at("10.1.0.11"), Ago: time.Second}, {Address: at("10.1.0.12"), Ago: 2 * time.Second}}, 2 * time.Second, false},
		{"the last time counts", func(sc *scene) {
			ask(sc, "10.1.0.11", "10.1.0.11")
			sc.pass(time.Minute)
			ask(sc, "10.1.0.11", "10.1.0.11")
		}, []decide.Asker{{Address: at("10.1.0.11")}}, time.Minute, false},
		{"two minutes ago", func(sc *scene) {
			ask(sc, "10.1.0.11", "10.1.0.11")
			sc.pass(2 * time.Minute)
		}, nil, 2 * time.Minute, false},
		{"from another address", func(sc *scene) { ask(sc, "10.9.0.1", "10.1.0.11") }, nil, 0, true},
		{"from another address, two minutes ago", func(sc *scene) {
			ask(sc, "10.9.0.1", "10.1.0.11")
			sc.pass(2 * time.Minute)
		}, nil, 2 * time.Minute, false},
		{"by no address", func(sc *scene) { ask(sc, "10.1.0.11", "cassandra") }, nil, 0, true},
		{"nobody can have asked before it joined", func(sc *scene) { sc.askers.joined() }, nil, 2 * time.Minute, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			play(t, func(t *testing.T, sc *scene) {
				sc.askers = newAskers() // that begins now
				tt.script(sc)
				var n api.Node
				sc.askers.tell(&n)
				want := api.Node{Asked: tt.asked, AskedFor: tt.askedFor, Translated: tt.translated}
				if diff := cmp.Diff(want, n, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Nobody may push others out: who finds no room is told of as one more.
func TestAskersAreBounded(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		a := newAskers()
		for i := range api.MaxAsked {
			who := at(fmt.Sprintf("fd00::%x", i+1))
			a.note(who, who)
		}
		var n api.Node
		if a.tell(&n); len(n.Asked) != api.MaxAsked || n.Translated {
			t.Errorf("%d are told of, translated %t", len(n.Asked), n.Translated)
		}
		a.note(at("10.1.0.11"), at("10.1.0.11"))
		n = api.Node{}
		if a.tell(&n); len(n.Asked) != api.MaxAsked || !n.Translated {
			t.Errorf("one more: %d are told of, translated %t", len(n.Asked), n.Translated)
		}
	})
}

// server serves a handler on loopback as the agent does.
func server(t *testing.T, handler http.Handler) net.Addr {
	t.Helper()
	l := listen(t, "127.0.0.1:0")
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { serve(ctx, l, handler, slog.New(slog.DiscardHandler)) })
	t.Cleanup(func() { cancel(); all.Wait() })
	return l.Addr()
}

// TestServer holds what the server does with what is no proper request. What
// takes too long is not waited for; how long that is depends on the machine.
func TestServer(t *testing.T) {
	address := server(t, routes{"/live": http.HandlerFunc(live)})
	for _, tt := range []struct{ name, request, want string }{
		{"proper", "GET /live HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK"},
		{"without a host", "GET /live HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK"},
		{"anything", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found"},
		{"garbage", "\x16\x03\x01\x02\x00\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"a huge header", "GET /live HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		{"another method", "PUT /live HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 405 Method Not Allowed"},
		{"half a header", "GET /live HTTP/1.1\r\nHo", "HTTP/1.1 400 Bad Request"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", address.String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(time.Minute))
			io.WriteString(conn, tt.request)
			line, err := bufio.NewReader(conn).ReadString('\n')
			if strings.TrimSpace(line) != tt.want || (tt.want == "") != errors.Is(err, io.EOF) {
				t.Errorf("%q, %v; want %q", line, err, tt.want)
			}
		})
	}
}

func TestServerLimits(t *testing.T) {
	s := newServer(nil, slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout != time.Second || s.ReadTimeout != time.Second || s.WriteTimeout != 5*time.Second || s.MaxHeaderBytes != 16<<10 || s.IdleTimeout == 0 {
		t.Errorf("%+v", s)
	}
}

// TestNodeSays holds what /v1/node says from start to member.
func TestNodeSays(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		get := func() map[string]any {
			t.Helper()
			w := sc.get("GET", "/v1/node", "10.9.0.1:1")
			if _, err := api.ParseNode(w.Body.Bytes()); err != nil {
				t.Errorf("others cannot read it: %v", err)
			}
			said := map[string]any{}
			if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
				t.Fatal(err)
			}
			sc.pass(pageLife)
			return said
		}
		wants := func(said map[string]any, want map[string]any) {
			t.Helper()
			for key, value := range want {
				if fmt.Sprint(said[key]) != fmt.Sprint(value) {
					t.Errorf("%s is %v, want %v", key, said[key], value)
				}
			}
		}
		wants(get(), map[string]any{"ring": "", "datacenter": "", "rack": "rack-0", "pod": "cassandra-0-0", "address": own, "volume": "empty", "phase": "init", "ringId": "", "hostId": "", "position": "[]"})
		sc.setUp()
		sc.settings.read(t.Context(), false)
		wants(get(), map[string]any{"ring": "customers", "datacenter": "dc-east"})
		joiner := aJoiner()
		joiner.Rack, joiner.FailedStarts = "rack-7", 2
		sc.holds(joiner)
		sc.says(volume.PhaseTurn)
		wants(get(), map[string]any{"rack": "rack-7", "volume": "joining", "phase": "turn", "position": "[0 0 0 0 cassandra-0-0]", "failedStarts": 2, "ringId": ringX})
	})
	play(t, func(t *testing.T, sc *scene) {
		m := aMember()
		m.LastSeeds, m.Gone = []string{east1, east2}, []string{hostC}
		m.KnownPods = []volume.KnownPod{
			{Datacenter: "dc-a", Pod: "cassandra-0-0", HostID: hostB, Address: south0}, {Datacenter: "dc-east", Pod: "cassandra-0-0", HostID: hostA, Address: own},
		}
		sc.holds(m)
		n, err := sc.node()
		if err != nil {
			t.Fatal(err)
		}
		if n.Volume != decide.Joined || n.HostID != hostA || len(n.LastSeeds) != 2 || n.LastSeeds[0] != at(east1) || len(n.Gone) != 1 || !n.Now.Equal(time.Now()) {
			t.Errorf("a member: %+v", n)
		}
		if len(n.KnownPods) != 2 || n.KnownPods[0].Datacenter != "dc-east" {
			t.Errorf("known pods %+v; the own datacenter comes first", n.KnownPods)
		}
	})
}

// TestNodeOfBrokenVolume holds that what was last known is published with the
// reason, and nothing where nothing ever was.
func TestNodeOfBrokenVolume(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aMember())
		if n, err := sc.node(); err != nil || n.Volume != decide.Joined {
			t.Fatalf("%+v, %v", n, err)
		}
		for _, garbage := range []string{"", "{", "null", strings.Repeat("x", volume.MaxStateSize+1), `{"ring": 1}`} {
			sc.put("data/.ringwright/state.json", garbage)
			sc.pass(pageLife)
			n, err := sc.node()
			if err != nil || n.Volume != decide.Joined || n.HostID != hostA || !strings.Contains(n.Reason, "state.json: ") {
				t.Errorf("%.20q: %s of %s because %s, %v", garbage, n.Volume, n.HostID, n.Reason, err)
			}
		}
		if err := os.Remove(sc.pod.Volume.StatePath()); err != nil {
			t.Fatal(err)
		}
		sc.holds(aMember())
		sc.pass(pageLife)
		if n, err := sc.node(); err != nil || n.Reason != "" {
			t.Errorf("repaired: %+v, %v", n, err)
		}
	})
	play(t, func(t *testing.T, sc *scene) {
		sc.put("data/.ringwright/state.json", "{")
		w := sc.get("GET", "/v1/node", "10.9.0.1:1")
		if w.Code != 503 || !bytes.Contains(w.Body.Bytes(), []byte("state.json: ends in the middle")) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	play(t, func(t *testing.T, sc *scene) { // of which nothing says what it is
		sc.put("data/commitlog/CommitLog-7-1.log", "x")
		w := sc.get("GET", "/v1/node", "10.9.0.1:1")
		if w.Code != 503 || !bytes.Contains(w.Body.Bytes(), []byte("nothing says what they are")) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// TestNodeIsCheap holds that many who ask within a moment cost one look at
// the volume.
func TestNodeIsCheap(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aJoiner())
		if n, _ := sc.node(); n.Volume != decide.Joining {
			t.Fatal(n.Volume)
		}
		sc.put("data/.ringwright/state.json", "{")
		sc.pass(pageLife - time.Millisecond)
		if n, err := sc.node(); err != nil || n.Reason != "" {
			t.Errorf("looked again: %+v, %v", n, err)
		}
		sc.pass(time.Millisecond)
		if n, err := sc.node(); err != nil || n.Reason == "" {
			t.Errorf("did not look again: %+v, %v", n, err)
		}
	})
}
