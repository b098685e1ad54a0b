package ring

import (
	"testing"
	"time"
)

// TestByHand forms a ring of two without the sidecar: it shows that the rig
// itself works.
func TestByHand(t *testing.T) {
	Want(t)
	t.Parallel()
	r := New(t, Options{ByHand: true, Racks: []string{"0"}})
	pods := r.Pods()
	for _, p := range pods {
		p.CreateByHand(pods[0])
		r.UntilAnswer(3*time.Minute, p)
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 2}, pods...)
	pods[0].Fill(1)
	r.WantRows(pods[1])
}
