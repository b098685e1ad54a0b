package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// Pods are the members' pods of all regions.
func (w *World) Pods() []*Pod {
	w.Helper()
	var all []*Pod
	for _, c := range w.Clusters {
		all = append(all, c.Pods()...)
	}
	return all
}

// UntilReady waits until there are so many members' pods in each region, all
// Ready. It fails at once where one of them will never be.
func (w *World) UntilReady(limit time.Duration, each int) {
	w.Helper()
	w.untilAll("Ready", (*Pod).notReady, limit, w.each(each))
}

// UntilReady does so for one region.
func (c *Cluster) UntilReady(limit time.Duration, members int) {
	c.world.Helper()
	c.world.untilAll("Ready", (*Pod).notReady, limit, map[*Cluster]int{c: members})
}

// UntilServing waits until there are so many members' pods in each region, and
// their Cassandras answer CQL. The kubelet takes some seconds more to see it.
func (w *World) UntilServing(limit time.Duration, each int) {
	w.Helper()
	w.untilAll("serving", (*Pod).notServing, limit, w.each(each))
}

func (w *World) each(members int) map[*Cluster]int {
	want := map[*Cluster]int{}
	for _, c := range w.Clusters {
		want[c] = members
	}
	return want
}

func (w *World) untilAll(are string, not func(*Pod) string, limit time.Duration, want map[*Cluster]int) {
	w.Helper()
	var what []string
	for _, c := range w.Clusters {
		if n, asked := want[c]; asked {
			what = append(what, fmt.Sprintf("%d in %s", n, c.Region))
		}
	}
	// What was missing before may have come a moment ago.
	begun := time.Now()
	w.Until("pods are "+are+", "+strings.Join(what, " and "), limit, func() string {
		var missing []string
		for _, c := range w.Clusters {
			if n, asked := want[c]; asked {
				missing = append(missing, c.missing(n, not, begun)...)
			}
		}
		if len(missing) > 0 {
			time.Sleep(time.Second) // each asks the API server and an agent, which take from the members
		}
		return strings.Join(missing, "; ")
	})
}

// missing says which of the region's pods are not as they should be, and why. The
// test ends where one of them is stuck since the wait for them began.
func (c *Cluster) missing(want int, not func(*Pod) string, begun time.Time) []string {
	pods := c.Pods()
	var missing []string
	for _, p := range pods {
		if stuck := p.stuck(begun); stuck != "" {
			c.world.Fatalf("%s: %s", c.Region, stuck)
		}
		if why := not(p); why != "" {
			missing = append(missing, fmt.Sprintf("%s/%s: %s", c.Region, p.Name, why))
		}
	}
	if len(pods) != want {
		missing = append(missing, fmt.Sprintf("%s has %d pods", c.Region, len(pods)))
	}
	return missing
}

// notReady is why the pod is not Ready, in its agent's words, or nothing.
func (p *Pod) notReady() string {
	if p.Ready() {
		return ""
	}
	_, why := p.phase()
	return why
}

// notServing is why the pod's Cassandra is not up, or nothing.
func (p *Pod) notServing() string {
	phase, why := p.phase()
	if phase == "joined" {
		return ""
	}
	return why
}

// phase is what the pod does, and all that its agent says of it.
func (p *Pod) phase() (phase, says string) {
	n, err := p.Node()
	if err != nil {
		return "", err.Error()
	}
	return n.Phase, fmt.Sprintf("volume %s, phase %s: %s", n.Volume, n.Phase, n.Reason)
}

// UntilSees waits until a pod of each region sees such members, by state.
func (w *World) UntilSees(limit time.Duration, want map[string]int) {
	w.Helper()
	for _, c := range w.Clusters {
		c.UntilSees(limit, want)
	}
}

// UntilSees waits until the region's first pod that is Ready sees such members.
func (c *Cluster) UntilSees(limit time.Duration, want map[string]int) {
	w := c.world
	w.Helper()
	w.Until(fmt.Sprintf("%s sees %v", c.Region, want), limit, func() string {
		for _, p := range c.Pods() {
			if !p.Ready() {
				continue
			}
			members, err := p.Ring()
			if err != nil {
				return err.Error()
			}
			if got := lab.States(members); fmt.Sprint(got) != fmt.Sprint(want) {
				time.Sleep(time.Second) // nodetool takes a good part of the machine
				return fmt.Sprint(members)
			}
			return ""
		}
		return "no pod is Ready"
	})
}

// Racks are the racks of the members that a pod sees, by datacenter, sorted.
func Racks(members []lab.Member) map[string][]string {
	racks := map[string][]string{}
	for _, m := range members {
		racks[m.Datacenter] = append(racks[m.Datacenter], m.Rack)
	}
	for _, r := range racks {
		slices.Sort(r)
	}
	return racks
}

// replication is a keyspace's replication with so many copies in each region.
func (w *World) replication(copies int) string {
	text := []string{"'class': 'NetworkTopologyStrategy'"}
	for _, c := range w.Clusters {
		text = append(text, fmt.Sprintf("'%s': %d", c.Datacenter, copies))
	}
	return "{" + strings.Join(text, ", ") + "}"
}

// formation is how long a ring of six may take to form before it has failed.
const formation = 15 * time.Minute
