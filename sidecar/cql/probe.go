package cql

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// Security is how the server's port is protected, as
// client_encryption_options in cassandra.yaml says.
type Security int

const (
	// Plain is a port without encryption: enabled is false.
	Plain Security = iota
	// TLS is an encrypted port that asks clients for no certificate, or
	// serves those without one too: enabled is true.
	TLS
	// MutualTLS is a port that turns away clients without a certificate:
	// enabled and require_client_auth are true. OPTIONS cannot be asked
	// there; that the server answers with its certificate counts.
	MutualTLS
)

// DefaultTimeout is how long a question may take where Probe.Timeout is 0.
const DefaultTimeout = 2 * time.Second

// Probe asks one server. The agent makes one for each question, to its pod's
// address and port 9042, as the security is that of the configuration that init
// wrote last. Its fields must not change while it is in use; any number of
// questions may be under way.
type Probe struct {
	// Address is the server's host:port.
	Address string
	// Security is how the port is protected.
	Security Security
	// Timeout is how long a question may take, from connecting to the last
	// byte. Default: DefaultTimeout.
	Timeout time.Duration
	// Dial connects to the server. Default: a net.Dialer's DialContext.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// errHello ends a handshake that has shown what it should.
var errHello = errors.New("the server has answered")

// Ask returns nil if the server answers OPTIONS with SUPPORTED within the
// time-out, and says otherwise what it does instead, in one line.
func (p *Probe) Ask(ctx context.Context) error {
	timeout := p.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no whole answer within %s", timeout))
	defer cancel()
	if err := p.ask(ctx); err != nil {
		if ctx.Err() != nil { // then err says only that the connection was closed
			err = context.Cause(ctx)
		}
		return fmt.Errorf("CQL at %s: %w", p.Address, err)
	}
	return nil
}

func (p *Probe) ask(ctx context.Context) error {
	dial := p.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	conn, err := dial(ctx, "tcp", p.Address)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Closing ends whatever the connection is waiting for.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	switch p.Security {
	case TLS:
		client := tls.Client(conn, unverified())
		if err := client.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS handshake: %w", err)
		}
		conn = client
	case MutualTLS:
		return hello(ctx, conn)
	}
	if _, err := conn.Write(options()); err != nil {
		return err
	}
	return readAnswer(conn)
}

// hello shakes hands until the server has sent its certificate.
func hello(ctx context.Context, conn net.Conn) error {
	config := unverified()
	config.VerifyConnection = func(tls.ConnectionState) error { return errHello }
	err := tls.Client(conn, config).HandshakeContext(ctx)
	if err == nil || errors.Is(err, errHello) {
		return nil
	}
	return fmt.Errorf("TLS handshake: %w", err)
}

// unverified takes any certificate: the server is this very pod, asked at its
// own address, and nothing secret is said.
func unverified() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true}
}
