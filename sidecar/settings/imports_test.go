package settings_test

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestImports holds that the package imports the standard library, yaml and
// pflag only: the generator imports it, and the sidecar is one small binary.
func TestImports(t *testing.T) {
	allowed := map[string]bool{"go.yaml.in/yaml/v3": false, "github.com/spf13/pflag": false}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(path, "/")
			if _, ok := allowed[path]; ok {
				allowed[path] = true
			} else if strings.Contains(first, ".") {
				t.Errorf("%s imports %s; the package takes the standard library, yaml and pflag only", entry.Name(), path)
			}
		}
	}
	for path, used := range allowed {
		if !used {
			t.Errorf("no file imports %s; the test looks in the wrong place", path)
		}
	}
}
