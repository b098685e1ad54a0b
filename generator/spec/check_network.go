package spec

import (
	"net/netip"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

// place is a range and where in the spec a problem with it belongs.
type place struct {
	path   string // the field it came from: itself or, where it is a default, the VNet
	name   string // the field that holds it
	prefix netip.Prefix
}

// networks checks every range: alone, in its VNet, and against all others.
func (c *checker) networks() {
	var all []place
	if p, ok := c.prefix("kubernetes.serviceCidr", c.ring.Kubernetes.ServiceCIDR); ok {
		c.aksServices("kubernetes.serviceCidr", p)
		if c.serviceCIDR(p) {
			all = append(all, place{"kubernetes.serviceCidr", "kubernetes.serviceCidr", p})
		}
	}
	for i := range c.ring.Regions {
		r, path := &c.ring.Regions[i], item("regions", i)
		if !r.Deployed() {
			continue
		}
		if r.VNet == "" {
			c.errorf(at(path, "vnet"), "missing; want the region's address range, such as 10.1.0.0/16")
			continue
		}
		vnet, ok := c.prefix(at(path, "vnet"), r.VNet)
		if !ok {
			continue
		}
		all = append(all, place{at(path, "vnet"), at(path, "vnet"), vnet})
		if r.Cluster.Type == ClusterAKS {
			c.aksSubnets(path, r, vnet)
			continue
		}
		c.subnets(path, r, vnet)
	}
	c.disjoint(all, nil)
	c.outside(all)
}

// refusedRanges are private by no standard or Azure's own.
var refusedRanges = []struct {
	prefix netip.Prefix
	reason string
}{
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local addresses, where Azure's metadata service is"},
	{netip.MustParsePrefix("192.0.2.0/24"), "reserved for documentation"},
}

// prefix demands an aligned private range.
func (c *checker) prefix(path, value string) (netip.Prefix, bool) {
	p, err := network.ParsePrefix(value)
	if err != nil {
		c.errorf(path, "%v", err)
		return p, false
	}
	for _, refused := range refusedRanges {
		if p.Overlaps(refused.prefix) {
			c.errorf(path, "%s holds %s: %s", p, refused.prefix, refused.reason)
			return p, false
		}
	}
	if !network.IsPrivate(p) {
		c.errorf(path, "%s is not private; want a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10", p)
		return p, false
	}
	return p, true
}

// serviceCIDR demands a size that the API server takes (at most 20 bits of
// hosts, https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/)
// and that has an address 10 with some room behind it.
func (c *checker) serviceCIDR(p netip.Prefix) bool {
	if p.Bits() < 12 || p.Bits() > 24 {
		c.errorf("kubernetes.serviceCidr", "%s; want a /12 to a /24", p)
		return false
	}
	return true
}

// subnets checks the region's subnets. A problem of a derived one stands at the
// VNet it is derived from.
func (c *checker) subnets(path string, r *Region, vnet netip.Prefix) {
	nodes, ok := c.subnet(path, "nodeSubnet", r.NodeSubnet, vnet)
	before := len(c.problems.List)
	if ok {
		c.capacity(path, r, nodes.prefix)
		c.staticAddresses(path, r, nodes.prefix)
	}
	if !c.written(at(path, "gatewaySubnet")) && (!ok || len(c.problems.List) > before || c.ring.Link == LinkPeering) {
		return // its default follows from what is wrong, or it has none
	}
	gateway, found := c.subnet(path, "gatewaySubnet", r.GatewaySubnet, vnet)
	if !found {
		return
	}
	c.gatewaySize(gateway)
	if ok && gateway.prefix.Overlaps(nodes.prefix) {
		c.errorf(gateway.path, "%s overlaps nodeSubnet %s", gateway.prefix, nodes.prefix)
	}
}

func (c *checker) gatewaySize(gateway place) {
	if gateway.prefix.Bits() > gatewaySubnetBits {
		c.errorf(gateway.path, "%s; Azure asks for a /%d or larger with every gateway but the Basic one", gateway.prefix, gatewaySubnetBits)
	}
}

// subnet demands a range inside the VNet.
func (c *checker) subnet(path, key, value string, vnet netip.Prefix) (place, bool) {
	name := key[strings.LastIndex(key, ".")+1:]
	s := place{path: at(path, key), name: name}
	if !c.written(s.path) {
		s.path = at(path, "vnet")
	}
	if value == "" {
		c.errorf(s.path, "%s has no room for a %s", vnet, name)
		return s, false
	}
	p, err := network.ParsePrefix(value)
	switch {
	case err != nil:
		c.errorf(s.path, "%v", err)
		return s, false
	case !network.Contains(vnet, p) && !c.written(at(path, key)):
		c.errorf(s.path, "%s has no room for the %s, which would be %s; want a larger vnet or a %s of your own", vnet, name, p, name)
		return s, false
	case !network.Contains(vnet, p):
		c.errorf(s.path, "%s is not inside vnet %s", p, vnet)
		return s, false
	}
	s.prefix = p
	return s, true
}

// maxAddresses bounds the addresses of a region's machines: with more of them
// the evaluated template nears the 4 MB that Azure takes.
const maxAddresses = 4096

// capacity demands a block for every machine.
func (c *checker) capacity(path string, r *Region, nodes netip.Prefix) {
	k := &r.Cluster
	if k.Type != ClusterVM || c.spoiled[at(at(path, "cluster"), "addressesPerNode")] || c.spoiled[at(at(path, "cluster"), "controlPlanes")] || r.Members < 1 || r.Members > maxMachineMembers {
		return
	}
	machines := r.Members + k.ControlPlanes
	if n := machines * k.AddressesPerNode; n > maxAddresses {
		c.errorf(at(at(path, "cluster"), "addressesPerNode"), "%d for each of %s are %d addresses; want at most %d", k.AddressesPerNode, counted(machines, "machine"), n, maxAddresses)
		return
	}
	where := at(path, "nodeSubnet")
	if !c.written(where) {
		where = at(path, "vnet")
	}
	blocks := network.Blocks{Subnet: nodes, Size: k.AddressesPerNode}
	if n := blocks.Capacity(); n < machines {
		c.errorf(where, "nodeSubnet %s has room for %s of %d addresses and %d are needed (%s, %s); want a larger one, or a smaller addressesPerNode",
			nodes, counted(n, "machine"), k.AddressesPerNode, machines, counted(r.Members, "member"), counted(k.ControlPlanes, "control plane"))
		c.spoiled[at(at(path, "cluster"), "firstConsecutiveStaticIP")] = true
	}
}

// staticAddresses demands that the control planes' addresses are free: inside
// the subnet and in nobody's block.
func (c *checker) staticAddresses(path string, r *Region, nodes netip.Prefix) {
	k := &r.Cluster
	where := at(at(path, "cluster"), "firstConsecutiveStaticIP")
	if c.spoiled[where] || c.spoiled[at(at(path, "cluster"), "addressesPerNode")] || c.spoiled[at(at(path, "cluster"), "controlPlanes")] || k.Type != ClusterVM {
		return
	}
	first, err := netip.ParseAddr(k.FirstConsecutiveStaticIP)
	if err != nil || !first.Is4() {
		c.errorf(where, "%s; want an IPv4 address such as %s", spelling.Quoted(k.FirstConsecutiveStaticIP), network.FirstStatic(nodes))
		return
	}
	if j, problem := staticProblem(network.Blocks{Subnet: nodes, Size: k.AddressesPerNode}, first, k.ControlPlanes); problem != "" {
		c.errorf(where, "%s puts control plane %d at %s, which is %s; want an address such as %s", first, j, network.Add(first, j), problem, network.FirstStatic(nodes))
	}
}

// staticProblem is the first of so many control planes, at first and the
// addresses behind it, that is at one which is not free, and why not.
func staticProblem(blocks network.Blocks, first netip.Addr, controlPlanes int) (int, string) {
	nodes := blocks.Subnet
	for j := range controlPlanes {
		switch a := network.Add(first, j); {
		case !a.IsValid() || !nodes.Contains(a):
			return j, "outside nodeSubnet " + nodes.String()
		case network.KeptByAzure(nodes, a):
			return j, "one of the five that Azure keeps"
		case a == network.APIFrontend(nodes):
			return j, "the API server's internal frontend"
		case blocks.Given(a):
			return j, "in a block that a machine may own"
		}
	}
	return 0, ""
}
