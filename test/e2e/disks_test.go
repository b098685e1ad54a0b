package e2e

import (
	"path/filepath"
	"testing"
)

// TestDiskAttached holds that a disk is one loop device while it is attached, and
// none when it was released, however often.
func TestDiskAttached(t *testing.T) {
	want(t)
	d, err := newDisk(t.TempDir(), diskModel{Name: "data", Size: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		device, err := d.attach()
		if err != nil {
			t.Fatal(err)
		}
		var attached []string
		eachLoop(func(device, file string) {
			if file == d.file {
				attached = append(attached, device)
			}
		})
		if len(attached) != 1 || filepath.Base(attached[0]) != filepath.Base(device) {
			t.Errorf("attached as %v; want %s", attached, device)
		}
		if err := d.release(); err != nil {
			t.Error(err)
		}
	}
	eachLoop(func(device, file string) {
		if file == d.file {
			t.Errorf("%s is there after it was released", device)
		}
	})
}
