package ring

import (
	"net/http"
	"testing"
	"time"
)

// TestFullStopElsewhere stops all six and starts them at addresses that nobody
// had before: one alone, and when it serves the other five at once.
func TestFullStopElsewhere(t *testing.T) {
	r := Formed(t, Options{})
	ids := SavedHostIDs(r.Pods())
	first := r.Regions[1].Pods[2]
	first.Create()
	r.UntilAnswer(2*time.Minute, first)
	r.UntilSees(time.Minute, map[string]int{"UN": 1, "DN": 5}, first)
	for _, p := range r.Others(first) {
		p.Create()
	}
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(first, ids)
	r.WantRows(r.Pods()...)
	r.wantOneRing()
}

// TestMetadataDown restarts all members while no node's metadata service works:
// the racks are saved, so they are not asked for.
func TestMetadataDown(t *testing.T) {
	r := Formed(t, Options{})
	for i, p := range r.Pods() {
		if i%2 == 0 {
			p.Metadata.Fail(http.StatusInternalServerError)
		} else {
			p.Metadata.Hang()
		}
	}
	r.Start(r.Pods()...)
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.wantRacks()
}

// TestSwappedAddresses gives two stopped members each other's address. Cassandra
// would end, so both wait and name the other; at new addresses both are back.
func TestSwappedAddresses(t *testing.T) {
	r := Running(t, Options{})
	a, b := r.Regions[1].Pods[1], r.Regions[1].Pods[2]
	ids := SavedHostIDs(r.Pods())
	a.Delete()
	b.Delete()
	atA, atB := a.Address(), b.Address()
	a.CreateAt(atB)
	b.CreateAt(atA)
	a.UntilWaits(2*time.Minute, b.Saved().HostID)
	b.UntilWaits(2*time.Minute, a.Saved().HostID)
	a.Delete()
	b.Delete()
	a.Create()
	b.Create()
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(a, ids)
	r.WantRows(a, b)
}

// TestStateLost loses what the sidecar saved, and nothing else: Cassandra's own
// tables say what the volume is.
func TestStateLost(t *testing.T) {
	r := Formed(t, Options{})
	ids := SavedHostIDs(r.Pods())
	p := r.Regions[1].Pods[1]
	p.Wipe(".ringwright")
	r.Start(r.Pods()...)
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(p, ids)
	r.wantOneRing()
}

// TestDataWiped loses the data and leaves what the sidecar saved: the pod must
// not join as if it were new.
func TestDataWiped(t *testing.T) {
	r := Formed(t, Options{})
	p := r.Regions[0].Pods[1]
	lost := p.Saved().HostID
	p.Wipe("data", "commitlog")
	r.Start(r.Pods()...)
	r.UntilAnswer(4*time.Minute, r.Others(p)...)
	r.UntilSees(time.Minute, map[string]int{"UN": 5, "DN": 1}, r.Others(p)...)
	p.UntilWaits(2*time.Minute, lost)
	p.NeverStarts(20 * time.Second)
}

// TestSettingsBroken restarts a member while the settings file is no settings
// file: a member that has joined starts with the last good one.
func TestSettingsBroken(t *testing.T) {
	r := Running(t, Options{})
	p := r.Regions[0].Pods[1]
	p.Region.Garble()
	p.TermCassandra()
	r.Until("runs again", time.Minute, func() string {
		if p.Runs() < 2 {
			return "it was not started again"
		}
		return ""
	})
	r.UntilUp(3*time.Minute, 6, r.Pods()...)
}

// TestDecommissioned uses the volume of a member that left the ring: it must not
// start, and says what to do.
func TestDecommissioned(t *testing.T) {
	r := Running(t, Options{})
	p := r.Regions[1].Pods[2]
	r.Say("%s: nodetool decommission", p.ID)
	if out, err := p.Run("nodetool", "decommission", "--force"); err != nil {
		t.Fatalf("decommission: %v: %s", err, out)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, r.Regions[0].Pods[0])
	p.KillCassandra()
	p.UntilExits(2*time.Minute, 1, "decommissioned", "move its data away to join anew")
	p.Delete()
	p.Create()
	p.UntilExits(2*time.Minute, 1, "decommissioned")
	p.NeverStarts(10 * time.Second)
	r.UntilSees(time.Minute, map[string]int{"UN": 5}, r.Regions[0].Pods[0])
}
