package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// archive makes the class archive of the tools where it is missing: it spares
// each call a quarter of its CPU. `nodetool status` finds nobody here, but has
// loaded by then nearly all it would load. Java 11 cannot make one this way.
// https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#application-class-data-sharing
func (d *Distribution) archive() error {
	path := filepath.Join(d.Home, "lib", "tools.jsa")
	if _, err := os.Stat(path); err == nil || javaVersions[d.Version] == "11" {
		return nil
	}
	temporary := fmt.Sprintf("%s.%d", path, os.Getpid())
	defer os.Remove(temporary)
	cmd := exec.Command(filepath.Join(d.Home, "bin", "nodetool"), "-p", "1", "status")
	cmd.Env = append(d.Environ(), "CASSANDRA_CONF="+d.Conf, "CASSANDRA_LOG_DIR="+os.TempDir(), "RINGWRIGHT_TOOL_OPTS=-XX:ArchiveClassesAtExit="+temporary)
	out, err := cmd.CombinedOutput()
	if _, missing := os.Stat(temporary); errors.Is(missing, fs.ErrNotExist) {
		return fmt.Errorf("class archive of the tools: %w: %s", errors.Join(err, missing), out)
	}
	return os.Rename(temporary, path)
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
