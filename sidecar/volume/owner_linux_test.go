package volume_test

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// TestWrongOwner holds that a volume of another user's is a clear error, be it
// that it cannot be written, cannot be read or cannot be looked into.
func TestWrongOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can look at a file as somebody else")
	}
	d := onDisk(t)
	write(t, d, member())
	put(t, d.Root, "data/app/x", "")
	for _, tt := range []struct {
		name, path string
		mode       fs.FileMode
		call       func() error
	}{
		{"write", d.Root, 0o755, func() error { _, err := d.MarkRemoved(ctx); return err }},
		{"read", d.StatePath(), 0o600, func() error { _, err := d.Read(); return err }},
		{"read a mount", d.Root, 0o700, func() error { _, err := d.Read(); return err }},
		{"look", d.Root + "/data", 0o700, func() error { _, err := d.Look(); return err }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, err := os.Stat(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(tt.path, tt.mode); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(tt.path, before.Mode())
			err = asNobody(t, tt.call)
			wantError(t, err, d.Root, "permission denied: ", "belongs to uid 0, gid ", "runAsUser or fsGroup")
			if !errors.Is(err, fs.ErrPermission) {
				t.Errorf("error %v; want fs.ErrPermission in its chain", err)
			}
		})
	}
}

// asNobody makes a call on a thread that sees files as user 65534 does. The
// thread ends with it, since its goroutine never gives it back.
func asNobody(t *testing.T, call func() error) error {
	t.Helper()
	result := make(chan error)
	var denied error
	go func() {
		runtime.LockOSThread()
		denied = syscall.Setfsuid(65534)
		result <- call()
	}()
	err := <-result
	if denied != nil {
		t.Fatal(denied)
	}
	return err
}
