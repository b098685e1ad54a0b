package ring

import (
	"testing"
	"time"
)

// TestByHand forms a ring without the sidecar: it shows that the rig itself
// works, and how long six members take one after another.
func TestByHand(t *testing.T) {
	Want(t)
	r := New(t, Options{ByHand: true})
	pods := r.Pods()
	for i, p := range pods {
		p.CreateByHand(pods[0])
		r.UntilAnswer(3*time.Minute, p)
		_ = i
	}
	r.UntilSees(time.Minute, map[string]int{"UN": 6}, pods...)
	pods[0].Fill(3)
	r.WantRows(pods[3])
}
