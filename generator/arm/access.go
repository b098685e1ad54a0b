package arm

import (
	"fmt"
	"strconv"
)

// Property access, .name and ['name'], and element access, [0].

func (n property) evaluate(s *site) (any, error) {
	target, err := n.target.evaluate(s)
	if err != nil {
		return nil, err
	}
	return member(target, n.name)
}

func member(target any, name string) (any, error) {
	switch v := target.(type) {
	case Runtime:
		if isIdentifier(name) {
			return Runtime{v.Expression + "." + name}, nil
		}
		return Runtime{v.Expression + "[" + quote(name) + "]"}, nil
	case Object:
		if value, ok := v.get(name); ok {
			return value, nil
		}
		return nil, fmt.Errorf("no property %q; known: %s", name, some(v.names()))
	}
	return nil, fmt.Errorf("property %q of a value that is %s; only objects have properties", name, typeName(target))
}

func (n index) evaluate(s *site) (any, error) {
	target, err := n.target.evaluate(s)
	if err != nil {
		return nil, err
	}
	of, err := n.of.evaluate(s)
	if err != nil {
		return nil, err
	}
	switch i := of.(type) {
	case string:
		return member(target, i)
	case int64:
		return element(target, i)
	case Runtime:
		return Runtime{describe(target) + "[" + i.Expression + "]"}, nil
	}
	return nil, fmt.Errorf("an index that is %s; it is an integer or a string", typeName(of))
}

func element(target any, i int64) (any, error) {
	switch v := target.(type) {
	case Runtime:
		return Runtime{v.Expression + "[" + strconv.FormatInt(i, 10) + "]"}, nil
	case []any:
		if i >= 0 && i < int64(len(v)) {
			return v[i], nil
		}
		return nil, fmt.Errorf("index %d of an array of %d", i, len(v))
	}
	return nil, fmt.Errorf("index %d of a value that is %s; only arrays have elements", i, typeName(target))
}
