package volume_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// TestLock holds that a second holder waits for the first, and no longer than
// its context.
func TestLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	synctest.Test(t, func(t *testing.T) {
		unlock, err := volume.OS{}.Lock(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err = volume.OS{}.Lock(short, name)
		wantError(t, err, name, "another process holds it")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v; want the context's", err)
		}
		second := make(chan error)
		go func() {
			unlock, err := volume.OS{}.Lock(ctx, name)
			if err == nil {
				unlock()
			}
			second <- err
		}()
		time.Sleep(time.Second) // of the test's own clock
		select {
		case err := <-second:
			t.Fatalf("two hold it: %v", err)
		default:
		}
		unlock()
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
}

// TestUpdateGivesUp holds that a writer that waits for the lock ends when it
// is told to, and says why.
func TestUpdateGivesUp(t *testing.T) {
	d := onDisk(t)
	write(t, d, member())
	unlock, err := volume.OS{}.Lock(ctx, filepath.Join(d.Root, ".ringwright/lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	told, cancel := context.WithCancelCause(ctx)
	cancel(errors.New("terminated"))
	_, err = d.MarkRemoved(told)
	wantError(t, err, filepath.Join(d.Root, ".ringwright/lock"), "another process holds it: terminated")
	wantError(t, d.KeepSettings(told, goodSettings(64)), "another process holds it: terminated")
	if read(t, d).Removed {
		t.Error("written without the lock")
	}
}
