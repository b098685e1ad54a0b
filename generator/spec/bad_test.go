package spec_test

import (
	"errors"
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator/messagetest"
	"github.com/ringwright/ringwright/generator/spec"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/bad, and fail all the same")

// TestBad has a file for each rule: its name is the rule, its comment the
// reason, and want the whole report.
func TestBad(t *testing.T) {
	messagetest.Bad(t, "ring.yaml", *update, func(t *testing.T, files []txtar.File) string {
		return report(t, files[0].Data, models(files[1:])...)
	})
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
