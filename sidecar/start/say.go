package start

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"

	"github.com/ringwright/ringwright/sidecar/decide"
)

// once logs a line only where it differs from the last one. Numbers that only
// count up or down make no difference.
type once struct{ last string }

func (o *once) say(log *slog.Logger, line string, args ...any) {
	figure := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, line+fmt.Sprint(args...))
	if figure != o.last {
		o.last = figure
		log.Info(line, args...)
	}
}

// say logs a change of state in words.
func (s *starter) say(a decided) {
	switch a.Kind {
	case decide.Found:
		s.once.say(s.log, "founding the ring", "ringId", a.State.RingID)
	case decide.Start:
		s.once.say(s.log, startLine(a), "seeds", a.Seeds)
		for _, w := range a.Warnings {
			s.log.Warn("starting all the same", "condition", string(w))
		}
	case decide.Wait, decide.Withdraw:
		s.once.say(s.log, string(a.Phase)+": "+a.Reason)
	}
}

func startLine(a decided) string {
	switch {
	case a.ReplaceAddress.IsValid():
		return fmt.Sprintf("starting in the place of member %s, last at %s", a.State.Replacing, a.ReplaceAddress)
	case a.State.Joining:
		return "starting, to join the ring"
	}
	return "starting as the member that it is"
}
