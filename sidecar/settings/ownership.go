package settings

import "strings"

// ownership lists the owned names by the reason why they are. A name that
// ends in * stands for all that begin so, one between two * for all that hold
// it. The first that covers a name gives the reason.
type ownership []struct {
	reason string
	names  []string
}

func (o ownership) find(name string) (reason string, owned bool) {
	for _, entry := range o {
		for _, pattern := range entry.names {
			if covers(pattern, name) {
				return entry.reason, true
			}
		}
	}
	return "", false
}

func covers(pattern, name string) bool {
	part, open := strings.CutSuffix(pattern, "*")
	if !open {
		return name == pattern
	}
	if inner, both := strings.CutPrefix(part, "*"); both {
		return strings.Contains(name, inner)
	}
	return strings.HasPrefix(name, part)
}
