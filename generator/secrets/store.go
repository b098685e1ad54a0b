package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

const (
	fileMode fs.FileMode = 0o600
	dirMode  fs.FileMode = 0o700

	gitignore    = ".gitignore"
	newGitignore = ".staging-gitignore"
	lockFile     = ".lock" // only where directories cannot be locked

	// New files are written under staging, which becomes pending by one rename
	// when all of them are on the disk; then they are moved to their places one
	// by one. So a run ends before that rename, and has changed nothing, or
	// after it, and the next run can move the rest.
	staging = ".staging"
	pending = ".pending"
)

// store is the directory of the secrets. Everything below it is reached
// through an os.Root, so that nothing is read or written outside it.
type store struct {
	dir   string
	root  *os.Root
	lock  *os.File
	fault func(step string) error // tests stop a run with it; nil otherwise
}

// errMisplaced says that something other than a regular file is where one belongs.
var errMisplaced = errors.New("not a regular file")

// misplaced is errMisplaced with the place: the file itself or a directory above it.
type misplaced struct {
	path string
	want string
	mode fs.FileMode
}

func (m *misplaced) message() string {
	is := "something else"
	switch {
	case m.mode.IsDir():
		is = "a directory"
	case m.mode.IsRegular():
		is = "a file"
	case m.mode&fs.ModeSymlink != 0:
		is = "a symbolic link"
	}
	return "is " + is + "; want " + m.want
}

func (m *misplaced) Error() string { return m.path + " " + m.message() }

// open makes the directory if need be, waits for any other run in it, and
// completes what an interrupted one had decided. It returns the paths of that.
func (s *store) open() (completed []string, err error) {
	if err := s.step("make " + s.dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.dir, dirMode); err != nil {
		return nil, err
	}
	if s.root, err = os.OpenRoot(s.dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := s.acquire(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", s.dir, err)
	}
	if err := s.guard(); err != nil {
		return nil, err
	}
	if s.exists(pending) {
		return s.apply()
	}
	return nil, nil
}

func (s *store) close() {
	if s.lock != nil {
		s.release()
	}
	_ = s.root.Close() // read-only handle of a directory
}

// guard refuses a directory that holds other things, such as the user's home
// or a whole repository: it would be made private and vanish from git.
func (s *store) guard() error {
	dir, err := s.root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	entries, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(name string) bool { return name == newGitignore || name == lockFile })
	if len(entries) == 0 {
		return nil
	}
	data, err := s.read(gitignore)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", s.dir, err)
	}
	for line := range bytes.Lines(data) {
		if string(bytes.TrimSpace(line)) == "*" {
			return nil
		}
	}
	return fmt.Errorf("%s: holds files, and no %s with the line * that marks a directory of secrets; name an empty directory or put that file there", s.dir, gitignore)
}

// read returns a file's contents; what is not a regular file in real
// directories is an error of type *misplaced.
func (s *store) read(file string) ([]byte, error) {
	if err := s.realDirs(path.Dir(file)); err != nil {
		return nil, err
	}
	info, err := s.root.Lstat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &misplaced{file, "a regular file", info.Mode()}
	}
	return s.root.ReadFile(file)
}

// exists reports whether there is anything at all at a path.
func (s *store) exists(file string) bool {
	_, err := s.root.Lstat(file)
	return err == nil
}

// realDirs checks that a path and all above it are directories, not links to
// them. It is fs.ErrNotExist where one is missing.
func (s *store) realDirs(dir string) error {
	for _, d := range lineage(dir) {
		info, err := s.root.Lstat(d)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return &misplaced{d, "a directory", info.Mode()}
		}
	}
	return nil
}

// lineage is a relative path's ancestors from the top down, then itself; "."
// has none.
func lineage(dir string) []string {
	var all []string
	for dir != "." {
		all = append(all, dir)
		dir = path.Dir(dir)
	}
	slices.Reverse(all)
	return all
}
