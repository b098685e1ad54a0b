package lab

import (
	"fmt"
	"net/netip"
	"os"
	"sync"
)

// VNet is a virtual network: a namespace with a bridge, which is also the
// gateway of its hosts. Its first address is the gateway's.
type VNet struct {
	Prefix netip.Prefix

	ns    *Namespace
	mu    sync.Mutex
	ports int
}

// Link joins two virtual networks until it is cut.
type Link struct {
	a, b       *VNet
	endA, endB netip.Addr
}

// NewVNet makes a virtual network without hosts.
func NewVNet(label string, prefix netip.Prefix) (*VNet, error) {
	ns, err := NewNamespace(label)
	if err != nil {
		return nil, err
	}
	v := &VNet{Prefix: prefix.Masked(), ns: ns}
	err = ns.IP(
		"link add br0 type bridge",
		fmt.Sprintf("addr add %s/%d dev br0", v.Gateway(), prefix.Bits()),
		"link set br0 up",
	)
	if err == nil {
		err = ns.Do(func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644) })
	}
	if err != nil {
		ns.Remove()
		return nil, err
	}
	return v, nil
}

// Remove removes the network, but not its hosts.
func (v *VNet) Remove() { v.ns.Remove() }

// Gateway is the address of the gateway.
func (v *VNet) Gateway() netip.Addr { return v.Prefix.Addr().Next() }

// Serve gives the gateway a further address of the network, for a server such
// as the DNS, and returns the namespace to listen in.
func (v *VNet) Serve(address netip.Addr) (*Namespace, error) {
	return v.ns, v.ns.IP(fmt.Sprintf("addr add %s/%d dev br0", address, v.Prefix.Bits()))
}

// Attach puts a host into the network under an address. The hardware address
// follows from it, as others may remember the last host that had it.
func (v *VNet) Attach(host *Namespace, address netip.Addr) error {
	v.mu.Lock()
	v.ports++
	port := fmt.Sprintf("p%d", v.ports)
	v.mu.Unlock()
	a := address.As4()
	if err := v.ns.IP(
		fmt.Sprintf("link add %s type veth peer name eth0 netns %s", port, host.Name),
		fmt.Sprintf("link set %s master br0 up", port),
	); err != nil {
		return err
	}
	return host.IP(
		fmt.Sprintf("link set eth0 address 02:00:%02x:%02x:%02x:%02x up", a[0], a[1], a[2], a[3]),
		fmt.Sprintf("addr add %s/%d dev eth0", address, v.Prefix.Bits()),
		fmt.Sprintf("route add default via %s", v.Gateway()),
	)
}

// Join links two networks. Number tells the links of a lab apart, from 0.
func Join(a, b *VNet, number int) (*Link, error) {
	l := &Link{
		a: a, b: b,
		endA: netip.AddrFrom4([4]byte{192, 168, byte(number), 1}),
		endB: netip.AddrFrom4([4]byte{192, 168, byte(number), 2}),
	}
	if err := a.ns.IP(
		fmt.Sprintf("link add link%d type veth peer name link%d netns %s", number, number, b.ns.Name),
		fmt.Sprintf("addr add %s/30 dev link%d", l.endA, number),
		fmt.Sprintf("link set link%d up", number),
	); err != nil {
		return nil, err
	}
	if err := b.ns.IP(
		fmt.Sprintf("addr add %s/30 dev link%d", l.endB, number),
		fmt.Sprintf("link set link%d up", number),
	); err != nil {
		return nil, err
	}
	return l, l.Heal()
}

// Cut makes the link swallow every packet without a word, as a tunnel does
// whose other end is gone.
func (l *Link) Cut() error {
	return l.route("blackhole %s", "blackhole %s")
}

// Heal makes the link carry packets.
func (l *Link) Heal() error {
	return l.route("%s via "+l.endB.String(), "%s via "+l.endA.String())
}

func (l *Link) route(fromA, fromB string) error {
	// A route of another kind is another route: the old one goes first.
	_ = l.a.ns.IP(fmt.Sprintf("route flush %s", l.b.Prefix))
	_ = l.b.ns.IP(fmt.Sprintf("route flush %s", l.a.Prefix))
	if err := l.a.ns.IP(fmt.Sprintf("route add "+fromA, l.b.Prefix)); err != nil {
		return err
	}
	return l.b.ns.IP(fmt.Sprintf("route add "+fromB, l.a.Prefix))
}
