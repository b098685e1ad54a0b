package e2e

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestScale adds one row of racks to a region of a running ring, and takes it
// out again after its members have left.
func TestScale(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
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
		if diff := cmp.Diff(before, w.hostIDs()); diff != "" {
			t.Errorf("host ids by pod (-before +after):\n%s", diff)
		}
	})
}

// lone is the spec with one member in each region and one copy of each row.
func lone(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("ring.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spec := strings.Replace(string(text), "cassandra:\n", "cassandra:\n  replicationFactor: 1\n", 1)
	return []byte(strings.ReplaceAll(spec, "  vnet: ", "  members: 1\n  vnet: "))
}

// TestRegionAdded puts a third region in front of the list of a running ring: it
// joins, and founds nothing.
func TestRegionAdded(t *testing.T) {
	Run(t, Options{Spec: lone(t)}, func(w *World) {
		w.WantCompiled()
		w.ApplyAll()
		w.UntilReady(5*time.Minute, 1)
		w.UntilSees(time.Minute, map[string]int{"UN": 2})
		before := w.uids()
		w.Edit("regions:\n", "regions:\n- location: centralus\n  members: 1\n  vnet: 10.3.0.0/16\n  cluster:\n    apiServerCIDRs: [203.0.113.0/24]\n")
		w.Deploy()
		w.ApplyAll()
		w.UntilReady(5*time.Minute, 1)
		w.UntilSees(time.Minute, map[string]int{"UN": 3})
		after := w.uids()
		delete(after, "centralus/cassandra-0-0")
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("pods of the first two regions (-before +after):\n%s", diff)
		}
	})
}

// TestUnstartableTemplate begins with a template with which no Cassandra starts;
// it is fixed, and the ring forms.
func TestUnstartableTemplate(t *testing.T) {
	Run(t, Options{}, func(w *World) {
		w.WantCompiled()
		w.Edit("  jvmOptions:\n", "  jvmOptions:\n  - -XX:+NoSuchOption\n")
		w.ApplyAll()
		w.Until("a start has failed", 5*time.Minute, func() string {
			for _, p := range w.Clusters[0].Pods() {
				if p.Restarts() > 0 {
					return ""
				}
			}
			return "no container has ended"
		})
		w.Edit("  - -XX:+NoSuchOption\n", "")
		w.ApplyAll()
		for _, c := range w.Clusters {
			said, err := c.Restart("--unready")
			w.must(err)
			w.Say("%s: %s", c.Region, strings.TrimSpace(said))
		}
		w.UntilReady(10*time.Minute, 3)
		w.UntilSees(time.Minute, map[string]int{"UN": 6})
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
		if diff := cmp.Diff(before, w.hostIDs()); diff != "" {
			t.Errorf("host ids by pod (-before +after):\n%s", diff)
		}
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
			switch {
			case p == nil:
				return "there is no pod"
			case !p.Ready():
				return p.reason()
			}
			return ""
		})
		w.Clusters[1].UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1})
		dark.Boot()
		w.UntilReady(8*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		if diff := cmp.Diff(before, w.hostIDs()); diff != "" {
			t.Errorf("host ids by pod (-before +after):\n%s", diff)
		}
	})
}
