package e2e

import (
	"bufio"
	"bytes"
	"fmt"
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
			wantNothingLeft(t, fmt.Sprint(cmd.Process.Pid))
		})
	}
}

// wantNothingLeft holds that within a moment no process, mount or loop device of
// the world of a harness is there, and after a sweep no control group either.
func wantNothingLeft(t *testing.T, harness string) {
	t.Helper()
	left := []string{"not looked yet"}
	for range 50 {
		if left = leftovers(t, harness); len(left) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, l := range left {
		t.Errorf("left behind: %s", l)
	}
	sweep()
	for _, at := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/"} {
		if folders, _ := filepath.Glob(at + groupsPrefix + harness); len(folders) > 0 {
			t.Errorf("left behind after a sweep: %v", folders)
		}
	}
}

// leftovers are what belongs to the world of a harness: processes by their
// environment, mounts and loop devices by their files.
func leftovers(t *testing.T, harness string) []string {
	t.Helper()
	cache, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	world := filepath.Join(cache, "worlds", "TestSeedStory-"+harness)
	var left []string
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		if env, err := os.ReadFile(path); err == nil && bytes.Contains(env, []byte(dirVariable+"="+world+"\x00")) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			left = append(left, "process "+strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, world+"/") {
			left = append(left, "mount "+line)
		}
	}
	detachLoops(func(file string) bool {
		if strings.HasPrefix(file, world+"/") {
			left = append(left, "loop device of "+file)
		}
		return false
	})
	return left
}
