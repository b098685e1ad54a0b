package ring

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// TestAllAtOnce creates six pods at the same moment: one ring, one join at a
// time, racks as the metadata says, a row of one region found in the other.
func TestAllAtOnce(t *testing.T) {
	Want(t)
	r := New(t, Options{})
	r.Form()
	r.wantRacks()
	r.wantOneRing()
	r.KeepFormed()
}

// wantRacks holds that every member is on the rack of its node.
func (r *Rig) wantRacks() {
	r.Helper()
	members, err := r.Pods()[0].Status()
	r.must(err)
	for _, p := range r.Pods() {
		i := slices.IndexFunc(members, func(m lab.Member) bool { return m.Address == p.Address().String() })
		if i < 0 || members[i].Rack != p.Rack {
			r.Errorf("%s is not on %s: %v", p.ID, p.Rack, members)
		}
	}
}

// wantOneRing holds that all pods have joined one ring, as members of their own.
func (r *Rig) wantOneRing() {
	r.Helper()
	r.Until("every agent says joined, one ring", 30*time.Second, func() string {
		rings, hosts := map[string]bool{}, map[string]bool{}
		for _, p := range r.Pods() {
			n, err := p.Node()
			if err != nil {
				return err.Error()
			}
			if n.Volume != "joined" || n.Phase != "joined" || n.RingID == "" || n.HostID == "" {
				return fmt.Sprintf("%s: volume %s, phase %s, ring %q, host id %q", p.ID, n.Volume, n.Phase, n.RingID, n.HostID)
			}
			rings[n.RingID], hosts[n.HostID] = true, true
		}
		if len(rings) != 1 || len(hosts) != len(r.Pods()) {
			return fmt.Sprintf("rings %v, host ids %v", slices.Collect(maps.Keys(rings)), slices.Collect(maps.Keys(hosts)))
		}
		return ""
	})
}
