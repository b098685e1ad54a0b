package arm

import (
	"errors"
	"fmt"
	"strings"
)

// kind is the part of a template that an expression stands in, which decides what it may call.
type kind int

const (
	inParameter kind = iota
	inVariable
	inEnvelope // of a resource: everything but its properties
	inProperties
	inOutput
)

// runtime tells whether expressions here are evaluated while the deployment runs.
func (k kind) runtime() bool { return k >= inProperties }

// site is the place of the value that is being evaluated.
type site struct {
	scope *scope
	kind  kind
	label string // the resource, for messages
	at    path
	uses  []Use
}

// scope is one template that is being evaluated, and the deployment that evaluates it.
type scope struct {
	template   *Template
	deployment Deployment

	id            string // of the resource group
	subscription  Object
	resourceGroup Object
	parameters    map[string]*binding
	variables     map[string]*binding
	resources     []EvaluatedResource
	results       map[string]result

	prefix string // of every message: the way to a nested template
	found  *problems
}

// result is the value of an expression and the ids that it made.
type result struct {
	value any
	ids   []string
}

// binding is a parameter or a variable, evaluated when it is first asked for.
type binding struct {
	site      site
	name      string
	raw       any
	given     bool   // raw is a value as it is, not one that a template may hold expressions in
	valueType string // of a parameter
	state     state
	value     any
}

type state int

const (
	untouched state = iota
	evaluating
	settled
	failed
)

// errSilent marks an evaluation that failed for a reason which has been reported where it stands.
var errSilent = errors.New("reported elsewhere")

// report notes an error at this place, unless it was reported where it comes from.
func (s *site) report(err error) {
	if errors.Is(err, errSilent) {
		return
	}
	place := s.scope.prefix + s.label
	if s.label != "" && len(s.at) > 0 {
		place += ": "
	}
	s.scope.found.add(place+s.at.String(), err)
}

// use notes that the resource touches another one.
func (s *site) use(id string, reference bool) {
	s.uses = append(s.uses, Use{ID: id, Path: s.at.String(), Reference: reference})
}

// value evaluates every string inside a value. Errors are reported; then the second result is false.
func (s *site) value(value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return s.text(v)
	case []any:
		array, ok := make([]any, len(v)), true
		for i, element := range v {
			s.at.element(i)
			evaluated, fine := s.value(element)
			s.at.pop()
			array[i], ok = evaluated, ok && fine
		}
		return array, ok
	case Object:
		return s.object(v)
	}
	return value, true
}

func (s *site) object(from Object) (Object, bool) {
	if from == nil {
		return nil, true
	}
	object, ok, renamed := make(Object, len(from)), true, false
	for i, m := range from {
		s.at.member(m.Name)
		name := m.Name
		if strings.HasPrefix(name, "[") {
			var fine bool
			name, fine = s.string(name)
			ok, renamed = ok && fine, true
		}
		evaluated, fine := s.value(m.Value)
		s.at.pop()
		object[i], ok = Member{name, evaluated}, ok && fine
	}
	for i := 0; renamed && ok && i < len(object); i++ {
		if _, found := object[:i].get(object[i].Name); found {
			s.report(fmt.Errorf("the key %q stands twice in this object", object[i].Name))
			ok = false
		}
	}
	return object, ok
}

// text evaluates a string. The same expression has the same value everywhere in a template, as long as it reads nothing
// from the deployment, so each is evaluated once.
func (s *site) text(text string) (any, bool) {
	if !IsExpression(text) {
		return unescape(text), true
	}
	if known, ok := s.scope.results[text]; ok {
		for _, id := range known.ids {
			s.use(id, false)
		}
		return known.value, true
	}
	before := len(s.uses)
	e, err := s.scope.template.expression(text)
	if err != nil {
		s.report(err)
		return nil, false
	}
	value, err := e.root.evaluate(s)
	if err != nil {
		s.report(fmt.Errorf("%s: %w", excerpt(text), err))
		return nil, false
	}
	known := result{value: value}
	for _, used := range s.uses[before:] {
		if used.Reference {
			return value, true
		}
		known.ids = append(known.ids, used.ID)
	}
	s.scope.results[text] = known
	return value, true
}

