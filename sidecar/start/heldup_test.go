package start

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// heldUp is a process that stands still once, for as long as an agent keeps a
// claim that is not renewed: at the n-th of the moments at which its publisher
// reads its clock or writes while it claims.
type heldUp struct {
	volume.OS
	from *publisher

	n       int
	moments int
	// lapsed says that Cassandra is started by what is published although the
	// claim before it had lapsed.
	lapsed bool
}

// now is called under the publisher's lock.
func (h *heldUp) now() time.Time {
	if h.moments > 0 || h.from.last.Phase == volume.PhaseClaiming {
		h.moments++
	}
	now := time.Now()
	if h.moments >= h.n {
		now = now.Add(volume.ClaimLife)
	}
	return now
}

func (h *heldUp) Create(name string) (volume.File, error) {
	h.now()
	return h.OS.Create(name)
}

// Rename is the moment at which others see what is published.
func (h *heldUp) Rename(from, to string) error {
	now, file := h.now(), h.from.file
	before, err := file.Read()
	if err != nil {
		return err
	}
	if err := h.OS.Rename(from, to); err != nil {
		return err
	}
	after, err := file.Read()
	h.lapsed = err == nil && after.Phase == volume.PhaseStarting && (h.lapsed || before.Stale(now))
	return err
}

func (h *heldUp) SyncDir(name string) error {
	h.now()
	return h.OS.SyncDir(name)
}

// TestHeldUp holds a process up at every moment between its claim and its
// start: it never starts on a claim that others saw lapse.
func TestHeldUp(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		t.Run(fmt.Sprintf("at moment %d", n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.empty()
				s.serving()
				h := &heldUp{n: n}
				s.onPublisher = func(p *publisher) {
					p.mu.Lock()
					defer p.mu.Unlock()
					h.from, p.now, p.file.Files = p, h.now, h
				}
				if err := s.runFor(long); err != nil || s.execs != 1 {
					t.Fatalf("%v, started %d times\n%s", err, s.execs, s.log.String())
				}
				if h.lapsed {
					t.Error("started on a claim that had lapsed")
				}
				reached = h.moments >= n
			})
		})
		if n > 100 {
			t.Fatal("it does not come to an end")
		}
	}
}
