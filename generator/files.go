package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Files is what a spec compiles to: contents by path below out/, with slashes.
type Files map[string][]byte

// Paths are the files' paths, sorted.
func (f Files) Paths() []string {
	paths := make([]string, 0, len(f))
	for p := range f {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// record is the file in which a folder lists what an earlier run wrote there.
// What is not in it is somebody else's and is never touched.
const record = ".ringwright"

// Changes is what Write did, or Diff would have it do, by sorted path.
type Changes struct {
	Written, Removed []string
	Unchanged        int
}

// Write makes dir hold the files and nothing that an earlier Write put there
// and this one does not. Each file is replaced whole by a rename; one that is
// right already is not touched. After an error every file is either the old one
// or the new one, and writing again completes it. A file that is there but was
// not written by an earlier run is an error, before anything is written.
func (f Files) Write(dir string) (Changes, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Changes{}, fmt.Errorf("%s: %w", dir, cause(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Changes{}, fmt.Errorf("%s: %w", dir, cause(err))
	}
	defer root.Close()
	w := &writer{root: root, dir: dir, files: f}
	changes, err := w.changes()
	if err != nil {
		return Changes{}, err
	}
	return changes, w.apply(changes)
}

// Diff says what Write would change in dir, as a unified diff; it is empty
// where dir is current.
func (f Files) Diff(dir string) (string, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("%s: there is no such folder\n", dir), nil
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", dir, cause(err))
	}
	defer root.Close()
	w := &writer{root: root, dir: dir, files: f}
	changes, err := w.changes()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range changes.Written {
		if old, there := w.old[p]; there && bytes.Equal(old, f[p]) {
			fmt.Fprintf(&b, "%s: cannot be executed\n", path.Join(dir, p))
			continue
		}
		b.Write(diff.Diff(path.Join(dir, p), w.old[p], p, f[p]))
	}
	for _, p := range changes.Removed {
		fmt.Fprintf(&b, "%s: no longer generated\n", path.Join(dir, p))
	}
	b.Write(diff.Diff(path.Join(dir, record), w.record, record, recordOf(f.Paths())))
	return b.String(), nil
}

// writer is one folder and what it is to hold.
type writer struct {
	root   *os.Root
	dir    string
	files  Files
	record []byte            // as it is there
	known  []string          // what it lists
	old    map[string][]byte // files that are there and differ, in text or mode
}

// changes compares the folder with the files.
func (w *writer) changes() (Changes, error) {
	var c Changes
	if err := w.readRecord(); err != nil {
		return c, err
	}
	w.old = map[string][]byte{}
	var foreign []error
	for _, p := range w.files.Paths() {
		have, err := w.root.ReadFile(p)
		switch {
		case err == nil && bytes.Equal(have, w.files[p]) && w.rightMode(p):
			c.Unchanged++
			continue
		case err == nil && !slices.Contains(w.known, p) && !bytes.Equal(have, w.files[p]):
			foreign = append(foreign, fmt.Errorf("%s: not written by ringwright, as %s does not list it; move it away or restore the list", path.Join(w.dir, p), path.Join(w.dir, record)))
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return c, w.named(p, err)
		}
		if err == nil {
			w.old[p] = have
		}
		c.Written = append(c.Written, p)
	}
	for _, p := range w.known {
		if _, wanted := w.files[p]; wanted {
			continue
		}
		// A folder in its place is not what an earlier run wrote.
		if info, err := w.root.Lstat(p); err == nil && !info.IsDir() {
			c.Removed = append(c.Removed, p)
		}
	}
	return c, errors.Join(foreign...)
}

func (w *writer) readRecord() error {
	var err error
	if w.record, w.known, err = readRecord(w.root.FS()); err != nil {
		return w.named(record, err)
	}
	return nil
}

// readRecord returns the record of a folder, which may have none, and the paths
// that it lists.
func readRecord(folder fs.FS) (data []byte, known []string, err error) {
	data, err = fs.ReadFile(folder, record)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(string(data)) {
		p := strings.TrimRight(line, "\r\n")
		if p == "" || strings.HasPrefix(p, "#") {
			continue
		}
		if !fs.ValidPath(p) || p == "." || p == record {
			return nil, nil, fmt.Errorf("%q is not the path of a file below it; restore the list from version control", p)
		}
		known = append(known, p)
	}
	slices.Sort(known) // a merge may have joined two lists
	return data, slices.Compact(known), nil
}

// recordOf is the record that lists paths.
func recordOf(paths []string) []byte {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	paths = slices.Compact(paths)
	return []byte("# The files that ringwright generate wrote here. It removes those that it no longer writes.\n" + strings.Join(paths, "\n") + "\n")
}

// apply carries the changes out. The record names old and new files together
// while it runs, so that an interrupted run leaves nothing unknown behind.
func (w *writer) apply(c Changes) error {
	wanted := w.files.Paths()
	both := slices.Concat(w.known, wanted)
	if err := w.writeRecord(both); err != nil {
		return err
	}
	for _, p := range both {
		w.root.Remove(temporary(p)) // of a run that was killed; mostly there is none
	}
	for _, p := range c.Written {
		if err := w.replace(p, w.files[p]); err != nil {
			return err
		}
	}
	for _, p := range c.Removed {
		if err := w.root.Remove(p); err != nil {
			return w.named(p, err)
		}
	}
	for _, p := range w.known {
		if _, kept := w.files[p]; !kept {
			w.prune(path.Dir(p))
		}
	}
	return w.writeRecord(wanted)
}

// prune removes a folder and those above it for as long as they are empty. A
// link to a folder is somebody's and stays.
func (w *writer) prune(p string) {
	for ; p != "."; p = path.Dir(p) {
		if info, err := w.root.Lstat(p); err != nil || !info.IsDir() || w.root.Remove(p) != nil {
			return
		}
	}
}

// writeRecord lists paths unless the record does already.
func (w *writer) writeRecord(paths []string) error {
	data := recordOf(paths)
	if bytes.Equal(data, w.record) {
		return nil
	}
	if err := w.replace(record, data); err != nil {
		return err
	}
	w.record = data
	return nil
}

// replace puts data in place of the file p in one step. A crash before the
// rename leaves the old file and a temporary one, which the next run removes.
func (w *writer) replace(p string, data []byte) error {
	if err := w.root.MkdirAll(path.Dir(p), 0o755); err != nil {
		return w.named(p, err)
	}
	if err := w.fill(temporary(p), data, mode(p)); err != nil {
		w.root.Remove(temporary(p))
		return w.named(p, err)
	}
	if err := w.root.Rename(temporary(p), p); err != nil {
		w.root.Remove(temporary(p))
		return w.named(p, err)
	}
	return nil
}

// temporary is where the next contents of a file are put together.
func temporary(p string) string { return path.Join(path.Dir(p), "."+path.Base(p)+".tmp") }

func (w *writer) fill(p string, data []byte, mode fs.FileMode) error {
	file, err := w.root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Chmod(mode), file.Close())
}

func mode(p string) fs.FileMode {
	if strings.HasSuffix(p, ".sh") {
		return 0o755
	}
	return 0o644
}

// rightMode reports whether a script can be run; other files may have any mode.
func (w *writer) rightMode(p string) bool {
	if mode(p) != 0o755 {
		return true
	}
	info, err := w.root.Stat(p)
	return err == nil && info.Mode().Perm()&0o111 == 0o111
}

// named is err with the file's path as the user knows it.
func (w *writer) named(p string, err error) error {
	return fmt.Errorf("%s: %w", path.Join(w.dir, p), cause(err))
}

// cause is err without the operation and the path that package os adds.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return linkError.Err
	}
	return err
}
