package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/ringwright/ringwright/sidecar/object"
)

// Timeout is how long one question may take, from connecting to the last byte.
const Timeout = time.Second

// maxHeader is the largest header of a reply in bytes.
const maxHeader = 16 << 10

// Client asks agents. The zero value is ready; it may be used at the same time
// by several goroutines.
type Client struct {
	// Port is the agents' port.
	Port int
	// Timeout is how long one question may take. Default: Timeout.
	Timeout time.Duration
	// Dial connects. Default: a net.Dialer's DialContext.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// AskerHeader names the address of who asks for /v1/node because it wants to
// join: the agent remembers who that is.
const AskerHeader = "Ringwright-Asker"

// Node asks an agent for its /v1/node. asker is the own address of one who
// wants to join, and the zero one of everybody else. An error means that the
// agent did not answer.
func (c *Client) Node(ctx context.Context, agent, asker netip.Addr) (Node, error) {
	header := http.Header{}
	if asker.IsValid() {
		header.Set(AskerHeader, asker.String())
	}
	body, err := c.get(ctx, agent, "/v1/node", header, MaxNode)
	if err != nil {
		return Node{}, err
	}
	n, err := ParseNode(body)
	if err != nil {
		return Node{}, fmt.Errorf("/v1/node of %s %w", agent, err)
	}
	return n, nil
}

// Ring asks an agent for its /v1/ring: the last reading that it has, which may
// be an old one. Asking makes the agent read anew.
func (c *Client) Ring(ctx context.Context, agent netip.Addr) (Ring, error) {
	body, err := c.get(ctx, agent, "/v1/ring", http.Header{}, MaxRing)
	if err != nil {
		return Ring{}, err
	}
	r, err := ParseRing(body)
	if err != nil {
		return Ring{}, fmt.Errorf("/v1/ring of %s %w", agent, err)
	}
	return r, nil
}

// UnreadError is an agent's word that it cannot say what it was asked for, such
// as a reading of its ring, and why.
type UnreadError struct{ Reason string }

func (e *UnreadError) Error() string { return "cannot say: " + e.Reason }

// get is one request. It goes through a transport of its own: no proxy, no
// redirect, nothing unpacked, and no connection kept for a pod that may be
// another one at the next look.
func (c *Client) get(ctx context.Context, agent netip.Addr, path string, header http.Header, most int) ([]byte, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	url := "http://" + net.JoinHostPort(agent.String(), strconv.Itoa(c.Port)) + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header = header
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	transport := &http.Transport{
		DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s of %s broke off: %w", path, agent, cause(ctx, err))
	case len(body) > most:
		return nil, fmt.Errorf("%s of %s has more than %d bytes", path, agent, most)
	case response.StatusCode == http.StatusServiceUnavailable:
		return nil, fmt.Errorf("%s of %s %w", path, agent, unread(body))
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s of %s answers %d", path, agent, response.StatusCode)
	}
	return body, nil
}

// cause is why a question ended: of one whose time is over the error may say
// only that its connection was closed.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func unread(body []byte) error {
	var reason string
	if err := object.DecodeSome(body, []object.Field{object.At("reason", &reason)}); err != nil {
		return errors.New("answers 503 Service Unavailable")
	}
	return &UnreadError{Reason: reason}
}

// Unread is the body of a 503.
func Unread(reason string) []byte {
	data, _ := json.Marshal(map[string]string{"reason": reason}) // two texts always fit
	return data
}
