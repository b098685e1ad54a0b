package volume

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
)

// Local is the row of system.local, each column by its newest write over all
// tables, empty where it was never written or the dump does not tell.
type Local struct {
	// Bootstrapped is NEEDS_BOOTSTRAP, IN_PROGRESS, COMPLETED, DECOMMISSIONED
	// or empty.
	// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/db/SystemKeyspace.java
	Bootstrapped string
	// ClusterName, DataCenter, Rack and HostID are the columns cluster_name,
	// data_center, rack and host_id.
	ClusterName, DataCenter, Rack, HostID string
	// BroadcastAddress is the column broadcast_address.
	BroadcastAddress string
}

// Dump reads system.local below Cassandra's data directory, an absolute path,
// with Cassandra stopped, as sstabledump does. Where it cannot read a table it
// gives an error; where there is none yet, the zero Local.
type Dump func(ctx context.Context, dataDirectory string) (Local, error)

// Recover says what the volume is before a start of Cassandra, and records it
// where the state file does not know: whenever no membership is recorded and
// data/system/local-* is there, its row decides. COMPLETED makes a member of it,
// with host id, rack and datacenter; DECOMMISSIONED ends it; else it goes on
// founding where the state file says so, and is joining otherwise. A row that
// says nothing for certain is an error, and so is one that is not there unless
// the state file knows of the attempt that was to write it: what a joiner left
// is removed, and what a member left must not be.
//
// What the state file knows stays. Where it was lost, RingID stays empty: see
// there how the volume gets it. The lock is not held while dump runs.
func (d *Directory) Recover(ctx context.Context, dump Dump) (State, Condition, error) {
	s, contents, err := d.inspect()
	if err != nil {
		return State{}, "", err
	}
	if s.ended() || !contents.Local {
		condition, err := d.condition(s, contents)
		return s, condition, err
	}
	local, err := dump(ctx, filepath.Join(d.Root, "data"))
	if err == nil {
		err = local.check()
	}
	if err == nil && local == (Local{}) && !s.Joining && !s.Founding {
		err = errors.New("no table of it is whole")
	}
	if err != nil {
		return State{}, "", fmt.Errorf("%s: system.local does not say whether this member has joined: %w; put back %s from a copy, or move data, commitlog and %s away and name this pod in replace", d.Root, err, d.StatePath(), directoryName)
	}
	s, err = d.update(ctx, func(s State) (State, error) {
		if s.ended() { // run found out meanwhile
			return s, nil
		}
		return d.apply(s, local)
	}, checkChange)
	if err != nil {
		return State{}, "", err
	}
	condition, err := d.condition(s, contents)
	return s, condition, err
}

// HasLeft says whether system.local of a recorded member says that it was
// decommissioned, and records that: run may have ended before it saw it. An
// error means that the row does not tell.
func (d *Directory) HasLeft(ctx context.Context, dump Dump) (bool, error) {
	local, err := dump(ctx, filepath.Join(d.Root, "data"))
	if err != nil || local.Bootstrapped != "DECOMMISSIONED" {
		return false, err
	}
	_, err = d.update(ctx, func(s State) (State, error) {
		s.Decommissioned = true
		return s, nil
	}, checkChange)
	return err == nil, err
}

// ended says that the state file knows how the attempt to join ended.
func (s State) ended() bool { return s.Joined || s.Decommissioned || s.Removed }

// check says why the row does not tell what the volume is.
func (l Local) check() error {
	switch {
	case l.Bootstrapped == "", l.Bootstrapped == "NEEDS_BOOTSTRAP", l.Bootstrapped == "IN_PROGRESS", l.Bootstrapped == "DECOMMISSIONED":
		return nil
	case l.Bootstrapped != "COMPLETED":
		return fmt.Errorf("bootstrapped is %s; it takes NEEDS_BOOTSTRAP, IN_PROGRESS, COMPLETED or DECOMMISSIONED", object.Shown(l.Bootstrapped))
	case !form.HostID.MatchString(l.HostID):
		return fmt.Errorf("bootstrapped is COMPLETED and host_id is %s; it takes a UUID", object.Shown(l.HostID))
	case l.DataCenter == "" || l.Rack == "":
		return errors.New("bootstrapped is COMPLETED and data_center or rack is missing")
	}
	return nil
}

// apply adds to a state what the row says. A row that says otherwise than the
// state is one of another volume.
func (d *Directory) apply(s State, l Local) (State, error) {
	for _, value := range []struct {
		name  string
		saved *string
		found string
		ok    func(string) bool
	}{
		{"cluster_name", &s.Ring, l.ClusterName, form.Ring.MatchString},
		{"data_center", &s.Datacenter, l.DataCenter, form.Place.MatchString},
		{"rack", &s.Rack, l.Rack, form.Place.MatchString},
	} {
		switch {
		case value.found == "" || value.found == *value.saved:
		case *value.saved != "":
			return State{}, fmt.Errorf("%s: system.local has %s %s and %s %s; put the files of one volume together, or move data, commitlog and %s away to join anew", d.Root, value.name, object.Shown(value.found), d.StatePath(), *value.saved, directoryName)
		case !value.ok(value.found):
			return State{}, fmt.Errorf("%s: system.local has %s %s, which no ring of this sidecar has; mount this pod's own volume", d.Root, value.name, object.Shown(value.found))
		default:
			*value.saved = value.found
		}
	}
	switch l.Bootstrapped {
	case "COMPLETED":
		s.Joined, s.HostID = true, l.HostID
		if isAddress(l.BroadcastAddress) {
			s.Address = l.BroadcastAddress
		}
	case "DECOMMISSIONED":
		s.Decommissioned = true
	default:
		s.Joining = !s.Founding
	}
	return s, nil
}
