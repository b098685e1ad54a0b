package e2e

import (
	"testing"
	"time"
)

// TestScale adds one row of racks to a region of a running ring, and takes it
// out again after its members have left. Their machines and volumes stay.
func TestScale(t *testing.T) {
	Run(t, Options{Formed: true, Own: true}, func(w *World) {
		w.WantCompiled()
		east := w.Clusters[0]
		before := w.hostIDs()
		w.Edit("- location: eastus\n", "- location: eastus\n  members: 6\n")
		w.Deploy()
		w.ApplyAll()
		east.UntilReady(10*time.Minute, 6)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 9})
		last := []string{"cassandra-0-1", "cassandra-1-1", "cassandra-2-1"}
		for i, pod := range last {
			east.MustKubectl("exec", pod, "-c", "cassandra", "--", "nodetool", "decommission")
			w.UntilSees(5*time.Minute, map[string]int{"UN": 8 - i})
		}
		w.Edit("  members: 6\n", "", "--decommissioned", "eastus")
		w.ApplyAll()
		for _, pod := range last {
			east.MustKubectl("delete", "pvc", "data-"+pod, "--wait=false")
		}
		w.UntilReady(5*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		w.wantHostIDs(before)
	})
}

// TestBrokenSettings has a region's settings be no settings: members run on, one
// that restarts starts with the last good ones, and applying mends it.
func TestBrokenSettings(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		east := w.Clusters[0]
		before := w.hostIDs()
		east.MustKubectl("patch", "configmap", "ringwright-settings", "--type=merge", "-p", `{"data":{"settings.yaml":"ring: [customers\n"}}`)
		east.MustKubectl("delete", "pod", "cassandra-2-0")
		w.UntilReady(5*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		w.ApplyAll()
		w.UntilReady(time.Minute, 3)
		w.wantHostIDs(before)
	})
}

// TestRackDark has one rack lose power while a member of another restarts.
func TestRackDark(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		east := w.Clusters[0]
		before := w.hostIDs()
		dark := east.Members[1]
		dark.Kill()
		east.MustKubectl("delete", "pod", "cassandra-0-0")
		w.Until("the member of another rack is back", 5*time.Minute, func() string {
			p := east.Pod("cassandra-0-0")
			if p == nil {
				return "there is no pod"
			}
			return p.notReady()
		})
		w.Clusters[1].UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1})
		dark.Boot()
		w.UntilReady(8*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		w.wantHostIDs(before)
	})
}
