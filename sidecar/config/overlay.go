package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// overlay is the file with the values laid over it. The value of a key that
// the file sets is replaced whole, at its place; comment lines between its
// lines stay. A key that the file shows commented out stands above that line,
// any other one at the end, in alphabetical order. Every other line keeps its
// bytes; only a last line without an end gets one where something follows.
// The result is read again, and what does not hold exactly the old keys and
// the new values is an error.
func (d *document) overlay(values map[string]any) ([]byte, error) {
	nodes := make(map[string]*yaml.Node, len(values))
	rendered := make(map[string]string, len(values))
	for _, key := range sortedKeys(values) {
		node, err := encode(key, values[key])
		if err != nil {
			return nil, err
		}
		nodes[key] = node
		if rendered[key], err = d.render(key, node); err != nil {
			return nil, err
		}
	}
	out, err := d.merge(rendered)
	if err != nil {
		return nil, err
	}
	if err := d.compare(out, nodes); err != nil {
		return nil, err
	}
	return out, nil
}

// render writes a key and its value as this file writes its own.
func (d *document) render(key string, value *yaml.Node) (string, error) {
	lines, err := render(key, value)
	if err != nil {
		return "", fmt.Errorf("%s: %w", key, err)
	}
	if strings.HasPrefix(lines, "?") {
		return "", fmt.Errorf("the key %q does not fit before a colon; it takes a shorter one on one line", key)
	}
	var out strings.Builder
	for line := range strings.Lines(lines) {
		out.WriteString(d.indent + strings.TrimSuffix(line, "\n") + d.end)
	}
	return out.String(), nil
}

// merge puts the rendered keys to their places among the lines.
func (d *document) merge(rendered map[string]string) ([]byte, error) {
	replaced := map[int]entry{}
	for _, e := range d.entries {
		if _, ok := rendered[e.key]; !ok {
			continue
		}
		if err := e.replaceable(); err != nil {
			return nil, err
		}
		replaced[e.first] = e
	}
	inserted := map[int]string{}
	var appended []string
	for _, key := range d.unset(rendered) {
		if at := d.commentedOut(key); at >= 0 {
			inserted[at] = rendered[key]
		} else {
			appended = append(appended, rendered[key])
		}
	}
	var out strings.Builder
	for i := 0; i < len(d.lines); i++ {
		out.WriteString(inserted[i])
		e, ok := replaced[i]
		if !ok {
			out.WriteString(d.lines[i])
			continue
		}
		d.replace(&out, e, rendered[e.key])
		i = e.last
	}
	if len(appended) > 0 && len(d.lines) > 0 && !strings.HasSuffix(out.String(), "\n") {
		out.WriteString(d.end)
	}
	out.WriteString(strings.Join(appended, ""))
	return []byte(out.String()), nil
}

// unset are the rendered keys that the file does not set, sorted.
func (d *document) unset(rendered map[string]string) []string {
	rest := map[string]any{}
	for key := range rendered {
		rest[key] = nil
	}
	for _, e := range d.entries {
		delete(rest, e.key)
	}
	return sortedKeys(rest)
}

// replace writes the new lines of a key, and the comments that stood between
// the old ones behind the key, where what they explain may still follow.
func (d *document) replace(out *strings.Builder, e entry, lines string) {
	key, value, _ := strings.Cut(lines, d.end)
	out.WriteString(key + d.end)
	for _, line := range d.lines[e.first+1 : e.last+1] {
		if comment.MatchString(line) {
			out.WriteString(line)
		}
	}
	out.WriteString(value)
}

// replaceable refuses to replace what others may refer to, and a key that is
// no text: what is written is text.
func (e entry) replaceable() error {
	if e.node.ShortTag() != "!!str" {
		return fmt.Errorf("line %d: the key %s is no text; quote it", e.first+1, e.key)
	}
	if name := cmp.Or(anchor(e.node), anchor(e.value)); name != "" {
		return fmt.Errorf("line %d: %s holds the anchor &%s, which others may refer to; it takes a value without", e.first+1, e.key, name)
	}
	return nil
}

// anchor is the first anchor within a node.
func anchor(n *yaml.Node) string {
	if n.Anchor != "" {
		return n.Anchor
	}
	for _, child := range n.Content {
		if name := anchor(child); name != "" {
			return name
		}
	}
	return ""
}

// compare holds the new file against the old keys and the new values.
func (d *document) compare(out []byte, nodes map[string]*yaml.Node) error {
	root, err := parseRoot(out)
	if err != nil {
		return fmt.Errorf("the file cannot be edited by lines: with the new values it would not be read: %w", err)
	}
	want := map[string]*yaml.Node{}
	for _, e := range d.entries {
		want[e.key] = e.value
	}
	maps.Copy(want, nodes)
	if root == nil {
		root = &yaml.Node{}
	}
	for i := 0; i < len(root.Content); i += 2 {
		key := root.Content[i].Value
		if old, ok := want[key]; !ok || !same(old, root.Content[i+1]) {
			return fmt.Errorf("the file cannot be edited by lines: with the new values it would hold another %s", key)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		lost := slices.Sorted(maps.Keys(want))
		return fmt.Errorf("the file cannot be edited by lines: with the new values it would lose %s", strings.Join(lost, ", "))
	}
	return nil
}

// same says whether two nodes stand for the same value. Aliases are the same
// by name: anchors are never taken away.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
