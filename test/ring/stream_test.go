package ring

import (
	"fmt"
	"testing"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/test/lab"
)

// TestJoiningFailed has a joiner whose join fails halfway.
func TestJoiningFailed(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{OneRegion: true, Racks: []string{"0", "1"}})
	r.joiningFailed()
}

// joiningFailed kills those that the last pod streams from. Its Cassandra stays
// without joining and without saying so but to netstats; it must be ended, and
// join once the others are back.
func (r *Rig) joiningFailed() {
	joiner, sources := r.slowJoiner()
	r.untilLogged(joiner, "JOINING: Starting to bootstrap")
	for _, p := range sources {
		p.HoldCassandra()
	}
	joiner.UntilNode("one failed start", 10*time.Minute, func(n Node) bool { return n.FailedStarts == 1 })
	if said := "Cassandra has failed to join and would not try again; it is told to end"; !joiner.agentLogged(said) {
		r.Errorf("%s: its Cassandra has ended, but its agent does not log %q", joiner.ID, said)
	}
	for _, p := range sources {
		p.ReleaseCassandra()
	}
	r.UntilUp(6*time.Minute, len(r.Pods()), r.Pods()...)
	if n := joiner.blobs(r); n != blobs {
		r.Errorf("%s has %d of %d rows", joiner.ID, n, blobs)
	}
}

// slowJoiner gives a joiner that streams for some time, and its sources.
func (r *Rig) slowJoiner() (joiner *Pod, sources []*Pod) {
	r.Helper()
	east, last := r.Regions[0], len(r.Pods())-1
	joiner, sources = east.Pods[last], east.Pods[:last]
	east.Change(func(s *settings.Settings) {
		s.Config["stream_entire_sstables"], s.Config["stream_throughput_outbound"] = false, "1MiB/s"
	})
	for _, p := range sources {
		p.Create()
	}
	joiner.CreateHeld()
	r.UntilUp(4*time.Minute, len(sources), sources...)
	r.must(sources[0].CQL(gocql.One,
		fmt.Sprintf("CREATE KEYSPACE bulk WITH replication = {'class': 'NetworkTopologyStrategy', '%s': 3}", east.Datacenter),
		"CREATE TABLE bulk.blob (id int PRIMARY KEY, data blob) WITH compression = {'enabled': false}",
	))
	r.must(sources[0].writeBlobs(len(sources)))
	joiner.ReleaseCassandra()
	return joiner, sources
}

// Size of the table that a joiner streams for long.
const (
	blobs    = 400
	blobSize = 100 << 10
)

func (p *Pod) writeBlobs(sources int) error {
	s, err := lab.Session(p.Host(), p.Address())
	if err != nil {
		return err
	}
	defer s.Close()
	// Every member has every row.
	level := map[int]gocql.Consistency{1: gocql.One, 2: gocql.Two}[sources]
	for i := range blobs {
		if err := s.Query("INSERT INTO bulk.blob (id, data) VALUES (?, ?)", i, make([]byte, blobSize)).Consistency(level).Exec(); err != nil {
			return fmt.Errorf("%s: row %d of the bulk: %w", p.ID, i, err)
		}
	}
	return nil
}

// blobs counts the rows that the pod has itself.
func (p *Pod) blobs(r *Rig) int {
	r.Helper()
	s, err := lab.Session(p.Host(), p.Address())
	r.must(err)
	defer s.Close()
	n := 0
	// A small heap does not hold all rows at once.
	rows := s.Query("SELECT id FROM bulk.blob").Consistency(gocql.One).PageSize(20).Iter()
	for rows.Scan(new(int)) {
		n++
	}
	r.must(rows.Close())
	return n
}
