package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// clientAddress is where the tests and their kubectl come from: an address of
// the range that the example lets reach its API servers, which is reserved for
// documentation (RFC 5737).
var clientAddress = netip.MustParseAddr("203.0.113.10")

// platformAddress is where Azure's load balancers probe from.
// https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
const platformAddress = "168.63.129.16"

// network is one region's VNet as it carries packets: a namespace that routes.
// Each NIC is one end of a veth pair in it. It delivers what has the address of
// an ipConfiguration to that NIC and knows no other address; it takes from a NIC
// what has an address of that NIC only; it answers ARP for everybody, as Azure
// does, so that machines of one subnet reach each other through it.
type network struct {
	site     *site
	number   int
	router   *lab.Namespace
	hosts    map[string]*lab.Namespace // by machine name
	nics     map[string]int            // likewise
	mu       sync.Mutex                // of metadata
	metadata map[netip.Addr]*lab.Metadata
	public   map[string]netip.Addr // by the public address's id
	server   *http.Server
}

// newNetwork makes the VNet of a site with its NICs, and joins it to the
// namespace of the tests. Number tells the networks of a world apart, from 0.
func newNetwork(s *site, number int) (*network, error) {
	router, err := lab.NewNamespace(s.Name)
	if err != nil {
		return nil, err
	}
	n := &network{site: s, number: number, router: router, hosts: map[string]*lab.Namespace{}, nics: map[string]int{}, metadata: map[netip.Addr]*lab.Metadata{}, public: map[string]netip.Addr{}}
	if err := n.router.Run("", "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.default.send_redirects=0"); err != nil {
		return nil, err
	}
	for _, sub := range s.Subnets {
		if err := n.router.IP(fmt.Sprintf("addr add %s/32 dev lo", gatewayOf(sub.Prefix))); err != nil {
			return nil, err
		}
	}
	if err := n.reachable(); err != nil {
		return nil, err
	}
	return n, n.serveMetadata()
}

// attachAll attaches the machines of the site that are not there yet.
func (n *network) attachAll() error {
	for i := range n.site.Machines {
		m := &n.site.Machines[i]
		if n.hosts[m.Name] != nil {
			continue
		}
		if err := n.attach(m); err != nil {
			return err
		}
		if err := n.tellMetadata(m); err != nil {
			return err
		}
	}
	return nil
}

// nic is the name of a machine's NIC in the router.
func (n *network) nic(machine string) string { return fmt.Sprintf("nic%d", n.nics[machine]) }

// gatewayOf is the address that Azure keeps for the gateway of a subnet.
func gatewayOf(subnet netip.Prefix) netip.Addr { return subnet.Masked().Addr().Next() }

// attach makes a machine's namespace and its NIC.
func (n *network) attach(m *machineModel) error {
	host, err := lab.NewNamespace(m.Name)
	if err != nil {
		return err
	}
	n.hosts[m.Name], n.nics[m.Name] = host, len(n.nics)
	nic, a := n.nic(m.Name), m.Primary.As4()
	commands := []string{
		fmt.Sprintf("link add %s type veth peer name eth0 netns %s", nic, host.Name),
		fmt.Sprintf("link set %s up", nic),
	}
	if err := n.router.IP(commands...); err != nil {
		return err
	}
	if err := host.IP(
		fmt.Sprintf("link set eth0 address 02:00:%02x:%02x:%02x:%02x up", a[0], a[1], a[2], a[3]),
		fmt.Sprintf("addr add %s/%d dev eth0", m.Primary, m.Subnet.Bits()),
		fmt.Sprintf("route add default via %s", gatewayOf(m.Subnet)),
	); err != nil {
		return err
	}
	// Else a refusal of a datagram, by which check.go sees that it came, may be held back.
	if err := host.Run("", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0"); err != nil {
		return err
	}
	// Strict: a source that is not routed back to this NIC is none of its addresses.
	settings := []string{"-qw", "net.ipv4.conf." + nic + ".rp_filter=1", "net.ipv4.conf." + nic + ".proxy_arp=1", "net.ipv4.neigh." + nic + ".proxy_delay=0"}
	if err := n.router.Run("", "sysctl", settings...); err != nil {
		return err
	}
	routes := []string{fmt.Sprintf("route add %s/32 dev %s src %s", m.Primary, nic, gatewayOf(m.Subnet))}
	for _, address := range m.Addresses[1:] {
		// By the primary address, as only that is the machine's own to answer ARP for.
		routes = append(routes, fmt.Sprintf("route add %s/32 via %s dev %s onlink", address, m.Primary, nic))
	}
	return n.router.IP(routes...)
}

