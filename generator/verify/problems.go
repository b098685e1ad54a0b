package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a compiled file.
type Problem struct {
	File    string // below out/
	Where   string // a resource, an object or a path in one; empty: the file as a whole
	Message string // what is wrong and what would be right
}

func (p Problem) String() string {
	if p.Where == "" {
		return p.File + ": " + p.Message
	}
	return p.File + ": " + p.Where + ": " + p.Message
}

// Problems is everything that is wrong with the files of a ring, sorted by
// file, place and message. The list is never empty.
type Problems struct{ List []Problem }

// Error is one problem per line, as file: where: message.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// report collects problems. Each region has its own, so that regions can be
// read at the same time.
type report struct{ problems []Problem }

func (r *report) add(file, where, format string, args ...any) {
	r.problems = append(r.problems, Problem{file, where, fmt.Sprintf(format, args...)})
}

// errors adds every error that err joins, each on one line.
func (r *report) errors(file, where string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.errors(file, where, e)
		}
		return
	}
	r.add(file, where, "%s", strings.Join(strings.Fields(err.Error()), " "))
}

// result is the error of all problems together, each once.
func result(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Message, b.Message))
	})
	return &Problems{slices.Compact(problems)}
}
