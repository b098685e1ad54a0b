package ring

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// summarise writes one page on what the pods said last, and prints it.
func (r *Rig) summarise() {
	var b strings.Builder
	fmt.Fprintf(&b, "%s failed. Each pod's directory has its logs: agent.log, cassandra.log (with init), system.log; journal.log has all in order.\n", r.Name())
	for _, p := range r.Pods() {
		fmt.Fprintf(&b, "\n%s at %s, pod %t\n", p.ID, p.Address(), p.Host() != nil)
		if r.watch != nil {
			fmt.Fprintf(&b, "  agent: %s\n", r.watch.last[p])
		}
		if p.cassandra != nil {
			fmt.Fprintf(&b, "  runs %d, exits %v\n", p.cassandra.Runs(), p.cassandra.Exits())
		}
		for _, line := range tail(p.LastRun(), 6) {
			fmt.Fprintf(&b, "  | %s\n", line)
		}
	}
	for _, g := range r.Regions {
		if len(g.Pods) > 0 {
			if out, err := g.Pods[0].Run("nodetool", "status"); err == nil {
				fmt.Fprintf(&b, "\n%s\n%s", g.Pods[0].ID, out)
			}
		}
	}
	_ = os.WriteFile(filepath.Join(r.Dir, "summary.txt"), []byte(b.String()), 0o644)
	r.Log(b.String())
}

// tail is the last lines of a text, each cut to a width.
func tail(text string, lines int) []string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	all = all[max(len(all)-lines, 0):]
	for i, line := range all {
		all[i] = line[:min(len(line), 300)]
	}
	return all
}
