package decide

import (
	"math/rand/v2"
	"testing"
)

// TestFormation forms a ring of two regions with three pods each, all created
// in the same second, with Cassandra's delays as short as a test makes them.
// The founder's neighbours must not wait until every DNS has to name them.
// With translated addresses they must, and it ends as well.
func TestFormation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		translated  bool
		early       int
		least, most int // seconds in which no Cassandra was starting
	}{
		{"plain", false, 2, 0, 5},
		{"addresses translated", true, 0, 15, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(newShape(2, 3, 3, 3), rand.New(rand.NewPCG(1, 1)))
			w.ringDelay, w.reread = 12, true
			for p := range w.shape.pods {
				w.pods[p].nat = tt.translated
				w.startInit(p)
			}
			idle := 0
			for w.serving() < w.shape.pods && w.now < 300 {
				if !w.starting() {
					idle++
				}
				w.rounds(1, 1)
			}
			t.Logf("formed in %d s, nobody was starting for %d s, %d went early", w.now, idle, w.stats.early)
			if w.broken != "" || w.serving() != w.shape.pods {
				t.Fatalf("%d of %d serve; broken %q", w.serving(), w.shape.pods, w.broken)
			}
			if w.stats.early != tt.early || idle < tt.least || idle > tt.most {
				t.Errorf("%d went early, want %d; nobody was starting for %d s, want %d to %d", w.stats.early, tt.early, idle, tt.least, tt.most)
			}
		})
	}
}

// starting says whether a Cassandra is on its way.
func (w *world) starting() bool {
	for p := range w.shape.pods {
		if s := w.pods[p].cass.stage; s == shadow || s == joining {
			return true
		}
	}
	return false
}
