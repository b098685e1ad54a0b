// Package form knows what the values look like that pods write for one
// another, on the volume and over HTTP: names, ids, times and places in the
// queue. Whoever reads one holds it against its form first.
package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"time"

	"github.com/ringwright/ringwright/sidecar/object"
)

// The forms of names and ids.
var (
	// Ring is a ring's name, Cassandra's cluster name.
	Ring = regexp.MustCompile(`^[a-z][a-z0-9-]{1,19}$`)
	// RingID is the random identity of a ring.
	RingID = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)
	// Place is the name of a datacenter or a rack.
	Place = regexp.MustCompile(`^[A-Za-z0-9_-]{1,48}$`)
	// Pod is a pod's name, such as cassandra-0-0.
	Pod = regexp.MustCompile(`^cassandra-[0-9a-z]{1,8}-(0|[1-9][0-9]{0,4})$`)
	// HostID is Cassandra's host id, a UUID in lower case.
	HostID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// Address reads an IP address that is written as it should be, without a zone.
func Address(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a, err == nil && a.Zone() == "" && a.String() == text
}

// timeLayout is RFC 3339 with milliseconds, in UTC.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Time writes a time, in UTC to the millisecond.
func Time(t time.Time) string { return t.UTC().Format(timeLayout) }

// ParseTime reads what Time writes; key is for the error.
func ParseTime(key, text string) (time.Time, error) {
	t, err := time.Parse(timeLayout, text)
	if err != nil || Time(t) != text {
		return time.Time{}, fmt.Errorf("%s is %s; it takes a time such as %s", key, object.Shown(text), timeLayout)
	}
	return t, nil
}

// Position is a place in the queue of those who want to join: four numbers
// and the pod's name. In JSON it is the list of them.
type Position struct {
	// FailedStarts, Members, Datacenter and Ordinal are 0 or more, as
	// decide.Position explains them.
	FailedStarts, Members, Datacenter, Ordinal int
	Pod                                        string
}

// Positions is a list that holds one position or, while Only is nil, none.
type Positions struct{ Only *Position }

// MarshalJSON writes the list.
func (p Positions) MarshalJSON() ([]byte, error) {
	if p.Only == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]any{p.Only.FailedStarts, p.Only.Members, p.Only.Datacenter, p.Only.Ordinal, p.Only.Pod})
}

// UnmarshalJSON reads the list strictly.
func (p *Positions) UnmarshalJSON(data []byte) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return errors.New("is no list")
	}
	if p.Only = nil; len(entries) == 0 {
		return nil
	}
	only := &Position{}
	targets := []any{&only.FailedStarts, &only.Members, &only.Datacenter, &only.Ordinal, &only.Pod}
	if len(entries) != len(targets) {
		return fmt.Errorf("has %d entries; it takes %d or none", len(entries), len(targets))
	}
	for i, target := range targets {
		if err := json.Unmarshal(entries[i], target); err != nil || string(entries[i]) == "null" {
			return fmt.Errorf("has %s as entry %d; it takes four numbers and a pod's name", object.Shown(string(entries[i])), i)
		}
	}
	p.Only = only
	return nil
}

// Check says what is wrong with a position.
func (p *Position) Check() error {
	for i, n := range []int{p.FailedStarts, p.Members, p.Datacenter, p.Ordinal} {
		if n < 0 {
			return fmt.Errorf("position[%d] is %d; it takes 0 or more", i, n)
		}
	}
	if !Pod.MatchString(p.Pod) {
		return fmt.Errorf("position[4] is %s; it takes a pod's name", object.Shown(p.Pod))
	}
	return nil
}
