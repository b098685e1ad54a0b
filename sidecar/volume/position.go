package volume

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ringwright/ringwright/sidecar/object"
)

// Position is a place among those who wait for their turn, smaller first by
// its fields in this order. In JSON it is the list of them.
type Position struct {
	// FailedStarts is how often Cassandra ended before it had joined.
	FailedStarts int
	// Members is how many members the ring lists in the own rack.
	Members int
	// Datacenter is the index of the own datacenter in the settings' order.
	Datacenter int
	// Ordinal is the pod's within its StatefulSet.
	Ordinal int
	// Pod is the pod's name.
	Pod string
}

// list is the position as it is published, an empty list for none.
func (p *Position) list() []any {
	if p == nil {
		return []any{}
	}
	return []any{p.FailedStarts, p.Members, p.Datacenter, p.Ordinal, p.Pod}
}

func (p *Position) check() error {
	for i, n := range []int{p.FailedStarts, p.Members, p.Datacenter, p.Ordinal} {
		if n < 0 {
			return fmt.Errorf("position[%d] is %d; it takes 0 or more", i, n)
		}
	}
	if !podNames.MatchString(p.Pod) {
		return fmt.Errorf("position[4] is %s; it takes a pod's name", object.Shown(p.Pod))
	}
	return nil
}

// positions reads a list that holds one position or nothing.
type positions struct{ only *Position }

func (p *positions) UnmarshalJSON(data []byte) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return errors.New("is no list")
	}
	if len(entries) == 0 {
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
	p.only = only
	return nil
}
