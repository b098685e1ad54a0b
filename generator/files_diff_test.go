package generator_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
)

func TestScriptsCanBeRun(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"a/restart.sh": "#!/bin/sh\n", "a/1.yaml": "1"}
	mustWrite(t, dir, files)
	mode := func(p string) fs.FileMode {
		info, err := os.Stat(filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if mode("a/restart.sh") != 0o755 || mode("a/1.yaml") != 0o644 {
		t.Errorf("modes %o and %o, want 755 and 644", mode("a/restart.sh"), mode("a/1.yaml"))
	}
	if err := os.Chmod(filepath.Join(dir, "a/restart.sh"), 0o644); err != nil {
		t.Fatal(err)
	}
	if stale, err := filesOf(files).Diff(dir); err != nil || stale != dir+"/a/restart.sh: cannot be executed\n" {
		t.Errorf("Diff says %q, %v", stale, err)
	}
	if changes := mustWrite(t, dir, files); len(changes.Written) != 1 || mode("a/restart.sh") != 0o755 {
		t.Errorf("%+v and mode %o", changes, mode("a/restart.sh"))
	}
}

func TestDiff(t *testing.T) {
	files := map[string]string{"a/1.yaml": "x: 1\n", "a/2.yaml": "y: 2\n"}
	tests := []struct {
		name    string
		earlier map[string]string
		foreign map[string]string
		want    []string // parts of it; none where it is current
	}{
		{"current", files, nil, nil},
		{"with a file that is somebody else's", files, map[string]string{"a/notes": "mine"}, nil},
		{"changed", map[string]string{"a/1.yaml": "x: 0\n", "a/2.yaml": "y: 2\n"}, nil, []string{"/a/1.yaml a/1.yaml\n", "-x: 0\n", "+x: 1\n"}},
		{"new", map[string]string{"a/2.yaml": "y: 2\n"}, nil, []string{"+x: 1\n", "+a/1.yaml\n"}},
		{"old", map[string]string{"a/1.yaml": "x: 1\n", "a/2.yaml": "y: 2\n", "b/3.yaml": "3"}, nil, []string{"/b/3.yaml: no longer generated\n", "-b/3.yaml\n"}},
		{"without a record", nil, files, []string{"+a/1.yaml\n+a/2.yaml\n"}},
		{"with an interrupted run's record", files, map[string]string{".ringwright": "a/1.yaml\na/2.yaml\nb/3.yaml\n"}, []string{"-b/3.yaml\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.earlier != nil {
				mustWrite(t, dir, tt.earlier)
			}
			lay(t, dir, tt.foreign)
			before := tree(t, dir)
			got, err := filesOf(files).Diff(dir)
			if err != nil || len(tt.want) == 0 && got != "" {
				t.Errorf("%v, difference:\n%s", err, got)
			}
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("lacks %q:\n%s", want, got)
				}
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("it wrote (-before +after):\n%s", diff)
			}
		})
	}
	missing := filepath.Join(t.TempDir(), "out")
	if got, err := filesOf(files).Diff(missing); err != nil || got != missing+": there is no such folder\n" {
		t.Errorf("without a folder: %q, %v", got, err)
	}
}

// TestRecordFromWindows takes a record whose lines a checkout has ended with CR LF.
func TestRecordFromWindows(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, map[string]string{"a/1.yaml": "1", "b/2.yaml": "2"})
	lay(t, dir, map[string]string{".ringwright": "# list\r\na/1.yaml\r\nb/2.yaml\r\n"})
	want := generator.Changes{Written: []string{"a/1.yaml"}, Removed: []string{"b/2.yaml"}}
	if diff := cmp.Diff(want, mustWrite(t, dir, map[string]string{"a/1.yaml": "one"})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
