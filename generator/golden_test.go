package generator_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator"
)

var update = flag.Bool("update", false, "rewrite out/ and the variants; the run still fails, so that the diff is read")

const refresh = "go test ./generator -update, then read the diff"

func generate(t testing.TB, src []byte) generator.Files {
	t.Helper()
	files, err := generator.Generate("ring.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestOut holds the committed out/ against ring.yaml: it is the golden output,
// what reviewers read and what users see first.
func TestOut(t *testing.T) {
	files := generate(t, readFile(t, "../ring.yaml"))
	stale, err := files.Diff("../out")
	if err != nil {
		t.Fatal(err)
	}
	if stale == "" {
		return
	}
	if *update {
		if _, err := files.Write("../out"); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("out/ is not what ring.yaml compiles to; %s:\n%s", refresh, stale)
}

// TestVariants compiles specs that differ from ring.yaml in one way and holds
// what that changes against a recorded diff.
func TestVariants(t *testing.T) {
	base := generate(t, readFile(t, "../ring.yaml"))
	names, err := filepath.Glob("testdata/variants/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no variants: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := difference(base, generate(t, section(t, archive, "ring.yaml")))
			wantSection(t, name, archive, "out.diff", got)
		})
	}
}

// wantSection holds one section of a recorded archive.
func wantSection(t *testing.T, name string, archive *txtar.Archive, part string, got []byte) {
	t.Helper()
	want := section(t, archive, part)
	if bytes.Equal(want, got) {
		return
	}
	if *update {
		setSection(archive, part, got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("%s\n(-recorded +compiled):\n%s", refresh, cmp.Diff(string(want), string(got)))
}

// wantRegion holds every file of a region, but the script that all have, against
// a recorded archive.
func wantRegion(t *testing.T, name, comment string, files generator.Files, region string) {
	t.Helper()
	archive := &txtar.Archive{Comment: []byte(comment)}
	for _, p := range files.Paths() {
		if strings.HasPrefix(p, region+"/") && p != region+"/restart.sh" {
			archive.Files = append(archive.Files, txtar.File{Name: p, Data: files[p]})
		}
	}
	want, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	got := txtar.Format(archive)
	if bytes.Equal(want, got) {
		return
	}
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("%s\n(-recorded +compiled):\n%s", refresh, cmp.Diff(string(want), string(got)))
}

func section(t *testing.T, a *txtar.Archive, name string) []byte {
	t.Helper()
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	t.Fatalf("no section %s", name)
	return nil
}

func setSection(a *txtar.Archive, name string, data []byte) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = data
		}
	}
}

// difference is what changes from one output to another: the changed lines of
// each file, without their surroundings, which only repeat out/. The runbook and
// the picture are left to their own tests.
func difference(from, to generator.Files) []byte {
	var b bytes.Buffer
	paths := generator.Files{}
	for p := range from {
		paths[p] = nil
	}
	for p := range to {
		paths[p] = nil
	}
	for _, p := range paths.Paths() {
		if strings.HasPrefix(p, "README") || strings.HasPrefix(p, "topology") {
			continue
		}
		switch _, before := from[p]; {
		case !before:
			b.WriteString("+ all of " + p + "\n")
			continue
		case to[p] == nil:
			b.WriteString("- all of " + p + "\n")
			continue
		}
		for _, line := range strings.Split(string(diff.Diff(p, from[p], p, to[p])), "\n") {
			if strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-") {
				b.WriteString(shorten(line) + "\n")
			}
		}
	}
	return b.Bytes()
}

// shorten keeps the beginning of a line: scripts and their preludes are long,
// and the tests of the node script and of verify read them whole.
func shorten(line string) string {
	const most = 160
	if len(line) <= most {
		return line
	}
	return line[:most] + "..."
}
