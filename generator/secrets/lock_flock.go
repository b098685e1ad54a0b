//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package secrets

import (
	"errors"
	"syscall"
)

// acquire locks the directory itself, so that no lock file is left behind: the
// system drops the lock with the process.
func (s *store) acquire() error {
	dir, err := s.root.Open(".")
	if err != nil {
		return err
	}
	for {
		err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return errors.Join(err, dir.Close())
		}
		s.lock = dir
		return nil
	}
}

func (s *store) release() { _ = s.lock.Close() }
