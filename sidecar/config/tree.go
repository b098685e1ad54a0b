package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// isPhase says whether a path relative to the directory is the file that says
// what the pod is doing, or a temporary copy of it. It is not of the
// configuration; init writes it at any moment.
func isPhase(path string) bool {
	return strings.HasPrefix(path, volume.PhaseFileName) && !strings.ContainsRune(path, filepath.Separator)
}

// file is a file's mode and text, or a directory's mode.
type file struct {
	mode fs.FileMode
	data []byte
}

// tree is a directory in memory: files and directories by their paths
// relative to it.
type tree map[string]file

// sorted are the paths, each directory before what it holds.
func (t tree) sorted() []string { return slices.Sorted(maps.Keys(t)) }

// shipped is a file that every image of Cassandra has.
func (t tree) shipped(dir, name string) (file, error) {
	f, ok := t[name]
	if !ok || f.mode.IsDir() {
		return file{}, fmt.Errorf("%s is missing; --image-conf takes the configuration that Cassandra 4.1 or 5.0 ships", filepath.Join(dir, name))
	}
	return f, nil
}

// modeOf is the mode of a file that is written anew.
func (t tree) modeOf(name string) fs.FileMode {
	if f, ok := t[name]; ok && !f.mode.IsDir() {
		return f.mode
	}
	return 0o600
}

// reader reads a tree.
type reader struct {
	root  string
	files tree
}

// readTree reads a directory with all below it. A link to a file is the file
// it leads to, a link to a directory within the tree that directory.
func readTree(dir string) (tree, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is no directory", dir)
	}
	r := reader{root: root, files: tree{}}
	if err := r.read(root, "", []fs.FileInfo{info}); err != nil {
		return nil, err
	}
	return r.files, nil
}

// read adds what dir holds below the relative path; above are the directories
// that lead to it, itself included.
func (r *reader) read(dir, relative string, above []fs.FileInfo) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if path := filepath.Join(relative, entry.Name()); !isPhase(path) {
			errs = append(errs, r.add(filepath.Join(dir, entry.Name()), path, above))
		}
	}
	return errors.Join(errs...)
}

// add adds one entry.
func (r *reader) add(path, relative string, above []fs.FileInfo) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.Mode().IsRegular():
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		r.files[relative] = file{mode: info.Mode().Perm(), data: data}
		return nil
	case !info.IsDir():
		return fmt.Errorf("%s is neither file nor directory", path)
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(target, r.root+string(filepath.Separator)) || slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
		return fmt.Errorf("%s leads to the directory %s; it takes one within %s that does not hold the link", path, target, r.root)
	}
	r.files[relative] = file{mode: fs.ModeDir | info.Mode().Perm()}
	return r.read(path, relative, append(slices.Clip(above), info))
}
