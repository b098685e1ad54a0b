package secrets_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/generator/secrets"
)

// stopAfter lets n steps pass and none after them, as a machine that dies or a
// disk that turns read-only would.
func stopAfter(n int) func(string) error {
	return func(step string) error {
		if n--; n < 0 {
			return fmt.Errorf("%s: %w", step, errStopped)
		}
		return nil
	}
}

var errStopped = errors.New("read-only file system")

// A run that ends at any step leaves whole files, and the next one, which knows
// nothing of the first, ends with a whole directory.
func TestInterruptedRun(t *testing.T) {
	one, two := ringOf("eastus"), ringOf("eastus", "westus")
	two.Regions[1].APIHost, two.Regions[1].MakeSSHKey = "", false // fewer files, the same paths through the code
	rotate := []string{"eastus/cluster-ca", "eastus/ssh"}
	rotated := []string{"eastus/admin.crt", "eastus/admin.key", "eastus/cluster-ca.crt", "eastus/cluster-ca.key", "eastus/ssh/id_ed25519", "eastus/ssh/id_ed25519.pub"}
	tests := []struct {
		name   string
		before func(t *testing.T, dir string)
		rotate []string
	}{
		{"first run", func(*testing.T, string) {}, nil},
		{"rotation and a new region", func(t *testing.T, dir string) {
			mustWrite(t, dir, one)
			if err := os.Chmod(filepath.Join(dir, "eastus"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, rotate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for n := 0; ; n++ {
				dir := t.TempDir()
				tt.before(t, dir)
				before := contents(t, dir)
				_, err := secrets.WriteFaulty(dir, two, tt.rotate, source(noon), stopAfter(n))
				if err == nil {
					if n < 20 {
						t.Fatalf("a run took %d steps", n)
					}
					return
				}
				if !errors.Is(err, errStopped) {
					t.Fatal(err)
				}
				noLeak(t, dir, err.Error())
				stopped := contents(t, dir)
				if _, hidden := stopped[".gitignore"]; !hidden && len(stopped) > 1 {
					t.Fatalf("step %d: there are files that git sees: %v", n, slices.Sorted(maps.Keys(stopped)))
				}
				mustWrite(t, dir, two)
				after := contents(t, dir)
				if diff := cmp.Diff(filesOf([]string{"eastus"}, "links/eastus--westus.key", "westus/parameters.json"), slices.Sorted(maps.Keys(after))); diff != "" {
					t.Fatalf("step %d: files (-want +got):\n%s", n, diff)
				}
				changed := 0
				for name, data := range before {
					switch {
					case slices.Contains(rotated, name) && after[name] != data:
						changed++
					case after[name] != data && name != "eastus/kubeconfig" && name != "eastus/parameters.json": // derived
						t.Errorf("step %d: %s changed", n, name)
					}
					if was := stopped[name]; was != data && was != after[name] {
						t.Errorf("step %d: %s was neither the old nor the new one", n, name)
					}
				}
				if changed != 0 && changed != len(rotated) {
					t.Errorf("step %d: %d of %d rotated files are new", n, changed, len(rotated))
				}
				if again := mustWrite(t, dir, two); len(again.Kept) != len(after) || len(again.Next) > 0 {
					t.Errorf("step %d: the next run had more to do: %+v", n, again)
				}
			}
		})
	}
}

// A fault that passes, such as a full disk, leaves nothing half done behind.
func TestFailedRunCleansUp(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, ringOf("eastus"))
	before := contents(t, dir)
	full := errors.New("no space left on device")
	_, err := secrets.WriteFaulty(dir, ringOf("eastus", "westus"), []string{"eastus/admin"}, source(noon), func(step string) error {
		if strings.HasSuffix(step, "westus/join-token") {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) {
		t.Fatalf("error = %v, want %v", err, full)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
}

// A plan to be completed is not followed out of the directory.
func TestPendingLinkIsRefused(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	mustWrite(t, dir, ringOf("eastus"))
	mkdir(t, dir, ".pending")
	mkdir(t, dir, ".pending/westus")
	put(t, dir, ".pending/westus/join-token", "x")
	if err := os.Symlink(outside, filepath.Join(dir, "westus")); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Write(dir, ringOf("eastus"), nil, source(noon)); err == nil {
		t.Error("taken")
	}
	if left := contents(t, outside); len(left) > 0 {
		t.Errorf("written outside: %v", left)
	}
}

func TestRunsAtTheSameTime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	rings := []secrets.Ring{ringOf("eastus"), ringOf("eastus", "westus"), ringOf("eastus", "westus", "brazil")}
	results := make([]secrets.Result, 12)
	errs := make([]error, len(results))
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i], errs[i] = secrets.Write(dir, rings[i%len(rings)], nil, source(noon)) })
	}
	wg.Wait()
	made := map[string]int{}
	for i, result := range results {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		for _, name := range result.Made {
			made[name]++
		}
		if len(result.Rotated) > 0 || len(result.Completed) > 0 {
			t.Errorf("run %d: %+v", i, result)
		}
	}
	want := filesOf([]string{"eastus", "westus", "brazil"}, "links/eastus--westus.key", "links/brazil--eastus.key", "links/brazil--westus.key")
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(made))); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	for name, n := range made {
		if n != 1 {
			t.Errorf("%s was made %d times", name, n)
		}
	}
	mustWrite(t, dir, rings[2])
}

func TestRotationsAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "westus")
	mustWrite(t, dir, ring)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		rotate := []string{ring.RotateNames()[i], "eastus/cluster-ca"}
		wg.Go(func() { _, errs[i] = secrets.Write(dir, ring, rotate, source(noon)) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if result := mustWrite(t, dir, ring); len(result.Kept) != len(contents(t, dir)) {
		t.Errorf("the rotations left something to do: %+v", result)
	}
}
