package start

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
)

// matter is what lines of the log are about.
type matter string

const (
	aboutStart    matter = "start"
	aboutSettings matter = "settings"
)

// once logs a line only where it differs from the last one about the same
// matter. Numbers and times that only count up or down make no difference;
// those in names and addresses do.
type once struct{ last map[matter]string }

func (o *once) say(log *slog.Logger, about matter, line string, args ...any) {
	said := withoutCounts(line + " " + fmt.Sprintln(args...))
	if said == o.last[about] {
		return
	}
	if o.last == nil {
		o.last = map[matter]string{}
	}
	o.last[about] = said
	log.Info(line, args...)
}

// forget has the next line about a matter be logged whatever it is.
func (o *once) forget(about matter) { delete(o.last, about) }

// withoutCounts puts one sign in the place of every word that is a number or a
// duration.
func withoutCounts(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		word = strings.Trim(word, "(),;:.")
		_, notNumber := strconv.ParseFloat(word, 64)
		_, notTime := time.ParseDuration(word)
		if notNumber == nil || notTime == nil {
			words[i] = "#"
		}
	}
	return strings.Join(words, " ")
}

// say logs a change of state in words.
func (s *starter) say(a decided) {
	switch a.Kind {
	case decide.Found:
		s.once.say(s.log, aboutStart, "founding the ring", "ringId", a.State.RingID)
	case decide.Start:
		s.once.say(s.log, aboutStart, startLine(a), "seeds", a.Seeds)
		for _, w := range a.Warnings {
			s.log.Warn("starting all the same", "condition", string(w))
		}
	case decide.Wait, decide.Withdraw:
		s.once.say(s.log, aboutStart, string(a.Phase)+": "+a.Reason)
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
