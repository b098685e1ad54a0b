package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a settings file.
type Problem struct {
	// Line counts from 1.
	Line int
	// Path leads to the value, as in peers[0].dns[1]; empty for the file.
	Path string
	// Message says what is wrong and what would be right.
	Message string
}

// Problems is the error of Parse: everything that is wrong with one file,
// sorted by line.
type Problems struct {
	// Name is the file's name as the reader knows it.
	Name string
	// List is never empty.
	List []Problem
}

// Error gives one line per problem: name:line: path: message.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = fmt.Sprintf("%s:%d: %s", p.Name, problem.Line, problem.Message)
		if problem.Path != "" {
			lines[i] = fmt.Sprintf("%s:%d: %s: %s", p.Name, problem.Line, problem.Path, problem.Message)
		}
	}
	return strings.Join(lines, "\n")
}

// sorted orders by line; on one line, what was found first stays first.
func sorted(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return problems
}

// shown quotes a value for a message. Messages stay on one line and short,
// whatever the file holds.
func shown(value string) string {
	const most = 60
	if runes := []rune(value); len(runes) > most {
		return fmt.Sprintf("%q...", string(runes[:most]))
	}
	return fmt.Sprintf("%q", value)
}
