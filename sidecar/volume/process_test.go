package volume_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// What a second process of the test is told: which writer to be, and where.
const (
	writerVariable = "RINGWRIGHT_TEST_WRITER"
	rootVariable   = "RINGWRIGHT_TEST_ROOT"
)

// rounds is how often each process writes.
const rounds = 40

func TestMain(m *testing.M) {
	writer := os.Getenv(writerVariable)
	if writer == "" {
		os.Exit(m.Run())
	}
	if err := hammer(writer, &volume.Directory{Root: os.Getenv(rootVariable), Files: volume.OS{}}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// hammer writes as one of the writers, each time one more than was there.
func hammer(writer string, d *volume.Directory) error {
	for i := range rounds {
		var err error
		switch writer {
		case "init":
			_, err = d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
				own.FailedStarts++
				return nil
			})
		case "run":
			_, err = d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
				own.Gone = append([]string{id(len(own.Gone))}, own.Gone...)
				return nil
			})
		case "settings":
			err = d.KeepSettings(ctx, goodSettings(i+1))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TestTwoProcesses lets processes hammer both writers, two of each, and the
// settings' copy, and holds that nothing is lost and that a reader without
// the lock never sees half a file or an older one than before.
func TestTwoProcesses(t *testing.T) {
	d := onDisk(t)
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	writers := []string{"init", "run", "init", "run", "settings"}
	ended := make(chan error, len(writers))
	for _, writer := range writers {
		command := exec.Command(executable)
		command.Env = append(os.Environ(), writerVariable+"="+writer, rootVariable+"="+d.Root)
		var said strings.Builder
		command.Stderr = &said
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			err := command.Wait()
			if err != nil {
				err = fmt.Errorf("%s: %w: %s", writer, err, said.String())
			}
			ended <- err
		}()
	}
	var last volume.State
	for running := len(writers); running > 0; {
		select {
		case err := <-ended:
			running--
			if err != nil {
				t.Error(err)
			}
		default:
		}
		s := read(t, d)
		if s.FailedStarts < last.FailedStarts || len(s.Gone) < len(last.Gone) {
			t.Fatalf("%d failed starts and %d gone after %d and %d", s.FailedStarts, len(s.Gone), last.FailedStarts, len(last.Gone))
		}
		last = s
	}
	want := volume.State{InitKeys: volume.InitKeys{FailedStarts: 2 * rounds}}
	for i := range 2 * rounds {
		want.Gone = append([]string{id(i)}, want.Gone...)
	}
	if diff := cmp.Diff(want, read(t, d)); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	s, err := d.KeptSettings()
	if err != nil || s.Config["concurrent_reads"] != rounds {
		t.Errorf("settings %+v, %v; want the last", s, err)
	}
}
