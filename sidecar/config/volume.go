package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// write makes the directory hold exactly the tree and the phase file.
// What is gone goes first: an almost full volume needs its room.
func (t tree) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return volumeError(dir, err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := t.clear(dir, ""); err != nil {
		return err
	}
	for _, name := range t.sorted() {
		path, f := filepath.Join(dir, name), t[name]
		if f.mode.IsDir() {
			err = makeDirectory(path, f.mode)
		} else {
			err = replaceFile(path, f.data, f.mode)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// clear removes what the tree has not, or has as another kind.
func (t tree) clear(dir, relative string) error {
	path := filepath.Join(dir, relative)
	entries, err := os.ReadDir(path)
	if err != nil {
		return volumeError(path, err)
	}
	for _, entry := range entries {
		name := filepath.Join(relative, entry.Name())
		f, ok := t[name]
		switch {
		case isPhase(name):
		case !ok || entry.Type() != f.mode.Type():
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return volumeError(filepath.Join(dir, name), err)
			}
		case entry.IsDir():
			if err := t.clear(dir, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeDirectory gives a directory the image's mode, and its owner, who did
// not own the image's, all rights.
func makeDirectory(path string, mode fs.FileMode) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return volumeError(path, err)
	}
	if err := os.Chmod(path, mode.Perm()|0o700); err != nil {
		return volumeError(path, err)
	}
	return nil
}

// replaceFile writes a file beside the path and renames it there, so that the
// path always leads to a whole file: the old one, also after an error, or the
// new one. It is not forced to the disk: a node that crashes starts the pod
// with init, which writes everything anew.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return volumeError(path, err)
	}
	_, err = temporary.Write(data)
	if err == nil {
		// Whoever owned the file in the image, this process must read it, and
		// nobody else: the settings hold passwords of key stores.
		err = temporary.Chmod(mode.Perm()&0o700 | 0o400)
	}
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		// What cannot be removed now the next start removes.
		_ = os.Remove(temporary.Name())
		return volumeError(path, err)
	}
	return nil
}

// lock keeps init and run from writing at the same time: SetSeeds would bring
// back what it read before Write. The directory itself is locked, so that no
// file is left for it; the lock ends with the process at the latest.
func lock(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, volumeError(dir, err)
	}
	for {
		err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(volumeError(dir, err), d.Close())
	}
	return func() { _ = d.Close() }, nil
}

// volumeError names the file that was to be written, not its temporary copy,
// and what the volume takes.
func volumeError(path string, err error) error {
	var inPath *fs.PathError
	var inLink *os.LinkError
	cause := err
	if errors.As(err, &inPath) {
		cause = inPath.Err
	} else if errors.As(err, &inLink) {
		cause = inLink.Err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("write %s: %w; its volume takes more room", path, cause)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("write %s: %w; --conf takes a volume that can be written to, such as an emptyDir", path, cause)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("write %s: %w; user %d must be able to write there", path, cause, os.Geteuid())
	}
	return fmt.Errorf("write %s: %w", path, cause)
}
