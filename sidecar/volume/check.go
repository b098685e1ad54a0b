package volume

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
)

func isAddress(s string) bool {
	_, ok := form.Address(s)
	return ok
}

// check says what in a state no sidecar writes.
func (s State) check() error {
	for _, value := range []struct {
		name, text, takes string
		ok                func(string) bool
	}{
		{"ring", s.Ring, "a ring's name", form.Ring.MatchString},
		{"ringId", s.RingID, "8-64 characters of A-Z, a-z, 0-9 and -", form.RingID.MatchString},
		{"datacenter", s.Datacenter, "a datacenter's name", form.Place.MatchString},
		{"rack", s.Rack, "a rack's name", form.Place.MatchString},
		{"replacing", s.Replacing, "a host id", form.HostID.MatchString},
		{"hostId", s.HostID, "a host id", form.HostID.MatchString},
		{"address", s.Address, "an IP address", isAddress},
	} {
		if value.text != "" && !value.ok(value.text) {
			return fmt.Errorf("%s is %s; it takes %s or nothing", value.name, object.Shown(value.text), value.takes)
		}
	}
	switch {
	case s.FailedStarts < 0:
		return fmt.Errorf("failedStarts is %d; it takes 0 or more", s.FailedStarts)
	case s.Founding && s.Joining:
		return errors.New("founding and joining are both true; a start is one or the other")
	case s.Founding && s.RingID == "":
		return errors.New("founding is true without a ringId; both are written at once")
	case s.Joined && s.HostID == "":
		return errors.New("joined is true without a hostId; both are written at once")
	}
	return s.checkLists()
}

func (s State) checkLists() error {
	for _, list := range []struct {
		name, takes string
		entries     []string
		limit       int
		ok          func(string) bool
	}{
		{"lastSeeds", "an IP address", s.LastSeeds, MaxLastSeeds, isAddress},
		{"gone", "a host id", s.Gone, MaxGone, form.HostID.MatchString},
	} {
		if len(list.entries) > list.limit {
			return fmt.Errorf("%s has %d entries; it takes %d", list.name, len(list.entries), list.limit)
		}
		for i, entry := range list.entries {
			if !list.ok(entry) {
				return fmt.Errorf("%s[%d] is %s; it takes %s", list.name, i, object.Shown(entry), list.takes)
			}
			if slices.Contains(list.entries[:i], entry) {
				return fmt.Errorf("%s[%d] is %s, which is there already", list.name, i, entry)
			}
		}
	}
	if len(s.KnownPods) > MaxKnownPods {
		return fmt.Errorf("knownPods has %d entries; it takes %d", len(s.KnownPods), MaxKnownPods)
	}
	for i, p := range s.KnownPods {
		if err := p.check(); err != nil {
			return fmt.Errorf("knownPods[%d] %w", i, err)
		}
		if i > 0 && s.KnownPods[i-1].compare(p) >= 0 {
			last := s.KnownPods[i-1]
			return fmt.Errorf("knownPods[%d] is %s of %s after %s of %s; it takes each pod once, sorted by datacenter and pod", i, p.Pod, p.Datacenter, last.Pod, last.Datacenter)
		}
	}
	return nil
}

func (p KnownPod) check() error {
	switch {
	case !form.Place.MatchString(p.Datacenter):
		return fmt.Errorf("has the datacenter %s; it takes a datacenter's name", object.Shown(p.Datacenter))
	case !form.Pod.MatchString(p.Pod):
		return fmt.Errorf("has the pod %s; it takes a pod's name", object.Shown(p.Pod))
	case !form.HostID.MatchString(p.HostID):
		return fmt.Errorf("has the hostId %s; it takes a host id", object.Shown(p.HostID))
	case !isAddress(p.Address):
		return fmt.Errorf("has the address %s; it takes an IP address", object.Shown(p.Address))
	}
	return nil
}

// checkChange says what in a change no writer may do. Only Begin may forget a
// membership, and it checks for itself.
func checkChange(before, after State) error {
	for _, key := range []struct{ name, before, after string }{
		{"ring", before.Ring, after.Ring},
		{"datacenter", before.Datacenter, after.Datacenter},
		{"rack", before.Rack, after.Rack},
	} {
		if key.before != "" && key.before != key.after {
			return fmt.Errorf("%s would change from %s to %q; what was saved first stays", key.name, key.before, key.after)
		}
	}
	switch {
	case before.Decommissioned && !after.Decommissioned:
		return errors.New("decommissioned would be taken back")
	case before.Removed && !after.Removed:
		return errors.New("removed would be taken back")
	case before.Joined && !after.Joined:
		return errors.New("joined would be taken back")
	case before.Joined && before.HostID != after.HostID:
		return fmt.Errorf("hostId would change from %s to %q; a member keeps its host id", before.HostID, after.HostID)
	case before.RingID != "" && before.RingID != after.RingID:
		return fmt.Errorf("ringId would change from %s to %q; only a new attempt to join takes another", before.RingID, after.RingID)
	}
	return nil
}
