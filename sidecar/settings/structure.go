package settings

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// maxDepth bounds how deep lists and mappings nest; cassandra.yaml needs
// five levels. It keeps what Marshal writes about as long as what Parse read.
const maxDepth = 16

// reader collects the problems of one file.
type reader struct {
	problems []Problem
	// refused holds the nodes of which structure has said what is wrong, so
	// that nothing is said about them twice.
	refused map[*yaml.Node]bool
}

func (r *reader) report(line int, path, format string, args ...any) {
	r.problems = append(r.problems, Problem{Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
}

// structure refuses, anywhere in the file, what no settings file may hold:
// anchors, aliases, tags, keys that are no strings and keys that come twice.
func (r *reader) structure(n *yaml.Node, path string, depth int) {
	if depth > maxDepth {
		r.report(n.Line, path, "nests deeper than %d levels", maxDepth)
		r.refused[n] = true
		return
	}
	if n.Kind == yaml.AliasNode {
		r.report(n.Line, path, "is the alias *%s; write the value out", n.Value)
		r.refused[n] = true
		return
	}
	if n.Anchor != "" {
		r.report(n.Line, path, "has the anchor &%s; write values out where they are used", n.Anchor)
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.report(n.Line, path, "has the tag %s; quote a string and leave anything else plain", shown(n.Tag))
		r.refused[n] = true
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			r.structure(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	case yaml.MappingNode:
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			r.key(key, path, first)
			r.structure(value, join(path, key.Value), depth+1)
		}
	}
}

// key refuses keys that are no plain strings; first holds the lines of the
// mapping's keys so far.
func (r *reader) key(key *yaml.Node, path string, first map[string]int) {
	line, seen := first[key.Value]
	switch {
	case key.Kind == yaml.AliasNode:
		r.report(key.Line, path, "has the alias *%s as a key; write the key out", key.Value)
	case key.Kind == yaml.ScalarNode && key.Tag == "!!merge":
		r.report(key.Line, path, "has the merge key <<; write the keys out")
	case key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
		r.report(key.Line, path, "has a key with an anchor or a tag; a key is a plain string")
	case key.Kind != yaml.ScalarNode:
		r.report(key.Line, path, "has %s as a key; a key is a string", kind(key))
	case key.Tag != "!!str":
		r.report(key.Line, path, "has the key %s, which is %s; quote it", shown(key.Value), kind(key))
	case seen:
		r.report(key.Line, join(path, key.Value), "comes twice, first in line %d", line)
	default:
		first[key.Value] = key.Line
		return
	}
	r.refused[key] = true
}

// kind names the kind of a node as a user would, article and all.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	}
	return "a string"
}

// bareKey is a key that needs no quotes in a path.
var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// join appends a key to a path.
func join(path, key string) string {
	if !bareKey.MatchString(key) {
		return path + "[" + shown(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
