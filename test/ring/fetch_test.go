package ring

import (
	"testing"

	"github.com/ringwright/ringwright/test/lab"
)

// TestDistributions fetches what the other tests run.
func TestDistributions(t *testing.T) {
	Want(t)
	for _, version := range []string{lab.Cassandra50, lab.Cassandra41} {
		d := Distribution(t, version)
		t.Logf("Cassandra %s is in %s", version, d.Home)
	}
}
