package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// built holds what go build made, which all tests share.
var built struct {
	sync.Mutex
	dir string
}

// standIn builds the stand-in for an architecture, once, as `make image`
// builds the sidecar, and returns its path.
func standIn(t *testing.T, arch string, flags ...string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "standin-*")
		if err != nil {
			t.Fatal(err)
		}
		built.dir = dir
	}
	path := filepath.Join(built.dir, fmt.Sprint(arch, flags))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", path}, flags...)
	cmd := exec.Command("go", append(args, "./testdata/standin")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return path
}

// result is what a run of the command left.
type result struct {
	code           int
	stdout, stderr string
}

func command(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// makeImage makes an archive of both stand-ins and returns its path and what
// the run printed.
func makeImage(t *testing.T, args ...string) (string, result) {
	t.Helper()
	output := filepath.Join(t.TempDir(), "bin", "image.oci.tar")
	args = append([]string{"--output", output}, args...)
	got := command(t, append(args, standIn(t, "arm64"), standIn(t, "amd64"))...)
	if got.code != done {
		t.Fatalf("exit %d\n%s", got.code, got.stderr)
	}
	return output, got
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	contents, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return contents
}
