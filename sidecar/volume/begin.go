package volume

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringwright/ringwright/sidecar/object"
)

// Attempt is a start of Cassandra on a volume that has not joined.
type Attempt struct {
	// RingID is the ring's: a new one when founding, else the live members'.
	RingID string
	// Founding says that the start founds the ring.
	Founding bool
	// Replacing is the host id whose place the start takes, or empty.
	Replacing string
	// Gone are the host ids that the live members know to be gone: added to
	// the volume's, as a quick joiner's agent may be too late to ask for them.
	Gone []string
}

// Begin records an attempt in one write, when init publishes starting. On a
// lost volume it forgets the membership of the earlier life in the same
// write, else what Cassandra then writes would look like that member come
// back. The caller has checked that the attempt may be made; Begin refuses
// only what no rule allows: a joined, removed or decommissioned volume, an
// attempt without a ringId, and a second ringId for an unfinished founding.
func (d *Directory) Begin(ctx context.Context, a Attempt) (State, error) {
	contents, err := d.Look()
	if err != nil {
		return State{}, err
	}
	return d.update(ctx, func(s State) (State, error) {
		condition, err := d.condition(s, contents)
		if err != nil {
			return State{}, err
		}
		if err := a.check(s, condition); err != nil {
			return State{}, fmt.Errorf("%s: %w", d.Root, err)
		}
		s.RingID, s.Replacing = a.RingID, a.Replacing
		s.Founding, s.Joining = a.Founding, !a.Founding
		s.Joined, s.HostID, s.Address = false, "", ""
		s.Gone = append(s.Gone, a.Gone...)
		return s, nil
	}, func(before, after State) error {
		before.Joined, before.HostID, before.RingID = false, "", ""
		return checkChange(before, after)
	})
}

func (a Attempt) check(s State, condition Condition) error {
	switch condition {
	case Joined, Removed, Decommissioned:
		return fmt.Errorf("is %s; it cannot join", condition)
	case Founding:
		if a.Founding && a.RingID != s.RingID {
			return fmt.Errorf("is founding ring %s; it cannot found %s", s.RingID, object.Shown(a.RingID))
		}
	case Joining, Lost:
		if a.Founding {
			return fmt.Errorf("is %s; it cannot found a ring", condition)
		}
	}
	switch {
	case a.RingID == "":
		return errors.New("an attempt lacks the ringId")
	case a.Founding && a.Replacing != "":
		return errors.New("an attempt cannot both found and replace")
	}
	return nil
}
