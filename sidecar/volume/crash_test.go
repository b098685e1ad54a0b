package volume_test

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// writers are all the ways in which a file is written, each with a reading of
// what it wrote.
var writers = []struct {
	name  string
	write func(*volume.Directory) error
	read  func(*volume.Directory) (any, error)
}{
	{"UpdateInit", func(d *volume.Directory) error {
		_, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
			own.Ring, own.Datacenter, own.Rack = "customers", "dc-eastus", "rack-0"
			own.FailedStarts++
			return nil
		})
		return err
	}, readState},
	{"UpdateRun", func(d *volume.Directory) error {
		_, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
			own.Joined, own.HostID, own.Address = true, hostA, "10.1.0.4"
			own.LastSeeds = append(own.LastSeeds, "10.1.0.5")
			return nil
		})
		return err
	}, readState},
	{"Begin", func(d *volume.Directory) error {
		_, err := d.Begin(ctx, volume.Attempt{RingID: ringX, Replacing: hostB})
		return err
	}, readState},
	{"MarkRemoved", func(d *volume.Directory) error {
		_, err := d.MarkRemoved(ctx)
		return err
	}, readState},
	{"KeepSettings", func(d *volume.Directory) error {
		return d.KeepSettings(ctx, goodSettings(64))
	}, func(d *volume.Directory) (any, error) {
		s, err := d.KeptSettings()
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return s, err
	}},
	{"PhaseFile.Write", func(d *volume.Directory) error {
		return volume.PhaseFile{Dir: d.Root, Files: d.Files}.Write(volume.Phase{Phase: volume.PhaseStarting, Since: noon, Renewed: noon.Add(time.Second)})
	}, func(d *volume.Directory) (any, error) {
		return volume.PhaseFile{Dir: d.Root, Files: d.Files}.Read()
	}},
}

func readState(d *volume.Directory) (any, error) { return d.Read() }

// befores are the volumes that are written to.
var befores = []struct {
	name string
	make func(*testing.T, *volume.Directory)
}{
	{"new volume", func(*testing.T, *volume.Directory) {}},
	{"used volume", func(t *testing.T, d *volume.Directory) {
		t.Helper()
		if _, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
			own.Ring, own.Datacenter, own.Rack, own.FailedStarts = "customers", "dc-eastus", "rack-0", 3
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.KeepSettings(ctx, goodSettings(32)); err != nil {
			t.Fatal(err)
		}
		if err := (volume.PhaseFile{Dir: d.Root, Files: d.Files}).Write(volume.Phase{Phase: volume.PhaseWaiting, Reason: "old", Since: noon, Renewed: noon}); err != nil {
			t.Fatal(err)
		}
	}},
}

// stopAt turns the power off at the n-th operation.
func stopAt(n int) func(string) error {
	return func(string) error {
		if n--; n < 0 {
			return errStopped
		}
		return nil
	}
}

// TestPowerLoss stops every write at every step and holds that the old or the
// new state is found, whatever of the unsynced reached the disk; the new one
// once the write has returned; and that the next write works on what is left.
func TestPowerLoss(t *testing.T) {
	for _, before := range befores {
		for _, w := range writers {
			t.Run(before.name+"/"+w.name, func(t *testing.T) {
				d, old, changed := oldAndNew(t, before.make, w.write, w.read)
				for steps := 0; ; steps++ {
					d.Files.(*disk).before = stopAt(steps)
					err := w.write(d)
					if err != nil && !errors.Is(err, errStopped) {
						t.Fatalf("stopped at step %d: %v", steps, err)
					}
					for _, found := range d.Files.(*disk).afterPowerLoss() {
						again := &volume.Directory{Root: "/v", Files: found}
						got, readErr := w.read(again)
						if readErr != nil {
							t.Fatalf("stopped at step %d: %v", steps, readErr)
						}
						if !cmp.Equal(got, changed) && (err == nil || !cmp.Equal(got, old)) {
							t.Fatalf("stopped at step %d, written: %t: (-new +got)\n%s", steps, err == nil, cmp.Diff(changed, got))
						}
						if err := w.write(again); err != nil {
							t.Fatalf("stopped at step %d, written again: %v", steps, err)
						}
					}
					if err == nil {
						if steps < 6 { // lock, create, write, sync, rename and syncdir at the least
							t.Fatalf("done after %d steps; the test looks in the wrong place", steps)
						}
						return
					}
					d, _, _ = oldAndNew(t, before.make, w.write, w.read)
				}
			})
		}
	}
}

