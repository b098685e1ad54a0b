package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// summariseFailed summarises where the test has failed.
func (w *World) summariseFailed() {
	if w.Failed() {
		w.summarise()
	}
}

// summarise writes one page on what is there, prints it, and leaves more of each
// cluster in files of its own.
func (w *World) summarise() {
	var b strings.Builder
	fmt.Fprintf(&b, "%s failed. In %s: journal.log has what the test did; machines/<name>/console.log and log/ what each machine said (kubelet, containerd, kube-apiserver, pods/ with the containers'); cluster-<region>.txt what the API server had.\n", w.Name(), w.Dir)
	for _, l := range w.links {
		for _, missing := range l.missing {
			fmt.Fprintf(&b, "no link: %s\n", missing)
		}
	}
	for _, c := range w.Clusters {
		c.summarise(&b)
	}
	_ = os.WriteFile(filepath.Join(w.Dir, "summary.txt"), []byte(b.String()), 0o644)
	w.Log(b.String())
}

func (c *Cluster) summarise(b *strings.Builder) {
	fmt.Fprintf(b, "\n== %s\n", c.Region)
	for _, m := range c.machines() {
		if m.cmd == nil {
			return // nothing was booted
		}
		if failed := m.failed(); failed != "" {
			fmt.Fprintf(b, "%s: %s\n", m.Name, failed)
		}
	}
	pods, err := c.Kubectl("get", "nodes,pods", "-A", "-o", "wide", "--request-timeout=5s")
	if err != nil {
		fmt.Fprintln(b, err)
		return
	}
	b.WriteString(pods)
	for _, p := range c.Pods() {
		if n, err := p.Node(); err == nil {
			fmt.Fprintf(b, "%s agent: volume %s, phase %s, failed %d: %s\n", p.Name, n.Volume, n.Phase, n.FailedStarts, n.Reason)
		}
		said, _ := c.Kubectl("logs", p.Name, "-c", "cassandra", "--tail=6", "--request-timeout=5s")
		for line := range strings.Lines(said) {
			fmt.Fprintf(b, "  | %s\n", strings.TrimRight(line, "\n")[:min(len(line)-1, 250)])
		}
	}
	var dump strings.Builder
	for _, args := range [][]string{
		{"get", "nodes,pods,svc,pv,pvc,endpointslices", "-A", "-o", "wide"}, {"get", "events", "-A", "--sort-by=.lastTimestamp"}, {"describe", "pods"}, {"get", "nodes", "-o", "yaml"},
	} {
		said, err := c.Kubectl(append(args, "--request-timeout=10s")...)
		fmt.Fprintf(&dump, "--- kubectl %s (%v)\n%s\n", strings.Join(args, " "), err, said)
	}
	_ = os.WriteFile(filepath.Join(c.world.Dir, "cluster-"+c.Region+".txt"), []byte(dump.String()), 0o644)
}
