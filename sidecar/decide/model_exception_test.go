package decide

import (
	"math/rand/v2"
	"testing"
)

// TestSecondRing shows the one way in which a second ring comes to be: the
// founder's whole datacenter has lost its volumes, no pod of a peer can be
// seen, and founder is still set. With `none` it does not.
func TestSecondRing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		founder bool
		founded int
	}{{"founder set", true, 1}, {"founder none", false, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(newShape(2, 2, 2, 2), rand.New(rand.NewPCG(1, 1)))
			w.rounds(80, 10)
			for p := range 4 {
				if w.pods[p].cass.stage != normal {
					t.Fatalf("pod %d has not joined: %s", p, w.pods[p].reason)
				}
			}
			w.regions[0].founder = tt.founder
			w.cutBoth(0, 2, 3)
			w.cutBoth(1, 2, 3)
			w.dnsCut[0][1], w.dnsCut[1][0] = w.now, w.now
			w.lose(0)
			w.lose(1)
			w.rounds(30, 10)
			if w.stats.exceptions != tt.founded || w.broken != "" {
				t.Errorf("%d rings founded beside the first, want %d; broken %q", w.stats.exceptions, tt.founded, w.broken)
			}
			if got := w.pods[0].last; !tt.founder && got != NobodyLive {
				t.Errorf("pod 0 waits for %q, want %q", got, NobodyLive)
			}
		})
	}
}
