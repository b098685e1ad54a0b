package spec

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/spelling"
)

// maxBytes bounds a spec. A ring of a hundred regions with every field written takes a tenth of it.
const maxBytes = 1 << 20

// Parse reads a spec, takes what its API models say, fills in the defaults and
// checks every rule. The error, where there is one, is a *Problems with
// everything that has to change; name is what it calls the file.
func Parse(name string, src []byte, models ...Model) (*Ring, error) {
	d := &document{lines: map[string]int{}, spoiled: map[string]bool{}, given: map[string]origin{}, problems: Problems{File: name}}
	d.last = 1 + bytes.Count(bytes.TrimSuffix(src, []byte("\n")), []byte("\n"))
	ring := &Ring{}
	if root := d.root(src); root != nil {
		d.decode(root, reflect.ValueOf(ring).Elem(), "")
		if !d.spoiled[""] {
			d.apply(ring, models)
			setDefaults(ring, d.written)
			check(ring, d)
		}
	}
	if len(d.problems.List) > 0 {
		d.problems.sort()
		return nil, &d.problems
	}
	return ring, nil
}

// root is the tree of the one document that src must hold, or nil with a problem.
func (d *document) root(src []byte) *yaml.Node {
	whole := func(format string, args ...any) *yaml.Node {
		d.spoil(&yaml.Node{Line: 1}, "", format, args...)
		return nil
	}
	if len(src) > maxBytes {
		return whole("%d bytes; a ring.yaml has at most %d", len(src), maxBytes)
	}
	if !d.text(src) {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var tree yaml.Node
	switch err := decoder.Decode(&tree); {
	case errors.Is(err, io.EOF):
		return whole("empty; `ringwright init` writes a spec to start from")
	case err != nil:
		return d.syntax(src, err)
	}
	var second yaml.Node
	switch err := decoder.Decode(&second); {
	case err == nil:
		d.report(second.Line, "", "a second document; one file describes one ring")
	case !errors.Is(err, io.EOF):
		return d.syntax(src, err)
	}
	return tree.Content[0]
}

// text refuses what is no text, which the YAML parser would not give a line of.
func (d *document) text(src []byte) bool {
	for line, rest := 1, bytes.TrimPrefix(src, []byte("\ufeff")); len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && size == 1:
			d.spoil(&yaml.Node{Line: line}, "", "not UTF-8 text; save the file as UTF-8")
			return false
		case r == '\t' || r == '\r' || r == '\u0085':
		case unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff':
			d.spoil(&yaml.Node{Line: line}, "", "the character %U, which no text holds; delete it", r)
			return false
		}
		rest = rest[size:]
	}
	return true
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

var (
	// fromZero are the parser's own errors, which count lines from 0, while its scanner counts from 1.
	fromZero = regexp.MustCompile(`^did not find expected (<|'-'|',' or|key$|node content)`)
	// noAnchor is an error without a line.
	noAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax reports what the YAML parser says, at the line it says it of.
func (d *document) syntax(src []byte, err error) *yaml.Node {
	line, message := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
			if fromZero.MatchString(message) {
				line++
			}
		}
	}
	if m := noAnchor.FindStringSubmatch(message); m != nil {
		before, _, _ := bytes.Cut(src, []byte("*"+m[1]))
		line, message = 1+bytes.Count(before, []byte("\n")), "no anchor "+spelling.Clipped(m[1])+" for the alias; write the value out"
	}
	d.spoil(&yaml.Node{Line: line}, "", "not YAML: %s", strings.ReplaceAll(message, "\n", " "))
	return nil
}
