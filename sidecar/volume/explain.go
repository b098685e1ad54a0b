package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// explain says what is wrong with a path in words that name the way out. The
// cause stays in the error's chain.
func explain(path string, err error) error {
	cause := err
	var pathError *fs.PathError
	var linkError *os.LinkError
	if errors.As(err, &pathError) {
		cause = pathError.Err
	} else if errors.As(err, &linkError) {
		cause = linkError.Err
	}
	switch {
	case errors.Is(cause, syscall.EROFS):
		return fmt.Errorf("%s: %w: the file system is mounted read-only, as the kernel does after a disk error; look at the disk, then delete the pod so that it is mounted anew", path, cause)
	case errors.Is(cause, syscall.ENOSPC), errors.Is(cause, syscall.EDQUOT):
		return fmt.Errorf("%s: %w: the file system is full; remove snapshots or make the volume larger", path, cause)
	case errors.Is(cause, fs.ErrPermission):
		return fmt.Errorf("%s: %w: %s, this process runs as uid %d; the pod's securityContext must hold the owner as runAsUser or fsGroup", path, cause, owner(path), os.Geteuid())
	case errors.Is(cause, syscall.ENOTDIR):
		return fmt.Errorf("%s: %w: a file stands where a directory should; move it away", path, cause)
	}
	return fmt.Errorf("%s: %w", path, cause)
}

// owner says whose the path is or, where it cannot be seen, its nearest
// visible parent.
func owner(path string) string {
	for {
		if info, err := os.Lstat(path); err == nil {
			if stat, ok := info.Sys().(*syscall.Stat_t); ok {
				return fmt.Sprintf("%s belongs to uid %d, gid %d, mode %04o", path, stat.Uid, stat.Gid, info.Mode().Perm())
			}
		}
		parent := filepath.Dir(path)
		if parent == path {
			return "its owner cannot be seen"
		}
		path = parent
	}
}
