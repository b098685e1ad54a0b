package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRegionAdded puts a third region in front of the list of a running ring, with
// one member in each region and one copy of each row: it joins, and founds nothing.
func TestRegionAdded(t *testing.T) {
	lone := machines(t, "cassandra:\n", "cassandra:\n  replicationFactor: 1\n", "  vnet: ", "  members: 1\n  vnet: ")
	Run(t, Options{Spec: lone}, func(w *World) {
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
