package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// check holds a resource against the model of its type and against what the
// SDK's client sends when it puts that model. Each problem begins with its JSON
// path or, from the model, with the path of the model's fields.
func check(r *arm.EvaluatedResource) []string {
	kind, err := typeOf(r.Type)
	if err != nil {
		return []string{err.Error()}
	}
	want, err := body(r)
	if err != nil {
		return []string{err.Error()}
	}
	model := kind.model()
	if err := json.Unmarshal(want, model); err != nil {
		return []string{fmt.Sprintf("the model takes a value of another type: %v", err)}
	}
	var problems []string
	sent, err := put(kind, r, model)
	if err != nil {
		problems = append(problems, err.Error())
	} else if problems, err = lost(want, sent.body); err != nil {
		problems = append(problems, err.Error())
	} else {
		problems = append(problems, sent.differences(r)...)
	}
	return append(problems, checkModel(model)...)
}

// lost are the paths of what is in one document and not, or differently, in the
// one that came back through a model, and of what is only in the latter.
func lost(want, got []byte) ([]string, error) {
	a, err := decode(want)
	if err != nil {
		return nil, err
	}
	b, err := decode(got)
	if err != nil {
		return nil, err
	}
	var d differ
	d.compare("", a, b)
	return d.problems, nil
}

// decode keeps numbers as they are written.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	err := d.Decode(&value)
	return value, err
}

type differ struct{ problems []string }

func (d *differ) problem(path, format string, args ...any) {
	d.problems = append(d.problems, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func (d *differ) compare(path string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			d.objects(path, want, got)
			return
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range want {
				d.compare(fmt.Sprintf("%s[%d]", path, i), want[i], got[i])
			}
			return
		}
	}
	if !reflect.DeepEqual(want, got) {
		d.problem(path, "%v came back from the model as %v", want, got)
	}
}

func (d *differ) objects(path string, want, got map[string]any) {
	for _, key := range sortedKeys(want) {
		value, kept := got[key]
		if !kept {
			d.problem(path+"."+key, "the model drops it: no such property, or null")
			continue
		}
		d.compare(path+"."+key, want[key], value)
	}
	for _, key := range sortedKeys(got) {
		if _, wanted := want[key]; !wanted {
			d.problem(path+"."+key, "the model adds %v", got[key])
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
