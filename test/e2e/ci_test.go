package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCI holds that .ci/run knows every test that builds something: one that it
// does not name would never run there, and nobody would be told.
func TestCI(t *testing.T) {
	script, err := os.ReadFile(repository + "/.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\bTest\w+`).FindAllString(string(script), -1)
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		for _, test := range testsOf(t, file) {
			found++
			if !slices.Contains(named, test) {
				t.Errorf("%s: %s is in no line of .ci/run", file, test)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d tests found that call Run or want", found)
	}
}

// testsOf are the tests in a file that call Run or want themselves, or a function
// of the file that does.
func testsOf(t *testing.T, file string) []string {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	builds := map[string]bool{"Run": true, "want": true}
	for range 2 {
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && calls(f, builds) {
				builds[f.Name.Name] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(builds)), func(name string) bool { return !strings.HasPrefix(name, "Test") })
}

// calls says whether a function's body calls one of those by its bare name.
func calls(f *ast.FuncDecl, names map[string]bool) (does bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			name, _ := c.Fun.(*ast.Ident)
			does = does || name != nil && names[name.Name]
		}
		return !does
	})
	return does
}
