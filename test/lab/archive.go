package lab

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// ArchiveScript makes the class archives of a Cassandra; its own first lines
// say how. It runs Alone.
//
//go:embed archive.sh
var ArchiveScript string

// archive makes the class archives where one is missing. Java 11 cannot make
// them this way.
func (d *Distribution) archive() error {
	if javaVersions[d.Version] == "11" {
		return nil
	}
	lib := filepath.Join(d.Home, "lib")
	archives := []string{"tools.jsa", "server.jsa"}
	if there(lib, archives) {
		return nil
	}
	for _, name := range archives {
		// Java takes no archive while it makes one.
		if err := os.Remove(filepath.Join(lib, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	made, err := os.MkdirTemp(lib, "archive-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	cmd := Alone("sh", "-c", ArchiveScript, "archive.sh", made)
	cmd.Env = append(d.Environ(), "CASSANDRA_CONF="+d.Conf)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the class archives of Cassandra: %w: %s", err, said)
	}
	var errs []error
	for _, name := range archives {
		errs = append(errs, os.Rename(filepath.Join(made, name), filepath.Join(lib, name)))
	}
	return errors.Join(errs...)
}

// Alone is a command as the first process in namespaces of its own, without a
// network. Whatever it starts ends with it, and it ends with this process. Takes
// root.
func Alone(command ...string) *exec.Cmd {
	return exec.Command("setpriv", append([]string{"--pdeathsig", "KILL", "--",
		"unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc", "--"}, command...)...)
}

func there(dir string, names []string) bool {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// Environ is the environment of everything that runs this Cassandra or its
// tools: this process's, without what would reach their Java machines.
func (d *Distribution) Environ() []string {
	env := []string{
		"PATH=" + filepath.Join(d.Home, "bin") + ":" + filepath.Join(d.Home, "tools", "bin") + ":" + os.Getenv("PATH"),
		"LANG=C.UTF-8",
		"CASSANDRA_HOME=" + d.Home,
	}
	if d.JavaHome != "" {
		env = append(env, "JAVA_HOME="+d.JavaHome)
	}
	return env
}
