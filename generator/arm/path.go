package arm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// path is the way from the root of a document to one of its values. It is a stack that walkers push to and pop from, so
// that nothing is spent on text until a message needs it.
type path []segment

// segment is one step of a path: a member when name is set or index is negative, an element otherwise.
type segment struct {
	name  string
	index int
}

func (p *path) member(name string) { *p = append(*p, segment{name: name, index: -1}) }
func (p *path) element(index int)  { *p = append(*p, segment{index: index}) }
func (p *path) pop()               { *p = (*p)[:len(*p)-1] }

// String is the path in the notation of template expressions: resources[3].properties.tags['a.b'].
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case !isIdentifier(s.name) && s.name != "$schema":
			b.WriteString("[" + quote(s.name) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// problems gathers every error of one run, each with the place it stands at.
type problems []error

func (p *problems) add(place string, err error) {
	if place == "" {
		place = "template"
	}
	*p = append(*p, fmt.Errorf("%s: %w", place, err))
}

func (p problems) join() error { return errors.Join(p...) }

// some lists at most twelve names for a message.
func some(names []string) string {
	const most = 12
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return strings.Join(names, ", ")
}
