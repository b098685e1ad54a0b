package arm

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Template is a resource group's deployment template as it was written: strings that are expressions are not evaluated.
// Its slices are in document order.
type Template struct {
	Schema         string // $schema
	ContentVersion string
	Metadata       Object
	Parameters     []Parameter
	Variables      []Variable
	Resources      []Resource
	Outputs        []Output

	// expressions are the parsed expressions of this template and of those nested in it. Evaluation only reads them.
	expressions map[string]*Expression
}

// Parameter is a declared parameter.
type Parameter struct {
	Name         string
	Type         string // string, securestring, int, bool, object, secureObject or array, in any case
	DefaultValue *any   // nil: a value must be given
	Metadata     Object
}

// Variable is a variable and its value, which may be of any type.
type Variable struct {
	Name  string
	Value any
}

// Output is an output of the deployment.
type Output struct {
	Name  string
	Type  string
	Value any
}

// Resource is the envelope of a resource. What is absent is nil or empty.
type Resource struct {
	Type          string
	APIVersion    string
	Name          string
	Location      string
	Condition     any // a bool, or a string that is an expression
	Scope         string
	DependsOn     []string
	SKU           Object
	Zones         []any
	Identity      Object
	Tags          Object
	Subscription  string // subscriptionId, of a nested deployment
	ResourceGroup string // resourceGroup, of a nested deployment
	Properties    Object

	// Nested is properties.template of a Microsoft.Resources/deployments, and nil in every other resource.
	Nested *Template
}

// deploymentType is the type of a nested deployment.
const deploymentType = "Microsoft.Resources/deployments"

// Parse reads a template. Keys that are unknown, in the wrong case or twice in one object, values of the wrong JSON type
// and expressions that cannot be parsed are errors, all of them reported at once, each with its JSON path.
func Parse(data []byte) (*Template, error) {
	value, err := parseJSON(data)
	if value == nil && err != nil {
		return nil, err
	}
	d := &decoder{expressions: make(map[string]*Expression)}
	t := d.template(value)
	if err := errors.Join(err, d.found.join()); err != nil {
		return nil, err
	}
	return t, nil
}

// expression is the parsed form of an expression of this template. A template that was changed after Parse may hold some
// that Parse has not seen.
func (t *Template) expression(text string) (*Expression, error) {
	if e := t.expressions[text]; e != nil {
		return e, nil
	}
	return ParseExpression(text)
}

// decoder turns JSON values into the template types.
type decoder struct {
	at          path
	found       problems
	expressions map[string]*Expression
}

// field is a key that an object may have.
type field struct {
	name     string
	required bool
	read     func(value any)
}

func (d *decoder) problem(format string, args ...any) {
	d.found.add(d.at.String(), fmt.Errorf(format, args...))
}

// fields reads an object with exactly these keys.
func (d *decoder) fields(value any, fields []field) {
	object, ok := typed[Object](d, value)
	if !ok {
		return
	}
	for _, m := range object {
		known := false
		for i := range fields {
			if fields[i].name == m.Name {
				known = true
				d.at.member(m.Name)
				fields[i].read(m.Value)
				d.at.pop()
			}
		}
		if !known {
			d.unknown(m.Name, fields)
		}
	}
	for _, f := range fields {
		if _, found := object.get(f.name); f.required && !found {
			d.problem("%q is missing", f.name)
		}
	}
}

func (d *decoder) unknown(name string, fields []field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		if names[i] = f.name; strings.EqualFold(f.name, name) {
			d.problem("unknown key %q; it is written %q", name, f.name)
			return
		}
	}
	d.problem("unknown key %q; known: %s", name, strings.Join(names, ", "))
}

// typed returns the value if it is of type T and reports it otherwise.
func typed[T any](d *decoder, value any) (T, bool) {
	v, ok := value.(T)
	if !ok {
		d.problem("this is %s; it takes %s", typeName(value), typeName(v))
	}
	return v, ok
}

