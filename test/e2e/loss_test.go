package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEveryPodDeleted deletes every pod of both regions at once: the ring comes
// back by itself, as the same members.
func TestEveryPodDeleted(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		before := w.hostIDs()
		for _, c := range w.Clusters {
			_, err := c.Kubectl("delete", "pods", "-l", "app.kubernetes.io/name=cassandra", "--grace-period=0", "--force", "--wait=false")
			w.must(err)
		}
		w.Say("every pod is deleted")
		w.UntilReady(8*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		w.wantHostIDs(before)
	})
}

// TestNodeLost takes a machine's power away under a client that loses nothing,
// and gives it back.
func TestNodeLost(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		east := w.Clusters[0]
		writer := east.StartWriter()
		before := w.hostIDs()
		lost := east.Members[1]
		lost.Kill()
		w.Clusters[1].UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1})
		lost.Boot()
		w.UntilReady(8*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		writer.Stop()
		w.wantHostIDs(before)
	})
}

// TestDiskLost loses a member with its disk under a client that loses nothing,
// and replaces it as the runbook says.
func TestDiskLost(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		w.WantCompiled()
		const pod = "cassandra-1-0"
		east := w.Clusters[0]
		writer := east.StartWriter()
		before := w.hostIDs()
		lost := before[east.Region+"/"+pod]
		m := east.Members[1]
		m.Kill()
		w.Clusters[1].UntilSees(2*time.Minute, map[string]int{"UN": 5, "DN": 1})
		east.MustKubectl("delete", "node", m.Name)
		m.WipeDisks()
		m.Anew()
		m.Boot()
		w.Until("the machine joined", 3*time.Minute, east.nodesMissing)
		w.Edit("- location: eastus\n", "- location: eastus\n  replace: { "+pod+": "+lost+" }\n")
		volume := east.MustKubectl("get", "pvc", "data-"+pod, "-o", "jsonpath={.spec.volumeName}")
		east.MustKubectl("delete", "pvc", "data-"+pod, "--wait=false")
		east.MustKubectl("delete", "pod", pod, "--ignore-not-found", "--force")
		east.MustKubectl("delete", "pv", volume)
		w.ApplyAll()
		w.UntilReady(10*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		writer.Stop()
		after := w.hostIDs()
		if after[east.Region+"/"+pod] == lost {
			t.Errorf("%s has the host id of the member that is lost", pod)
		}
	})
}

// TestDiskNotMounted boots a machine without its disk: the pod has a mount
// error, and never an empty volume; with the disk it is the member it was.
func TestDiskNotMounted(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		east := w.Clusters[0]
		before := w.hostIDs()
		m := east.Members[1]
		m.Kill()
		m.DetachDisks(true)
		m.Boot()
		w.Until("the pod has a mount error", 5*time.Minute, func() string {
			events, err := east.Kubectl("get", "events", "--field-selector", "reason=FailedMount,involvedObject.name=cassandra-1-0", "-o", "jsonpath={.items[*].message}")
			if err != nil {
				return err.Error()
			}
			if !strings.Contains(events, "/var/lib/ringwright/disk/cassandra") {
				return "no such event"
			}
			return ""
		})
		w.Never("the pod starts without its disk", 20*time.Second, func() string {
			if p := east.Pod("cassandra-1-0"); p != nil && p.Ready() {
				return "cassandra-1-0 is Ready"
			}
			return ""
		})
		m.Kill()
		m.DetachDisks(false)
		m.Boot()
		w.UntilReady(8*time.Minute, 3)
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
		w.wantHostIDs(before)
	})
}

// TestLinkCut cuts the link for minutes, with writes on both sides: when it has
// healed each side finds the rows of the other.
func TestLinkCut(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		var writers []*Writer
		w.Cut()
		for _, c := range w.Clusters {
			writers = append(writers, c.StartWriter())
		}
		for _, c := range w.Clusters {
			c.UntilSees(3*time.Minute, map[string]int{"UN": 3, "DN": 3})
		}
		time.Sleep(time.Minute)
		w.Heal()
		w.UntilSees(3*time.Minute, map[string]int{"UN": 6})
		for _, writer := range writers {
			writer.Stop()
		}
	})
}

// TestApplyAgain applies what is applied already, and all of out/ with -R in one
// region: nothing changes, and no pod of that region is touched. What kubectl
// says is no measure: to it an object is "configured" where the server filled
// in defaults inside a list that it replaces as a whole, as claim templates are.
func TestApplyAgain(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		before := w.uids()
		for _, c := range w.Clusters {
			if said, err := c.Kubectl("diff", "-f", filepath.Join(w.Out, c.Region)+"/"); err != nil {
				t.Errorf("%s: what is applied differs: %v\n%s", c.Region, err, said)
			}
			versions := c.versions()
			c.Apply()
			if diff := cmp.Diff(versions, c.versions()); diff != "" {
				t.Errorf("%s: resource versions (-before +applied again):\n%s", c.Region, diff)
			}
		}
		east := w.Clusters[0]
		versions := east.versions()
		_, err := east.Kubectl("apply", "-R", "-f", w.manifestsOnly())
		w.must(err)
		w.Never("a pod restarts", 30*time.Second, func() string { return cmp.Diff(before, w.uids()) })
		if diff := cmp.Diff(versions, east.versions()); diff != "" {
			t.Errorf("resource versions (-before +all of out/ applied):\n%s", diff)
		}
		w.UntilReady(time.Minute, 3)
		w.UntilSees(time.Minute, map[string]int{"UN": 6})
	})
}

// versions are the resource versions of what the region's folder holds, by kind
// and name: they change with an object and with nothing else.
func (c *Cluster) versions() map[string]string {
	c.world.Helper()
	lines := c.MustKubectl("get", "-f", filepath.Join(c.world.Out, c.Region)+"/", "-o",
		`jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\n"}{end}`)
	all := map[string]string{}
	for line := range strings.Lines(lines) {
		if f := strings.Fields(line); len(f) == 3 {
			all[f[0]+" "+f[1]] = f[2]
		}
	}
	if len(all) == 0 {
		c.world.Fatalf("%s holds nothing of what was applied", c.Region)
	}
	return all
}

// manifestsOnly is a copy of the compiled folder without templates, which kubectl
// takes for manifests that lack a kind.
func (w *World) manifestsOnly() string {
	w.Helper()
	to := filepath.Join(w.Dir, "manifests")
	w.must(copyTree(w.Out, to))
	for _, c := range w.Clusters {
		w.must(run("rm", "-r", filepath.Join(to, c.Region, "azure")))
	}
	return to
}

// hostIDs are the members' by region and pod.
func (w *World) hostIDs() map[string]string {
	w.Helper()
	all := map[string]string{}
	for _, p := range w.Pods() {
		n, err := p.Node()
		w.must(err)
		all[fmt.Sprintf("%s/%s", p.Cluster.Region, p.Name)] = n.HostID
	}
	return all
}

// wantHostIDs holds that the members are the same as before.
func (w *World) wantHostIDs(before map[string]string) {
	w.Helper()
	if diff := cmp.Diff(before, w.hostIDs()); diff != "" {
		w.Errorf("host ids by pod (-before +after):\n%s", diff)
	}
}
