package ring

import (
	"fmt"
	"strings"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// Status is what nodetool status says in the pod.
func (p *Pod) Status() ([]lab.Member, error) {
	out, err := p.Run("nodetool", "status")
	if err != nil {
		return nil, fmt.Errorf("%s: nodetool status: %w: %s", p.ID, err, out)
	}
	return lab.ParseStatus(out), nil
}

// Answers says whether the pod's Cassandra answers CQL.
func (p *Pod) Answers() bool {
	host := p.Host()
	return host != nil && lab.Answers(host, p.Address())
}

// UntilUp waits until the pods answer CQL and each region's first of them sees
// exactly so many members, all UN.
func (r *Rig) UntilUp(limit time.Duration, members int, pods ...*Pod) {
	r.Helper()
	r.UntilAnswer(limit, pods...)
	r.UntilSees(time.Minute, map[string]int{"UN": members}, pods...)
}

// UntilAnswer waits until the pods answer CQL.
func (r *Rig) UntilAnswer(limit time.Duration, pods ...*Pod) {
	r.Helper()
	r.Until(fmt.Sprintf("%d answer CQL", len(pods)), limit, func() string {
		var missing []string
		for _, p := range pods {
			if !p.Answers() {
				missing = append(missing, p.ID)
			}
		}
		return strings.Join(missing, ", ")
	})
}

// UntilSees waits until each region's first of the pods sees such members.
func (r *Rig) UntilSees(limit time.Duration, want map[string]int, pods ...*Pod) {
	r.Helper()
	seen := map[*Region]bool{}
	for _, p := range pods {
		if seen[p.Region] {
			continue
		}
		seen[p.Region] = true
		r.Until(fmt.Sprintf("%s sees %v", p.ID, want), limit, func() string {
			members, err := p.Status()
			if err != nil {
				return err.Error()
			}
			if got := lab.States(members); fmt.Sprint(got) != fmt.Sprint(want) {
				return fmt.Sprint(members)
			}
			return ""
		})
	}
}
