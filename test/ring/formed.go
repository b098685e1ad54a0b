package ring

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// Form makes a ring from nothing: all pods at once, then rows with three copies
// in each region.
func (r *Rig) Form() {
	r.Helper()
	for _, p := range r.Pods() {
		p.Create()
	}
	r.UntilUp(6*time.Minute, len(r.Pods()), r.Pods()...)
	r.Pods()[0].Fill(3)
	r.WantRows(r.Pods()[len(r.Pods())-1])
}

// Stop deletes pods at once, all where none is named.
func (r *Rig) Stop(pods ...*Pod) {
	r.Helper()
	if len(pods) == 0 {
		pods = r.Pods()
	}
	var group sync.WaitGroup
	for _, p := range pods {
		group.Go(p.Delete)
	}
	group.Wait()
}

// Move deletes pods and creates them at new addresses.
func (r *Rig) Move(pods ...*Pod) {
	r.Helper()
	r.Stop(pods...)
	for _, p := range pods {
		p.Create()
	}
}

// formedRing is a stopped ring that was formed once: a directory with the
// volume of each pod and the addresses that they had.
type formedRing struct {
	dir       string
	Addresses map[string]netip.Addr
}

var forming sync.Mutex

// Formed makes a world with the volumes of a ring of six members, formed
// earlier, of which no pod is there yet: Start creates them where they were.
func Formed(t testing.TB, o Options) *Rig {
	t.Helper()
	Want(t)
	r := New(t, o)
	f := r.formed(o)
	for _, p := range r.Pods() {
		p.LoadVolume(filepath.Join(f.dir, filepath.FromSlash(p.ID)))
		p.address = f.Addresses[p.ID]
	}
	// Nobody gets an address by chance that somebody had before.
	for _, g := range r.Regions {
		g.next = 1024
	}
	return r
}

// formed finds the ring in the cache or forms it there.
func (r *Rig) formed(o Options) formedRing {
	r.Helper()
	forming.Lock()
	defer forming.Unlock()
	f, ok := r.findFormed()
	if ok {
		return f
	}
	r.Say("the ring of six is formed, once")
	r.Form()
	r.save(&f)
	r.checkJoins() // before its logs are gone
	for _, p := range r.Pods() {
		r.must(os.RemoveAll(p.logDir()))
		r.must(os.MkdirAll(p.logDir(), 0o755))
	}
	return f
}

// findFormed is where a formed ring is or would be, and whether it is there.
func (r *Rig) findFormed() (formedRing, bool) {
	r.Helper()
	cache, err := lab.CacheDir()
	r.must(err)
	f := formedRing{dir: filepath.Join(cache, "rings", r.key())}
	return f, f.load() == nil
}

// KeepFormed keeps the ring that this test has formed for those that follow,
// unless they have one.
func (r *Rig) KeepFormed() {
	r.Helper()
	if f, ok := r.findFormed(); !ok {
		r.save(&f)
	}
}

// save stops the ring and puts its volumes into the cache.
func (r *Rig) save(f *formedRing) {
	r.Helper()
	f.Addresses = map[string]netip.Addr{}
	for _, p := range r.Pods() {
		f.Addresses[p.ID] = p.Address()
	}
	r.Stop()
	temporary := fmt.Sprintf("%s.%d", f.dir, os.Getpid())
	r.must(os.RemoveAll(temporary))
	for _, p := range r.Pods() {
		r.must(copyTree(p.Volume(), filepath.Join(temporary, filepath.FromSlash(p.ID))))
	}
	data, err := json.Marshal(f)
	r.must(err)
	r.must(os.WriteFile(filepath.Join(temporary, "ring.json"), data, 0o644))
	if err := os.Rename(temporary, f.dir); err != nil {
		r.Logf("another run has formed the ring, too: %v", err)
		_ = os.RemoveAll(temporary)
	}
	forget(filepath.Dir(f.dir))
}

// forget removes the rings of earlier sidecars but for the youngest few.
func forget(dir string) {
	const few = 5
	rings, _ := os.ReadDir(dir)
	age := func(e os.DirEntry) time.Duration {
		info, err := e.Info()
		if err != nil {
			return 0
		}
		return time.Since(info.ModTime())
	}
	slices.SortFunc(rings, func(a, b os.DirEntry) int { return cmp.Compare(age(a), age(b)) })
	for _, e := range rings[min(few, len(rings)):] {
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

func (f *formedRing) load() error {
	data, err := os.ReadFile(filepath.Join(f.dir, "ring.json"))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, f)
}

// key names what a formed ring depends on: the sidecar, Cassandra's version and
// the settings.
func (r *Rig) key() string {
	r.Helper()
	h := sha256.New()
	binary, err := os.ReadFile(r.Sidecar)
	r.must(err)
	h.Write(binary)
	h.Write([]byte(r.Cassandra.Version))
	for _, g := range r.Regions {
		text, err := os.ReadFile(g.settingsPath())
		r.must(err)
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Start creates the pods at the addresses that they had.
func (r *Rig) Start(pods ...*Pod) {
	r.Helper()
	for _, p := range pods {
		p.CreateAt(p.Address())
	}
}

// Run creates the pods that are not there and waits until all members are up.
func (r *Rig) Run() {
	r.Helper()
	for _, p := range r.Pods() {
		if p.Host() == nil {
			r.Start(p)
		}
	}
	r.UntilUp(4*time.Minute, len(r.Pods()), r.Pods()...)
}
