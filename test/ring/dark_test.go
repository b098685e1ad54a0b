package ring

import (
	"testing"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/test/lab"
)

// otherRegionDark kills members while the other region is out of reach: they
// come back at the same and at another address, and the link heals.
func (r *Rig) otherRegionDark() {
	r.Run()
	south := r.Regions[1]
	ids := SavedHostIDs(r.Pods())
	r.must(r.Link.Cut())
	r.Say("the link is cut")
	r.UntilSees(2*time.Minute, map[string]int{"UN": 3, "DN": 3}, r.Pods()...)
	runs := south.Pods[0].Runs()
	south.Pods[0].KillCassandra()
	south.Pods[1].Crash()
	south.Pods[1].Create()
	r.Until("killed", time.Minute, func() string {
		if south.Pods[0].Runs() == runs {
			return "it was not started again"
		}
		return ""
	})
	r.UntilAnswer(4*time.Minute, south.Pods...)
	r.UntilSees(time.Minute, map[string]int{"UN": 3, "DN": 3}, south.Pods...)
	r.must(south.Pods[1].CQL(gocql.LocalQuorum, "UPDATE shop.item SET name = 'dark' WHERE id = 1"))
	r.must(r.Link.Heal())
	r.Say("the link is healed")
	r.UntilUp(3*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(south.Pods[1], ids)
	r.WantRows(r.Pods()...)
}

// staleDNSLinkCut restarts a whole region at new addresses while the link is
// cut and its DNS answers what was true before: each starts alone, and they find
// each other once the DNS knows them.
func (r *Rig) staleDNSLinkCut() {
	r.Run()
	east, south := r.Regions[0], r.Regions[1]
	ids := SavedHostIDs(r.Pods())
	for _, g := range r.Regions {
		g.DNS().Freeze()
	}
	r.must(r.Link.Cut())
	r.Say("the link is cut, and the DNS answers from before")
	for _, p := range south.Pods {
		p.Crash()
	}
	for _, p := range south.Pods {
		p.Create()
	}
	r.UntilAnswer(5*time.Minute, south.Pods...)
	south.DNS().Stale(0)
	r.Say("the DNS of %s knows its pods", south.Name)
	r.UntilSees(3*time.Minute, map[string]int{"UN": 3, "DN": 3}, south.Pods...)
	r.must(r.Link.Heal())
	east.DNS().Stale(0)
	r.UntilUp(4*time.Minute, 6, r.Pods()...)
	r.WantHostIDs(south.Pods[0], ids)
	r.WantRows(r.Pods()...)
}

// dnsDown restarts members at other addresses, one of each region at a time,
// while one region's DNS does not answer, and then while it answers with
// errors.
func (r *Rig) dnsDown() {
	r.Run()
	ids := SavedHostIDs(r.Pods())
	for i, fault := range []lab.DNSFault{lab.DNSSilent, lab.DNSServFail} {
		r.Regions[1].DNS().Fail(fault)
		r.Say("the DNS of %s fails", r.Regions[1].Name)
		r.Move(r.Regions[0].Pods[i], r.Regions[1].Pods[i])
		r.UntilUp(5*time.Minute, 6, r.Pods()...)
	}
	r.Regions[1].DNS().Fail(lab.DNSWorks)
	r.WantHostIDs(r.Pods()[0], ids)
}

// TestStaleDNSWhileFounding makes pods appear one after another while every DNS
// is 30 s behind.
func TestStaleDNSWhileFounding(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{Racks: []string{"0", "1"}})
	for _, g := range r.Regions {
		g.DNS().Stale(30 * time.Second)
	}
	for _, p := range r.Pods() {
		p.Create()
		time.Sleep(5 * time.Second)
	}
	r.UntilUp(8*time.Minute, 4, r.Pods()...)
	r.wantOneRing()
}
