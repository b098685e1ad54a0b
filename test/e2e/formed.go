package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Disks of a ring that was formed and stopped are kept below the cache, under a
// sum of what formed it: the images and the compiled folder, the node script's
// and the sidecar's bytes among them. A ring of another is never taken.
func (w *World) formedDir() string {
	w.Helper()
	h := sha256.New()
	fmt.Fprintln(h, w.prepared.images)
	for _, pattern := range []string{"*/*.yaml", "*/azure/*.json"} {
		files, err := filepath.Glob(filepath.Join(w.Out, pattern))
		w.must(err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			w.must(err)
			h.Write(text)
		}
	}
	return filepath.Join(w.prepared.cache, "formed", hex.EncodeToString(h.Sum(nil))[:16])
}

// loadFormed lays the disks of a formed ring, where there is one, in place of
// new ones. Nothing has booted yet.
func (w *World) loadFormed() (loaded bool) {
	w.Helper()
	from := w.formedDir()
	if _, err := os.Stat(from); err != nil {
		return false
	}
	disks := filepath.Join(w.Dir, "disks")
	w.must(os.RemoveAll(disks))
	w.must(copyTree(from, disks))
	files, err := filepath.Glob(filepath.Join(disks, "*.disk"))
	w.must(err)
	for _, file := range files {
		// The kernel mounts one file system of a UUID at a time, and worlds may run
		// side by side.
		w.must(run("xfs_admin", "-U", "generate", file))
	}
	return true
}

// form has a ring run: from the disks of one that was formed before, or else by
// forming one, which is then stopped, kept, and started again.
func (w *World) form(loaded bool) {
	w.Helper()
	w.ApplyAll()
	w.untilFormed(formation)
	if loaded {
		return
	}
	w.must(w.Pods()[0].keyspace(w.replication(formedMembers)))
	w.stopAll()
	for _, c := range w.Clusters {
		for _, m := range c.Members {
			w.must(m.unmountDisks())
		}
	}
	to := w.formedDir()
	made := fmt.Sprintf("%s.%d", to, time.Now().UnixNano())
	w.must(copyTree(filepath.Join(w.Dir, "disks"), made))
	earlier, _ := filepath.Glob(filepath.Join(filepath.Dir(to), "*"))
	for _, e := range earlier {
		if e != made {
			_ = os.RemoveAll(e)
		}
	}
	w.must(os.Rename(made, to))
	w.Say("the formed ring is kept")
	for _, c := range w.Clusters {
		for _, m := range c.Members {
			w.must(m.mountDisks())
		}
	}
	w.ApplyAll()
	w.untilFormed(formation)
}

// formedMembers is how many members the formed ring has in each region.
const formedMembers = 3

// untilFormed waits until every member of the formed ring is there and up.
func (w *World) untilFormed(limit time.Duration) {
	w.Helper()
	w.UntilReady(limit, formedMembers)
	w.UntilSees(time.Minute, map[string]int{"UN": formedMembers * len(w.Clusters)})
}

// stopAll has every member stop as a person would have it.
func (w *World) stopAll() {
	w.Helper()
	for _, c := range w.Clusters {
		_, err := c.Kubectl("scale", "statefulset", "--all", "--replicas=0")
		w.must(err)
	}
	w.Until("no member runs", 5*time.Minute, func() string {
		if pods := w.Pods(); len(pods) > 0 {
			return pods[0].Name + " of " + pods[0].Cluster.Region + " is there"
		}
		return ""
	})
}

// unmountDisks takes a running machine's disks away.
func (m *Machine) unmountDisks() error {
	if _, err := m.In("umount " + m.model.Prelude["DATA_MOUNT"]); err != nil {
		return err
	}
	return m.release()
}

// mountDisks gives a running machine its disks again, after they were unmounted.
func (m *Machine) mountDisks() error {
	for _, d := range m.disks {
		device, err := d.attach()
		if err != nil {
			return err
		}
		if _, err := m.In(fmt.Sprintf("[ -e %[1]s ] || mknod %[1]s b 7 %[2]s; mount %[1]s %[3]s", device, strings.TrimPrefix(device, "/dev/loop"), m.model.Prelude["DATA_MOUNT"])); err != nil {
			return err
		}
	}
	return nil
}
