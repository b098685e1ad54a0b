package settings

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checkOrder holds order against the datacenters that there are. It waits
// until all of them are known and no two are the same.
func (s *Settings) checkOrder(m *mapping) {
	all := []string{s.Datacenter}
	for _, p := range s.Peers {
		all = append(all, p.Datacenter)
	}
	peers := m.values["peers"]
	known := peers != nil && peers.Kind == yaml.SequenceNode && !slices.Contains(all, "")
	if distinct := slices.Compact(slices.Sorted(slices.Values(all))); !known || len(distinct) < len(all) || s.Order == nil {
		return
	}
	for i, name := range s.Order {
		path, line := "order["+strconv.Itoa(i)+"]", m.values["order"].Content[i].Line
		if name == "" {
			continue // refused on its own
		}
		if !slices.Contains(all, name) {
			m.r.report(line, path, "is %s, which is neither datacenter nor a peer's; it takes one of %s", shown(name), strings.Join(all, ", "))
		} else if slices.Contains(s.Order[:i], name) {
			m.r.report(line, path, "is %s for the second time; each datacenter comes once", shown(name))
		}
	}
	for _, name := range all {
		if !slices.Contains(s.Order, name) {
			m.r.report(m.line("order"), "order", "lacks %s; it takes every datacenter once", name)
		}
	}
}
