package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// disk is a data disk: a sparse file that a machine has as a loop device.
type disk struct {
	model diskModel
	file  string
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

// device gives the disk a loop device. It goes by itself: boot.sh has it
// detached once nobody has it mounted any more.
func (d *disk) device() (string, error) {
	said, err := exec.Command("losetup", "--find", "--show", d.file).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("losetup %s: %w: %s", d.file, err, said)
	}
	return strings.TrimSpace(string(said)), nil
}

// detachLoops frees the loop devices of such files.
func detachLoops(of func(file string) bool) {
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
		if of(strings.TrimSuffix(l.File, " (deleted)")) {
			_ = exec.Command("losetup", "--detach", l.Name).Run()
		}
	}
}
