package ring

import (
	"testing"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// TestCassandra41 forms a ring of the older version, whose last joiner has to
// try twice.
func TestCassandra41(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{Version: lab.Cassandra41, OneRegion: true})
	r.Case(t, "JoiningFailed", (*Rig).joiningFailed)
	r.Case(t, "Forms", func(r *Rig) {
		r.wantRacks()
		r.wantOneRing()
	})
}

// TestOwnDelays forms a ring of two with Cassandra's own delays: nothing in the
// sidecar may count on short ones.
func TestOwnDelays(t *testing.T) {
	Want(t)
	if !*slow {
		t.Skip("keeps Cassandra's own delays, and -own-delays=false was given")
	}
	t.Parallel()
	r := New(t, Options{OwnDelays: true, Racks: []string{"0"}})
	for _, p := range r.Pods() {
		p.Create()
	}
	r.UntilUp(10*time.Minute, 2, r.Pods()...)
	r.wantOneRing()
}
