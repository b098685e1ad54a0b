package cql_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/cql"
)

// question and answer are what goes over the wire, by the protocol's letter.
var (
	question = []byte{0x04, 0x00, 0x0c, 0x91, 0x05, 0, 0, 0, 0}
	answer   = []byte("\x84\x00\x0c\x91\x06\x00\x00\x00\x19\x00\x01\x00\x0bCQL_VERSION\x00\x01\x00\x053.4.7more")[:9+25]
)

// serve answers one question with reply and then waits for the end.
func serve(conn net.Conn, reply []byte) error {
	got := make([]byte, len(question))
	if _, err := io.ReadFull(conn, got); err != nil {
		return err
	}
	if !bytes.Equal(got, question) {
		return errors.New("another question")
	}
	if _, err := conn.Write(reply); err != nil {
		return err
	}
	_, err := conn.Read(got)
	return err
}

// listen serves every connection on loopback until the test is over.
func listen(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Wait()
	})
	return l.Addr().String()
}

// certificate is a self-signed one, as nobody verifies it.
func certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)} // expired, too
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestAsk(t *testing.T) {
	own := certificate(t)
	server := func(version uint16, auth tls.ClientAuthType) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: version, MaxVersion: version, ClientAuth: auth}
	}
	tests := []struct {
		name     string
		security cql.Security
		server   *tls.Config // nil: plain
		reply    []byte
		want     string // "" is ready
	}{
		{"plain", cql.Plain, nil, answer, ""},
		{"plain, an error", cql.Plain, nil, []byte("\x84\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x10\x01\x00\x02no"), `error 0x1001: "no"`},
		{"plain, 256 MiB", cql.Plain, nil, append([]byte("\x84\x00\x0c\x91\x06\x10\x00\x00\x00"), make([]byte, 1<<16)...), "claims a body of 268435456 bytes"},
		{"plain asks TLS", cql.Plain, server(tls.VersionTLS13, tls.NoClientCert), answer, "the answer ends after 0 of the 9 bytes"},
		{"TLS 1.2", cql.TLS, server(tls.VersionTLS12, tls.NoClientCert), answer, ""},
		{"TLS 1.3", cql.TLS, server(tls.VersionTLS13, tls.NoClientCert), answer, ""},
		{"TLS 1.3, a certificate is optional", cql.TLS, server(tls.VersionTLS13, tls.RequestClientCert), answer, ""},
		{"TLS 1.3, garbage within", cql.TLS, server(tls.VersionTLS13, tls.NoClientCert), []byte("HTTP/1.1 400"), "no answer in CQL"},
		{"TLS asks plain", cql.TLS, nil, answer, "TLS handshake"},
		{"TLS 1.2, a certificate is required", cql.TLS, server(tls.VersionTLS12, tls.RequireAnyClientCert), answer, "TLS handshake"},
		{"TLS 1.3, a certificate is required", cql.TLS, server(tls.VersionTLS13, tls.RequireAnyClientCert), answer, "certificate required"},
		{"mutual TLS 1.2", cql.MutualTLS, server(tls.VersionTLS12, tls.RequireAnyClientCert), nil, ""},
		{"mutual TLS 1.3", cql.MutualTLS, server(tls.VersionTLS13, tls.RequireAnyClientCert), nil, ""},
		{"mutual TLS asks plain", cql.MutualTLS, nil, answer, "TLS handshake"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := listen(t, func(conn net.Conn) {
				if tt.server != nil {
					secure := tls.Server(conn, tt.server)
					if secure.Handshake() != nil {
						conn.(*net.TCPConn).CloseWrite()
						io.Copy(io.Discard, conn) // so that no reset overtakes the alert
						return
					}
					conn = secure
				}
				serve(conn, tt.reply)
			})
			// Far longer than loopback takes, so that a slow machine does not
			// turn an answer into silence.
			p := &cql.Probe{Address: address, Security: tt.security, Timeout: time.Minute}
			wantAnswer(t, p.Ask(t.Context()), tt.want)
		})
	}
}

func TestAskNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	p := &cql.Probe{Address: l.Addr().String()}
	wantAnswer(t, p.Ask(t.Context()), "connection refused")
}

// TestAskTime holds that a question ends at its time-out, to the instant,
// wherever the server falls silent.
func TestAskTime(t *testing.T) {
	silent := func(conn net.Conn) { io.Copy(io.Discard, conn) }
	tests := []struct {
		name     string
		security cql.Security
		timeout  time.Duration
		handle   func(net.Conn) // nil: connecting never ends
		want     time.Duration
	}{
		{"no connection", cql.Plain, 0, nil, 2 * time.Second},
		{"nothing read", cql.Plain, 0, func(net.Conn) {}, 2 * time.Second},
		{"nothing said", cql.Plain, 0, silent, 2 * time.Second},
		{"another time-out", cql.Plain, 5 * time.Second, silent, 5 * time.Second},
		{"half a header", cql.Plain, 0, func(c net.Conn) { serve(c, answer[:4]) }, 2 * time.Second},
		{"half a body", cql.Plain, 0, func(c net.Conn) { serve(c, answer[:20]) }, 2 * time.Second},
		{"a byte a second", cql.Plain, 0, func(c net.Conn) {
			io.ReadFull(c, make([]byte, len(question)))
			for i := range answer {
				time.Sleep(time.Second - time.Millisecond)
				if _, err := c.Write(answer[i : i+1]); err != nil {
					return
				}
			}
		}, 2 * time.Second},
		{"no TLS handshake", cql.TLS, 0, silent, 2 * time.Second},
		{"no mutual TLS handshake", cql.MutualTLS, 0, silent, 2 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &cql.Probe{Address: "10.0.0.1:9042", Security: tt.security, Timeout: tt.timeout, Dial: pipe(t, tt.handle)}
				start := time.Now()
				wantAnswer(t, p.Ask(t.Context()), "CQL at 10.0.0.1:9042: no whole answer within "+tt.want.String())
				if took := time.Since(start); took != tt.want {
					t.Errorf("took %s, want %s", took, tt.want)
				}
			})
		})
	}
}

// TestAskCancel holds that a caller that goes away ends its question at once.
func TestAskCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("the caller has gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		start := time.Now()
		p := &cql.Probe{Dial: pipe(t, func(c net.Conn) { io.Copy(io.Discard, c) })}
		if err := p.Ask(ctx); !errors.Is(err, gone) || time.Since(start) != time.Second {
			t.Errorf("Ask: %v after %s; want %v after 1s", err, time.Since(start), gone)
		}
	})
}

// pipe dials a server in memory, where time is the test's own.
func pipe(t *testing.T, handle func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		if network != "tcp" {
			t.Errorf("network %s, want tcp", network)
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
			<-ctx.Done()
			server.Close()
		})
		return client, nil
	}
}

func wantAnswer(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("Ask: %v; want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("Ask: %v; want %q", err, want)
	}
}
