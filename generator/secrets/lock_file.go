//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// acquire makes a lock file where directories cannot be locked. It does not
// wait, as the file of a run that was killed stays.
func (s *store) acquire() error {
	f, err := s.root.OpenFile(lockFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another run is at work, or one was killed; remove %s when there is none", lockFile)
	}
	s.lock = f
	return err
}

func (s *store) release() {
	_ = s.lock.Close()
	_ = s.root.Remove(lockFile)
}
