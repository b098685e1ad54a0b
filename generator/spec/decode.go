package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/spelling"
)

// document is the YAML tree of a spec while it is read: where each field
// stands, which were written, and what is wrong with them.
//
// It walks the tree itself because the decoders at hand lose what a user needs:
// they stop at the first problem, drop the path, match keys regardless of case,
// ignore a second document, or turn 1.30 into 1.3.
type document struct {
	lines    map[string]int // line of every path that was written
	spoiled  map[string]bool
	given    map[string]origin // paths whose value an API model gave
	last     int               // line of the file
	problems Problems
}

// at is the path of a field in a mapping.
func at(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// entry is the path of a key that the user chose. One that could be read as a
// path or would break the line of a report is quoted.
func entry(path, key string) string {
	if !spelling.Plain(key) {
		return path + "[" + spelling.Quoted(key) + "]"
	}
	return at(path, key)
}

// item is the path of an element of a list.
func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// written reports whether the spec holds the path.
func (d *document) written(path string) bool {
	_, ok := d.lines[path]
	return ok
}

// line is where path stands or, where it was left out, the nearest thing above it.
func (d *document) line(path string) int {
	for ; path != ""; path = parent(path) {
		if n, ok := d.lines[path]; ok {
			return n
		}
	}
	return d.lines[""]
}

func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// errorf adds a problem at path, unless something about path or above it is
// wrong already: one mistake is reported once.
func (d *document) errorf(path, format string, args ...any) {
	for p := path; p != ""; p = parent(p) {
		if d.spoiled[p] {
			return
		}
	}
	if from, ok := d.origin(path); ok {
		p := Problem{from.file, from.Line, from.Path, fmt.Sprintf(format, args...)}
		if !slices.Contains(d.problems.List, p) { // another region may have the same from that model
			d.problems.List = append(d.problems.List, p)
		}
		return
	}
	d.report(d.line(path), path, format, args...)
}

func (d *document) report(line int, path, format string, args ...any) {
	line = max(1, min(line, d.last)) // the parser counts the line after the last one too
	d.problems.List = append(d.problems.List, Problem{Line: line, Path: path, Message: fmt.Sprintf(format, args...)})
}

// spoil adds a problem with the node itself, so that no rule looks at its value.
func (d *document) spoil(n *yaml.Node, path, format string, args ...any) {
	d.report(n.Line, path, format, args...)
	d.spoiled[path] = true
}

// decode fills v from n. What does not fit is a problem and leaves v as it is.
func (d *document) decode(n *yaml.Node, v reflect.Value, path string) {
	d.lines[path] = n.Line
	if !d.plain(n, path) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.decodeStruct(n, v, path)
	case reflect.Slice:
		d.decodeSlice(n, v, path)
	case reflect.Map:
		d.decodeMap(n, v, path)
	case reflect.Interface:
		if value := d.free(n, path, 1); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case reflect.String:
		d.decodeString(n, v, path)
	case reflect.Int:
		d.decodeInt(n, v, path)
	default:
		panic("spec: no decoding for " + v.Type().String())
	}
}

// plain refuses anchors, aliases and tags: with them, what a line says depends
// on another. What an anchor stands at is read all the same, for its problems.
func (d *document) plain(n *yaml.Node, path string) bool {
	if n.Anchor != "" {
		d.report(n.Line, path, "anchor &%s: write the value out wherever it is needed", spelling.Clipped(n.Anchor))
	}
	switch {
	case n.Kind == yaml.AliasNode:
		d.spoil(n, path, "alias *%s: write the value out", spelling.Clipped(n.Value))
	case n.Style&yaml.TaggedStyle != 0:
		d.spoil(n, path, "tag %s: leave it out", spelling.Clipped(n.Tag))
	default:
		return true
	}
	return false
}

