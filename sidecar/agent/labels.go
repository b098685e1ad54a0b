package agent

import (
	"maps"
	"slices"
	"sync"
)

// maxLabels is how many conditions are remembered; decide has fewer.
const maxLabels = 100

// labels remembers the conditions and warnings that there were, so that one
// that is over is shown as 0 and does not just vanish.
type labels struct {
	mu         sync.Mutex
	conditions map[string]bool
	warnings   map[string]bool
}

func newLabels() *labels {
	return &labels{conditions: map[string]bool{}, warnings: map[string]bool{}}
}

// note takes up what is so now, and gives all there were and which of them is.
func (l *labels) note(s sight) (conditions, warnings map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for known := range l.conditions {
		l.conditions[known] = known == s.Condition
	}
	if s.Condition != "" && len(l.conditions) < maxLabels {
		l.conditions[s.Condition] = true
	}
	for known := range l.warnings {
		l.warnings[known] = slices.Contains(s.Warnings, known)
	}
	for _, warning := range s.Warnings {
		if len(l.warnings) < maxLabels {
			l.warnings[warning] = true
		}
	}
	return maps.Clone(l.conditions), maps.Clone(l.warnings)
}
