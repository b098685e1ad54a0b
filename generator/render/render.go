// Package render prints a plan: it executes the templates, holds what they
// print against the shape it must have, and lays it out. It decides nothing.
package render

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/templates"
)

// File is one file of out/.
type File struct {
	Path string // relative to out/, with slashes
	Data []byte
}

// functions are all that a template can call, each one sprig's. json prints
// any value so that YAML reads back the same value, and marks the strings in it;
// indent and nindent shift a block of text.
var functions = func() template.FuncMap {
	all := sprig.HermeticTxtFuncMap()
	toRawJSON := all["toRawJson"].(func(any) string)
	return template.FuncMap{
		"json":   func(v any) string { return mark(toRawJSON(v)) },
		"indent": all["indent"], "nindent": all["nindent"],
	}
}()

// set is every template by its path below templates/, each parsed when it is
// first needed.
var set = func() map[string]func() *template.Template {
	all := map[string]func() *template.Template{}
	for _, dir := range []string{"arm", "manifests", "runbook"} {
		entries, err := templates.FS.ReadDir(dir)
		if err != nil {
			panic(err) // the folder is compiled in
		}
		for _, entry := range entries {
			name := dir + "/" + entry.Name()
			all[name] = sync.OnceValue(func() *template.Template { return parse(name) })
		}
	}
	return all
}()

// parse reads a template. One that cannot be parsed is a mistake in this
// program, which every test that prints it finds.
func parse(name string) *template.Template {
	text, err := templates.FS.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return template.Must(template.New(name).Option("missingkey=error").Funcs(functions).Parse(string(text)))
}

// buffers are what templates print to: thousands of times in a large ring.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// execute prints data with the template of that name, its strings marked.
func execute(name string, data any) (string, error) {
	parsed, ok := set[name]
	if !ok {
		return "", fmt.Errorf("no template %s", name)
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := parsed().Execute(b, data); err != nil {
		return "", fmt.Errorf("template %s: %w", name, err)
	}
	return b.String(), nil
}

// plainText prints data with a template whose output is not parsed.
func plainText(name string, data any) ([]byte, error) {
	text, err := execute(name, data)
	return []byte(unmark(text)), err
}

// document is the YAML mapping that a template printed, without the keys that
// have nothing under them.
func document(text string) (*yaml.Node, error) {
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return nil, err
	}
	if len(tree.Content) != 1 || tree.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("prints no mapping")
	}
	return tree.Content[0], prune(tree.Content[0])
}

// prune takes out keys whose value is null: a slice of the plan that is empty
// leaves nothing behind. A key that is there twice is an error, as is a list
// element that is null, for a hole in a list is never meant.
func prune(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			if c.Tag == "!!null" {
				return fmt.Errorf("line %d: a list holds nothing", c.Line)
			}
			if err := prune(c); err != nil {
				return err
			}
		}
		return nil
	}
	kept := n.Content[:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		for j := 0; j < len(kept); j += 2 {
			if kept[j].Value == key.Value {
				return fmt.Errorf("line %d: %s is there twice", key.Line, key.Value)
			}
		}
		if value.Tag == "!!null" {
			continue
		}
		if err := prune(value); err != nil {
			return err
		}
		kept = append(kept, key, value)
	}
	n.Content = kept
	return nil
}
