package metadata

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// Answer is what one source said: a place, or why it told none.
type Answer struct {
	Place Place
	Err   error
}

// First is the place of a volume that has no rack yet, for a pod whose
// StatefulSet is of the given rack (--rack). The metadata service's word goes
// before the label's, and another location ends the matter. An error ends
// init: a rack that nobody vouches for is never written. It is a *LocationError
// or a *RackError where somebody says where the pod is.
func First(rack string, service, label Answer) (Place, error) {
	var elsewhere *LocationError
	answer := service
	switch {
	case errors.As(service.Err, &elsewhere):
		return Place{}, elsewhere
	case service.Err != nil && label.Err != nil:
		return Place{}, fmt.Errorf("nobody says where this pod is, and a rack is never made up: %w; and %w. Let the pod reach the metadata service, or label its node %s", service.Err, label.Err, ZoneLabel)
	case service.Err != nil:
		answer = label
	}
	if answer.Place.Rack != rack {
		return Place{}, &RackError{Source: answer.Place.Source, Seen: answer.Place.Rack, Want: rack}
	}
	return answer.Place, nil
}

// Drift is the comparison of the rack that a volume has with the place of the
// machine that it is on now.
type Drift struct {
	// Rack is the one that the machine is in now, empty where nobody says.
	Rack string
	// Reason is one sentence for the log, empty where nothing changed.
	Reason string
	// Refusal ends init. It is nil where Cassandra may start, which it does
	// with the saved rack whatever the comparison says.
	Refusal error
}

// Compare holds the saved rack against an answer. Cassandra cannot change a
// member's rack. A zone never changes by itself, so another one means the
// wrong machine or the wrong volume, and the start is refused. A fault domain
// does change, whenever Azure moves the machine, and then the saved rack
// stays: a member that starts in the wrong rack of a machine is better than one
// that is down. No answer is no reason to stay down either.
func Compare(racks, saved string, answer Answer) Drift {
	var elsewhere *LocationError
	switch seen := answer.Place; {
	case errors.As(answer.Err, &elsewhere):
		return Drift{Reason: elsewhere.Error(), Refusal: elsewhere}
	case answer.Err != nil:
		return Drift{Reason: fmt.Sprintf("starting with the saved rack %s, unchecked: %v", saved, answer.Err)}
	case seen.Rack == saved:
		return Drift{Rack: seen.Rack}
	case racks == settings.RacksFaultDomain:
		return Drift{Rack: seen.Rack, Reason: fmt.Sprintf("starting with the saved rack %s, although %s now says %s: the machine has moved, a member's rack cannot", saved, seen.Source, seen.Rack)}
	default:
		refusal := moved(saved, seen)
		return Drift{Rack: seen.Rack, Reason: refusal.Error(), Refusal: refusal}
	}
}

// moved names both racks and the ways out.
func moved(saved string, seen Place) error {
	zone := strings.TrimPrefix(saved, "rack-")
	return fmt.Errorf("this volume is of %s, but %s says %s, and a member's rack cannot change: let the pod run on a machine in zone %s, or give the member up (nodetool removenode once it is DN) and move its data and .ringwright away, so that the pod joins anew",
		saved, seen.Source, seen.Rack, zone)
}
