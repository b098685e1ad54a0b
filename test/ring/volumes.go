package ring

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Wipe empties a volume, or only the named entries of it.
func (p *Pod) Wipe(names ...string) {
	r := p.Region.rig
	r.Helper()
	if len(names) == 0 {
		entries, err := os.ReadDir(p.Volume())
		r.must(err)
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	r.Say("%s: its volume loses %v", p.ID, names)
	for _, name := range names {
		r.must(os.RemoveAll(filepath.Join(p.Volume(), name)))
	}
}

// SaveVolume copies the volume as it is and gives the copy's path.
func (p *Pod) SaveVolume(label string) string {
	r := p.Region.rig
	r.Helper()
	to := filepath.Join(p.Dir, "volume-"+label)
	r.must(os.RemoveAll(to))
	r.must(copyTree(p.Volume(), to))
	return to
}

// LoadVolume makes the volume what the copy holds.
func (p *Pod) LoadVolume(from string) {
	r := p.Region.rig
	r.Helper()
	r.must(os.RemoveAll(p.Volume()))
	r.must(copyTree(from, p.Volume()))
}

// copyTree copies a directory with all that belongs to it, sharing blocks where
// the file system can.
func copyTree(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if out, err := exec.Command("cp", "-a", "--reflink=auto", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp %s %s: %w: %s", from, to, err, out)
	}
	return nil
}
