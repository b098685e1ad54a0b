package ring

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// join is one attempt to join, as Cassandra's own log tells it.
type join struct {
	pod      *Pod
	from, to time.Time // to is zero while it has not ended
}

// logLine is a line of system.log; its time has a comma or a point before the
// milliseconds.
var logLine = regexp.MustCompile(`^[A-Z]+ +\[[^]]*\] (\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)[.,](\d{3}) (.*)$`)

// What Cassandra logs when it begins to join, when it has joined, and first of
// all when it starts.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/service/StorageService.java
var (
	joinBegins = regexp.MustCompile(`JOINING: (getting bootstrap token|Getting bootstrap token)`)
	joinEnds   = regexp.MustCompile(`JOINING: Finish joining ring|Bootstrap completed for tokens`)
	newProcess = regexp.MustCompile(`Configuration location: `)
)

// joins reads the attempts from a pod's system.log.
func (p *Pod) joins() []join {
	f, err := os.Open(filepath.Join(p.logDir(), "system.log"))
	if err != nil {
		return nil
	}
	defer f.Close()
	var all []join
	var last time.Time
	open := func() bool { return len(all) > 0 && all[len(all)-1].to.IsZero() }
	for s := bufio.NewScanner(f); s.Scan(); {
		parts := logLine.FindStringSubmatch(s.Text())
		if parts == nil {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02T15:04:05.000", strings.Replace(parts[1], " ", "T", 1)+"."+parts[2], time.Local)
		if err != nil {
			continue
		}
		switch {
		case newProcess.MatchString(parts[3]) && open(): // the one before was killed
			all[len(all)-1].to = last
		case joinBegins.MatchString(parts[3]):
			all = append(all, join{pod: p, from: at})
		case joinEnds.MatchString(parts[3]) && open():
			all[len(all)-1].to = at
		}
		last = at
	}
	if open() {
		all[len(all)-1].to = last
	}
	return all
}

// checkJoins holds that no two attempts to join overlap, and that each pod that
// was seen to join has a log that shows it: else the logs prove nothing.
func (r *Rig) checkJoins() {
	var all []join
	joiners := r.watch.forget()
	for _, p := range r.Pods() {
		joins := p.joins()
		if joiners[p] && len(joins) == 0 {
			r.Errorf("%s has joined, but its log shows no join", p.ID)
		}
		all = append(all, joins...)
	}
	slices.SortFunc(all, func(a, b join) int { return a.from.Compare(b.from) })
	for i := 1; i < len(all); i++ {
		if before, after := all[i-1], all[i]; after.from.Before(before.to) {
			r.Errorf("must never be: by their logs two joined at the same time: %s from %s to %s, %s from %s",
				before.pod.ID, before.from.Format(stamp), before.to.Format(stamp), after.pod.ID, after.from.Format(stamp))
		}
	}
	r.journal.write("test", fmt.Sprintf("%d joins by Cassandra's logs, %d pods were seen to join", len(all), len(joiners)))
}
