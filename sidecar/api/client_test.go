package api_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
)

// clientOf asks a server on loopback.
func clientOf(t testing.TB, handler http.HandlerFunc) (*api.Client, netip.Addr) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	port := netip.MustParseAddrPort(server.Listener.Addr().String()).Port()
	// Far longer than loopback takes.
	return &api.Client{Port: int(port), Timeout: time.Minute}, at("127.0.0.1")
}

func TestClient(t *testing.T) {
	var closed sync.Map
	client, agent := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !r.Close || r.Header.Get("Accept-Encoding") != "" || r.URL.Path == "/v1/node" && r.Header.Get(api.AskerHeader) != "10.1.0.9" {
			t.Errorf("%s %s, closes %t, takes %q", r.Method, r.URL, r.Close, r.Header.Get("Accept-Encoding"))
		}
		closed.Store(r.RemoteAddr, true)
		text, ok := map[string]string{"/v1/node": nodeText, "/v1/ring": ringText}[r.URL.String()]
		if !ok {
			t.Errorf("asks for %s", r.URL)
		}
		w.Write([]byte(text))
	})
	n, err := client.Node(t.Context(), agent, at("10.1.0.9"))
	if diff := cmp.Diff(aNode(), n, sameAddress); diff != "" || err != nil {
		t.Errorf("node (-want +got): %v\n%s", err, diff)
	}
	r, err := client.Ring(t.Context(), agent)
	if diff := cmp.Diff(aRing(), r, sameAddress); diff != "" || err != nil {
		t.Errorf("ring (-want +got): %v\n%s", err, diff)
	}
	connections := 0
	closed.Range(func(any, any) bool { connections++; return true })
	if connections != 2 {
		t.Errorf("%d connections for two questions", connections)
	}
}

// TestClientIPv6 holds that an address is put into brackets.
func TestClientIPv6(t *testing.T) {
	dialled := errors.New("dialled")
	client := &api.Client{Port: 8089, Dial: func(_ context.Context, network, address string) (net.Conn, error) {
		return nil, fmt.Errorf("%w %s %s", dialled, network, address)
	}}
	_, err := client.Node(t.Context(), at("fd00::1"), netip.Addr{})
	wantError(t, err, "dialled tcp [fd00::1]:8089")
}

func TestClientRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		serve func(w http.ResponseWriter)
		want  string
	}{
		{"an error", func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, "/v1/node of 127.0.0.1 answers 500"},
		{"not there", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, "answers 404"},
		{"no content", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }, "answers 204"},
		{"a redirect", func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://192.0.2.1/")
			w.WriteHeader(http.StatusFound)
			w.Write([]byte(nodeText))
		}, "answers 302"},
		{"a reason", func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write(api.Unread("the disk hangs"))
		}, "/v1/node of 127.0.0.1 cannot say: the disk hangs"},
		{"a reason that is none", func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte(`{"reason":null}`))
		}, "answers 503 Service Unavailable"},
		{"somebody else's", func(w http.ResponseWriter) { w.Write([]byte("<html>")) }, "/v1/node of 127.0.0.1 is no JSON"},
		{"a bad node", func(w http.ResponseWriter) { w.Write([]byte(strings.Replace(nodeText, "claiming", "x", 1))) }, `/v1/node of 127.0.0.1 phase is "x"`},
		{"too much", func(w http.ResponseWriter) {
			w.Write([]byte(nodeText + strings.Repeat(" ", api.MaxNode-len(nodeText)+1)))
		}, "has more than 65536 bytes"},
		{"without end", func(w http.ResponseWriter) {
			for {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}, "has more than 65536 bytes"},
		{"half a body", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", fmt.Sprint(len(nodeText)))
			w.Write([]byte(nodeText[:100]))
		}, "/v1/node of 127.0.0.1 broke off: unexpected EOF"},
		{"a huge header", func(w http.ResponseWriter) { w.Header().Set("X", strings.Repeat("x", 64<<10)) }, "server response headers exceeded 16384 bytes"},
		{"packed", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte("\x1f\x8b"))
		}, "is no text in UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, agent := clientOf(t, func(w http.ResponseWriter, _ *http.Request) { tt.serve(w) })
			_, err := client.Node(t.Context(), agent, netip.Addr{})
			wantError(t, err, tt.want)
		})
	}
	client, agent := clientOf(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, api.MaxRing+1)) })
	_, err := client.Ring(t.Context(), agent)
	wantError(t, err, "/v1/ring of 127.0.0.1 has more than 1048576 bytes")
}

// TestClientTakesTheLargest holds that a reply as large as it may be is read.
func TestClientTakesTheLargest(t *testing.T) {
	client, agent := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		text, most := nodeText, api.MaxNode
		if r.URL.Path == "/v1/ring" {
			text, most = ringText, api.MaxRing
		}
		w.Write([]byte(text + strings.Repeat(" ", most-len(text))))
	})
	if _, err := client.Node(t.Context(), agent, netip.Addr{}); err != nil {
		t.Error(err)
	}
	if _, err := client.Ring(t.Context(), agent); err != nil {
		t.Error(err)
	}
}

func TestUnreadError(t *testing.T) {
	client, agent := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write(api.Unread(`the "first" is under way`))
	})
	_, err := client.Ring(t.Context(), agent)
	var unread *api.UnreadError
	if !errors.As(err, &unread) || unread.Reason != `the "first" is under way` {
		t.Errorf("error %v", err)
	}
}

// TestClientTime holds that a question ends after a second, wherever the
// other falls silent, and at once when nobody waits for it any more.
func TestClientTime(t *testing.T) {
	for _, tt := range []struct {
		name  string
		serve func(net.Conn) // nil: connecting never ends
	}{
		{"no connection", nil},
		{"no answer", func(net.Conn) {}},
		{"half a header", func(c net.Conn) { c.Write([]byte("HTTP/1.1 200 OK\r\nContent-")) }},
		{"half a body", func(c net.Conn) { c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) }},
		{"a byte at a time", func(c net.Conn) {
			c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"))
			for {
				time.Sleep(100 * time.Millisecond)
				if _, err := c.Write([]byte(" ")); err != nil {
					return
				}
			}
		}},
	} {
		for _, leaves := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, leaves %t", tt.name, leaves), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					want := time.Second
					ctx := t.Context()
					if leaves {
						want = 300 * time.Millisecond
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, want)
						defer cancel()
					}
					client := &api.Client{Port: 8089, Dial: silent(t, tt.serve)}
					start := time.Now()
					_, err := client.Node(ctx, at("10.1.0.5"), netip.Addr{})
					if took := time.Since(start); took != want || !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("took %s, want %s: %v", took, want, err)
					}
				})
			})
		}
	}
}

// silent dials a server in memory, where time is the test's own.
func silent(t *testing.T, serve func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		if serve == nil {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		client, server := net.Pipe()
		var open sync.WaitGroup
		t.Cleanup(open.Wait)
		open.Go(func() {
			defer server.Close()
			if _, err := server.Read(make([]byte, 4096)); err != nil {
				return
			}
			serve(server)
			<-ctx.Done()
		})
		return client, nil
	}
}

// BenchmarkClient is the price of asking one agent.
func BenchmarkClient(b *testing.B) {
	client, agent := clientOf(b, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(nodeText)) })
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Node(b.Context(), agent, netip.Addr{}); err != nil {
			b.Fatal(err)
		}
	}
}
