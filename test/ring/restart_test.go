package ring

import (
	"net/http"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestRestarts is of a ring that loses no data: its members restart elsewhere,
// blind, apart, and are the same members afterwards. Each case leaves all six
// up.
func TestRestarts(t *testing.T) {
	r := Formed(t, Options{})
	r.Case(t, "FullStopElsewhere", (*Rig).fullStopElsewhere)
	r.Case(t, "MetadataDown", (*Rig).metadataDown)
	r.Case(t, "StateLost", (*Rig).stateLost)
	r.Case(t, "SettingsBroken", (*Rig).settingsBroken)
	r.Case(t, "SwappedAddresses", (*Rig).swappedAddresses)
	r.Case(t, "DNSDown", (*Rig).dnsDown)
	r.Case(t, "OtherRegionDark", (*Rig).otherRegionDark)
	r.Case(t, "StaleDNSLinkCut", (*Rig).staleDNSLinkCut)
}

// fullStopElsewhere stops all six and starts them at addresses that nobody had
// before: one alone, and when it serves the other five at once.
func (r *Rig) fullStopElsewhere() {
	r.Stop()
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

// metadataDown restarts members whose node's metadata service fails or does not
// answer: the racks are saved, so they are not asked for.
func (r *Rig) metadataDown() {
	r.Run()
	fails, hangs := r.Regions[0].Pods[1], r.Regions[1].Pods[2]
	fails.Metadata.Fail(http.StatusInternalServerError)
	hangs.Metadata.Hang()
	r.restart(fails, hangs)
	r.wantRacks()
	fails.Metadata.Fail(0)
	hangs.Metadata.Fail(0)
}

// restart stops the Cassandras of pods and waits until all members are up again.
func (r *Rig) restart(pods ...*Pod) {
	r.Helper()
	runs := map[*Pod]int{}
	for _, p := range pods {
		runs[p] = p.Runs()
		p.TermCassandra()
	}
	r.Until("they are started again", time.Minute, func() string {
		for _, p := range pods {
			if p.Runs() == runs[p] {
				return p.ID + " is not"
			}
		}
		return ""
	})
	r.UntilUp(4*time.Minute, len(r.Pods()), r.Pods()...)
}

// stateLost loses what the sidecar saved, and nothing else: Cassandra's own
// tables say what the volume is.
func (r *Rig) stateLost() {
	r.Run()
	p := r.Regions[0].Pods[2]
	ids := SavedHostIDs(r.Pods())
	p.Delete()
	p.Wipe(".ringwright")
	p.Create()
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(p, ids)
	r.wantOneRing()
}

// settingsBroken restarts a member while the settings file is no settings file:
// a member that has joined starts with the last good one.
func (r *Rig) settingsBroken() {
	r.Run()
	p := r.Regions[0].Pods[1]
	p.Region.Garble()
	r.restart(p)
	p.Region.Change(func(*settings.Settings) {})
}

// swappedAddresses gives two stopped members each other's address. Cassandra
// would end, so both wait and name the other; at new addresses both are back.
func (r *Rig) swappedAddresses() {
	r.Run()
	a, b := r.Regions[1].Pods[1], r.Regions[1].Pods[2]
	ids := SavedHostIDs(r.Pods())
	r.Stop(a, b)
	atA, atB := a.Address(), b.Address()
	a.CreateAt(atB)
	b.CreateAt(atA)
	a.UntilWaits(2*time.Minute, b.Saved().HostID)
	b.UntilWaits(2*time.Minute, a.Saved().HostID)
	r.Move(a, b)
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(a, ids)
	r.WantRows(a, b)
}
