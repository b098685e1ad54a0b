package volume_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// attempted is a volume on which an attempt to join was made.
func attempted(t *testing.T) *volume.Directory {
	t.Helper()
	d := onDisk(t)
	if _, err := d.Begin(ctx, volume.Attempt{RingID: ringX}); err != nil {
		t.Fatal(err)
	}
	put(t, d.Root, "data/system/local-1/nb-1-big-Data.db", "x")
	put(t, d.Root, "data/customers/rows-1/nb-7-big-Data.db", "x")
	put(t, d.Root, "commitlog/CommitLog-7-1.log", "x")
	put(t, d.Root, "hints/h.hints", "x")
	put(t, d.Root, "lost+found/kept", "x")
	put(t, d.Root, "cassandra-heartbeat", "x")
	return d
}

// filesOf lists the files of a volume but those of this sidecar.
func filesOf(t *testing.T, d *volume.Directory) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(d.Root, func(path string, entry os.DirEntry, err error) error {
		relative, _ := filepath.Rel(d.Root, path)
		if err == nil && !entry.IsDir() && !strings.HasPrefix(relative, ".ringwright/") || strings.Contains(relative, "cleared") {
			files = append(files, relative)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestClear(t *testing.T) {
	d := attempted(t)
	before := read(t, d)
	for i, want := range []bool{true, false} {
		if cleared, err := d.Clear(); err != nil || cleared != want {
			t.Errorf("time %d: cleared %v, %v; want %v", i, cleared, err, want)
		}
	}
	if diff := cmp.Diff([]string{"cassandra-heartbeat", "lost+found/kept"}, filesOf(t, d)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, read(t, d)); diff != "" {
		t.Errorf("state (-before +after):\n%s", diff)
	}
}

// TestClearRefuses holds that nothing but a failed attempt is ever removed.
func TestClearRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(own *volume.InitKeys, run *volume.RunKeys)
		is     string
	}{
		{"a member's", func(own *volume.InitKeys, run *volume.RunKeys) { run.Joined, run.HostID = true, hostA }, "joined"},
		{"one that was removed", func(own *volume.InitKeys, run *volume.RunKeys) { run.Removed = true }, "removed"},
		{"one that has left", func(own *volume.InitKeys, run *volume.RunKeys) { run.Decommissioned = true }, "decommissioned"},
		{"a founder's", func(own *volume.InitKeys, run *volume.RunKeys) { own.Joining, own.Founding = false, true }, "founding"},
		{"one of which nothing is known", func(own *volume.InitKeys, run *volume.RunKeys) { own.Joining = false }, "nothing says what they are"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := attempted(t)
			s := read(t, d)
			tt.change(&s.InitKeys, &s.RunKeys)
			if _, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error { *own = s.InitKeys; return nil }); err != nil {
				t.Fatal(err)
			}
			if _, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error { *own = s.RunKeys; return nil }); err != nil {
				t.Fatal(err)
			}
			before := filesOf(t, d)
			_, err := d.Clear()
			wantError(t, err, tt.is)
			if diff := cmp.Diff(before, filesOf(t, d)); diff != "" {
				t.Errorf("files (-before +after):\n%s", diff)
			}
		})
	}
}

// failing fails at one of the operations that Clear makes.
type failing struct {
	volume.OS
	left int
}

func (f *failing) next() error {
	if f.left--; f.left < 0 {
		return syscall.EIO
	}
	return nil
}

func (f *failing) Rename(from, to string) error {
	if err := f.next(); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return f.OS.Rename(from, to)
}

func (f *failing) SyncDir(name string) error {
	if err := f.next(); err != nil {
		return &os.PathError{Op: "sync", Path: name, Err: err}
	}
	return f.OS.SyncDir(name)
}

// RemoveAll leaves half where it fails.
func (f *failing) RemoveAll(name string) error {
	if err := f.next(); err != nil {
		_ = os.RemoveAll(filepath.Join(name, "system"))
		return &os.PathError{Op: "remove", Path: name, Err: err}
	}
	return f.OS.RemoveAll(name)
}

// TestClearInterrupted stops after every operation: system.local is there as
// it was or not at all, the volume stays what it was, and the next Clear ends
// what the first began.
func TestClearInterrupted(t *testing.T) {
	for steps := 0; ; steps++ {
		d := attempted(t)
		stopping := &volume.Directory{Root: d.Root, Files: &failing{left: steps}}
		_, err := stopping.Clear()
		contents, lookErr := d.Look()
		if lookErr != nil || contents.Local != contents.Identity {
			t.Fatalf("after %d operations: %+v, %v", steps, contents, lookErr)
		}
		if condition, conditionErr := read(t, d).Condition(contents); condition != volume.Joining {
			t.Fatalf("after %d operations it is %q, %v", steps, condition, conditionErr)
		}
		if err == nil {
			if steps < 10 {
				t.Errorf("only %d operations", steps)
			}
			return
		}
		if !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		if _, err := d.Clear(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"cassandra-heartbeat", "lost+found/kept"}, filesOf(t, d)); diff != "" {
			t.Errorf("left after %d operations and another Clear (-want +got):\n%s", steps, diff)
		}
	}
}
