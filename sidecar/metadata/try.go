package metadata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// tryLimit is how long one try may take, from dialling to the last byte.
	tryLimit = 2 * time.Second
	// maxReply is the largest reply in bytes. What varies most in it is
	// userData, at most 64 KiB before it is encoded.
	// https://learn.microsoft.com/azure/virtual-machines/user-data
	maxReply = 1 << 20
	// maxHeader is the largest header in bytes.
	maxHeader = 64 << 10
)

// passing is a failure that another try may not meet.
type passing struct {
	err error
	// after is how long the service asks to be left alone, 0 if it does not.
	after time.Duration
}

func (p *passing) Error() string { return p.err.Error() }
func (p *passing) Unwrap() error { return p.err }

// try asks once. An error that another try may not meet is *passing; a version
// that the service does not know is *versionError.
func (c *Client) try(ctx context.Context, version string, limit time.Duration) (Instance, error) {
	asking, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, err := c.get(asking, version)
	if err != nil {
		if errors.Is(asking.Err(), context.DeadlineExceeded) {
			err = &passing{err: fmt.Errorf("no answer within %v", limit.Round(time.Millisecond))}
		}
		return Instance{}, err
	}
	instance, err := ParseInstance(body)
	if errors.Is(err, errSyntax) {
		err = &passing{err: err}
	}
	return instance, err
}

// get is one request. It goes through a transport and not through a client, as
// a transport alone follows no redirect, and this one knows no proxy, keeps no
// connection and unpacks nothing.
func (c *Client) get(ctx context.Context, version string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Base+"/metadata/instance?api-version="+version, nil)
	if err != nil {
		return nil, fmt.Errorf("imds is no address that can be asked: %w", err)
	}
	request.Header.Set("Metadata", "true")
	request.Header.Set("User-Agent", "ringwright-sidecar")
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport := &http.Transport{
		Proxy: nil,
		// The transport's own context outlives the request, and so would a
		// connection that a firewall swallows.
		DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, &passing{err: fmt.Errorf("out of reach: %w", err)}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusBadRequest {
		return nil, refused(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, &passing{err: fmt.Errorf("the reply broke off: %w", err)}
	case len(body) > maxReply:
		return nil, fmt.Errorf("the reply is larger than %d bytes", maxReply)
	case response.StatusCode == http.StatusBadRequest:
		return nil, badRequest(version, body)
	}
	return body, nil
}

// refused says what a status other than 200 and 400 means. The service is
// being updated (404, 410: 70 s at most), is asked too often (429) or has a
// fault of its own (5xx), all of which pass.
// https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#errors-and-debugging
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
func refused(response *http.Response) error {
	status := response.StatusCode
	err := fmt.Errorf("it answers %s", strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status))))
	switch {
	case status == http.StatusNotFound, status == http.StatusGone, status == http.StatusTooManyRequests, status >= 500:
		return &passing{err: err, after: retryAfter(response.Header.Get("Retry-After"), time.Now())}
	case status >= 300 && status < 400:
		return fmt.Errorf("%w and sends to %s, so it is not the metadata service", err, quoted(response.Header.Get("Location")))
	}
	return err
}

func badRequest(version string, body []byte) error {
	if versions := offered(body); len(versions) > 0 {
		return &versionError{asked: version, offered: versions}
	}
	return fmt.Errorf("it answers 400 Bad Request: %s", quoted(string(body)))
}
