package dns

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// silent reads the question and says nothing.
func silent(conn net.Conn) { io.Copy(io.Discard, conn) }

// says answers over UDP, again and again.
func says(change func(*dnsmessage.Message), times int) func(net.Conn) {
	return func(conn net.Conn) {
		buf := make([]byte, 1024)
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		for range times {
			if _, err := conn.Write(packed(unpack(buf[:n]), change)); err != nil {
				return
			}
		}
		silent(conn)
	}
}

// tcpSays answers over TCP.
func tcpSays(change func(*dnsmessage.Message)) func(net.Conn) {
	return func(conn net.Conn) { answerTCP(conn, with(change)) }
}

// TestLookupTime holds how long a look-up takes, to the instant, whatever the
// servers do. All of them do the same.
func TestLookupTime(t *testing.T) {
	good := addresses("10.1.1.7")
	forged := func(m *dnsmessage.Message) { m.ID++; good(m) }
	tests := []struct {
		name     string
		servers  int
		timeout  time.Duration
		udp, tcp func(net.Conn) // nil: connecting never ends
		took     time.Duration
		want     []string
		err      string
	}{
		{"an answer", 2, 0, says(good, 1), nil, 0, []string{"10.1.1.7"}, ""},
		{"silence", 1, 0, silent, silent, 2 * time.Second, nil, "no answer within 2s"},
		{"two silent servers", 2, 0, silent, silent, 4 * time.Second, nil, "no answer within 2s"},
		{"another time-out", 1, 500 * time.Millisecond, silent, silent, 500 * time.Millisecond, nil, "no answer within 500ms"},
		{"no connection", 1, 0, nil, nil, 2 * time.Second, nil, "no answer within 2s"},
		{"UDP is silent", 1, 0, silent, tcpSays(good), time.Second, []string{"10.1.1.7"}, ""},
		{"UDP is silent, nobody", 1, 0, silent, tcpSays(code(dnsmessage.RCodeNameError)), time.Second, nil, ""},
		{"UDP is forged", 1, 0, says(forged, 3), tcpSays(good), time.Second, []string{"10.1.1.7"}, ""},
		{"UDP is a flood", 1, 0, says(forged, 1000), tcpSays(good), 0, []string{"10.1.1.7"}, ""},
		{"UDP is truncated, TCP is silent", 1, 0, says(func(m *dnsmessage.Message) { m.Truncated = true; good(m) }, 1), silent, 2 * time.Second, nil, "no answer within 2s"},
		{"half an answer over TCP", 1, 0, silent, func(conn net.Conn) {
			go conn.Write([]byte{0, 200, 1, 2, 3})
			silent(conn)
		}, 2 * time.Second, nil, "no answer within 2s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &Resolver{Timeout: tt.timeout, Dial: pipe(t, tt.udp, tt.tcp)}
				servers := []string{"10.0.0.10:53", "10.0.0.11:53"}[:tt.servers]
				start := time.Now()
				wantOutcome(t, r.Lookup(t.Context(), servers, name), tt.want, tt.err)
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
			})
		})
	}
}

// TestLookupCancel holds that a caller that goes away ends its look-up at
// once, with servers left to ask.
func TestLookupCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("the caller has gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(300*time.Millisecond, func() { cancel(gone) })
		r := &Resolver{Dial: pipe(t, silent, silent)}
		start := time.Now()
		wantOutcome(t, r.Lookup(ctx, []string{"10.0.0.10:53", "10.0.0.11:53"}, name), nil, "DNS server 10.0.0.10:53: the caller has gone")
		if took := time.Since(start); took != 300*time.Millisecond {
			t.Errorf("took %s, want 300ms", took)
		}
	})
}

// TestID holds that an injected id is the one that is asked with.
func TestID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Resolver{ID: func() uint16 { return 4711 }, Dial: pipe(t, says(func(m *dnsmessage.Message) {
			if m.ID != 4711 {
				t.Errorf("id %d, want 4711", m.ID)
			}
		}, 1), nil)}
		wantOutcome(t, r.Lookup(t.Context(), []string{"10.0.0.10:53"}, name), nil, "")
	})
}

// pipe dials servers in memory, where time is the test's own.
func pipe(t *testing.T, udp, tcp func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		handle := udp
		if network == "tcp" {
			handle = tcp
		}
		if handle == nil {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		client, server := net.Pipe()
		var open sync.WaitGroup
		t.Cleanup(open.Wait)
		open.Go(func() {
			handle(server)
			server.Close()
		})
		return client, nil
	}
}
