package render

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// encoder writes a YAML tree as JSON in the order of its keys: what a template
// writes as a block is spread over lines, what it writes in braces stays on one.
type encoder struct {
	b    bytes.Buffer
	text *json.Encoder
}

// encodeJSON is the tree as JSON, indented as what stands that deep in a
// document. It leaves < > & as they are: the node script is full of them and
// has a size to keep.
func encodeJSON(n *yaml.Node, depth int) (string, error) {
	e := &encoder{}
	e.text = json.NewEncoder(&e.b)
	e.text.SetEscapeHTML(false)
	if err := e.node(n, depth); err != nil {
		return "", err
	}
	return e.b.String(), nil
}

func (e *encoder) node(n *yaml.Node, depth int) error {
	switch n.Kind {
	case yaml.MappingNode:
		return e.collection(n, depth, '{', '}', 2)
	case yaml.SequenceNode:
		return e.collection(n, depth, '[', ']', 1)
	case yaml.ScalarNode:
		return e.scalar(n)
	}
	return fmt.Errorf("line %d: neither mapping, list nor scalar", n.Line)
}

// collection writes a mapping, whose content comes in steps of two, or a list.
func (e *encoder) collection(n *yaml.Node, depth int, open, end byte, step int) error {
	e.b.WriteByte(open)
	flow := n.Style&yaml.FlowStyle != 0
	for i := 0; i < len(n.Content); i += step {
		if i > 0 {
			e.b.WriteByte(',')
		}
		e.separate(flow, i > 0 || open == '{', depth+1)
		if step == 2 {
			if err := e.string(n.Content[i].Value); err != nil {
				return err
			}
			e.b.WriteString(": ")
		}
		if err := e.node(n.Content[i+step-1], depth+1); err != nil {
			return err
		}
	}
	if len(n.Content) > 0 {
		e.separate(flow, open == '{', depth)
	}
	e.b.WriteByte(end)
	return nil
}

// separate goes to the next line or, in flow, writes a blank where one looks right.
func (e *encoder) separate(flow, blank bool, depth int) {
	switch {
	case !flow:
		e.b.WriteByte('\n')
		for range depth {
			e.b.WriteString("  ")
		}
	case blank:
		e.b.WriteByte(' ')
	}
}

func (e *encoder) scalar(n *yaml.Node) error {
	switch n.Tag {
	case "!!str":
		return e.string(n.Value)
	case "!!int", "!!bool":
		if !json.Valid([]byte(n.Value)) {
			return fmt.Errorf("line %d: %s is no JSON", n.Line, n.Value)
		}
		e.b.WriteString(n.Value)
		return nil
	}
	return fmt.Errorf("line %d: %s is a %s, which no template needs", n.Line, n.Value, n.Tag)
}

// string writes a JSON string, and what stands for one without quotes: the
// value that takes its place brings its own.
func (e *encoder) string(s string) error {
	if isStand(s) {
		e.b.WriteString(s)
		return nil
	}
	if err := e.text.Encode(s); err != nil {
		return err
	}
	e.b.Truncate(e.b.Len() - 1) // Encode ends with a newline
	return nil
}
