package generator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/ringwright/ringwright/"

// mayImport are the packages of this module that each package may import:
// arrows run from spec to generator and never back.
var mayImport = map[string][]string{
	"generator/network":   {},
	"generator/arm":       {},
	"generator/secrets":   {},
	"generator/spelling":  {},
	"generator/acsengine": {"generator/network", "generator/spelling"},
	"generator/spec":      {"generator/acsengine", "generator/network", "generator/spelling", "sidecar/settings"},
	"generator/plan":      {"generator/network", "generator/spec", "sidecar/settings"},
	"generator/render":    {"generator/plan", "generator/secrets", "sidecar/settings", "templates", "templates/node"},
	"generator/verify":    {"generator/arm", "generator/network", "generator/plan", "generator/secrets", "sidecar/settings", "templates/node"},
	"generator":           {"generator/plan", "generator/render", "generator/spec", "generator/verify", "sidecar/settings"},
	"sidecar/settings":    {},
	"templates":           {},
	"templates/node":      {},
}

func TestImportArrows(t *testing.T) {
	for dir, allowed := range mayImport {
		for name, file := range sources(t, dir) {
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(allowed, own) {
					t.Errorf("%s/%s imports %s; %s may import %v", dir, name, own, dir, allowed)
				}
			}
		}
	}
}

// TestNothingFromOutside holds the compiler to its arguments: no clock, no
// randomness, no environment, no network. Only secrets draws and looks at the
// time, and only through what its caller hands it.
func TestNothingFromOutside(t *testing.T) {
	forbidden := map[string][]string{
		"os":          {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Hostname", "Getwd", "UserHomeDir"},
		"time":        {"Now", "Since", "Until", "After", "Tick", "Sleep"},
		"net":         {"Dial", "DialTimeout", "Dialer", "Listen", "LookupAddr", "LookupHost", "LookupIP", "Resolver", "Interfaces"},
		"net/http":    nil,
		"math/rand":   nil,
		"crypto/rand": nil,
	}
	for dir := range mayImport {
		if dir == "generator/secrets" {
			continue
		}
		for name, file := range sources(t, dir) {
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if names, ok := forbidden[imported]; ok && names == nil {
					t.Errorf("%s/%s imports %s", dir, name, imported)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				selector, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := selector.X.(*ast.Ident); ok && slices.Contains(forbidden[x.Name], selector.Sel.Name) {
					t.Errorf("%s/%s uses %s.%s", dir, name, x.Name, selector.Sel.Name)
				}
				return true
			})
		}
	}
}

// sources are the parsed files of a package but its tests.
func sources(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	root := os.DirFS("..")
	names, err := fs.Glob(root, path.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Base(name)] = file
	}
	return files
}