func (d *document) decodeStruct(n *yaml.Node, v reflect.Value, path string) {
	if !d.kind(n, yaml.MappingNode, path) {
		return
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if name == "-" {
			continue // not the language's
		}
		fields[name] = i
		names = append(names, name)
	}
	d.pairs(n, path, func(key string, k, value *yaml.Node) {
		i, ok := fields[key]
		if !ok {
			d.spoil(k, entry(path, key), "unknown key%s", nearest(key, names))
			if field := spelling.Nearest(key, names); field != "" && !holds(n, field) {
				d.spoiled[at(path, field)] = true // it is not missing
			}
			return
		}
		d.decode(value, v.Field(i), entry(path, key))
		d.lines[entry(path, key)] = k.Line
	})
}

// holds reports whether a mapping has the key.
func holds(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// pairs calls f for every key of a mapping once; keys that are no strings or come twice are problems.
func (d *document) pairs(n *yaml.Node, path string, f func(key string, k, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, value := n.Content[i], n.Content[i+1]
		switch {
		case k.ShortTag() == "!!merge":
			d.spoil(k, entry(path, k.Value), "merge key: write the keys out")
		case !d.plain(k, entry(path, k.Value)):
		case k.Kind != yaml.ScalarNode || k.ShortTag() != "!!str":
			d.spoil(k, entry(path, k.Value), "not a key; want a plain word, in quotes where it looks like something else")
		case first[k.Value] > 0:
			d.spoil(k, entry(path, k.Value), "written twice; the first is on line %d", first[k.Value])
		default:
			first[k.Value] = k.Line
			f(k.Value, k, value)
		}
	}
}

func (d *document) decodeSlice(n *yaml.Node, v reflect.Value, path string) {
	if !d.kind(n, yaml.SequenceNode, path) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, element := range n.Content {
		d.decode(element, v.Index(i), item(path, i))
	}
}

func (d *document) decodeMap(n *yaml.Node, v reflect.Value, path string) {
	if !d.kind(n, yaml.MappingNode, path) {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, func(key string, k, value *yaml.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, element, entry(path, key))
		d.lines[entry(path, key)] = k.Line
		v.SetMapIndex(reflect.ValueOf(key), element)
	})
}

func (d *document) decodeString(n *yaml.Node, v reflect.Value, path string) {
	if !d.kind(n, yaml.ScalarNode, path) {
		return
	}
	if n.ShortTag() != "!!str" {
		d.spoil(n, path, "want text, got %s %s; write %s", kindOf(n), spelling.Clipped(n.Value), spelling.Quoted(n.Value))
		return
	}
	if strings.ContainsFunc(n.Value, unicode.IsControl) {
		d.spoil(n, path, "want one line of text without control characters")
		return
	}
	if len(n.Value) > maxText {
		d.spoil(n, path, "%d bytes of text; want at most %d", len(n.Value), maxText)
		return
	}
	v.SetString(n.Value)
}

// maxText bounds a text in bytes, so that a report that repeats it can be read.
// The longest there is, an RSA public key of 16384 bits, takes 2800.
const maxText = 4096

func (d *document) decodeInt(n *yaml.Node, v reflect.Value, path string) {
	if !d.kind(n, yaml.ScalarNode, path) {
		return
	}
	i, err := strconv.Atoi(n.Value)
	if n.ShortTag() != "!!int" || err != nil || strconv.Itoa(i) != n.Value {
		d.spoil(n, path, "want a whole number such as 3, got %s %s", kindOf(n), spelling.Quoted(n.Value))
		return
	}
	v.SetInt(int64(i))
}

// kind checks that n is a mapping, a list or a scalar, whichever is wanted.
func (d *document) kind(n *yaml.Node, want yaml.Kind, path string) bool {
	if n.Kind == want && !(want == yaml.ScalarNode && n.ShortTag() == "!!null") {
		return true
	}
	wanted := map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a value"}[want]
	got := kindOf(n)
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" {
		got += " " + spelling.Quoted(n.Value)
	}
	d.spoil(n, path, "want %s, got %s", wanted, got)
	return false
}

// kindOf says in words what a node is.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "the boolean"
	case "!!int", "!!float":
		return "the number"
	case "!!timestamp":
		return "the date"
	}
	return "the text"
}
