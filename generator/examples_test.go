package generator_test

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator"
)

// TestExamples compiles every example, which proof-reads what it compiles to,
// and holds README to a line about each.
func TestExamples(t *testing.T) {
	names, err := filepath.Glob("../examples/*/ring.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	readme := string(readFile(t, "../README.md"))
	for _, name := range names {
		dir := path.Base(path.Dir(filepath.ToSlash(name)))
		t.Run(dir, func(t *testing.T) {
			src := readFile(t, name)
			files, err := generator.Generate(name, src, generator.ReadModels(name, src)...)
			if err != nil {
				t.Fatal(err)
			}
			if len(files["README.md"]) == 0 || len(files["topology.svg"]) == 0 {
				t.Errorf("no runbook or no picture in %v", files.Paths())
			}
			if n := strings.Count(readme, "(examples/"+dir+"/ring.yaml)"); n != 1 {
				t.Errorf("README has %d lines about examples/%s, want 1", n, dir)
			}
		})
	}
}
