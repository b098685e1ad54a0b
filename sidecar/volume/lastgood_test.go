package volume_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

func TestSettings(t *testing.T) {
	d := onDisk(t)
	path := filepath.Join(d.Root, ".ringwright/settings.yaml")
	if _, err := d.KeptSettings(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a copy: %v", err)
	}
	for _, reads := range []int{32, 64} {
		if err := d.KeepSettings(ctx, goodSettings(reads)); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if diff := cmp.Diff(string(goodSettings(reads)), string(data)); diff != "" || err != nil {
			t.Errorf("copy (-want +got): %v\n%s", err, diff)
		}
	}
	wantError(t, d.KeepSettings(ctx, []byte("ring: [")), "internal: keep settings: ", path)
	got, err := d.KeptSettings()
	if err != nil {
		t.Fatal(err)
	}
	want, err := settings.Parse("want", goodSettings(64))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("settings (-want +got): %v\n%s", err, diff)
	}
	put(t, d.Root, ".ringwright/settings.yaml", "ring: [")
	_, err = d.KeptSettings()
	wantError(t, err, "last good settings: "+path+":")
	if err := d.KeepSettings(ctx, goodSettings(64)); err != nil {
		t.Errorf("keep in the place of a broken copy: %v", err)
	}
}

// TestOnlyTheOwnerReads holds that no other user can read what may hold
// passwords, nor the rest, also where an earlier copy stands in the way.
func TestOnlyTheOwnerReads(t *testing.T) {
	d := onDisk(t)
	put(t, d.Root, ".ringwright/settings.yaml.new", "of a writer that died")
	phase := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
	_, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error { own.Ring = "customers"; return nil })
	if err := errors.Join(err, d.KeepSettings(ctx, goodSettings(64)), phase.Write(volume.Phase{Phase: volume.PhaseInit})); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{d.StatePath(), filepath.Join(d.Root, ".ringwright/settings.yaml"), filepath.Join(d.Root, ".ringwright/lock"), phase.Path()} {
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v; want mode 0600", path, info, err)
		}
	}
}

// TestKeepSettingsAgain holds that a copy that is there already costs nothing,
// for init keeps one at every look.
func TestKeepSettingsAgain(t *testing.T) {
	files := newDisk()
	d := &volume.Directory{Root: "/v", Files: files}
	if err := d.KeepSettings(ctx, goodSettings(64)); err != nil {
		t.Fatal(err)
	}
	files.before = func(operation string) error {
		if operation == "create" || operation == "syncdir" {
			t.Errorf("%s", operation)
		}
		return nil
	}
	if err := d.KeepSettings(ctx, goodSettings(64)); err != nil {
		t.Fatal(err)
	}
}
