package e2e

import (
	"fmt"
	"testing"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"
	"github.com/google/go-cmp/cmp"
)

// TestSeedStory is what this project exists for: from what was compiled, applied
// as a user would, a ring forms over two regions, and a row that is written in
// one is read in the other.
func TestSeedStory(t *testing.T) {
	var o Options
	if *fault != "" {
		o.Change = faults[*fault].carryOut
	}
	Run(t, o, func(w *World) {
		w.tellStory()
		if !w.Compiled() {
			w.Say("skipped: founder: none, as the folder was compiled elsewhere")
			return
		}
		w.withoutFounder()
	})
}

// formedIn is what the time follows in which a ring formed.
const formedIn = "from the first kubectl apply to 6 UN: "

// tellStory is the story up to where rows are read.
func (w *World) tellStory() {
	w.Helper()
	began := time.Now()
	w.ApplyAll()
	w.UntilServing(formation, 3)
	w.Clusters[0].UntilSees(time.Minute, map[string]int{"UN": 6})
	w.Say(formedIn+"%.1f s", time.Since(began).Seconds())
	w.UntilReady(time.Minute, 3)
	w.UntilSees(time.Minute, map[string]int{"UN": 6})
	w.wantRacks()
	w.readsElsewhere()
}

// wantRacks holds that each region has a member in every rack of its machines:
// by default those are the fault domains that the metadata service tells of.
func (w *World) wantRacks() {
	w.Helper()
	members, err := w.Clusters[0].Pods()[0].Ring()
	w.must(err)
	want := map[string][]string{}
	for _, c := range w.Clusters {
		want[c.Datacenter] = c.Racks()
	}
	if diff := cmp.Diff(want, Racks(members)); diff != "" {
		w.Errorf("racks (-want +got):\n%s", diff)
	}
}

// readsElsewhere writes two rows in the first region, with cqlsh as the runbook
// does, and reads them at LOCAL_QUORUM in each other.
func (w *World) readsElsewhere() {
	w.Helper()
	_, err := w.Clusters[0].kubectl([]byte("CONSISTENCY LOCAL_QUORUM;\n"+
		"CREATE KEYSPACE shop WITH replication = "+w.replication(3)+";\n"+
		"CREATE TABLE shop.item (id int PRIMARY KEY, name text);\n"+
		"INSERT INTO shop.item (id, name) VALUES (1, 'one');\n"+
		"INSERT INTO shop.item (id, name) VALUES (2, 'two');\n",
	), "exec", "-i", w.Clusters[0].Pods()[0].Name, "-c", "cassandra", "--", "sh", "-c", `exec cqlsh "$POD_IP"`)
	w.must(err)
	for _, c := range w.Clusters[1:] {
		w.Until(c.Region+" reads the rows that were written in "+w.Clusters[0].Region, 30*time.Second, func() string {
			got, err := c.Pods()[0].items()
			if err != nil {
				return err.Error()
			}
			return cmp.Diff(map[int]string{1: "one", 2: "two"}, got)
		})
	}
}

// items reads the table at LOCAL_QUORUM.
func (p *Pod) items() (map[int]string, error) {
	s, err := p.Session()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	rows := s.Query("SELECT id, name FROM shop.item").Consistency(gocql.LocalQuorum).Iter()
	got := map[int]string{}
	var id int
	var name string
	for rows.Scan(&id, &name) {
		got[id] = name
	}
	return got, rows.Close()
}

// withoutFounder applies the spec with `founder: none`, as the runbook ends, and
// holds that no pod restarts.
func (w *World) withoutFounder() {
	w.Helper()
	before := w.uids()
	w.Edit("founder: eastus", "founder: none")
	w.ApplyAll()
	w.Never("a pod restarts", 15*time.Second, func() string { return cmp.Diff(before, w.uids()) })
	w.UntilReady(time.Minute, 3)
}

// uids tell pods and their starts apart.
func (w *World) uids() map[string]string {
	all := map[string]string{}
	for _, p := range w.Pods() {
		all[p.Cluster.Region+"/"+p.Name] = fmt.Sprintf("%s, %d restarts", p.UID, p.Restarts())
	}
	return all
}
