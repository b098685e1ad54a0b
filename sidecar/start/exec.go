package start

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// lookPath finds the command as a shell would, so that one that is not there
// is found out before anything is published. No command is none.
func lookPath(command, environ []string) (string, error) {
	if len(command) == 0 {
		return "", nil
	}
	name := command[0]
	if strings.ContainsRune(name, '/') {
		return name, executable(name)
	}
	list := ""
	for _, variable := range environ {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			list = value
		}
	}
	for _, dir := range filepath.SplitList(list) {
		path := filepath.Join(dir, name)
		if filepath.IsAbs(dir) && executable(path) == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w in PATH, %q; the command after -- has to be there", name, fs.ErrNotExist, list)
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("the command after --: %w", err)
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
		return fmt.Errorf("%s: %w: the command after -- takes a program", path, fs.ErrPermission)
	}
	return nil
}
