package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// tighten takes from others what they may do with the files and their
// directories, as far as they exist, and returns what it changed.
func (s *store) tighten(files []string) ([]string, error) {
	if runtime.GOOS == "windows" {
		return nil, nil // there are no such modes
	}
	want := map[string]fs.FileMode{".": dirMode}
	for _, file := range files {
		want[file] = fileMode
		for _, d := range lineage(path.Dir(file)) {
			want[d] = dirMode
		}
	}
	var changed []string
	for name, mode := range want {
		info, err := s.root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().Perm()&^mode == 0 {
			continue
		}
		if err := s.step("tighten " + name); err != nil {
			return nil, err
		}
		if err := s.root.Chmod(name, info.Mode().Perm()&mode); err != nil {
			return nil, err
		}
		changed = append(changed, name)
	}
	return changed, nil
}

// ignore keeps git away from the directory, before anything else is in it. A
// file that already does is left as it is.
func (s *store) ignore() (made bool, err error) {
	if s.exists(gitignore) {
		return false, nil // guard has looked into it
	}
	if err := s.clear(newGitignore); err != nil {
		return false, err
	}
	if err := s.write(newGitignore, []byte("*\n")); err != nil {
		return false, err
	}
	if err := s.move(newGitignore, gitignore); err != nil {
		return false, err
	}
	return true, s.sync(".")
}

// commit puts files in place, all or none.
func (s *store) commit(files map[string][]byte) error {
	if err := s.clear(staging); err != nil || len(files) == 0 {
		return err
	}
	if err := s.stage(files); err != nil {
		_ = s.clear(staging) // the next run does it otherwise
		return err
	}
	if _, err := s.apply(); err != nil {
		return fmt.Errorf("%w; the new files are safe in %s: run again to put the rest in place", err, filepath.Join(s.dir, pending))
	}
	return nil
}

func (s *store) stage(files map[string][]byte) error {
	paths := make([]string, 0, len(files))
	for file := range files {
		paths = append(paths, file)
	}
	slices.Sort(paths)
	for i, file := range paths {
		if err := s.mkdirs(path.Dir(path.Join(staging, file))); err != nil {
			return err
		}
		if err := s.write(path.Join(staging, file), files[file]); err != nil {
			return err
		}
		paths[i] = path.Join(staging, file)
	}
	if err := s.syncDirs(paths); err != nil {
		return err
	}
	if err := s.move(staging, pending); err != nil {
		return err
	}
	return s.sync(".")
}

// apply moves what is pending to its places and returns the paths.
func (s *store) apply() ([]string, error) {
	var files []string
	err := fs.WalkDir(s.root.FS(), pending, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Type().IsRegular():
			files = append(files, strings.TrimPrefix(p, pending+"/"))
		case !entry.IsDir():
			return &misplaced{p, "a regular file", entry.Type()}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := s.mkdirs(path.Dir(file)); err != nil {
			return nil, err
		}
		if err := s.move(path.Join(pending, file), file); err != nil {
			return nil, err
		}
	}
	if err := s.syncDirs(files); err != nil {
		return nil, err
	}
	return files, s.clear(pending)
}

// write makes a new file and has its contents on the disk when it returns.
func (s *store) write(file string, data []byte) error {
	if err := s.step("write " + file); err != nil {
		return err
	}
	f, err := s.root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func (s *store) mkdirs(dir string) error {
	for _, d := range lineage(dir) {
		if s.exists(d) {
			if err := s.realDirs(d); err != nil {
				return err
			}
			continue
		}
		if err := s.step("make " + d); err != nil {
			return err
		}
		if err := s.root.Mkdir(d, dirMode); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) move(from, to string) error {
	if err := s.step("move " + from); err != nil {
		return err
	}
	return s.root.Rename(from, to)
}

func (s *store) clear(dir string) error {
	if !s.exists(dir) {
		return nil
	}
	if err := s.step("clear " + dir); err != nil {
		return err
	}
	if err := s.root.RemoveAll(dir); err != nil {
		return err
	}
	return s.sync(path.Dir(dir))
}

// syncDirs syncs the directories of the files and all above them, each once.
func (s *store) syncDirs(files []string) error {
	dirs := map[string]bool{".": true}
	for _, file := range files {
		for _, d := range lineage(path.Dir(file)) {
			dirs[d] = true
		}
	}
	for d := range dirs {
		if err := s.sync(d); err != nil {
			return err
		}
	}
	return nil
}

// sync has the entries of a directory on the disk, where the system can do that.
func (s *store) sync(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *store) step(name string) error {
	if s.fault == nil {
		return nil
	}
	return s.fault(name)
}
