package decide

import (
	"fmt"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// firstRecord is what a volume has to know before anything else happens, and
// whether it does not yet: where it is, how often it failed and, once it has
// joined, nothing of how it did.
func (l *look) firstRecord() (State, bool) {
	st := l.st
	changed := st.Ring == "" || st.Datacenter == "" || st.Rack == ""
	st.Ring, st.Datacenter = l.s.Ring, l.s.Datacenter
	if st.Rack == "" {
		st.Rack = l.o.Rack
	}
	switch {
	case l.o.Volume == Joined || l.o.Volume == Lost:
		changed = changed || st.Founding || st.Joining || st.Replacing != "" || st.FailedStarts != 0
		st.Founding, st.Joining, st.Replacing, st.FailedStarts = false, false, "", 0
	case l.o.Own.Ended:
		st.FailedStarts++
		changed = true
	}
	return st, changed
}

func otherRing(l *look) obstacle {
	if l.st.Ring == "" || l.st.Ring == l.s.Ring {
		return obstacle{}
	}
	return obstacle{OtherRing, fmt.Sprintf("this volume belongs to ring %s, the settings are of ring %s; give the pod the volume that is its own", l.st.Ring, l.s.Ring)}
}

func otherDatacenter(l *look) obstacle {
	if l.st.Datacenter == "" || l.st.Datacenter == l.s.Datacenter {
		return obstacle{}
	}
	return obstacle{OtherDatacenter, fmt.Sprintf("this volume belongs to datacenter %s, the settings are of %s; give the pod the volume that is its own, or put the datacenter's name back", l.st.Datacenter, l.s.Datacenter)}
}

func noRack(l *look) obstacle {
	if l.st.Rack != "" || l.o.Rack != "" {
		return obstacle{}
	}
	return obstacle{NoRack, "neither the metadata service nor the pod's topology label says which rack this is; a rack is never made up"}
}

// rackOfOtherSet guards the first start, at which the rack is saved for good.
func rackOfOtherSet(l *look) obstacle {
	if l.st.Rack != "" || l.o.Rack == l.s.StatefulSetRack {
		return obstacle{}
	}
	return obstacle{OtherRack, fmt.Sprintf("this machine is in %s, the pod's StatefulSet is for %s; label the machine for its rack or move the pod to one of %s", l.o.Rack, l.s.StatefulSetRack, l.s.StatefulSetRack)}
}

// rackDrift refuses a member that has moved to another zone. A fault domain
// may change with every new placement of a machine and says nothing about
// where the replicas are.
func rackDrift(l *look) obstacle {
	if l.st.Rack == "" || l.o.Rack == "" || l.o.Rack == l.st.Rack || l.s.Racks == settings.RacksFaultDomain {
		return obstacle{}
	}
	return obstacle{RackDrift, fmt.Sprintf("this member is in %s, but its machine is in %s: move the pod back to %s, or decommission the member and let it join anew with an empty volume", l.st.Rack, l.o.Rack, l.st.Rack)}
}

func decommissioned(l *look) obstacle {
	if l.o.Volume != Decommissioned && !l.st.Decommissioned {
		return obstacle{}
	}
	return obstacle{IsDecommissioned, "this member was decommissioned: move its data and .ringwright away to join anew"}
}

func removed(l *look) obstacle {
	if l.o.Volume != Removed && !l.st.Removed {
		return obstacle{}
	}
	return obstacle{IsRemoved, removedText(l.st.HostID)}
}

func removedText(hostID string) string {
	return fmt.Sprintf("member %s was removed from the ring or replaced; starting it would take its tokens back: move its data and .ringwright away to join anew", hostID)
}
