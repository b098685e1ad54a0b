package acsengine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// MaxBytes bounds a model. The last acs-engine's own output, with every
// certificate of five control planes, takes a tenth of it.
const MaxBytes = 1 << 20

// maxDepth bounds the nesting of a model, whose deepest key is at level 8.
const maxDepth = 32

// kind is what a JSON value is.
type kind string

const (
	nothing    kind = "nothing"
	text       kind = "text"
	number     kind = "a number"
	flag       kind = "true or false"
	list       kind = "a list"
	object     kind = "an object"
	anything   kind = "anything"          // as a key wants it
	dictionary kind = "texts by name"     // likewise: an object whose keys the user chose
	texts      kind = "a list of texts"   // likewise
	numbers    kind = "a list of numbers" // likewise
	objects    kind = "a list of objects" // likewise
)

// node is a JSON value and the line it begins on.
type node struct {
	kind    kind
	line    int
	text    string // of a text, a number, true or false
	members []member
	items   []*node
}

// member is a key of an object with its value.
type member struct {
	name  string
	line  int
	value *node
}

// empty reports whether a value says nothing, as acs-engine itself writes many:
// null, false, 0, and texts, lists and objects with nothing in them.
func (n *node) empty() bool {
	switch n.kind {
	case text:
		return n.text == ""
	case number:
		return n.text == "0"
	case flag:
		return n.text == "false"
	case list:
		return len(n.items) == 0
	case object:
		for _, m := range n.members {
			if !m.value.empty() {
				return false
			}
		}
	}
	return true
}

// tree reads JSON. What is wrong comes back as a problem that repeats nothing
// of the text, which may be a private key.
func tree(src []byte) (*node, *Problem) {
	whole := func(line int, format string, args ...any) (*node, *Problem) {
		return nil, &Problem{Place{Line: line}, fmt.Sprintf(format, args...)}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if len(src) > MaxBytes {
		return whole(1, "%d bytes; an API model has at most %d", len(src), MaxBytes)
	}
	if !utf8.Valid(src) {
		return whole(1, "not UTF-8 text; save the file as UTF-8")
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(src, new(json.RawMessage)); errors.As(err, &syntax) {
		before := src[:min(int(syntax.Offset), len(src))]
		return whole(max(1, 1+bytes.Count(bytes.TrimSuffix(before, []byte("\n")), []byte("\n"))), "not JSON: %s", discreet(syntax.Error()))
	}
	s := &scanner{src: src, tokens: json.NewDecoder(bytes.NewReader(src)), line: 1}
	s.tokens.UseNumber()
	root, err := s.value(1)
	if err != nil {
		return whole(s.line, "%v", err)
	}
	return root, nil
}

// quoted is the character that a message of encoding/json shows.
var quoted = regexp.MustCompile(`^invalid character ('\\?.*?') `)

// discreet leaves a character of the text out of a message.
func discreet(message string) string {
	if quoted.MatchString(message) {
		return quoted.ReplaceAllString(message, "unexpected character ")
	}
	return message
}

// scanner makes a tree of the tokens of text that is JSON.
type scanner struct {
	src    []byte
	tokens *json.Decoder
	offset int // up to which lines are counted
	line   int
}

// next is the next token; line is where it stands afterwards.
func (s *scanner) next() (json.Token, error) {
	token, err := s.tokens.Token()
	if err != nil {
		return nil, errors.New("not JSON: unexpected end")
	}
	end := int(s.tokens.InputOffset())
	s.line += bytes.Count(s.src[s.offset:end], []byte("\n"))
	s.offset = end
	return token, nil
}

func (s *scanner) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("deeper than %d levels, which no API model needs", maxDepth)
	}
	token, err := s.next()
	if err != nil {
		return nil, err
	}
	n := &node{line: s.line}
	switch t := token.(type) {
	case string:
		n.kind, n.text = text, t
	case json.Number:
		n.kind, n.text = number, t.String()
	case bool:
		n.kind, n.text = flag, fmt.Sprint(t)
	case nil:
		n.kind = nothing
	case json.Delim:
		if t == '[' {
			n.kind = list
			return n, s.items(n, depth)
		}
		n.kind = object
		return n, s.members(n, depth)
	}
	return n, nil
}

func (s *scanner) items(n *node, depth int) error {
	for s.tokens.More() {
		item, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := s.next()
	return err
}

func (s *scanner) members(n *node, depth int) error {
	for s.tokens.More() {
		name, err := s.next()
		if err != nil {
			return err
		}
		line := s.line
		value, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		n.members = append(n.members, member{fmt.Sprint(name), line, value})
	}
	_, err := s.next()
	return err
}
