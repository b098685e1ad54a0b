package ring

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// UntilNode waits until the pod's agent says what is wanted.
func (p *Pod) UntilNode(what string, limit time.Duration, wanted func(Node) bool) {
	r := p.Region.rig
	r.Helper()
	r.Until(p.ID+": "+what, limit, func() string {
		n, err := p.Node()
		switch {
		case err != nil:
			return err.Error()
		case !wanted(n):
			return fmt.Sprintf("volume %s, phase %s, failed %d: %s", n.Volume, n.Phase, n.FailedStarts, n.Reason)
		}
		return ""
	})
}

// UntilWaits waits until the pod waits and its reason holds all the words.
func (p *Pod) UntilWaits(limit time.Duration, words ...string) {
	p.Region.rig.Helper()
	p.UntilNode(fmt.Sprintf("waits and says %q", words), limit, func(n Node) bool {
		return n.Phase == "waiting" && holds(n.Reason, words)
	})
}

// UntilExits waits until an init that begins from now on has ended with a code,
// and its last line holds all the words.
func (p *Pod) UntilExits(limit time.Duration, code int, words ...string) {
	r := p.Region.rig
	r.Helper()
	before := p.Runs()
	r.Until(fmt.Sprintf("%s: init exits %d and says %q", p.ID, code, words), limit, func() string {
		ended := p.Ended()
		for _, run := range ended[min(before, len(ended)):] {
			if run.Code == code && strings.HasPrefix(run.LastLine, "ringwright-sidecar init: ") && holds(run.LastLine, words) {
				return ""
			}
		}
		return fmt.Sprintf("exits %v: %s", p.Exits(), strings.Join(tail(p.Output(), 3), " / "))
	})
}

func holds(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// silence is how long an agent may be silent that is asked what its pod does: a
// machine that is busy delays answers.
const silence = 8 * time.Second

// NeverStarts holds that the pod's Cassandra does not answer, nor joins, for a
// while in which its agent can tell.
func (p *Pod) NeverStarts(during time.Duration) {
	r := p.Region.rig
	r.Helper()
	heard, answers := time.Now(), 0
	r.Never(p.ID+" starts", during, func() string {
		host := p.Host()
		if host == nil {
			return "there is no pod that could"
		}
		if lab.Answers(host, p.Address()) {
			return "its Cassandra answers"
		}
		n, err := p.Node()
		switch {
		case err == nil && (n.Phase == "starting" || n.Phase == "joined"):
			return fmt.Sprintf("phase %s: %s", n.Phase, n.Reason)
		case err == nil:
			heard = time.Now()
			answers++
		case time.Since(heard) > silence:
			return "nobody can tell: " + err.Error()
		}
		return ""
	})
	if answers == 0 {
		r.Fatalf("%s: its agent has not answered in %s, so nobody can tell whether it starts", p.ID, during)
	}
}
