package spec_test

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator/spec"
)

// lineBreak is what ends a line in YAML 1.1, whose breaks the parser counts
// (https://yaml.org/spec/1.1/#id871136).
var lineBreak = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")

// FuzzParse holds that Parse never panics and says the same of the same file,
// that a report has a line for each problem, in order, each within the file,
// and that the report's length is in proportion to the file's.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	for _, name := range []string{"complete.yaml", "minimal.yaml", "complete-aks.yaml", "minimal-aks.yaml", "unusual.yaml"} {
		f.Add(read(f, name))
	}
	f.Add([]byte("a: \u2028\n\u0085b\r\r\nc: ["))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, p := range spec.ModelPaths(src) {
			if p == "" {
				t.Error("a model without a path")
			}
		}
		ring, err := spec.Parse("f", src)
		_, again := spec.Parse("f", slices.Clone(src))
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() {
			t.Fatalf("twice (-first +second):\n%s", cmp.Diff(err, again))
		}
		if err == nil {
			if len(ring.Regions) == 0 || ring.Founder == "" {
				t.Fatalf("a ring without regions or founder: %+v", ring)
			}
			return
		}
		var problems *spec.Problems
		if !errors.As(err, &problems) || len(problems.List) == 0 || ring != nil {
			t.Fatalf("%v is no report, or comes with a ring", err)
		}
		wellFormed(t, problems, 1+len(lineBreak.FindAll(src, -1)), len(src))
	})
}

func wellFormed(t *testing.T, problems *spec.Problems, lines, bytes int) {
	t.Helper()
	before, total := 0, 0
	for _, p := range problems.List {
		switch {
		case p.Line < 1 || p.Line > lines:
			t.Errorf("line %d of %d: %s", p.Line, lines, p.Message)
		case p.Line < before:
			t.Errorf("line %d after line %d", p.Line, before)
		case p.Message == "" || strings.HasSuffix(strings.TrimSuffix(p.Message, "..."), "."):
			t.Errorf("message %q", p.Message)
		}
		before, total = p.Line, total+len(p.Path)+len(p.Message)
	}
	if text := problems.Error(); strings.Count(text, "\n")+1 != len(problems.List) || strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
		t.Errorf("%d problems in %q", len(problems.List), text)
	}
	// A key or value of two bytes can be a problem, which says what is right.
	if most := 10_000 + 1000*bytes; total > most {
		t.Errorf("a report of %d bytes for a file of %d", total, bytes)
	}
}
