package ring

import (
	"testing"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// TestCassandra41 forms a ring of the older version.
func TestCassandra41(t *testing.T) {
	Want(t)
	r := New(t, Options{Version: lab.Cassandra41})
	r.Form()
	r.wantRacks()
	r.wantOneRing()
}

// TestOwnDelays forms a ring of two with Cassandra's own delays: nothing in the
// sidecar may count on short ones.
func TestOwnDelays(t *testing.T) {
	Want(t)
	if !*slow {
		t.Skip("keeps Cassandra's own delays, and -own-delays=false was given")
	}
	r := New(t, Options{OwnDelays: true, Racks: []string{"0"}})
	for _, p := range r.Pods() {
		p.Create()
	}
	r.UntilUp(10*time.Minute, 2, r.Pods()...)
	r.wantOneRing()
}
