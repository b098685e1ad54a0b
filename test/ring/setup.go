package ring

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ringwright/ringwright/test/lab"
)

// Want skips a test unless real rings are asked for and can run here.
func Want(t testing.TB) {
	t.Helper()
	if !Enabled() {
		t.Skip("runs a real ring: `make ring-test`")
	}
	if missing := lab.Missing(); missing != "" {
		t.Skip("cannot run a real ring here: " + missing)
	}
}

var fetching sync.Mutex

// Distribution is a version of Cassandra. The test is skipped where it cannot
// be had.
func Distribution(t testing.TB, version string) *lab.Distribution {
	t.Helper()
	fetching.Lock()
	defer fetching.Unlock()
	d, err := lab.Cassandra(version)
	var notHere *lab.NotHere
	if errors.As(err, &notHere) {
		t.Skip("cannot run a real ring here: " + err.Error())
	} else if err != nil {
		t.Fatal(err)
	}
	return d
}

// repository is where the tests of this package find the repository.
const repository = "../.."

var sidecar = sync.OnceValues(func() (string, error) {
	cache, err := lab.CacheDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, fmt.Sprintf("sidecar-%d", os.Getpid()), "ringwright-sidecar")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", path, "./cmd/ringwright-sidecar")
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the sidecar: %w: %s", err, out)
	}
	return path, nil
})

// Sidecar builds the sidecar as it stands in this repository, once. Where
// RINGWRIGHT_SIDECAR names a binary that is taken instead.
func Sidecar(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("RINGWRIGHT_SIDECAR"); path != "" {
		return path
	}
	path, err := sidecar()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// removeSidecar removes what Sidecar built.
func removeSidecar() {
	if cache, err := lab.CacheDir(); err == nil {
		_ = os.RemoveAll(filepath.Join(cache, fmt.Sprintf("sidecar-%d", os.Getpid())))
	}
}

// directory is a new directory for everything that a test's pods write. It is
// below RINGWRIGHT_RING_LOGS or the system's directory for temporary files, and
// named after the test and this process. What earlier runs of the test left
// there goes, unless they still run.
func directory(t testing.TB) string {
	t.Helper()
	base := os.Getenv("RINGWRIGHT_RING_LOGS")
	if base == "" {
		base = filepath.Join(os.TempDir(), "ringwright-ring")
	}
	base, err := filepath.Abs(base)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(base, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()))
	earlier, _ := filepath.Glob(name + "-[0-9]*")
	for _, dir := range earlier {
		if pid := strings.TrimPrefix(dir, name+"-"); !alive(pid) {
			_ = os.RemoveAll(dir)
		}
	}
	dir := fmt.Sprintf("%s-%d", name, os.Getpid())
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func alive(pid string) bool {
	_, err := os.Stat("/proc/" + pid)
	return err == nil
}
