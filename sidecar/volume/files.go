package volume

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// Files are the file operations that this package needs, so that a test can
// stop between any two of them. The sidecar uses OS.
type Files interface {
	// ReadFile gives a regular file's bytes, one more than limit at most.
	ReadFile(name string, limit int) ([]byte, error)
	// Mkdir makes a directory; fs.ErrExist where there is one.
	Mkdir(name string) error
	// Create makes a file or empties the one that is there.
	Create(name string) (File, error)
	// Rename puts a file in the place of another at once.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
	// RemoveAll removes a directory with all below it; nothing there is fine.
	RemoveAll(name string) error
	// SyncDir returns when the directory's entries are on the disk.
	SyncDir(name string) error
	// Lock waits until this is the only holder of the lock file, which it
	// makes where it is missing, or until ctx is done.
	Lock(ctx context.Context, name string) (unlock func(), err error)
	// Tree shows a directory for reading.
	Tree(root string) fs.FS
}

// File is an open file that is being written.
type File interface {
	io.Writer
	// Sync returns when all that was written is on the disk.
	Sync() error
	Close() error
}

// OS is the operating system's file system.
type OS struct{}

// errNotRegular is what stands where a regular file should.
var errNotRegular = errors.New("is no regular file")

// ReadFile looks before it opens: opening a pipe would wait for ever.
func (OS) ReadFile(name string, limit int) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(limit)+1))
}

func (OS) Mkdir(name string) error { return os.Mkdir(name, 0o755) }

// Create makes a file that only this user can read, whatever was there: the
// settings hold passwords of key stores, and the volume has snapshots. init,
// run and Cassandra are of one user.
func (OS) Create(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o600); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (OS) Rename(from, to string) error { return os.Rename(from, to) }

func (OS) Remove(name string) error { return os.Remove(name) }

func (OS) RemoveAll(name string) error { return os.RemoveAll(name) }

func (OS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// lockPoll is the pause between two tries to get the lock. The lock is asked
// for again and again rather than waited for in the kernel, so that SIGTERM
// ends the wait.
const lockPoll = 5 * time.Millisecond

// Lock takes flock. The kernel gives it back when the holder dies, and a
// command that the holder becomes does not inherit it.
func (OS) Lock(ctx context.Context, name string) (func(), error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			f.Close()
			return nil, &fs.PathError{Op: "flock", Path: name, Err: err}
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, &fs.PathError{Op: "flock", Path: name, Err: fmt.Errorf("another process holds it: %w", context.Cause(ctx))}
		case <-time.After(lockPoll):
		}
	}
}

func (OS) Tree(root string) fs.FS { return os.DirFS(root) }
