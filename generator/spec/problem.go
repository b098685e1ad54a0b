package spec

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Problem is one thing in a spec that has to change before it compiles.
type Problem struct {
	Line    int    // 1-based; 1 where the file as a whole is meant
	Path    string // such as regions[1].vnet; empty where no field is meant
	Message string // what is wrong and what would be right
}

// Problems is every problem of one file, sorted by line.
type Problems struct {
	File string
	List []Problem
}

// Error is one problem per line, as file:line: path: message.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List))
	for _, problem := range p.List {
		lines = append(lines, p.File+":"+problem.String())
	}
	return strings.Join(lines, "\n")
}

func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d: ", p.Line)
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// sort orders the problems by line; those of one line stay in the order they were found.
func (p *Problems) sort() {
	sort.SliceStable(p.List, func(i, j int) bool { return p.List[i].Line < p.List[j].Line })
}

// shown quotes a value for a message, clipped.
func shown(s string) string {
	if c := clipped(s); c != s {
		return strconv.Quote(strings.TrimSuffix(c, "...")) + "..."
	}
	return strconv.Quote(s)
}

// clipped bounds what a message repeats to 60 characters.
func clipped(s string) string {
	const most = 60
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "..."
		}
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
