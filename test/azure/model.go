package azure

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// openEnums are enumerations whose values are known to be fewer than Azure takes, with the reason.
var openEnums = map[string]string{
	"armdeployments.ExpressionEvaluationOptionsScopeType": "templates say inner (learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates), the model Inner; the parser of templates holds it, in any case",
	"armcompute.VirtualMachineSizeTypes":                  "deprecated, says the comment at HardwareProfile.VMSize: sizes are added without it",
}

// checkModel walks a model and reports fields that Azure sets and a client must
// not, fields that are required and absent, and values that are none of their enumeration.
func checkModel(model any) []string {
	var w walker
	w.value("", reflect.ValueOf(model))
	return w.problems
}

// isModel reports whether a type is one that the SDK declares.
func isModel(t reflect.Type) bool { return strings.Contains(t.PkgPath(), "/sdk/resourcemanager/") }

// text is a value of an enumeration as its package writes it.
func text(v reflect.Value) string { return fmt.Sprint(v.Interface()) }

type walker struct{ problems []string }

func (w *walker) problem(path, format string, args ...any) {
	w.problems = append(w.problems, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func (w *walker) value(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			w.value(path, v.Elem())
		}
	case reflect.Struct:
		w.fields(path, v)
	case reflect.Slice:
		for i := range v.Len() {
			w.value(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			w.value(fmt.Sprintf("%s[%s]", path, key), v.MapIndex(key))
		}
	case reflect.String, reflect.Int32:
		if isModel(v.Type()) {
			w.enum(path, v)
		}
	}
}

func (w *walker) fields(path string, v reflect.Value) {
	t := v.Type()
	if !isModel(t) {
		return // such as time.Time
	}
	s, err := sourceOf(t.PkgPath())
	if err != nil {
		w.problem(path, "%v", err)
		return
	}
	for i := range t.NumField() {
		name, field := t.Field(i).Name, v.Field(i)
		note, known := s.fields[t.Name()+"."+name]
		absent := field.IsZero()
		switch {
		case !known:
			w.problem(path+"."+name, "the source of %s has no such field", t)
		case note == readOnly && !absent:
			w.problem(path+"."+name, "read-only: Azure sets it")
		case note == required && absent:
			w.problem(path+"."+name, "required and absent")
		}
		if !absent {
			w.value(path+"."+name, field)
		}
	}
}

// enum reports a value that is none of its enumeration. A named type
// without values is one that the source was not understood for.
func (w *walker) enum(path string, v reflect.Value) {
	t := v.Type()
	if _, open := openEnums[t.String()]; open {
		return
	}
	s, err := sourceOf(t.PkgPath())
	if err != nil {
		w.problem(path, "%v", err)
		return
	}
	switch value, values := text(v), s.enums[t.Name()]; {
	case len(values) == 0:
		w.problem(path, "no values are known for %s", t)
	case !slices.Contains(values, value):
		w.problem(path, "%q; want one of %s", value, strings.Join(values, ", "))
	}
}
