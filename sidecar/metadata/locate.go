package metadata

import (
	"context"
	"errors"
)

// Locator asks where the pod is. init makes one from the settings and the
// flags; it calls First where state.json has no rack and CheckDrift where it
// has one.
type Locator struct {
	// Site is what the settings say.
	Site Site
	// Service is the metadata service; nil where imds is empty.
	Service *Client
	// Labels is the file of the pod's labels (--labels).
	Labels string
}

var errNoService = errors.New("imds is empty, so there is no metadata service to ask")

// First is the pod's place for a volume that has no rack yet, which must be
// the rack given. It asks the service for as long as imdsTimeout says, then
// reads the label. It ends early, with ctx's error, when ctx does.
func (l *Locator) First(ctx context.Context, rack string) (Place, error) {
	service := Answer{Err: errNoService}
	if l.Service != nil {
		service = l.ofInstance(l.Service.Fetch(ctx))
	}
	if err := ctx.Err(); err != nil {
		return Place{}, err
	}
	return First(rack, service, l.ofLabels())
}

// CheckDrift compares the volume's rack with the machine's place. The service
// is asked once; only where there is none does the label answer. It takes up
// to 1.7 s to wait for the pod's turn and 2 s to ask, so init does it beside
// its first look for the other members. When ctx ends nobody has said
// anything.
func (l *Locator) CheckDrift(ctx context.Context, saved string) Drift {
	if l.Service == nil {
		return Compare(l.Site.Racks, saved, l.ofLabels())
	}
	return Compare(l.Site.Racks, saved, l.ofInstance(l.Service.FetchOnce(ctx)))
}

func (l *Locator) ofInstance(instance Instance, err error) Answer {
	if err != nil {
		return Answer{Err: err}
	}
	place, err := l.Site.OfInstance(instance)
	return Answer{Place: place, Err: err}
}

func (l *Locator) ofLabels() Answer {
	labels, err := ReadLabels(l.Labels)
	if err != nil {
		return Answer{Err: err}
	}
	place, err := l.Site.OfLabels(labels)
	return Answer{Place: place, Err: err}
}
