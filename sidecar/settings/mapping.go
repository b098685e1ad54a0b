package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxInt32 bounds counts that have no tighter limit of their own; Cassandra
// keeps them in 32 bits.
const maxInt32 = 1<<31 - 1

// mapping is a mapping of the file while it is read: asking for a key makes
// it known, rest refuses the keys that nobody asked for. Where node is nil
// the value was no mapping; that has been said, and it has no keys.
type mapping struct {
	r      *reader
	node   *yaml.Node
	path   string
	keys   []*yaml.Node
	values map[string]*yaml.Node
	asked  []string
}

// item is an entry of a list or mapping and its path; key is nil in a list.
type item struct {
	key, node *yaml.Node
	path      string
}

// mapping opens n, which must be a mapping; takes says what of.
func (r *reader) mapping(n *yaml.Node, path, takes string) *mapping {
	m := &mapping{r: r, path: path, values: map[string]*yaml.Node{}}
	if !r.is(n, path, takes, yaml.MappingNode) {
		return m
	}
	m.node = n
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !r.refused[key] {
			m.keys = append(m.keys, key)
			m.values[key.Value] = n.Content[i+1]
		}
	}
	return m
}

// is says whether n is of the kind, and reports it where it is not.
func (r *reader) is(n *yaml.Node, path, takes string, want yaml.Kind) bool {
	if r.refused[n] {
		return false
	}
	if n.Kind != want {
		r.report(n.Line, path, "is %s; it takes %s", kind(n), takes)
		return false
	}
	return true
}

// optional says whether a key that may be missing is there.
func (m *mapping) optional(key string) bool {
	_, ok := m.values[key]
	if !ok {
		m.asked = append(m.asked, key)
	}
	return ok
}

// value finds a required key.
func (m *mapping) value(key, takes string) (*yaml.Node, bool) {
	m.asked = append(m.asked, key)
	if n, ok := m.values[key]; ok {
		return n, true
	}
	if m.node != nil {
		m.r.report(m.node.Line, join(m.path, key), "is missing; it takes %s", takes)
	}
	return nil, false
}

// line is where a key that is there stands: problems of a whole list belong
// there, not to its first entry.
func (m *mapping) line(key string) int {
	at := slices.IndexFunc(m.keys, func(k *yaml.Node) bool { return k.Value == key })
	return m.keys[at].Line
}

// scalar finds a required scalar of the tag.
func (m *mapping) scalar(key, takes, tag string) (*yaml.Node, bool) {
	n, ok := m.value(key, takes)
	return n, ok && m.r.scalar(n, join(m.path, key), takes, tag)
}

// scalar says whether n is a scalar of the tag, and reports it where it is not.
func (r *reader) scalar(n *yaml.Node, path, takes, tag string) bool {
	if !r.is(n, path, takes, yaml.ScalarNode) {
		return false
	}
	if n.Tag == tag {
		return true
	}
	r.report(n.Line, path, "is %s; it takes %s", kind(n), takes)
	return false
}

// text reads a required string; where it breaks the rule the result is empty.
func (m *mapping) text(key string, rule textRule) string {
	n, ok := m.value(key, rule.takes)
	if !ok || !m.r.text(n, join(m.path, key), rule) {
		return ""
	}
	return n.Value
}

// text says whether n is a string that keeps the rule, and reports it where
// it is not.
func (r *reader) text(n *yaml.Node, path string, rule textRule) bool {
	takes := rule.takes
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		takes += ", in quotes" // it would be a string then, right or wrong
	}
	if !r.scalar(n, path, takes, "!!str") {
		return false
	}
	if !rule.ok(n.Value) {
		r.report(n.Line, path, "is %s; it takes %s", shown(n.Value), rule.takes)
		return false
	}
	return true
}

// number reads a required whole number from least to most.
func (m *mapping) number(key string, least, most int) int {
	takes := fmt.Sprintf("a whole number from %d to %d", least, most)
	if most == maxInt32 {
		takes = fmt.Sprintf("a whole number, at least %d", least)
	}
	n, ok := m.scalar(key, takes, "!!int")
	if !ok {
		return 0
	}
	number, err := strconv.Atoi(n.Value)
	if err != nil || number < least || number > most || strconv.Itoa(number) != n.Value {
		m.r.report(n.Line, join(m.path, key), "is %s; it takes %s", n.Value, takes)
		return 0
	}
	return number
}

// duration reads a required duration above 0.
func (m *mapping) duration(key string) time.Duration {
	const takes = "a duration above 0 in whole milliseconds, such as 70s"
	n, ok := m.scalar(key, takes, "!!str")
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(n.Value)
	if err != nil || d <= 0 || d%time.Millisecond != 0 {
		m.r.report(n.Line, join(m.path, key), "is %s; it takes %s", shown(n.Value), takes)
		return 0
	}
	return d
}

// list reads the entries of a required list; it says whether it is a list.
func (m *mapping) list(key, takes string) ([]item, bool) {
	n, ok := m.value(key, takes)
	path := join(m.path, key)
	if !ok || !m.r.is(n, path, takes, yaml.SequenceNode) {
		return nil, false
	}
	items := make([]item, len(n.Content))
	for i, entry := range n.Content {
		items[i] = item{node: entry, path: fmt.Sprintf("%s[%d]", path, i)}
	}
	return items, true
}

// pairs reads the entries of an optional mapping with keys of the user's own.
func (m *mapping) pairs(key, takes string) []item {
	if !m.optional(key) {
		return nil
	}
	n, _ := m.value(key, takes)
	sub := m.r.mapping(n, join(m.path, key), takes)
	items := make([]item, len(sub.keys))
	for i, k := range sub.keys {
		items[i] = item{key: k, node: sub.values[k.Value], path: join(sub.path, k.Value)}
	}
	return items
}

// rest reports the keys that nobody asked for, each with the key it may have
// been meant to be.
func (m *mapping) rest() {
	for _, key := range m.keys {
		if slices.Contains(m.asked, key.Value) {
			continue
		}
		hint := "it takes " + strings.Join(m.asked, ", ")
		if meant := nearest(key.Value, m.asked); meant != "" {
			hint = "did you mean " + meant + "?"
		}
		m.r.report(key.Line, join(m.path, key.Value), "is no key; %s", hint)
	}
}
