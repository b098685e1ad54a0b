package ring

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/test/lab"
)

// Region is one region: a network, its DNS server and the pods of a datacenter.
type Region struct {
	Name       string
	Datacenter string
	Pods       []*Pod
	Dir        string

	rig     *Rig
	vnet    *lab.VNet
	dns     *lab.DNS
	server  netip.Addr
	service string

	mu       sync.Mutex
	next     int // address to give out
	settings settings.Settings
}

func newRegion(r *Rig, name string, index int, o Options) *Region {
	prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(index + 1), 0, 0}), 16)
	region := &Region{
		Name: name, Datacenter: "dc-" + name, Dir: filepath.Join(r.Dir, name), rig: r,
		server: address(prefix, 10), service: fmt.Sprintf("cassandra-seeds.customers-%s.svc.cluster.local", name),
		dns: lab.NewDNS(), next: 256,
	}
	r.must(os.MkdirAll(region.Dir, 0o755))
	var err error
	region.vnet, err = lab.NewVNet(name, prefix)
	r.must(err)
	ns, err := region.vnet.Serve(region.server)
	r.must(err)
	r.must(region.dns.Listen(ns, region.endpoint()))
	region.dns.Set(region.service)
	racks := o.Racks
	if racks == nil {
		racks = []string{"0", "1", "2"}
	}
	ordinals := map[string]int{}
	for _, rack := range racks {
		region.Pods = append(region.Pods, newPod(region, rack, ordinals[rack]))
		ordinals[rack]++
	}
	return region
}

func (g *Region) endpoint() netip.AddrPort { return netip.AddrPortFrom(g.server, 53) }

// quick are the delays of a ring that has no time: what Cassandra waits for is
// gossip over slow links and many members.
var quick = []string{
	// Not less: a shadow round asks again only after 5 s.
	"-Dcassandra.ring_delay_ms=6000",
	"-Dcassandra.skip_wait_for_gossip_to_settle=0",
	"-Dcassandra.superuser_setup_delay_ms=100",
	// A replacement waits for it, 60 s otherwise.
	"-Dcassandra.broadcast_interval_ms=10000",
}

// overhead spares each start a measurement of 2-4 s; 180 is what it finds.
const overhead = "-Dcassandra.memtable.row_overhead_size=180"

// ownRowsFirst is the key that, when false, has a member that has a row read its
// own, however slow it is.
const ownRowsFirst = "dynamic_snitch"

// settle writes the settings that the region begins with.
func (g *Region) settle(o Options) {
	g.settings = settings.Settings{
		Ring: "customers", Region: g.Name, Location: g.Name, Datacenter: g.Datacenter,
		Racks: settings.RacksFaultDomain, Founder: settings.NoFounder, Members: len(g.Pods),
		SeedsService: g.service, DNS: []string{g.endpoint().String()},
		IMDS: "http://" + lab.MetadataAddress, IMDSTimeout: 10 * time.Second,
		Heap: "128Mi", NumTokens: 4, AllocationReplicationFactor: 3,
		JVMOptions: []string{overhead},
		Config:     map[string]any{ownRowsFirst: false},
	}
	if !o.OwnDelays {
		g.settings.JVMOptions = append(g.settings.JVMOptions, quick...)
	}
	for _, other := range g.rig.Regions {
		g.settings.Order = append(g.settings.Order, other.Datacenter)
		if other == g {
			continue
		}
		g.settings.Peers = append(g.settings.Peers, settings.Peer{
			Region: other.Name, Datacenter: other.Datacenter, SeedsService: other.service, DNS: []string{other.endpoint().String()},
		})
	}
	if g == g.rig.Regions[0] {
		g.settings.Founder = g.Pods[0].Name
	}
	g.Change(func(*settings.Settings) {})
}

// settingsPath is the file that every pod of the region reads.
func (g *Region) settingsPath() string { return filepath.Join(g.Dir, "settings.yaml") }

// Change changes the settings under the pods' eyes.
func (g *Region) Change(change func(*settings.Settings)) {
	g.rig.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.settings)
	data, err := settings.Marshal(&g.settings)
	g.rig.must(err)
	g.write(data)
}

// Garble writes what is no settings file.
func (g *Region) Garble() { g.write([]byte("ring: [\n")) }

func (g *Region) write(data []byte) {
	g.rig.Helper()
	temporary := g.settingsPath() + ".tmp"
	g.rig.must(os.WriteFile(temporary, data, 0o644))
	g.rig.must(os.Rename(temporary, g.settingsPath()))
}

// Settings is what the region's pods read.
func (g *Region) Settings() settings.Settings {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.settings
}

// newAddress gives out an address that nobody had before.
func (g *Region) newAddress() netip.Addr {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next++
	return address(g.vnet.Prefix, g.next)
}

// publish makes the DNS answer with the pods that are there, ready or not.
func (g *Region) publish() {
	var all []netip.Addr
	for _, p := range g.Pods {
		if a, ok := p.published(); ok {
			all = append(all, a)
		}
	}
	g.dns.Set(g.service, all...)
}

// DNS is the region's server, to fail.
func (g *Region) DNS() *lab.DNS { return g.dns }