// into is the reader of a field of type T.
func into[T any](d *decoder, to *T) func(any) {
	return func(value any) { *to, _ = typed[T](d, value) }
}

// templateSchema ends the schema of a resource group's template. With any other the ids would be others.
const templateSchema = "/deploymentTemplate.json#"

func (d *decoder) schema(value any, what, suffix string) string {
	text, ok := typed[string](d, value)
	if ok && !strings.HasSuffix(text, suffix) {
		d.problem("%q is not the schema of %s, https://schema.management.azure.com/schemas/2019-04-01%s", text, what, suffix)
	}
	return text
}

var contentVersionPattern = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)

func (d *decoder) template(value any) *Template {
	t := &Template{expressions: d.expressions}
	d.fields(value, []field{
		{"$schema", true, func(value any) {
			t.Schema = d.schema(value, "a resource group's template", templateSchema)
		}},
		{"contentVersion", true, d.contentVersion(&t.ContentVersion)},
		{"metadata", false, into(d, &t.Metadata)},
		{"parameters", false, func(value any) {
			d.each(value, func(name string, value any) { t.Parameters = append(t.Parameters, d.parameter(name, value)) })
		}},
		{"variables", false, func(value any) {
			d.each(value, func(name string, value any) {
				t.Variables = append(t.Variables, Variable{name, value})
			})
			d.noCopy(value)
		}},
		{"resources", true, func(value any) {
			array, _ := typed[[]any](d, value)
			for i, element := range array {
				d.at.element(i)
				t.Resources = append(t.Resources, d.resource(element))
				d.at.pop()
			}
		}},
		{"outputs", false, func(value any) {
			d.each(value, func(name string, value any) { t.Outputs = append(t.Outputs, d.output(name, value)) })
		}},
	})
	d.compile(t)
	return t
}

func (d *decoder) contentVersion(to *string) func(any) {
	return func(value any) {
		if text, ok := typed[string](d, value); ok {
			if *to = text; !contentVersionPattern.MatchString(text) {
				d.problem("%q is not of the form 1.0.0.0", text)
			}
		}
	}
}

// each reads an object of any keys.
func (d *decoder) each(value any, read func(name string, value any)) {
	object, _ := typed[Object](d, value)
	for _, m := range object {
		d.at.member(m.Name)
		read(m.Name, m.Value)
		d.at.pop()
	}
}

func (d *decoder) parameter(name string, value any) Parameter {
	p := Parameter{Name: name}
	d.fields(value, []field{
		{"type", true, d.valueType(&p.Type)},
		{"defaultValue", false, func(value any) { p.DefaultValue = &value }},
		{"metadata", false, into(d, &p.Metadata)},
	})
	return p
}

func (d *decoder) output(name string, value any) Output {
	o := Output{Name: name}
	d.fields(value, []field{
		{"type", true, d.valueType(&o.Type)},
		{"value", true, func(value any) { o.Value = value }},
	})
	return o
}

// valueTypes are the types of parameters and outputs
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/data-types).
var valueTypes = []string{"string", "securestring", "int", "bool", "object", "secureObject", "array"}

func (d *decoder) valueType(to *string) func(any) {
	return func(value any) {
		text, ok := typed[string](d, value)
		for _, known := range valueTypes {
			if *to = text; strings.EqualFold(known, text) {
				return
			}
		}
		if ok {
			d.problem("unknown type %q; known: %s", text, strings.Join(valueTypes, ", "))
		}
	}
}

// noCopy refuses copy loops, which Azure would unroll wherever they stand.
func (d *decoder) noCopy(value any) {
	switch v := value.(type) {
	case []any:
		for i, element := range v {
			d.at.element(i)
			d.noCopy(element)
			d.at.pop()
		}
	case Object:
		for _, m := range v {
			d.at.member(m.Name)
			if _, loop := m.Value.([]any); loop && strings.EqualFold(m.Name, "copy") {
				d.problem("copy loops are not supported")
			}
			d.noCopy(m.Value)
			d.at.pop()
		}
	}
}
