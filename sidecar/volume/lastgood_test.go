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
