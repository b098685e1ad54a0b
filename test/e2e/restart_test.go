package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRollingRestart changes what Cassandra reads at its start: applying it
// restarts nobody, restart.sh restarts all, one at a time, under a client that
// loses nothing.
func TestRollingRestart(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		w.changeConfig()
		east := w.Clusters[0]
		before := w.hostIDs()
		writer := east.StartWriter()
		said, err := east.Restart("--timeout", "600")
		w.must(err)
		if !strings.HasSuffix(said, "3 restarted\n") {
			t.Errorf("restart.sh says:\n%s", said)
		}
		w.UntilReady(time.Minute, 3)
		w.UntilSees(time.Minute, map[string]int{"UN": 6})
		writer.Stop()
		w.wantHostIDs(before)
	})
}

// TestRestartStops has the first pod not come back: restart.sh stops there, and
// no other pod is touched.
func TestRestartStops(t *testing.T) {
	Run(t, Options{Formed: true}, func(w *World) {
		w.changeConfig()
		east := w.Clusters[0]
		east.MustKubectl("cordon", east.Members[0].Name)
		before := w.uids()
		said, err := east.Restart("--timeout", "60")
		if err == nil || !strings.Contains(said, "cassandra-0-0 has not come back after 60 s") {
			t.Errorf("restart.sh says, with %v:\n%s", err, said)
		}
		after := w.uids()
		delete(before, east.Region+"/cassandra-0-0")
		delete(after, east.Region+"/cassandra-0-0")
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("pods other than cassandra-0-0 (-before +after):\n%s", diff)
		}
		east.MustKubectl("uncordon", east.Members[0].Name)
		w.UntilReady(8*time.Minute, 3)
		said, err = east.Restart("--timeout", "600")
		w.must(err)
		if !strings.HasSuffix(said, "2 restarted\n") {
			t.Errorf("restart.sh, run again, says:\n%s", said)
		}
		w.UntilSees(2*time.Minute, map[string]int{"UN": 6})
	})
}

var changes int

// changeConfig compiles and applies a setting of Cassandra that it has not had
// yet, and holds that this alone restarts nobody.
func (w *World) changeConfig() {
	w.Helper()
	changes++
	w.WantCompiled()
	before := w.uids()
	w.Edit("cassandra:\n", fmt.Sprintf("cassandra:\n  config: { compaction_throughput: %dMiB/s }\n", 31+changes))
	w.ApplyAll()
	w.Never("a pod restarts", 10*time.Second, func() string { return cmp.Diff(before, w.uids()) })
}
