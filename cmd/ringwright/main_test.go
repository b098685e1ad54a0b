package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ringwright": main})
}

// TestScripts runs the command as a user does: testdata/script has one file for
// each behaviour, and example.yaml is the ring.yaml at the root.
func TestScripts(t *testing.T) {
	example, err := os.ReadFile("../../ring.yaml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Values[memory{}] = map[string][]entry{}
			// The race detector would let each process linger for a second.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return os.WriteFile(filepath.Join(e.WorkDir, "example.yaml"), example, 0o644)
		},
		Condition: func(name string) (bool, error) { return name == "mounts" && mounts(t), nil },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"modes":     modes,
			"remember":  remember,
			"same":      same,
			"secretin":  secretIn,
			"smalldisk": smallDisk,
			"untouched": untouched,
		},
	})
}

// mounts reports whether a small file system can be mounted, which takes root.
func mounts(t *testing.T) bool {
	dir := t.TempDir()
	if exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir).Run() != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
}
