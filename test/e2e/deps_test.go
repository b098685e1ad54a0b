package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDeps holds that `make e2e-deps` installs exactly what a world says it lacks.
func TestDeps(t *testing.T) {
	makefile, err := os.ReadFile(repository + "/Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(makefile), "apt-get install -y --no-install-recommends ")
	if !ok {
		t.Fatal("the Makefile installs nothing")
	}
	line, _, _ := strings.Cut(rest, "\n")
	var want []string
	for _, p := range packages {
		want = append(want, p.name)
	}
	got := strings.Fields(line)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-packages +Makefile):\n%s", diff)
	}
}

// TestRequirements says in words what of the machine's side a world lacks. It
// passes where a world can be built.
func TestRequirements(t *testing.T) {
	want(t)
}
