package start

import (
	"context"
	"errors"
	"log/slog"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

// place is where the machine is, once it is known.
type place struct {
	seen  string
	drift chan metadata.Drift // what is asked beside the first look, or nil
}

// learnPlace asks where the pod is. A volume without a rack waits for the
// answer; one that has a rack only compares, while it looks at the ring.
func (s *starter) learnPlace(ctx context.Context, set decide.Settings, st decide.State) (*place, error) {
	locator := metadata.Locator{
		Site:   metadata.Site{Location: set.Location, Racks: set.Racks},
		Labels: s.pod.Flags.Labels,
	}
	if set.IMDS != "" {
		locator.Service = &metadata.Client{
			Base: set.IMDS, Timeout: set.IMDSTimeout, Address: s.pod.Address, Patient: st.Rack == "" && !founderOf(set),
			Waiting: func(reason string) {
				s.log.Warn("waiting: " + reason)
				_ = s.publisher.Publish(decide.Action{Phase: decide.Init, Reason: reason})
			},
		}
	}
	if st.Rack == "" {
		here, err := locator.First(ctx, s.pod.Flags.Rack)
		if err != nil {
			return nil, because(misplaced(err, decide.NoRack), err)
		}
		s.log.Info("this pod is in "+here.Rack, "source", string(here.Source))
		return &place{seen: here.Rack}, nil
	}
	p := &place{drift: make(chan metadata.Drift, 1)}
	go func() { p.drift <- locator.CheckDrift(ctx, st.Rack) }()
	return p, nil
}

// rack is the rack of the machine, empty where nobody says. The error is a
// refusal.
func (p *place) rack(log *slog.Logger) (string, error) {
	if p.drift == nil {
		return p.seen, nil
	}
	d := <-p.drift // which ends when the context does
	p.drift = nil
	if d.Refusal != nil {
		return "", because(misplaced(d.Refusal, decide.RackDrift), d.Refusal)
	}
	if d.Reason != "" {
		log.Warn(d.Reason)
	}
	p.seen = d.Rack
	return p.seen, nil
}

// misplaced says what is wrong with a place, if nothing else is.
func misplaced(err error, otherwise decide.Condition) decide.Condition {
	var location *metadata.LocationError
	var rack *metadata.RackError
	switch {
	case errors.As(err, &location):
		return otherLocation
	case errors.As(err, &rack):
		return decide.OtherRack
	}
	return otherwise
}
