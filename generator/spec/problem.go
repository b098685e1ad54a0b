package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing in a spec that has to change before it compiles.
type Problem struct {
	File    string // an API model; empty where it is in the spec itself
	Line    int    // 1-based; 1 where the file as a whole is meant
	Path    string // such as regions[1].vnet; empty where no field is meant
	Message string // what is wrong and what would be right
}

// Problems is every problem of one spec, sorted by line, then those of the API
// models that it names.
type Problems struct {
	File string
	List []Problem
}

// Error is one problem per line, as file:line: path: message.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List))
	for _, problem := range p.List {
		file := p.File
		if problem.File != "" {
			file = problem.File
		}
		lines = append(lines, file+":"+problem.String())
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

// sort orders the problems by line, models behind the spec; those of one line
// stay in the order they were found.
func (p *Problems) sort() {
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line)
	})
}

func itoa(n int) string { return strconv.Itoa(n) }
