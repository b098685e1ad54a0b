package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// disk is a data disk: a sparse file that a machine has as a loop device.
type disk struct {
	model diskModel
	file  string
	held  *os.File // the loop device, while a machine has it
}

// newDisk makes an empty disk.
func newDisk(dir string, model diskModel) (*disk, error) {
	d := &disk{model: model, file: filepath.Join(dir, model.Name+".disk")}
	if _, err := os.Stat(d.file); err == nil {
		return d, nil // formed before
	}
	return d, d.wipe()
}

// wipe makes the disk a new one.
func (d *disk) wipe() error {
	if err := os.RemoveAll(d.file); err != nil {
		return err
	}
	f, err := os.Create(d.file)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Truncate(int64(d.model.Size) << 30)
}

// attach gives the disk a loop device. It goes by itself when this process has
// ended and nobody has it mounted: what is detached while it is open stays until then.
func (d *disk) attach() (device string, err error) {
	said, err := exec.Command("losetup", "--find", "--show", d.file).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("losetup %s: %w: %s", d.file, err, said)
	}
	device = strings.TrimSpace(string(said))
	if d.held, err = os.Open(device); err != nil {
		return "", err
	}
	return device, run("losetup", "--detach", device)
}

// release takes the loop device away, and waits until it is gone: two at a time
// would be two writers to one file system.
func (d *disk) release() error {
	if d.held == nil {
		return nil
	}
	_ = d.held.Close()
	d.held = nil
	for range 300 {
		there := false
		eachLoop(func(_, file string) { there = there || file == d.file })
		if !there {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s is in use still, 30 s after its machine has ended", d.file)
}

// detachLoops frees the loop devices of such files.
func detachLoops(of func(file string) bool) {
	eachLoop(func(device, file string) {
		if of(file) {
			_ = exec.Command("losetup", "--detach", device).Run()
		}
	})
}

// eachLoop tells of every loop device and of the file that it is.
func eachLoop(tell func(device, file string)) {
	said, err := exec.Command("losetup", "--json", "--list", "--output", "NAME,BACK-FILE").Output()
	if err != nil || len(said) == 0 {
		return
	}
	var list struct {
		Devices []struct {
			Name string `json:"name"`
			File string `json:"back-file"`
		} `json:"loopdevices"`
	}
	if json.Unmarshal(said, &list) != nil {
		return
	}
	for _, l := range list.Devices {
		tell(l.Name, strings.TrimSuffix(l.File, " (deleted)"))
	}
}
