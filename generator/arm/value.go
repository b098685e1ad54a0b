package arm

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A JSON value is nil, a bool, a string, an int64 (an integer written plainly), a json.Number (every other number, as it
// was written), a []any or an Object. A value that only a deployment can know is a Runtime.

// Object is a JSON object with its members in document order. An absent object is nil, {} is empty and not nil.
type Object []Member

// Member is a name of an Object and its value.
type Member struct {
	Name  string
	Value any
}

// Get returns the value that the names lead to through nested objects, and whether there is one. Case counts.
func (o Object) Get(names ...string) (any, bool) {
	var value any = o
	for _, name := range names {
		object, ok := value.(Object)
		if !ok {
			return nil, false
		}
		if value, ok = object.get(name); !ok {
			return nil, false
		}
	}
	return value, true
}

func (o Object) get(name string) (any, bool) {
	for i := range o {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

func (o Object) names() []string {
	names := make([]string, len(o))
	for i := range o {
		names[i] = o[i].Name
	}
	return names
}

// has tells whether the object has a member of that name, with the help of a set that it keeps for large objects.
func (o Object) has(set *map[string]bool, name string) bool {
	const large = 16
	if len(o) < large {
		_, found := o.get(name)
		return found
	}
	if *set == nil {
		*set = make(map[string]bool, 2*large)
		for _, m := range o {
			(*set)[m.Name] = true
		}
	}
	found := (*set)[name]
	(*set)[name] = true
	return found
}

// Runtime stands for a value that only a deployment can know, such as the principal id of an identity it makes.
type Runtime struct {
	// Expression says what the value will be, in the language of templates with all else evaluated:
	// reference('/subscriptions/.../userAssignedIdentities/id', '2024-11-30').principalId.
	Expression string
}

// MarshalJSON encodes the value as the expression that a template would hold in its place.
func (r Runtime) MarshalJSON() ([]byte, error) { return appendJSON(nil, r), nil }

// MarshalJSON encodes the object in document order.
func (o Object) MarshalJSON() ([]byte, error) { return appendJSON(nil, o), nil }

// typeName is what messages call the type of a value. They never show the value, which may be a secret.
func typeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case int64:
		return "an integer"
	case json.Number:
		return "a number that is not an integer"
	case []any:
		return "an array"
	case Object:
		return "an object"
	case Runtime:
		return "known only to the deployment"
	}
	return fmt.Sprintf("a Go %T", value)
}

// normal turns a value made by a caller into a JSON value of this package: maps become objects with their names sorted.
func normal(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string, int64, Runtime:
		return v, nil
	case int:
		return int64(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), nil
		}
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, fmt.Errorf("%v has no place in JSON", v)
		}
		return json.Number(strconv.FormatFloat(v, 'g', -1, 64)), nil
	case json.Number:
		return (&scanner{data: []byte(v)}).whole()
	case []string:
		array := make([]any, len(v))
		for i := range v {
			array[i] = v[i]
		}
		return array, nil
	case []any:
		return normalArray(v)
	case map[string]any:
		object := make(Object, 0, len(v))
		for name, member := range v {
			object = append(object, Member{name, member})
		}
		slices.SortFunc(object, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		return normalObject(object)
	case Object:
		return normalObject(v)
	}
	return nil, fmt.Errorf("a Go %T is no JSON value", value)
}

func normalArray(from []any) (any, error) {
	array := make([]any, len(from))
	for i, element := range from {
		var err error
		if array[i], err = normal(element); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return array, nil
}

func normalObject(from Object) (any, error) {
	object := make(Object, len(from))
	for i, m := range from {
		value, err := normal(m.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		object[i] = Member{m.Name, value}
	}
	return object, nil
}

// appendJSON encodes without white space and without HTML escapes, in document order.
func appendJSON(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case json.Number:
		return append(b, v...)
	case Runtime:
		return appendString(b, "["+v.Expression+"]")
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, element)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.Name), ':')
			b = appendJSON(b, m.Value)
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("arm: a Go %T is no JSON value", value))
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size - 1
				continue
			}
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&0xf])
		default:
			b = append(b, "\uFFFD"...)
		}
	}
	return append(append(b, s[start:]...), '"')
}
