package e2e

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilled kills the harness in the middle of a world: nothing of the world
// may outlive it, and the next run sweeps the empty folders of control groups.
func TestKilled(t *testing.T) {
	if inside() {
		t.Skip("is about the process outside")
	}
	want(t)
	if _, err := prepare(); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"networks are up", "the control plane is up"} {
		t.Run(at, func(t *testing.T) {
			cmd := exec.Command("/proc/self/exe", "-test.run=^TestSeedStory$", "-test.v", "-e2e")
			cmd.Dir = "."
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			seen := false
			for s := bufio.NewScanner(out); s.Scan() && !seen; {
				seen = strings.Contains(s.Text(), at)
			}
			if !seen {
				t.Fatalf("the harness never said %q", at)
			}
			time.Sleep(2 * time.Second)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			wantNothingLeft(t)
		})
	}
}

// wantNothingLeft holds that within a moment no process, mount or loop device of
// a world is there, and after a sweep no control group either.
func wantNothingLeft(t *testing.T) {
	t.Helper()
	left := []string{"not looked yet"}
	for range 50 {
		if left = leftovers(t); len(left) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, l := range left {
		t.Errorf("left behind: %s", l)
	}
	sweep()
	if folders, _ := filepath.Glob("/sys/fs/cgroup/*/" + groupsPrefix + "*"); len(folders) > 0 {
		t.Errorf("left behind after a sweep: %v", folders)
	}
}

// leftovers are what belongs to a world: processes by their environment, mounts
// and loop devices by their files.
func leftovers(t *testing.T) []string {
	t.Helper()
	var left []string
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		if env, err := os.ReadFile(path); err == nil && bytes.Contains(env, []byte(dirVariable+"=")) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			left = append(left, "process "+strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	cache, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, filepath.Join(cache, "worlds")) {
			left = append(left, "mount "+line)
		}
	}
	detachLoops(func(file string) bool {
		if strings.HasPrefix(file, filepath.Join(cache, "worlds")) {
			left = append(left, "loop device of "+file)
		}
		return false
	})
	return left
}
