package acsengine_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator/acsengine"
)

// FuzzParse holds that Parse never panics and says the same of the same file,
// that each problem is on a line of it and in order, and that a report's length
// is in proportion to the file's.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.json", "testdata/bad/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".json") {
				f.Add(read(f, "good/"+filepath.Base(file)))
				continue
			}
			a, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(a.Files[0].Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, problems := acsengine.Parse(src)
		again, more := acsengine.Parse(slices.Clone(src))
		if diff := cmp.Diff(m, again) + cmp.Diff(problems, more); diff != "" {
			t.Fatalf("twice (-first +second):\n%s", diff)
		}
		lines, before, total := 1+bytes.Count(src, []byte("\n")), 0, 0
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Line < before || p.Message == "" || strings.ContainsAny(p.Path+p.Message, "\n\r") {
				t.Errorf("%d: %q: %q, after line %d of %d", p.Line, p.Path, p.Message, before, lines)
			}
			before, total = p.Line, total+len(p.Path)+len(p.Message)
		}
		if most := 10_000 + 1000*len(src); total > most {
			t.Errorf("a report of %d bytes for a file of %d", total, len(src))
		}
	})
}
