package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
)

// MaxRing is the largest reply of /v1/ring in bytes.
const MaxRing = 1 << 20

// Ring is the reply of /v1/ring: one reading of nodetool status.
type Ring struct {
	// At is when the reading was begun, by the clock of the agent.
	At time.Time
	// Age is how long before the reply that was, in whole milliseconds and
	// never too little. Clocks are set and differ; an age says by itself
	// whether a reading is younger than the request that asked for it.
	Age     time.Duration
	Members []decide.Member
}

type (
	ringJSON struct {
		At      string       `json:"at"`
		Age     int64        `json:"age"`
		Members []memberJSON `json:"members"`
	}
	memberJSON struct {
		Address    string `json:"address"`
		HostID     string `json:"hostId"`
		Datacenter string `json:"datacenter"`
		Rack       string `json:"rack"`
		Up         bool   `json:"up"`
		State      string `json:"state"`
	}
)

// Encode writes the reply.
func (r Ring) Encode() ([]byte, error) {
	out := ringJSON{At: form.Time(r.At), Age: milliseconds(r.Age), Members: []memberJSON{}}
	for _, m := range r.Members {
		out.Members = append(out.Members, memberJSON{m.Address.String(), m.HostID, m.Datacenter, m.Rack, m.Up, string(rune(m.State))})
	}
	data, err := json.Marshal(out)
	if err == nil && len(data) > MaxRing {
		return nil, fmt.Errorf("/v1/ring would have %d bytes; at most %d are read", len(data), MaxRing)
	}
	return data, err
}

// ParseRing reads a reply of /v1/ring as strictly as ParseNode reads its own.
func ParseRing(data []byte) (Ring, error) {
	if len(data) > MaxRing {
		return Ring{}, fmt.Errorf("has more than %d bytes", MaxRing)
	}
	var r Ring
	var at string
	var age int64
	var entries []json.RawMessage
	if err := object.DecodeSome(data, []object.Field{object.At("at", &at), object.At("age", &age), object.At("members", &entries)}); err != nil {
		return Ring{}, err
	}
	var err error
	if r.Age, err = parseAge("age", age); err != nil {
		return Ring{}, err
	}
	if r.At, err = form.ParseTime("at", at); err != nil {
		return Ring{}, err
	}
	seen := map[netip.Addr]bool{}
	for i, entry := range entries {
		m, err := parseMember(entry)
		if err == nil && seen[m.Address] {
			err = fmt.Errorf("is at %s, as another one is", m.Address)
		}
		if err != nil {
			return Ring{}, fmt.Errorf("members[%d] %w", i, err)
		}
		seen[m.Address] = true
		r.Members = append(r.Members, m)
	}
	return r, nil
}

func parseMember(data []byte) (decide.Member, error) {
	var m decide.Member
	var address, state string
	if err := object.DecodeSome(data, []object.Field{
		object.At("address", &address), object.At("hostId", &m.HostID), object.At("datacenter", &m.Datacenter),
		object.At("rack", &m.Rack), object.At("up", &m.Up), object.At("state", &state),
	}); err != nil {
		return decide.Member{}, err
	}
	var err error
	if m.Address, err = parseAddress("address", address); err != nil {
		return decide.Member{}, err
	}
	switch {
	case address == "":
		return decide.Member{}, errors.New("has no address")
	case m.HostID != "" && !form.HostID.MatchString(m.HostID):
		return decide.Member{}, fmt.Errorf("has the hostId %s; it takes a host id or nothing", object.Shown(m.HostID))
	case !form.Place.MatchString(m.Datacenter) || !form.Place.MatchString(m.Rack):
		return decide.Member{}, fmt.Errorf("is in %s of %s, which are no names of rack and datacenter", object.Shown(m.Rack), object.Shown(m.Datacenter))
	}
	switch decide.MemberState(first(state)) {
	case decide.Normal, decide.Leaving, decide.Moving, decide.Joins:
		m.State = decide.MemberState(state[0])
		return m, nil
	}
	return decide.Member{}, fmt.Errorf("has the state %s; it takes N, L, M or J", object.Shown(state))
}

// first is the only byte of a text, or 0.
func first(text string) byte {
	if len(text) != 1 {
		return 0
	}
	return text[0]
}
