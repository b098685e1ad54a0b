package e2e

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// World is what a compiled folder describes, running: a network and a Kubernetes
// cluster for each region.
type World struct {
	testing.TB
	// Dir holds everything that the world writes but for its mounts.
	Dir string
	// Out and Secrets are the compiled folder and the secrets that it runs.
	Out, Secrets string
	Clusters     []*Cluster // in the order of the regions' names, later ones at the end

	source   string // of this package
	prepared prepared
	began    time.Time
	links    []*link
	lent     []Lent
	mu       sync.Mutex
	journal  *os.File
}

// Options is what a world has that is not as usual.
type Options struct {
	// Spec is the spec that is compiled. Default: ring.yaml of this package. Where
	// the flag -out is given that folder is taken in place of either.
	Spec []byte
	// Change changes the compiled folder before anything is built of it.
	Change func(w *World)
	// Formed has a ring run in the world already, with the keyspace that StartWriter
	// writes to. Such a ring is formed once and kept, and tests of it share a world
	// unless Own is set.
	Formed, Own bool
	// Lent are clusters for the regions that the compiled folder has no machines of.
	Lent []Lent
	// NoClusters builds the networks and boots nothing.
	NoClusters bool
}

func (o Options) shared() bool { return o.Formed && !o.Own }

// newWorld builds the world. It fails the test where what was compiled cannot be
// built, or where it cannot carry a ring.
func newWorld(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{TB: t, Dir: os.Getenv(dirVariable), began: time.Now()}
	var err error
	w.source, err = os.Getwd()
	w.must(err)
	w.must(enclose())
	w.must(run("ip", "addr", "add", clientAddress.String()+"/32", "dev", "lo"))
	w.journal, err = os.Create(filepath.Join(w.Dir, "journal.log"))
	w.must(err)
	w.prepared = prepared{cache: os.Getenv(cacheVariable), programs: os.Getenv(programsVariable), images: os.Getenv(imagesVariable)}
	if o.shared() {
		t.Cleanup(w.summariseFailed) // it goes on, see shared.go
	} else {
		t.Cleanup(w.end)
	}
	w.lent = o.Lent
	w.compile(o)
	w.compileLent()
	if o.Change != nil {
		o.Change(w)
	}
	loaded := o.Formed && w.loadFormed()
	w.build()
	w.checkNetworks()
	if o.NoClusters {
		return w
	}
	w.boot()
	for _, c := range w.Clusters {
		if w.lentTo(c.Region) != nil {
			c.furnish()
		}
	}
	if o.Formed {
		w.form(loaded)
	}
	return w
}

