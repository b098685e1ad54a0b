package acsengine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ringwright/ringwright/generator/spelling"
)

// document is a model while it is read: its values by path, and what is wrong with them.
type document struct {
	values   map[string]*node // what acts, by path such as properties.masterProfile.count
	spoiled  map[string]bool  // has a problem already
	carried  map[string][]string
	problems []Problem
}

func (d *document) errorf(path, format string, args ...any) {
	d.report(d.line(path), path, format, args...)
}

func (d *document) report(line int, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Place{line, path}, fmt.Sprintf(format, args...)})
	d.spoiled[path] = true
}

// line is where a path stands or, where it was left out, the nearest above it.
func (d *document) line(path string) int {
	for ; path != ""; path = parent(path) {
		if n, ok := d.values[path]; ok {
			return n.line
		}
	}
	return 1
}

// note keeps a key that has no effect, with the reason.
func (d *document) note(why, path string) {
	path = short(path)
	if !slices.Contains(d.carried[why], path) {
		d.carried[why] = append(d.carried[why], path)
	}
}

func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

func at(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// decode reads an object's members by the keys it may have. As acs-engine did,
// it takes keys in any case and null for a key that is left out.
func (d *document) decode(n *node, keys []key, path string) {
	d.values[path] = n
	first := map[string]int{}
	for _, m := range n.members {
		i := slices.IndexFunc(keys, func(k key) bool { return strings.EqualFold(k.name, m.name) })
		if i < 0 {
			d.report(m.line, at(path, plainKey(m.name)), "unknown key%s", spelling.Hint(m.name, names(keys)))
			continue
		}
		k := keys[i]
		where := at(path, k.name)
		if line := first[k.name]; line > 0 {
			d.report(m.line, where, "written twice, as keys are the same in any case; the first is on line %d", line)
			continue
		}
		first[k.name] = m.line
		m.value.line = m.line
		d.value(m.value, k, where)
	}
}

func (d *document) value(n *node, k key, path string) {
	switch {
	case n.kind == nothing:
	case k.fate == carried:
		if !n.empty() {
			d.note(k.why, path)
		}
	case k.fate == refused:
		if !n.empty() {
			d.report(n.line, path, "%s", k.why)
		}
	case k.kind == object && d.is(n, object, path):
		d.decode(n, k.keys, path)
	case k.kind == objects && d.is(n, list, path):
		d.values[path] = n
		for i, element := range n.items {
			if where := item(path, i); d.is(element, object, where) {
				d.decode(element, k.keys, where)
			}
		}
	case k.kind == texts && d.is(n, list, path):
		d.elements(n, text, path)
	case k.kind == numbers && d.is(n, list, path):
		d.elements(n, number, path)
	case k.kind == dictionary && d.is(n, object, path):
		for _, m := range n.members {
			d.is(m.value, text, at(path, plainKey(m.name)))
		}
		d.values[path] = n
	case k.kind == text || k.kind == number:
		if d.is(n, k.kind, path) && d.scalar(n, path) {
			d.values[path] = n
		}
	}
}

func (d *document) elements(n *node, want kind, path string) {
	d.values[path] = n
	for i, element := range n.items {
		if where := item(path, i); d.is(element, want, where) {
			d.scalar(element, where)
		}
	}
}

// is demands a kind of value.
func (d *document) is(n *node, want kind, path string) bool {
	if n.kind == want {
		return true
	}
	d.report(n.line, path, "want %s, got %s", want, n.kind)
	return false
}

// maxText bounds a text in bytes; the longest that acts is a public key.
const maxText = 4096

// scalar demands a line of text of some length, or a whole number.
func (d *document) scalar(n *node, path string) bool {
	switch {
	case n.kind == text && len(n.text) > maxText:
		d.report(n.line, path, "%d bytes of text; want at most %d", len(n.text), maxText)
	case n.kind == text && strings.ContainsFunc(strings.TrimRight(n.text, "\r\n"), unicode.IsControl):
		d.report(n.line, path, "want one line of text without control characters")
	case n.kind == number && !whole(n.text):
		d.report(n.line, path, "want a whole number")
	default:
		n.text = strings.TrimRight(n.text, "\r\n")
		return true
	}
	return false
}

func whole(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func names(keys []key) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.name)
	}
	return all
}

// plainKey is a key as a path shows it: clipped, and quoted where it could be
// read as a path or break the line.
func plainKey(name string) string {
	if spelling.Plain(name) {
		return name
	}
	return spelling.Quoted(name)
}
