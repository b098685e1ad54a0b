package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/object"
)

const (
	// MaxAskers is how many askers an agent remembers.
	MaxAskers = 4096
	// MaxAskersSize is the largest reply of /v1/askers in bytes, which
	// MaxAskers askers never reach.
	MaxAskersSize = 512 << 10
)

// Asker is somebody who asked an agent for its /v1/node.
type Asker struct {
	Address netip.Addr
	// Age is how long ago the last time was, in whole milliseconds and never
	// too little.
	Age time.Duration
}

// Askers is the reply of /v1/askers, which an agent gives to its own pod only:
// who asked in the last two minutes.
type Askers []Asker

type askerJSON struct {
	Address string `json:"address"`
	Age     int64  `json:"age"`
}

// Encode writes the reply, sorted by address.
func (a Askers) Encode() ([]byte, error) {
	a = slices.Clone(a)
	slices.SortFunc(a, func(x, y Asker) int { return x.Address.Compare(y.Address) })
	out := struct {
		Askers []askerJSON `json:"askers"`
	}{[]askerJSON{}}
	for _, asker := range a {
		out.Askers = append(out.Askers, askerJSON{asker.Address.String(), milliseconds(asker.Age)})
	}
	data, err := json.Marshal(out)
	if err == nil && len(data) > MaxAskersSize {
		return nil, fmt.Errorf("/v1/askers would have %d bytes; at most %d are read", len(data), MaxAskersSize)
	}
	return data, err
}

// ParseAskers reads a reply of /v1/askers as strictly as ParseNode reads its
// own.
func ParseAskers(data []byte) (Askers, error) {
	if len(data) > MaxAskersSize {
		return nil, fmt.Errorf("has more than %d bytes", MaxAskersSize)
	}
	var entries []json.RawMessage
	if err := object.DecodeSome(data, []object.Field{object.At("askers", &entries)}); err != nil {
		return nil, err
	}
	var askers Askers
	seen := map[netip.Addr]bool{}
	for i, entry := range entries {
		asker, err := parseAsker(entry)
		if err == nil && seen[asker.Address] {
			err = fmt.Errorf("is %s, as another one is", asker.Address)
		}
		if err != nil {
			return nil, fmt.Errorf("askers[%d] %w", i, err)
		}
		seen[asker.Address] = true
		askers = append(askers, asker)
	}
	return askers, nil
}

func parseAsker(data []byte) (Asker, error) {
	var address string
	var age int64
	if err := object.DecodeSome(data, []object.Field{object.At("address", &address), object.At("age", &age)}); err != nil {
		return Asker{}, err
	}
	at, err := parseAddress("address", address)
	if err != nil {
		return Asker{}, err
	}
	if address == "" {
		return Asker{}, errors.New("has no address")
	}
	d, err := parseAge(age)
	return Asker{at, d}, err
}

// Askers asks the own agent who asked it.
func (c *Client) Askers(ctx context.Context, agent netip.Addr) (Askers, error) {
	body, err := c.get(ctx, agent, "/v1/askers", MaxAskersSize)
	if err != nil {
		return nil, err
	}
	askers, err := ParseAskers(body)
	if err != nil {
		return nil, fmt.Errorf("/v1/askers of %s %w", agent, err)
	}
	return askers, nil
}
