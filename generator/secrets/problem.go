package secrets

import (
	"slices"
	"strings"
)

// Problem is one file or directory that cannot be used as it stands.
type Problem struct {
	File    string // as the user reaches it: under the directory given to Write
	Message string // what is wrong and what puts it right; never what the file holds
}

// Problems is everything that kept a run from writing, sorted by file.
type Problems struct{ List []Problem }

// Error is one problem per line, as file: message.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List))
	for _, problem := range p.List {
		lines = append(lines, problem.File+": "+problem.Message)
	}
	return strings.Join(lines, "\n")
}

// sorted also drops repetitions: one bad directory is met once per file in it.
func (p *Problems) sorted() *Problems {
	slices.SortFunc(p.List, func(x, y Problem) int {
		return slices.Compare([]string{x.File, x.Message}, []string{y.File, y.Message})
	})
	p.List = slices.Compact(p.List)
	return p
}
