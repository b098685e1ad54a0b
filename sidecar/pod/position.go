package pod

import (
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/form"
)

// Position gives a place in the queue in the terms of decisions, the zero one
// for none.
func Position(p *form.Position) decide.Position {
	if p == nil {
		return decide.Position{}
	}
	return decide.Position{FailedStarts: p.FailedStarts, RackMembers: p.Members, Datacenter: p.Datacenter, Ordinal: p.Ordinal, Pod: p.Pod}
}

// PositionOf gives a place in the queue as it is written, nil for the zero one.
func PositionOf(p decide.Position) *form.Position {
	if p.IsZero() {
		return nil
	}
	return &form.Position{FailedStarts: p.FailedStarts, Members: p.RackMembers, Datacenter: p.Datacenter, Ordinal: p.Ordinal, Pod: p.Pod}
}
