package ring

import (
	"testing"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/test/lab"
)

// TestOtherRegionDark kills members while the other region is out of reach: they
// come back at the same and at another address, and the link heals.
func TestOtherRegionDark(t *testing.T) {
	r := Running(t, Options{})
	south := r.Regions[1]
	ids := SavedHostIDs(r.Pods())
	r.must(r.Link.Cut())
	r.Say("the link is cut")
	r.UntilSees(2*time.Minute, map[string]int{"UN": 3, "DN": 3}, r.Pods()...)
	south.Pods[0].KillCassandra()
	south.Pods[1].Crash()
	south.Pods[1].Create()
	r.Until("killed", time.Minute, func() string {
		if south.Pods[0].Runs() < 2 {
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

// TestStaleDNSLinkCut restarts a whole region at new addresses while the link is
// cut and its DNS answers what was true before: each starts alone, and they find
// each other once the DNS knows them.
func TestStaleDNSLinkCut(t *testing.T) {
	r := Running(t, Options{})
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

// TestDNSDown restarts a member at another address while its region's DNS does
// not answer, and one of the other region.
func TestDNSDown(t *testing.T) {
	r := Running(t, Options{})
	ids := SavedHostIDs(r.Pods())
	for i, fault := range []lab.DNSFault{lab.DNSSilent, lab.DNSServFail} {
		r.Regions[1].DNS().Fail(fault)
		r.Say("the DNS of %s fails", r.Regions[1].Name)
		for _, g := range r.Regions {
			g.Pods[i].Delete()
			g.Pods[i].Create()
		}
		r.UntilUp(5*time.Minute, 6, r.Pods()...)
	}
	r.Regions[1].DNS().Fail(lab.DNSWorks)
	r.WantHostIDs(r.Pods()[0], ids)
}

// TestStaleDNSWhileFounding makes six pods appear one after another while every
// DNS is 30 s behind.
func TestStaleDNSWhileFounding(t *testing.T) {
	Want(t)
	r := New(t, Options{})
	for _, g := range r.Regions {
		g.DNS().Stale(30 * time.Second)
	}
	for _, p := range r.Pods() {
		p.Create()
		time.Sleep(5 * time.Second)
	}
	r.UntilUp(8*time.Minute, 6, r.Pods()...)
	r.wantOneRing()
}
