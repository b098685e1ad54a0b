package azure

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// note is what the SDK says of a field in its comment only: nothing in the types does.
type note int

const (
	optional note = iota
	required      // REQUIRED;
	readOnly      // READ-ONLY;
)

// source is what the source text of an SDK package tells that its types do not.
type source struct {
	fields map[string]note     // by Type.Field, every field of every model
	enums  map[string][]string // by type: what its function PossibleXValues returns
}

var sources sync.Map // of functions that read a package's source, by import path

// sourceOf reads the source of a package of the SDK, once for a test binary.
func sourceOf(importPath string) (*source, error) {
	read, _ := sources.LoadOrStore(importPath, sync.OnceValues(func() (*source, error) { return readSource(importPath) }))
	return read.(func() (*source, error))()
}

func readSource(importPath string) (*source, error) {
	pkg, err := build.Import(importPath, ".", build.FindOnly)
	if err != nil {
		return nil, fmt.Errorf("source of %s: %w", importPath, err)
	}
	s := &source{fields: map[string]note{}, enums: map[string][]string{}}
	var constants constants
	files := token.NewFileSet()
	for _, name := range []string{"models.go", "constants.go"} {
		file, err := parser.ParseFile(files, filepath.Join(pkg.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("source of %s: %w", importPath, err)
		}
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.GenDecl:
				s.types(d)
				constants.add(d)
			case *ast.FuncDecl:
				constants.functions = append(constants.functions, d)
			}
		}
	}
	return s, s.values(&constants)
}

// types notes the fields of the models that are declared.
func (s *source) types(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		model, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range model.Fields.List {
			for _, name := range field.Names {
				s.fields[t.Name.Name+"."+name.Name] = noteOf(field.Doc.Text())
			}
		}
	}
}

func noteOf(comment string) note {
	switch {
	case strings.HasPrefix(comment, "REQUIRED;"):
		return required
	case strings.HasPrefix(comment, "READ-ONLY;"):
		return readOnly
	}
	return optional
}

// constants are the constants of a package by name, and its functions.
type constants struct {
	values    map[string]string
	functions []*ast.FuncDecl
}

func (c *constants) add(d *ast.GenDecl) {
	if d.Tok != token.CONST {
		return
	}
	if c.values == nil {
		c.values = map[string]string{}
	}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		for i, name := range v.Names {
			if i >= len(v.Values) {
				continue
			}
			if literal, ok := v.Values[i].(*ast.BasicLit); ok {
				c.values[name.Name] = plain(literal)
			}
		}
	}
}

// plain is a literal without the quotes of a string.
func plain(literal *ast.BasicLit) string {
	if text, err := strconv.Unquote(literal.Value); err == nil {
		return text
	}
	return literal.Value
}

// values reads func PossibleXValues() []X { return []X{A, B} } for every X.
func (s *source) values(c *constants) error {
	for _, f := range c.functions {
		name, ok := strings.CutPrefix(f.Name.Name, "Possible")
		if !ok || f.Recv != nil || len(f.Body.List) != 1 {
			continue
		}
		result, ok := f.Body.List[0].(*ast.ReturnStmt)
		if !ok || len(result.Results) != 1 {
			continue
		}
		list, ok := result.Results[0].(*ast.CompositeLit)
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "Values")
		for _, element := range list.Elts {
			constant, ok := element.(*ast.Ident)
			if !ok {
				return fmt.Errorf("%s returns something that is no constant", f.Name.Name)
			}
			value, ok := c.values[constant.Name]
			if !ok {
				return fmt.Errorf("%s returns %s, which has no value", f.Name.Name, constant.Name)
			}
			s.enums[name] = append(s.enums[name], value)
		}
	}
	return nil
}
