package arm

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document, so that a hostile one cannot exhaust the stack. No template comes near it.
const maxDepth = 500

// scanner reads RFC 8259 JSON into values. It is written by hand because encoding/json keeps neither the order of
// members nor duplicates, and its token stream is several times slower than a `generate` can afford.
type scanner struct {
	data  []byte
	pos   int
	at    path
	found problems // duplicate keys: the document can be read further
}

// parseJSON reads one value and nothing after it.
func parseJSON(data []byte) (any, error) {
	s := &scanner{data: data}
	value, err := s.value()
	if err != nil {
		return nil, err
	}
	if s.space(); s.pos < len(data) {
		return nil, s.syntax("nothing may follow the document")
	}
	return value, s.found.join()
}

func (s *scanner) syntax(text string) error {
	before := s.data[:min(s.pos, len(s.data))]
	line, column := 1, 1
	for _, c := range before {
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	err := fmt.Errorf("line %d, column %d: %s", line, column, text)
	if len(s.at) > 0 {
		return fmt.Errorf("%s: %w", s.at, err)
	}
	return err
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte after white space, 0 at the end.
func (s *scanner) peek() byte {
	if s.space(); s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) value() (any, error) {
	switch c := s.peek(); {
	case c == '{' || c == '[':
		if len(s.at) >= maxDepth {
			return nil, s.syntax(fmt.Sprintf("nested deeper than %d levels", maxDepth))
		}
		if c == '{' {
			return s.object()
		}
		return s.array()
	case c == '"':
		return s.string()
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return true, s.word("true")
	case c == 'f':
		return false, s.word("false")
	case c == 'n':
		return nil, s.word("null")
	}
	return nil, s.syntax("a JSON value is expected")
}

func (s *scanner) word(word string) error {
	if string(s.data[s.pos:min(len(s.data), s.pos+len(word))]) != word {
		return s.syntax("a JSON value is expected")
	}
	s.pos += len(word)
	return nil
}

func (s *scanner) object() (any, error) {
	s.pos++
	object := Object{}
	var names map[string]bool // only once an object is large enough for a search to cost more
	for first := true; ; first = false {
		c := s.peek()
		if c == '}' && first {
			s.pos++
			return object, nil
		}
		if c != '"' {
			return nil, s.syntax("a quoted member name is expected")
		}
		name, err := s.string()
		if err != nil {
			return nil, err
		}
		s.at.member(name)
		if object.has(&names, name) {
			s.found.add(s.at.String(), fmt.Errorf("the key %q stands twice in this object", name))
		}
		if s.peek() != ':' {
			return nil, s.syntax("a colon is expected")
		}
		s.pos++
		value, err := s.value()
		if err != nil {
			return nil, err
		}
		object = append(object, Member{name, value})
		if s.at.pop(); s.peek() == '}' {
			s.pos++
			return object, nil
		}
		if s.peek() != ',' {
			return nil, s.syntax("a comma or a closing brace is expected")
		}
		s.pos++
	}
}

func (s *scanner) array() (any, error) {
	s.pos++
	array := []any{}
	if s.peek() == ']' {
		s.pos++
		return array, nil
	}
	for {
		s.at.element(len(array))
		value, err := s.value()
		if err != nil {
			return nil, err
		}
		array = append(array, value)
		s.at.pop()
		switch s.peek() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			return array, nil
		default:
			return nil, s.syntax("a comma or a closing bracket is expected")
		}
	}
}

func (s *scanner) number() (any, error) {
	start := s.pos
	if s.data[s.pos] == '-' {
		s.pos++
	}
	whole := s.digits()
	zero := whole > 1 && s.data[s.pos-whole] == '0'
	plain := true
	if s.pos < len(s.data) && s.data[s.pos] == '.' {
		s.pos++
		plain = false
		if s.digits() == 0 {
			return nil, s.syntax("a digit is expected after the decimal point")
		}
	}
	if s.pos < len(s.data) && s.data[s.pos]|0x20 == 'e' {
		s.pos++
		plain = false
		if s.pos < len(s.data) && (s.data[s.pos] == '+' || s.data[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return nil, s.syntax("a digit is expected in the exponent")
		}
	}
	if whole == 0 || zero {
		return nil, s.syntax("a number starts with one digit, and with 0 only before a decimal point")
	}
	text := string(s.data[start:s.pos])
	if plain && text != "-0" {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	}
	return json.Number(text), nil
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}

func (s *scanner) string() (string, error) {
	s.pos++
	start := s.pos
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			raw := s.data[start:s.pos]
			s.pos++
			return s.valid(string(raw))
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return "", s.syntax("a control character must be escaped")
		}
	}
	return "", s.syntax("the string has no end")
}

func (s *scanner) valid(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", s.syntax("the string is not UTF-8")
	}
	return text, nil
}

// escaped reads on from the first backslash of a string.
func (s *scanner) escaped(start int) (string, error) {
	text := append(make([]byte, 0, s.closing()-start), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		plain := s.pos
		for s.pos < len(s.data) && s.data[s.pos] >= ' ' && s.data[s.pos] != '"' && s.data[s.pos] != '\\' {
			s.pos++
		}
		text = append(text, s.data[plain:s.pos]...)
		if s.pos == len(s.data) {
			break
		}
		switch c := s.data[s.pos]; c {
		case '"':
			s.pos++
			return s.valid(string(text))
		case '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			text = utf8.AppendRune(text, r)
		default:
			return "", s.syntax("a control character must be escaped")
		}
	}
	return "", s.syntax("the string has no end")
}

// closing is where the string that is being read ends, so that its text, which
// is no longer than what stands for it, is made room for once.
func (s *scanner) closing() int {
	for i := s.pos; i < len(s.data); i++ {
		switch s.data[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(s.data)
}

var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *scanner) escape() (rune, error) {
	if s.pos+1 < len(s.data) {
		if r, ok := escapes[s.data[s.pos+1]]; ok {
			s.pos += 2
			return r, nil
		}
	}
	r, ok := s.unit()
	if ok && utf16.IsSurrogate(r) {
		low, _ := s.unit()
		r = utf16.DecodeRune(r, low)
		ok = r != utf8.RuneError
	}
	if !ok {
		return 0, s.syntax(`the escape is none of \" \\ \/ \b \f \n \r \t, \uXXXX and a surrogate pair`)
	}
	return r, nil
}

// unit reads one \uXXXX.
func (s *scanner) unit() (rune, bool) {
	if s.pos+6 > len(s.data) || s.data[s.pos] != '\\' || s.data[s.pos+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.data[s.pos+2:s.pos+6]), 16, 16)
	if err != nil {
		return 0, false
	}
	s.pos += 6
	return rune(n), true
}

// whole reads the scanner's data as one number.
func (s *scanner) whole() (any, error) {
	if len(s.data) > 0 && (s.data[0] == '-' || s.data[0] >= '0' && s.data[0] <= '9') {
		if value, err := s.number(); err == nil && s.pos == len(s.data) {
			return value, nil
		}
	}
	return nil, fmt.Errorf("%q is no JSON number", s.data)
}
