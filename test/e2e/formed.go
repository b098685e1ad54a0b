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
// sum of what formed it: the images, the node script's and the sidecar's bytes
// among them, and the spec. A ring of another is never taken.
func (w *World) formedDir() string {
	h := sha256.New()
	fmt.Fprintln(h, w.prepared.images)
	for _, file := range []string{filepath.Join(w.Dir, "ring.yaml"), filepath.Join(w.Out, w.regions()[0], "azure", "azuredeploy.json")} {
		text, err := os.ReadFile(file)
		w.must(err)
		h.Write(text)
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
	w.must(os.RemoveAll(filepath.Join(w.Dir, "disks")))
	w.must(copyTree(from, filepath.Join(w.Dir, "disks")))
	return true
}

// form has a ring run: from the disks of one that was formed before, or else by
// forming one, which is then stopped, kept, and started again.
func (w *World) form(loaded bool) {
	w.Helper()
	w.ApplyAll()
	each := len(w.Clusters[0].Members)
	w.UntilReady(formation, each)
	w.UntilSees(time.Minute, map[string]int{"UN": each * len(w.Clusters)})
	if loaded {
		return
	}
	w.must(w.Pods()[0].keyspace(w.replication(min(each, 3))))
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
	w.UntilReady(formation, each)
	w.UntilSees(time.Minute, map[string]int{"UN": each * len(w.Clusters)})
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
