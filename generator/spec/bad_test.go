package spec_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator/spec"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/bad, and fail all the same")

// TestBad has a file for each rule: its name is the rule, its comment the
// reason, and want the whole report.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			if last < 1 || a.Files[0].Name != "ring.yaml" || a.Files[last].Name != "want" || len(strings.TrimSpace(string(a.Comment))) == 0 {
				t.Fatal("want a reason, then ring.yaml, its API models if it has any, and want")
			}
			got := report(t, a.Files[0].Data, models(a.Files[1:last])...)
			if *update && got != string(a.Files[last].Data) {
				a.Files[last].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Errorf("rewritten; review it and run again without -update")
				return
			}
			if diff := cmp.Diff(string(a.Files[last].Data), got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// report is what Parse says of a spec that is wrong, a line for each problem.
func report(t *testing.T, src []byte, models ...spec.Model) string {
	t.Helper()
	_, err := spec.Parse("ring.yaml", src, models...)
	var problems *spec.Problems
	if !errors.As(err, &problems) || len(problems.List) == 0 {
		t.Fatalf("Parse: %v; want problems", err)
	}
	return err.Error() + "\n"
}

// models are the API models of an archive; an empty one could not be read.
func models(files []txtar.File) []spec.Model {
	var all []spec.Model
	for _, f := range files {
		m := spec.Model{Path: f.Name, Data: f.Data}
		if len(f.Data) == 0 {
			m.Err = errors.New(f.Name + ": permission denied")
		}
		all = append(all, m)
	}
	return all
}
