package generator_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
)

func filesOf(m map[string]string) generator.Files {
	files := generator.Files{}
	for p, text := range m {
		files[p] = []byte(text)
	}
	return files
}

// tree is every file, folder (with a slash) and link (with an arrow) below dir
// with its contents, but for the record.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == dir || entry.Name() == ".ringwright" {
			return err
		}
		p, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		p = filepath.ToSlash(p)
		switch {
		case entry.IsDir():
			got[p+"/"] = ""
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			got[p] = "-> " + target
			return err
		default:
			data, err := os.ReadFile(name)
			got[p] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// lay puts files, folders (ending with a slash) and links into dir.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for _, p := range slices.Sorted(maps.Keys(files)) {
		name := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(files[p], "-> "); ok {
			err = os.Symlink(target, name)
		} else if strings.HasSuffix(p, "/") {
			err = os.MkdirAll(name, 0o755)
		} else {
			err = os.WriteFile(name, []byte(files[p]), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func mustWrite(t *testing.T, dir string, files map[string]string) generator.Changes {
	t.Helper()
	changes, err := filesOf(files).Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestWrite(t *testing.T) {
	tests := []struct {
		name    string
		earlier map[string]string // what the run before wrote, if there was one
		foreign map[string]string // what is put there after it
		files   map[string]string
		changes generator.Changes
		tree    map[string]string
	}{
		{name: "fresh", files: map[string]string{"README.md": "r", "a/1.yaml": "1", "a/b/2.json": "2"},
			changes: generator.Changes{Written: []string{"README.md", "a/1.yaml", "a/b/2.json"}},
			tree:    map[string]string{"README.md": "r", "a/": "", "a/1.yaml": "1", "a/b/": "", "a/b/2.json": "2"}},
		{name: "again", earlier: map[string]string{"a/1.yaml": "1", "b/2.yaml": "2"}, files: map[string]string{"a/1.yaml": "1", "b/2.yaml": "2"},
			changes: generator.Changes{Unchanged: 2}, tree: map[string]string{"a/": "", "a/1.yaml": "1", "b/": "", "b/2.yaml": "2"}},
		{name: "one of two changed", earlier: map[string]string{"a/1.yaml": "1", "b/2.yaml": "2"}, files: map[string]string{"a/1.yaml": "1", "b/2.yaml": "two"},
			changes: generator.Changes{Written: []string{"b/2.yaml"}, Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1", "b/": "", "b/2.yaml": "two"}},
		{name: "one is no longer there", earlier: map[string]string{"a/1.yaml": "1", "b/c/2.yaml": "2"}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Removed: []string{"b/c/2.yaml"}, Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1"}},
		{name: "a folder with somebody else's file stays", earlier: map[string]string{"a/1.yaml": "1", "b/c/2.yaml": "2", "b/3.yaml": "3"}, foreign: map[string]string{"b/notes.txt": "mine"},
			files:   map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Removed: []string{"b/3.yaml", "b/c/2.yaml"}, Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1", "b/": "", "b/notes.txt": "mine"}},
		{name: "what was edited by hand is made right", earlier: map[string]string{"a/1.yaml": "1"}, foreign: map[string]string{"a/1.yaml": "edited"}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Written: []string{"a/1.yaml"}}, tree: map[string]string{"a/": "", "a/1.yaml": "1"}},
		{name: "somebody else's file of the same contents is taken over", foreign: map[string]string{"a/1.yaml": "1"}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1"}},
		{name: "a folder in place of an old file stays", earlier: map[string]string{"a/1.yaml": "1", "b": "2"}, foreign: map[string]string{"b": "", "b/": ""}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1", "b/": ""}},
		{name: "an emptied folder goes", earlier: map[string]string{"a/1.yaml": "1", "b/c/2.yaml": "2"}, foreign: map[string]string{"b/c/2.yaml": ""}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Unchanged: 1}, tree: map[string]string{"a/": "", "a/1.yaml": "1"}},
		{name: "a file becomes a folder's name", earlier: map[string]string{"a": "1"}, foreign: map[string]string{"a": ""}, files: map[string]string{"a/1.yaml": "1"},
			changes: generator.Changes{Written: []string{"a/1.yaml"}}, tree: map[string]string{"a/": "", "a/1.yaml": "1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "out")
			if tt.earlier != nil {
				mustWrite(t, dir, tt.earlier)
			}
			for p, text := range tt.foreign {
				if text == "" && !strings.HasSuffix(p, "/") { // "" means that it was deleted
					if err := os.Remove(filepath.Join(dir, p)); err != nil {
						t.Fatal(err)
					}
					delete(tt.foreign, p)
				}
			}
			lay(t, dir, tt.foreign)
			if diff := cmp.Diff(tt.changes, mustWrite(t, dir, tt.files)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.tree, tree(t, dir)); diff != "" {
				t.Errorf("tree (-want +got):\n%s", diff)
			}
			if stale, err := filesOf(tt.files).Diff(dir); stale != "" || err != nil {
				t.Errorf("after it, Diff says %q, %v", stale, err)
			}
			if diff := cmp.Diff(generator.Changes{Unchanged: len(tt.files)}, mustWrite(t, dir, tt.files)); diff != "" {
				t.Errorf("a second run (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWriteRefuses holds that what is in the way stops a run before it begins.
func TestWriteRefuses(t *testing.T) {
	earlier := map[string]string{"a/1.yaml": "1", "m/2.yaml": "2"}
	files := map[string]string{"a/1.yaml": "one", "k/3.yaml": "three", "m/2.yaml": "two", "z/4.yaml": "four"}
	elsewhere := t.TempDir()
	tests := []struct {
		name    string
		foreign map[string]string
		want    []string
	}{
		{"somebody else's file", map[string]string{"z/4.yaml": "mine"}, []string{"z/4.yaml: not written by ringwright, as ", ".ringwright does not list it; move it away or restore the list"}},
		{"two of them", map[string]string{"k/3.yaml": "mine", "z/4.yaml": "mine"}, []string{"k/3.yaml: not written", "z/4.yaml: not written"}},
		{"a folder where a file belongs", map[string]string{"z/4.yaml/": ""}, []string{"z/4.yaml: is a directory"}},
		{"a file where a folder belongs", map[string]string{"z": "mine"}, []string{"z/4.yaml: not a directory"}},
		{"a link out of the folder", map[string]string{"z": "-> " + elsewhere}, []string{"z/4.yaml: path escapes from parent"}},
		{"a relative link out of the folder", map[string]string{"z": "-> ../../.."}, []string{"z/4.yaml: path escapes from parent"}},
		{"a link to a file elsewhere", map[string]string{"z/4.yaml": "-> " + filepath.Join(elsewhere, "4.yaml")}, []string{"z/4.yaml: path escapes from parent"}},
		{"a folder where the record belongs", map[string]string{".ringwright/": ""}, []string{".ringwright: is a directory"}},
		{"a record that points out of the folder", map[string]string{".ringwright": "a/1.yaml\n../precious\n"}, []string{`.ringwright: "../precious" is not the path of a file below it; restore the list from version control`}},
		{"a record of an absolute path", map[string]string{".ringwright": "/precious\n"}, []string{`"/precious" is not the path`}},
		{"a record of the folder itself", map[string]string{".ringwright": ".\n"}, []string{`"." is not the path`}},
		{"a record of itself", map[string]string{".ringwright": ".ringwright\n"}, []string{`".ringwright" is not the path`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			mustWrite(t, dir, earlier)
			if _, ok := tt.foreign[".ringwright/"]; ok {
				if err := os.Remove(filepath.Join(dir, ".ringwright")); err != nil {
					t.Fatal(err)
				}
			}
			lay(t, dir, tt.foreign)
			before := tree(t, dir)
			_, err := filesOf(files).Write(dir)
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), dir) {
					t.Errorf("error %v, want one of %s with %q", err, dir, want)
				}
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("tree (-before +after):\n%s", diff)
			}
			if _, err := filesOf(files).Diff(dir); err == nil {
				t.Error("Diff takes it")
			}
			if left := tree(t, elsewhere); len(left) > 0 {
				t.Errorf("elsewhere: %v", left)
			}
		})
	}
}

// TestWriteFailing lets a run fail at each file in turn, the record first, and
// then finishes it. A folder in place of the temporary file is what fails.
func TestWriteFailing(t *testing.T) {
	earlier := map[string]string{"a/1.yaml": "1", "b/2.yaml": "2", "old/3.yaml": "3"}
	files := map[string]string{"a/1.yaml": "one", "b/2.yaml": "two", "c/4.sh": "four"}
	for _, at := range []string{".ringwright", "a/1.yaml", "b/2.yaml", "c/4.sh"} {
		t.Run(at, func(t *testing.T) {
			dir := t.TempDir()
			mustWrite(t, dir, earlier)
			temporary := path.Join(path.Dir(at), "."+path.Base(at)+".tmp")
			lay(t, dir, map[string]string{temporary + "/full": "x"})
			_, err := filesOf(files).Write(dir)
			if err == nil || err.Error() != path.Join(dir, at)+": is a directory" {
				t.Errorf("error %v, want one that names %s", err, at)
			}
			for p, text := range tree(t, dir) {
				if p != temporary+"/full" && !strings.HasSuffix(p, "/") && text != earlier[p] && text != files[p] {
					t.Errorf("%s is neither old nor new: %q", p, text)
				}
			}
			// As if the run had been killed while it wrote the file.
			if err := os.RemoveAll(filepath.Join(dir, temporary)); err != nil {
				t.Fatal(err)
			}
			lay(t, dir, map[string]string{temporary: "hal"})
			mustWrite(t, dir, files)
			want := map[string]string{"a/": "", "a/1.yaml": "one", "b/": "", "b/2.yaml": "two", "c/": "", "c/4.sh": "four"}
			if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
				t.Errorf("after the next run (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWriteAfterFailing goes on with another spec, for which a new file of the
// failed run has other contents: it is not taken for somebody else's.
func TestWriteAfterFailing(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, map[string]string{"b/2.yaml": "2"})
	lay(t, dir, map[string]string{"b/.2.yaml.tmp/full": "x"})
	if _, err := filesOf(map[string]string{"a/1.yaml": "one", "b/2.yaml": "two"}).Write(dir); err == nil {
		t.Fatal("it wrote through a folder")
	}
	if got := tree(t, dir)["a/1.yaml"]; got != "one" {
		t.Fatalf("a/1.yaml is %q, so this proves nothing", got)
	}
	if err := os.RemoveAll(filepath.Join(dir, "b/.2.yaml.tmp")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, map[string]string{"a/1.yaml": "uno", "b/2.yaml": "due"})
	if diff := cmp.Diff(map[string]string{"a/": "", "a/1.yaml": "uno", "b/": "", "b/2.yaml": "due"}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWriteAfterKilled continues a run that was killed, with a spec that is the
// old one again: nothing of the other may stay.
func TestWriteAfterKilled(t *testing.T) {
	dir := t.TempDir()
	old := map[string]string{"a/1.yaml": "1"}
	mustWrite(t, dir, old)
	lay(t, dir, map[string]string{
		".ringwright":     "a/1.yaml\nnew/2.yaml\nnew/3.yaml\n",
		"new/2.yaml":      "2",
		"new/.3.yaml.tmp": "hal",
		"a/.1.yaml.tmp":   "hal",
	})
	if diff := cmp.Diff(generator.Changes{Removed: []string{"new/2.yaml"}, Unchanged: 1}, mustWrite(t, dir, old)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"a/": "", "a/1.yaml": "1"}, tree(t, dir)); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}