// reachable joins the network to the namespace of the tests, where its public
// addresses are reached.
func (n *network) reachable() error {
	world, far := netip.AddrFrom4([4]byte{172, 31, byte(n.number), 1}), netip.AddrFrom4([4]byte{172, 31, byte(n.number), 2})
	device := fmt.Sprintf("vnet%d", n.number)
	for _, command := range [][]string{
		{"link", "add", device, "type", "veth", "peer", "name", "internet", "netns", n.router.Name},
		{"addr", "add", world.String() + "/30", "dev", device},
		{"link", "set", device, "up"},
	} {
		if err := run("ip", command...); err != nil {
			return err
		}
	}
	if err := n.router.IP(
		fmt.Sprintf("addr add %s/30 dev internet", far),
		"link set internet up",
		fmt.Sprintf("route add %s/32 via %s", clientAddress, world),
	); err != nil {
		return err
	}
	for id := range n.site.PublicNames {
		// RFC 5737 keeps this range for documentation, too.
		address := netip.AddrFrom4([4]byte{198, 51, 100, byte(16*n.number + 1 + len(n.public))})
		n.public[id] = address
		if err := run("ip", "route", "add", address.String(), "via", far.String(), "src", clientAddress.String()); err != nil {
			return err
		}
	}
	return nil
}

// names are the lines of a hosts file for the network's public names.
func (n *network) names() string {
	var b strings.Builder
	for id, name := range n.site.PublicNames {
		if name != "" {
			fmt.Fprintf(&b, "%s %s\n", n.public[id], name)
		}
	}
	return b.String()
}

// serveMetadata answers each machine's primary address what its own metadata
// service says, and nobody else.
func (n *network) serveMetadata() error {
	if err := n.router.IP("addr add " + lab.MetadataAddress + "/32 dev lo"); err != nil {
		return err
	}
	if err := n.router.Run("", "iptables", "-w", "-A", "INPUT", "-d", lab.MetadataAddress, "-j", "DROP"); err != nil {
		return err
	}
	l, err := n.router.Listen(net.JoinHostPort(lab.MetadataAddress, "80"))
	if err != nil {
		return err
	}
	n.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		n.mu.Lock()
		service := n.metadata[from.Addr()]
		n.mu.Unlock()
		if err != nil || service == nil {
			http.NotFound(w, r)
			return
		}
		service.ServeHTTP(w, r)
	})}
	go func() { _ = n.server.Serve(l) }()
	return nil
}

// hushMetadata has the metadata service be nowhere.
func (n *network) hushMetadata() error {
	if err := n.server.Close(); err != nil {
		return err
	}
	if err := n.router.Run("", "iptables", "-w", "-F", "INPUT"); err != nil {
		return err
	}
	return n.router.IP("addr del " + lab.MetadataAddress + "/32 dev lo")
}

// tellMetadata has the service answer a machine's primary address.
func (n *network) tellMetadata(m *machineModel) error {
	n.mu.Lock()
	n.metadata[m.Primary] = lab.NewMetadata(lab.Instance{Location: n.site.Location, Zone: m.Zone, FaultDomain: m.FaultDomain})
	n.mu.Unlock()
	return n.router.Run("", "iptables", "-w", "-I", "INPUT", "-s", m.Primary.String(), "-d", lab.MetadataAddress, "-j", "ACCEPT")
}

// link is the wire between two networks. Packets find it by routes, which are
// there where both sides of the link agree.
type link struct {
	a, b       *network
	endA, endB netip.Addr
	missing    []string // why it carries nothing
}

// wire joins two networks, where they are not joined yet.
func (w *World) wire(a, b *network) error {
	for _, l := range w.links {
		if l.a == a && l.b == b {
			return nil
		}
	}
	number := byte(16*a.number + b.number)
	l := &link{a: a, b: b, endA: netip.AddrFrom4([4]byte{192, 168, number, 1}), endB: netip.AddrFrom4([4]byte{192, 168, number, 2})}
	l.missing = joined(a.site, b.site, w.sites())
	w.links = append(w.links, l)
	toB, toA := fmt.Sprintf("peer%d", b.number), fmt.Sprintf("peer%d", a.number)
	if err := a.router.IP(
		fmt.Sprintf("link add %s type veth peer name %s netns %s", toB, toA, b.router.Name),
		fmt.Sprintf("addr add %s/30 dev %s", l.endA, toB),
		fmt.Sprintf("link set %s up", toB),
	); err != nil {
		return err
	}
	if err := b.router.IP(
		fmt.Sprintf("addr add %s/30 dev %s", l.endB, toA),
		fmt.Sprintf("link set %s up", toA),
	); err != nil {
		return err
	}
	if len(l.missing) > 0 {
		return nil
	}
	return l.heal()
}

// sites are what the templates of all regions describe.
func (w *World) sites() []*site {
	var all []*site
	for _, c := range w.Clusters {
		all = append(all, c.network.site)
	}
	return all
}

// cut makes the link swallow every packet, as a tunnel does whose other end is gone.
func (l *link) cut() error { return l.route("blackhole %s", "blackhole %s") }

// heal makes the link carry packets.
func (l *link) heal() error {
	return l.route("%s via "+l.endB.String(), "%s via "+l.endA.String())
}

func (l *link) route(fromA, fromB string) error {
	for _, end := range []struct {
		at, to *network
		route  string
	}{{l.a, l.b, fromA}, {l.b, l.a, fromB}} {
		for _, prefix := range end.to.site.Prefixes {
			// A route of another kind is another route: the old one goes first.
			_ = end.at.router.IP(fmt.Sprintf("route flush %s", prefix))
			if err := end.at.router.IP("route add " + fmt.Sprintf(end.route, prefix)); err != nil {
				return err
			}
		}
	}
	return nil
}