// string evaluates a text that must become a string before the deployment starts.
func (s *site) string(raw string) (string, bool) {
	value, ok := s.text(raw)
	if !ok {
		return "", false
	}
	text, ok := value.(string)
	if !ok {
		s.report(fmt.Errorf("%s is %s; it takes a string", excerpt(raw), typeName(value)))
	}
	return text, ok
}

// stringAt evaluates the member of an envelope.
func (s *site) stringAt(name, raw string) (string, bool) {
	s.at.member(name)
	defer s.at.pop()
	return s.string(raw)
}

// named is the value of the parameter or variable of that name.
func (s *site) named(what string, all map[string]*binding, name any) (any, error) {
	text, ok := name.(string)
	if !ok {
		return nil, fmt.Errorf("the name of a %s is %s; it takes a string", what, typeName(name))
	}
	b := all[text]
	if b == nil {
		return nil, fmt.Errorf("unknown %s %q; declared: %s", what, text, some(s.scope.declared(what)))
	}
	if err := b.settle(what); err != nil {
		return nil, err
	}
	for _, used := range b.site.uses {
		s.use(used.ID, used.Reference)
	}
	return b.value, nil
}

func (s *scope) declared(what string) []string {
	var names []string
	if what == "parameter" {
		for _, p := range s.template.Parameters {
			names = append(names, p.Name)
		}
		return names
	}
	for _, v := range s.template.Variables {
		names = append(names, v.Name)
	}
	return names
}

// settle evaluates the binding once. What goes wrong is reported where the binding stands, and only there.
func (b *binding) settle(what string) error {
	switch b.state {
	case settled:
		return nil
	case failed:
		return errSilent
	case evaluating:
		return fmt.Errorf("%s %q needs itself", what, b.name)
	}
	b.state = evaluating
	ok := true
	if b.given {
		value, err := normal(b.raw)
		if b.value = value; err != nil {
			b.site.report(err)
			ok = false
		}
	} else {
		b.value, ok = b.site.value(b.raw)
	}
	if ok && b.valueType != "" && !fits(b.value, b.valueType) {
		b.site.report(fmt.Errorf("the value is %s; the type is %s", typeName(b.value), b.valueType))
		ok = false
	}
	if b.state = settled; !ok {
		b.state = failed
		return errSilent
	}
	return nil
}

// fits tells whether a value is of the type that a parameter or output declares.
func fits(value any, valueType string) bool {
	var ok bool
	switch strings.ToLower(valueType) {
	case "string", "securestring":
		_, ok = value.(string)
	case "int":
		_, ok = value.(int64)
	case "bool":
		_, ok = value.(bool)
	case "array":
		_, ok = value.([]any)
	case "object", "secureobject":
		_, ok = value.(Object)
	}
	_, later := value.(Runtime)
	return ok || later
}

// target is the id of what dependsOn and reference name: a full id, one that starts at its namespace, or the plain name
// of exactly one resource of the template
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-dependency#dependson).
func (s *scope) target(text string) (string, error) {
	if strings.HasPrefix(text, "/") {
		return text, nil
	}
	var names, ids []string
	for i := range s.resources {
		if r := &s.resources[i]; r.ID != "" {
			if names = append(names, r.Name); strings.EqualFold(r.Name, text) {
				ids = append(ids, r.ID)
			}
		}
	}
	if len(ids) == 1 {
		return ids[0], nil
	}
	if len(ids) > 1 {
		return "", fmt.Errorf("%q is the name of %d resources; give the id: %s", text, len(ids), some(ids))
	}
	if id, ok := relativeID(s.id, text); ok {
		return id, nil
	}
	return "", fmt.Errorf("%q is neither a resource id nor the name of a resource of this template; names: %s", text, some(names))
}

// apiVersion is that of the resource with the id, empty when this template has none.
func (s *scope) apiVersion(id string) string {
	for i := range s.resources {
		if SameID(s.resources[i].ID, id) {
			return s.template.Resources[i].APIVersion
		}
	}
	return ""
}
