package metadata

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"
)

// Client asks the metadata service about the machine, seldom enough for eight
// pods of one machine to do so at once: each asks only when it is its turn.
type Client struct {
	// Base is the settings' imds, a URL without a path; not empty.
	Base string
	// Timeout is the settings' imdsTimeout: how long all tries of Fetch may
	// take together, from the first on.
	Timeout time.Duration
	// Address is the pod's (--pod-ip). It names the pod's turn.
	Address netip.Addr
	// Patient makes the pod wait up to 6.7 s for its turn to ask instead of
	// 1.7 s, so that more pods have a turn of their own. init sets it for every
	// first start but the founder's: it waits much longer to join anyway.
	Patient bool
	// Dial connects; nil is net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Random gives numbers from 0 to below 1, for the pauses between tries;
	// nil is rand.Float64.
	Random func() float64
	// Waiting, unless nil, is told why Fetch tries again, each time that the
	// reason is another one; init logs and publishes it.
	Waiting func(reason string)
}

// FetchOnce waits for the pod's turn and asks once, for 2 s at most.
func (c *Client) FetchOnce(ctx context.Context) (Instance, error) {
	if err := sleepUntil(ctx, c.turn().next(time.Now())); err != nil {
		return Instance{}, err
	}
	instance, err := c.try(ctx, apiVersion, tryLimit)
	if err != nil {
		return Instance{}, c.failed(1, err)
	}
	return instance, nil
}

// Fetch waits for the pod's turn and asks until it has an answer, Timeout is
// over or the service says something that will not change. Between two tries
// lie a growing pause and what the service asks for, and every try is made in
// the pod's turn. When ctx ends its error is ctx's.
func (c *Client) Fetch(ctx context.Context) (Instance, error) {
	mine, version, reason := c.turn(), apiVersion, ""
	at := mine.next(time.Now())
	end := at.Add(c.Timeout)
	latest := mine.next(end.Add(-tryLimit - mine.round())) // so that the last try has its time, too
	for tries := 1; ; tries++ {
		if err := sleepUntil(ctx, at); err != nil {
			return Instance{}, err
		}
		instance, err := c.try(ctx, version, min(tryLimit, c.Timeout))
		if err == nil {
			return instance, nil
		}
		if ctx.Err() != nil {
			return Instance{}, ctx.Err()
		}
		least, wanted, again := c.again(err, &version, tries)
		now := time.Now()
		if at = mine.next(now.Add(wanted)); at.After(latest) {
			at = latest
		}
		if !again || at.Before(now.Add(least)) {
			return Instance{}, c.failed(tries, err)
		}
		if c.Waiting != nil && err.Error() != reason {
			reason = err.Error()
			c.Waiting(fmt.Sprintf("the metadata service at %s: %s; asking again until %s", c.Base, reason, end.UTC().Format("15:04:05Z")))
		}
	}
}

// again says whether another try makes sense, how long it must and how long it
// would rather wait. A version that the service knows takes the place of one
// that it does not, once.
func (c *Client) again(err error, version *string, tries int) (least, wanted time.Duration, again bool) {
	var p *passing
	if errors.As(err, &p) {
		random := rand.Float64
		if c.Random != nil {
			random = c.Random
		}
		least = max(leastPause, p.after)
		return least, max(least, pause(tries, random())), true
	}
	var unknown *versionError
	if errors.As(err, &unknown) && *version == apiVersion {
		if other, ok := usable(unknown.offered); ok {
			*version = other
			return leastPause, leastPause, true
		}
	}
	return 0, 0, false
}

func (c *Client) turn() turn {
	if c.Patient {
		return turnOf(c.Address, longRound)
	}
	return turnOf(c.Address, shortRound)
}

func (c *Client) failed(tries int, err error) error {
	times := "1 try"
	if tries > 1 {
		times = fmt.Sprintf("%d tries", tries)
	}
	return fmt.Errorf("the metadata service at %s gave no usable answer in %s: %w", c.Base, times, err)
}

// sleepUntil ends with ctx's error as soon as ctx ends.
func sleepUntil(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}
