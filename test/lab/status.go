package lab

import (
	"regexp"
	"strings"
)

// Member is a line of nodetool status.
type Member struct{ State, Address, HostID, Rack, Datacenter string }

var (
	datacenterLine = regexp.MustCompile(`^Datacenter: (\S+)`)
	memberLine     = regexp.MustCompile(`^([UD?][NLJM]) +(\S+) .* ([0-9a-f-]{36}) .*?(\S+) *$`)
)

// ParseStatus reads the members that nodetool status lists.
func ParseStatus(text string) []Member {
	var all []Member
	datacenter := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if m := datacenterLine.FindStringSubmatch(line); m != nil {
			datacenter = m[1]
		} else if m := memberLine.FindStringSubmatch(line); m != nil {
			all = append(all, Member{State: m[1], Address: m[2], HostID: m[3], Rack: m[4], Datacenter: datacenter})
		}
	}
	return all
}

// States counts the members of each state, such as UN.
func States(members []Member) map[string]int {
	states := map[string]int{}
	for _, m := range members {
		states[m.State]++
	}
	return states
}