// enclose makes the mounts of this process its own. Nothing of the machine's
// /run is in sight, so names are this world's alone; names are resolved by the
// hosts file only.
func enclose() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the mounts private: %w", err)
	}
	for _, m := range []struct{ kind, at string }{{"proc", "/proc"}, {"tmpfs", "/run"}} {
		if err := unix.Mount(m.kind, m.at, m.kind, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	for _, dir := range []string{"/run/netns", "/run/lock"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for file, text := range map[string]string{"/etc/resolv.conf": "nameserver 127.0.0.1\n", "/etc/hosts": "127.0.0.1 localhost world\n"} {
		own := "/run/world-" + filepath.Base(file)
		if err := os.WriteFile(own, []byte(text), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(own, file, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount %s: %w", file, err)
		}
	}
	if err := unix.Sethostname([]byte("world")); err != nil {
		return err
	}
	return run("ip", "link", "set", "lo", "up")
}

// run runs a command of the machine's.
func run(name string, args ...string) error {
	if said, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said)
	}
	return nil
}

// build makes of the compiled folder what is not there yet: networks, machines
// that are off, links; and lays the rules over the networks. A machine or region
// that is gone from the folder stays, as in Azure.
func (w *World) build() {
	w.Helper()
	for _, region := range w.regions() {
		s, err := w.site(region)
		w.must(err)
		c := w.Cluster(region)
		if c == nil {
			n, err := newNetwork(s, len(w.Clusters))
			w.must(err)
			c = &Cluster{Region: region, world: w, network: n}
			w.Clusters = append(w.Clusters, c)
		}
		c.network.site = s
		w.must(c.network.attachAll())
		w.must(c.read())
		w.must(c.addMachines())
	}
	w.must(w.writeHosts())
	for i, a := range w.Clusters {
		for _, b := range w.Clusters[i+1:] {
			w.must(w.wire(a.network, b.network))
		}
	}
	for _, c := range w.Clusters {
		w.must(c.network.filter(w.linkedTo(c.network)))
	}
	w.Say("%d networks are up", len(w.Clusters))
}

// Cluster is that of a region, or nil.
func (w *World) Cluster(region string) *Cluster {
	for _, c := range w.Clusters {
		if c.Region == region {
			return c
		}
	}
	return nil
}

// addMachines makes the machines of the site that are not there.
func (c *Cluster) addMachines() error {
	for i := range c.network.site.Machines {
		model := &c.network.site.Machines[i]
		if c.Machine(model.Name) != nil {
			continue
		}
		m, err := newMachine(c, model)
		if err != nil {
			return err
		}
		if m.controlPlane() {
			c.planes = append(c.planes, m)
		} else {
			c.Members = append(c.Members, m)
		}
	}
	return nil
}

// Machine is that of a name, or nil.
func (c *Cluster) Machine(name string) *Machine {
	for _, m := range c.machines() {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// machines are the control planes and the members.
func (c *Cluster) machines() []*Machine { return slices.Concat(c.planes, c.Members) }

func (w *World) writeHosts() error {
	hosts := "127.0.0.1 localhost world\n"
	for _, c := range w.Clusters {
		hosts += c.network.names()
	}
	return os.WriteFile("/run/world-hosts", []byte(hosts), 0o644)
}

// linkedTo are the prefixes that a network is linked to.
func (w *World) linkedTo(n *network) []netip.Prefix {
	var all []netip.Prefix
	for _, l := range w.links {
		switch {
		case len(l.missing) > 0:
		case l.a == n:
			all = append(all, l.b.site.Prefixes...)
		case l.b == n:
			all = append(all, l.a.site.Prefixes...)
		}
	}
	return all
}

// regions are the names of the compiled folder's regions, sorted.
func (w *World) regions() []string {
	w.Helper()
	manifests, err := filepath.Glob(filepath.Join(w.Out, "*", "00-namespace.yaml"))
	w.must(err)
	var names []string
	for _, m := range manifests {
		names = append(names, filepath.Base(filepath.Dir(m)))
	}
	if len(names) == 0 {
		w.Fatalf("%s holds no region", w.Out)
	}
	return names
}

// Say notes what the test does, in its output and in the journal.
func (w *World) Say(format string, args ...any) {
	w.Helper()
	text := fmt.Sprintf(format, args...)
	at := time.Since(w.began).Seconds()
	if w.journal != nil {
		w.mu.Lock()
		fmt.Fprintf(w.journal, "%s %6.1f s  %s\n", time.Now().UTC().Format("15:04:05.000"), at, text)
		w.mu.Unlock()
	}
	w.Logf("%6.1f s  %s", at, text)
}

// Until waits for a condition. What it says while it does not hold is what the
// test fails with in the end.
func (w *World) Until(what string, limit time.Duration, condition func() (missing string)) {
	w.Helper()
	start := time.Now()
	for {
		missing := condition()
		if missing == "" {
			w.Say("%s, after %.1f s", what, time.Since(start).Seconds())
			return
		}
		if time.Since(start) > limit {
			w.Fatalf("not after %s: %s: %s", limit, what, missing)
		}
		time.Sleep(300 * time.Millisecond)
	}
}

// Never holds that a condition does not come true for a while.
func (w *World) Never(what string, during time.Duration, condition func() (happened string)) {
	w.Helper()
	for end := time.Now().Add(during); time.Now().Before(end); time.Sleep(time.Second) {
		if happened := condition(); happened != "" {
			w.Fatalf("%s: %s", what, happened)
		}
	}
	w.Say("never in %s: %s", during, what)
}

func (w *World) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// end leaves what a person needs to see why a test failed. The world itself goes
// with this process.
func (w *World) end() {
	w.summariseFailed()
	for _, c := range w.Clusters {
		for _, m := range c.machines() {
			if m.cmd != nil && m.cmd.ProcessState == nil {
				_ = m.cmd.Process.Kill()
				_ = m.cmd.Wait()
			}
		}
	}
	detachLoops(func(file string) bool { return strings.HasPrefix(file, w.Dir+"/") })
	_ = w.journal.Close()
}
