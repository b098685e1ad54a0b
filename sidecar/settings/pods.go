package settings

import (
	"fmt"
	"regexp"
	"strconv"
)

// Rack values are what stands between "cassandra-" and the ordinal in a pod's
// name and after "rack-" in a rack's: a fault domain's number or a zone. A
// zone that looks like a fault domain's label, fd0, would read as the other
// kind of rack.
var (
	podNames     = regexp.MustCompile(`^cassandra-([0-9a-z]{1,8})-(0|[1-9][0-9]{0,4})$`)
	rackNames    = regexp.MustCompile(`^rack-([0-9a-z]{1,8})$`)
	faultDomains = regexp.MustCompile(`^(0|[1-9][0-9]{0,7})$`)
	zoneLikeFD   = regexp.MustCompile(`^fd[0-9]+$`)
)

// checkFounder holds founder against racks and members. A founder that was
// refused on its own is empty here and says nothing more.
func (s *Settings) checkFounder(m *mapping) {
	if s.Founder == "" || s.Founder == NoFounder {
		return
	}
	if wrong := s.notMine(s.Founder); wrong != "" {
		m.r.report(m.values["founder"].Line, "founder", "is %s, which %s", s.Founder, wrong)
	}
}

// readReplace reads the lost members; entries that break a rule are left out.
func (s *Settings) readReplace(m *mapping) map[string]string {
	var replace map[string]string
	successors := map[string]string{}
	for _, entry := range m.pairs("replace", "a mapping of pods to host ids") {
		pod, id := entry.key.Value, entry.node.Value
		if !podNames.MatchString(pod) {
			m.r.report(entry.key.Line, entry.path, "is no pod; it takes cassandra-RACK-ORDINAL, such as cassandra-0-0")
			continue
		}
		if wrong := s.notMine(pod); wrong != "" {
			m.r.report(entry.key.Line, entry.path, "is a pod that %s", wrong)
		}
		if !m.r.text(entry.node, entry.path, hostID) {
			continue
		}
		if other, ok := successors[id]; ok {
			m.r.report(entry.node.Line, entry.path, "is %s, as is %s; a lost member has one successor", shown(id), other)
		}
		successors[id] = entry.path
		if replace == nil {
			replace = map[string]string{}
		}
		replace[pod] = id
	}
	return replace
}

// notMine says why no pod of this datacenter can have the name, or nothing.
func (s *Settings) notMine(pod string) string {
	parts := podNames.FindStringSubmatch(pod)
	rack, ordinal := parts[1], parts[2]
	switch {
	case s.Racks == RacksFaultDomain && !faultDomains.MatchString(rack):
		return "has rack " + rack + "; with racks: faultDomain a rack is a number"
	case s.Racks == RacksZone && zoneLikeFD.MatchString(rack):
		return "has rack " + rack + ", a fault domain; with racks: zone a rack is a zone"
	}
	if n, _ := strconv.Atoi(ordinal); s.Members > 0 && n >= s.Members {
		return fmt.Sprintf("cannot exist; with members: %d the last ordinal is %d at most", s.Members, s.Members-1)
	}
	return ""
}
