package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// binaryName is what the manifests run.
const binaryName = "ringwright-sidecar"

// install copies the running binary into a directory, so that an image
// without it can run it. Whoever runs the old copy keeps it.
func install(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this binary: %w", err)
	}
	source, err := os.Open(self)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.CreateTemp(dir, "."+binaryName+".*")
	if err != nil {
		return fmt.Errorf("%w; install takes a directory that can be written to, such as an emptyDir", err)
	}
	_, err = io.Copy(target, source)
	err = errors.Join(err, target.Chmod(0o755), target.Close())
	if err == nil {
		err = os.Rename(target.Name(), filepath.Join(dir, binaryName))
	}
	if err != nil {
		return errors.Join(err, os.Remove(target.Name()))
	}
	return nil
}