// oldAndNew gives a volume before a write, and what is read before and after.
func oldAndNew(t *testing.T, prepare func(*testing.T, *volume.Directory), write func(*volume.Directory) error, read func(*volume.Directory) (any, error)) (d *volume.Directory, old, changed any) {
	t.Helper()
	var values [2]any
	for i := range values {
		d = &volume.Directory{Root: "/v", Files: newDisk()}
		prepare(t, d)
		if i == 1 {
			if err := write(d); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if values[i], err = read(d); err != nil {
			t.Fatal(err)
		}
	}
	if cmp.Equal(values[0], values[1]) {
		t.Fatal("the write changes nothing")
	}
	d = &volume.Directory{Root: "/v", Files: newDisk()}
	prepare(t, d)
	return d, values[0], values[1]
}

// lying is a disk that does not do one of its operations.
type lying struct {
	*disk
	noSync, noSyncDir bool
}

func (l lying) SyncDir(name string) error {
	if l.noSyncDir {
		return nil
	}
	return l.disk.SyncDir(name)
}

func (l lying) Create(name string) (volume.File, error) {
	f, err := l.disk.Create(name)
	if l.noSync {
		return lyingFile{f}, err
	}
	return f, err
}

type lyingFile struct{ volume.File }

func (lyingFile) Sync() error { return nil }

// TestPowerLossIsSeen holds that the disk of TestPowerLoss shows a torn file
// where the bytes are not synced, and an old one where the directory is not.
func TestPowerLossIsSeen(t *testing.T) {
	for _, tt := range []struct {
		name       string
		files      lying
		torn, lost bool
	}{
		{"an honest disk", lying{}, false, false},
		{"bytes not synced", lying{noSync: true}, true, false},
		{"directory not synced", lying{noSyncDir: true}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.files.disk = newDisk()
			d := &volume.Directory{Root: "/v", Files: tt.files}
			if err := writers[0].write(d); err != nil {
				t.Fatal(err)
			}
			var torn, lost bool
			for _, found := range tt.files.afterPowerLoss() {
				s, err := (&volume.Directory{Root: "/v", Files: found}).Read()
				torn = torn || err != nil
				lost = lost || err == nil && s.Ring == ""
			}
			if torn != tt.torn || lost != tt.lost {
				t.Errorf("torn %t, lost %t; want %t, %t", torn, lost, tt.torn, tt.lost)
			}
		})
	}
}

// TestFailingStep lets one operation of a write fail while the machine goes
// on: the error names the cause and the way out, the old state stays (the new
// one where only the last sync failed) and nothing half is left lying.
func TestFailingStep(t *testing.T) {
	for _, cause := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "no space left on device: the file system is full; remove snapshots or make the volume larger"},
		{syscall.EDQUOT, "the file system is full"},
		{syscall.EROFS, "read-only file system: the file system is mounted read-only"},
		{syscall.EACCES, "permission denied: "},
		{syscall.EIO, "input/output error"},
	} {
		for _, w := range writers {
			t.Run(cause.err.Error()+"/"+w.name, func(t *testing.T) {
				for failing := 0; ; failing++ {
					d, old, changed := oldAndNew(t, befores[1].make, w.write, w.read)
					step, operations := 0, []string{}
					d.Files.(*disk).before = func(operation string) error {
						operations = append(operations, operation)
						if step++; step == failing+1 {
							return cause.err
						}
						return nil
					}
					err := w.write(d)
					if err == nil {
						if failing < 6 {
							t.Fatalf("done after %d steps; the test looks in the wrong place", failing)
						}
						return
					}
					if !errors.Is(err, cause.err) || !strings.Contains(err.Error(), cause.want) || !strings.HasPrefix(err.Error(), "/v") {
						t.Errorf("%v: error %q; want the path and %q", operations, err, cause.want)
					}
					got, err := w.read(d)
					if err != nil || !cmp.Equal(got, old) && !cmp.Equal(got, changed) {
						t.Errorf("%v: %v, %v; want the old or the new", operations, got, err)
					}
					for name, dir := range d.Files.(*disk).dirs {
						for entry := range dir.now {
							if strings.HasSuffix(entry, ".new") {
								t.Errorf("%v: %s/%s was left", operations, name, entry)
							}
						}
					}
				}
			})
		}
	}
}
