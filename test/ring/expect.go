package ring

import (
	"fmt"
	"slices"
	"strings"
	"time"
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

// UntilExits waits until the pod's Cassandra or init has ended with a code and
// printed all the words.
func (p *Pod) UntilExits(limit time.Duration, code int, words ...string) {
	r := p.Region.rig
	r.Helper()
	r.Until(fmt.Sprintf("%s: exits %d and says %q", p.ID, code, words), limit, func() string {
		if exits := p.Exits(); !slices.Contains(exits, code) || !holds(p.Output(), words) {
			return fmt.Sprintf("exits %v: %s", exits, strings.Join(tail(p.Output(), 3), " / "))
		}
		return ""
	})
}

func holds(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// HostIDs are the host ids of the members by their addresses, as a pod sees them.
func (p *Pod) HostIDs() map[string]string {
	r := p.Region.rig
	r.Helper()
	members, err := p.Status()
	r.must(err)
	ids := map[string]string{}
	for _, m := range members {
		ids[m.Address] = m.HostID
	}
	return ids
}

// HostID is the pod's own.
func (p *Pod) HostID() string {
	p.Region.rig.Helper()
	n, err := p.Node()
	p.Region.rig.must(err)
	return n.HostID
}

// NeverStarts holds that the pod's Cassandra does not answer, nor joins, for a
// while.
func (p *Pod) NeverStarts(during time.Duration) {
	r := p.Region.rig
	r.Helper()
	r.Never(p.ID+" starts", during, func() string {
		n, err := p.Node()
		if err == nil && (n.Phase == "starting" || n.Phase == "joined") {
			return fmt.Sprintf("phase %s: %s", n.Phase, n.Reason)
		}
		return ""
	})
}
