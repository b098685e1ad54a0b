package arm

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Limits of the template language, in UTF-16 code units: the engine is a .NET program, whose characters those are.
const (
	// ExpressionLimit is the length of one expression, brackets included
	// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits;
	// enforced: https://github.com/Azure/acs-engine/issues/1159).
	ExpressionLimit = 24576
	// LiteralLimit is the length of one string that is not an expression
	// (https://github.com/Azure/bicep/issues/19750, https://github.com/Azure/bicep/issues/3315).
	LiteralLimit = 131072
)

// IsExpression tells whether a template takes the string for an expression: it stands in brackets and does not start
// with two
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters).
func IsExpression(s string) bool {
	return len(s) >= 2 && s[0] == '[' && s[len(s)-1] == ']' && s[1] != '['
}

// unescape is what a string that is no expression stands for: [[...] is [...].
func unescape(s string) string {
	if len(s) >= 3 && s[0] == '[' && s[1] == '[' && s[len(s)-1] == ']' {
		return s[1:]
	}
	return s
}

// checkLiteral holds a string that is no expression against LiteralLimit.
func checkLiteral(s string) error {
	if n := units(s, LiteralLimit); n > LiteralLimit {
		return fmt.Errorf("a string of %d characters is over the limit of %d", n, LiteralLimit)
	}
	return nil
}

// units is the length in UTF-16 code units, exact where it may be over the limit.
func units(s string, limit int) int {
	if len(s) <= limit {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Expression is a parsed template expression. It holds no state and may be evaluated any number of times.
type Expression struct{ root node }

// node is a part of an expression.
type node interface {
	evaluate(s *site) (any, error)
	print(b *strings.Builder)
}

type (
	// literal is a string or an int64.
	literal struct{ value any }
	// call is a function call with as many arguments as the function takes.
	call struct {
		function  *function
		arguments []node
	}
	// property is target.name.
	property struct {
		target node
		name   string
	}
	// index is target[of].
	index struct{ target, of node }
)

// String prints the expression in its brackets, with canonical case and spacing.
func (e *Expression) String() string {
	var b strings.Builder
	b.WriteByte('[')
	e.root.print(&b)
	b.WriteByte(']')
	return b.String()
}

func (n literal) print(b *strings.Builder) { b.WriteString(describe(n.value)) }

func (n call) print(b *strings.Builder) {
	b.WriteString(n.function.name + "(")
	for i, argument := range n.arguments {
		if i > 0 {
			b.WriteString(", ")
		}
		argument.print(b)
	}
	b.WriteByte(')')
}

func (n property) print(b *strings.Builder) {
	n.target.print(b)
	b.WriteString("." + n.name)
}

func (n index) print(b *strings.Builder) {
	n.target.print(b)
	b.WriteByte('[')
	n.of.print(b)
	b.WriteByte(']')
}

// quote writes a string literal of the expression language, which doubles the quotes inside.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// describe writes a value the way an expression would hold it.
func describe(value any) string {
	switch v := value.(type) {
	case string:
		return quote(v)
	case Runtime:
		return v.Expression
	}
	return string(appendJSON(nil, value))
}

// ParseExpression parses a string for which IsExpression holds. The functions it calls must exist and take that many
// arguments; what the arguments are is found out by evaluating. Errors show the expression, cut short, and the place.
func ParseExpression(s string) (*Expression, error) {
	if !IsExpression(s) {
		return nil, fmt.Errorf("%s: an expression stands in one pair of brackets", excerpt(s))
	}
	if n := units(s, ExpressionLimit); n > ExpressionLimit {
		return nil, fmt.Errorf("%s: an expression of %d characters is over the limit of %d", excerpt(s), n, ExpressionLimit)
	}
	p := &parser{text: s[:len(s)-1], pos: 1}
	root, err := p.value()
	if err == nil && p.peek() != 0 {
		err = p.expected("an operator or the end")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", excerpt(s), err)
	}
	return &Expression{root}, nil
}

// excerpt is as much of an expression as a message bears.
func excerpt(s string) string {
	const most = 160
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-30], "") + " ... " + strings.ToValidUTF8(s[len(s)-25:], "")
}

// parser reads an expression without its closing bracket.
type parser struct {
	text string
	pos  int
}

// peek returns the next byte after white space, 0 at the end.
func (p *parser) peek() byte {
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case ' ', '\t', '\n', '\r':
		case 0:
			return 0xff // a NUL byte is no end
		default:
			return c
		}
	}
	return 0
}

func (p *parser) expected(what string) error {
	if p.peek() == 0 {
		return fmt.Errorf("%s is expected at the end", what)
	}
	found := p.text[p.pos:min(p.pos+12, len(p.text))]
	return fmt.Errorf("%s is expected at character %d, before %q", what, p.pos+1, strings.ToValidUTF8(found, ""))
}

func (p *parser) value() (node, error) {
	switch c := p.peek(); {
	case c == '\'':
		text, err := p.quoted()
		return literal{text}, err
	case c == '-' || isDigit(c):
		return p.integer()
	case isLetter(c):
		called, err := p.call()
		if err != nil {
			return nil, err
		}
		return p.accesses(called)
	}
	return nil, p.expected("a function, a quoted string or an integer")
}

func (p *parser) quoted() (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.text); i++ {
		if p.text[i] != '\'' {
			continue
		}
		if i+1 < len(p.text) && p.text[i+1] == '\'' {
			i++
			continue
		}
		p.pos = i + 1
		return strings.ReplaceAll(p.text[start:i], "''", "'"), nil
	}
	return "", fmt.Errorf("the string that starts at character %d has no closing quote", start)
}

func (p *parser) integer() (node, error) {
	start := p.pos
	for p.pos++; p.pos < len(p.text) && isDigit(p.text[p.pos]); {
		p.pos++
	}
	text := p.text[start:p.pos]
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s is no integer of 64 bits", text)
	}
	return literal{n}, nil
}

func (p *parser) identifier() string {
	start := p.pos
	for p.pos < len(p.text) && (isLetter(p.text[p.pos]) || isDigit(p.text[p.pos])) {
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *parser) call() (node, error) {
	name := p.identifier()
	if p.peek() != '(' {
		return nil, p.expected(fmt.Sprintf("a parenthesis after %s", name))
	}
	p.pos++
	called := call{}
	for {
		if c := p.peek(); c == ')' && len(called.arguments) == 0 {
			break
		}
		argument, err := p.value()
		if err != nil {
			return nil, err
		}
		called.arguments = append(called.arguments, argument)
		if c := p.peek(); c == ')' {
			break
		} else if c != ',' {
			return nil, p.expected(fmt.Sprintf("a comma or the closing parenthesis of %s", name))
		}
		p.pos++
	}
	p.pos++
	var err error
	called.function, err = lookup(name, len(called.arguments))
	return called, err
}

// accesses reads the properties and indexes that follow a call.
func (p *parser) accesses(target node) (node, error) {
	for {
		switch p.peek() {
		case '.':
			p.pos++
			if !isLetter(p.peek()) {
				return nil, p.expected("the name of a property")
			}
			target = property{target, p.identifier()}
		case '[':
			p.pos++
			of, err := p.value()
			if err != nil {
				return nil, err
			}
			if p.peek() != ']' {
				return nil, p.expected("a closing bracket")
			}
			p.pos++
			target = index{target, of}
		default:
			return target, nil
		}
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func isIdentifier(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}
