package agent

import (
	"context"
	"log/slog"
	"sync"
)

// teller logs changes: what is said again and again is logged once.
type teller struct {
	log *slog.Logger

	mu   sync.Mutex
	last map[string]string // what was last said of each matter
}

func newTeller(log *slog.Logger) *teller { return &teller{log: log, last: map[string]string{}} }

// became logs a text about a matter where it is another one than before.
func (t *teller) became(level slog.Level, matter, text string, attributes ...any) {
	if t.isNew(matter, text) {
		t.log.Log(context.Background(), level, text, attributes...)
	}
}

// outcome logs how something went: an error once per change, and once that it
// is over.
func (t *teller) outcome(matter string, err error) {
	if err != nil {
		if t.isNew(matter, err.Error()) {
			t.log.Warn(matter+" fails", "error", err.Error())
		}
		return
	}
	t.mu.Lock()
	failed := t.last[matter] != ""
	delete(t.last, matter)
	t.mu.Unlock()
	if failed {
		t.log.Info(matter + " works again")
	}
}

func (t *teller) isNew(matter, text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last[matter] == text {
		return false
	}
	t.last[matter] = text
	return true
}

// forget has a matter be logged again when it comes back.
func (t *teller) forget(matter string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.last, matter)
}
