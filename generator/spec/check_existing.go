package spec

import (
	"net/netip"
	"slices"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

// Deployed reports whether the region's network and cluster are made here, and
// not by somebody else.
func (r *Region) Deployed() bool { return r.Cluster.Type != ClusterExisting }

// InAzure reports whether the region's location is one that Azure has. Only
// there a member may find Azure's metadata service.
func (r *Region) InAzure() bool {
	_, ok := locations[r.Location]
	return ok
}

// deployed are the regions that are made here.
func (r *Ring) deployed() []*Region {
	var all []*Region
	for i := range r.Regions {
		if r.Regions[i].Deployed() {
			all = append(all, &r.Regions[i])
		}
	}
	return all
}

// What the spec says of a region or cluster that is made here, and of a cluster
// that exists.
var (
	deployedRegionKeys  = []string{"subscription", "resourceGroup", "vnet", "nodeSubnet", "gatewaySubnet"}
	deployedClusterKeys = []string{
		"controlPlanes", "controlPlaneSize", "memberSize", "adminUsername", "sshPublicKey", "apiServerCIDRs", "dnsPrefix",
		"addressesPerNode", "firstConsecutiveStaticIP", "dataDiskSku", "packageMirror", "apiModel", "networkPlugin", "networkPluginMode",
		"podSubnet", "systemSize", "storageSku",
	}
	existingKeys = []string{"dns", "podCIDRs", "storageClass"}
)

// maxServers bounds the DNS servers of a cluster: each may be waited for.
const maxServers = 8

// existing checks what a cluster that somebody else runs has to say.
func (c *checker) existing(region string, r *Region) {
	path, k := at(region, "cluster"), &r.Cluster
	for _, key := range deployedRegionKeys {
		if c.written(at(region, key)) {
			c.errorf(at(region, key), "nothing is deployed for a cluster that exists; leave it out")
		}
	}
	for _, key := range deployedClusterKeys {
		if c.written(at(path, key)) {
			c.errorf(at(path, key), "it is no key of a cluster that exists; leave it out")
		}
	}
	c.servers(at(path, "dns"), k.DNS)
	c.rangesOf(at(path, "podCIDRs"), k.PodCIDRs, "the ranges that the cluster's pods have their addresses from, such as [10.3.0.0/16]")
	if where := at(path, "storageClass"); k.StorageClass == "" {
		c.errorf(where, "missing; want the StorageClass of the members' volumes, one that `kubectl get storageclass` shows")
	} else {
		c.name(where, k.StorageClass, 253, "the name of a StorageClass")
	}
}

// servers demands addresses at which peers and members alike ask the cluster's DNS.
func (c *checker) servers(path string, servers []string) {
	const want = "want an IPv4 address and a port, such as 10.3.0.53:53"
	if len(servers) == 0 {
		c.errorf(path, "missing; %s: where its members and their peers ask the cluster's DNS", want)
	}
	if len(servers) > maxServers {
		c.errorf(path, "%d; want at most %d", len(servers), maxServers)
		c.spoiled[path] = true
		return
	}
	for i, s := range servers {
		where := item(path, i)
		a, err := netip.ParseAddrPort(s)
		switch {
		case err != nil || !a.Addr().Is4() || a.Port() == 0 || a.String() != s:
			c.errorf(where, "%s; %s", spelling.Quoted(s), want)
		case !network.IsPrivate(netip.PrefixFrom(a.Addr(), 32)):
			c.errorf(where, "%s is not private, and a cluster's DNS is for nobody else", s)
		case slices.Contains(servers[:i], s):
			c.errorf(where, "%s is listed twice", s)
		}
	}
}

// outside checks the ranges of links and of clusters that exist: against those
// of the ring, which are given, against each other, and that gateways lead to
// every member.
func (c *checker) outside(ring []place) {
	var pods, behind []place
	for i := range c.ring.Regions {
		if r := &c.ring.Regions[i]; r.Cluster.Type == ClusterExisting {
			path := item("regions", i) + ".cluster.podCIDRs"
			ranges := c.ranges(path, r.Cluster.PodCIDRs)
			c.podAddresses(path, r, ranges)
			pods = append(pods, ranges...)
		}
	}
	for i := range c.ring.Links {
		behind = append(behind, c.ranges(item("links", i)+".prefixes", c.ring.Links[i].Prefixes)...)
	}
	c.disjoint(pods, ring)
	c.disjoint(behind, ring)
	for i := range c.ring.Regions {
		if r := &c.ring.Regions[i]; r.Cluster.Type == ClusterExisting {
			c.reached(item("regions", i)+".cluster", r, ring, behind)
		}
	}
	if !c.gateways() || c.spoiled["links"] {
		return
	}
	for _, p := range pods {
		if !inside(behind, p.prefix) {
			c.errorf(p.path, "%s is in the prefixes of no link, so no gateway leads there; want a link whose prefixes hold it", p.prefix)
		}
	}
}

// podAddresses demands an address for every member.
func (c *checker) podAddresses(path string, r *Region, ranges []place) {
	if len(ranges) == 0 || len(ranges) < len(r.Cluster.PodCIDRs) || r.Members > maxMembers {
		return // there is a problem at one of them
	}
	have := 0
	for _, p := range ranges {
		have += network.Size(p.prefix)
	}
	if have < r.Members {
		c.errorf(path, "they have room for %s and there are %s; want larger ranges", counted(have, "pod"), counted(r.Members, "member"))
	}
}

// reached demands DNS servers that peers are led to.
func (c *checker) reached(path string, r *Region, ring, behind []place) {
	for i, s := range r.Cluster.DNS {
		where := item(at(path, "dns"), i)
		a, err := netip.ParseAddrPort(s)
		p := netip.PrefixFrom(a.Addr(), 32)
		if err != nil || !a.Addr().Is4() || !network.IsPrivate(p) {
			continue // there is a problem at it
		}
		at := slices.IndexFunc(ring, func(o place) bool { return o.prefix.Overlaps(p) })
		switch {
		case at >= 0:
			c.errorf(where, "%s is in %s %s, which is not this cluster's", a.Addr(), ring[at].name, ring[at].prefix)
		case c.gateways() && !c.spoiled["links"] && !inside(behind, p):
			c.errorf(where, "%s is in the prefixes of no link, so no gateway leads there; want a link whose prefixes hold it", a.Addr())
		}
	}
}

// gateways reports whether regions are joined by gateways that are made here.
func (c *checker) gateways() bool {
	return c.ring.Link == LinkGateway && len(c.ring.deployed()) > 0
}

// ranges are those of a list that can be read.
func (c *checker) ranges(path string, list []string) []place {
	var all []place
	if c.spoiled[path] {
		return nil
	}
	for i, text := range list {
		where := item(path, i)
		if p, ok := c.prefix(where, text); ok {
			all = append(all, place{where, where, p})
		}
	}
	return all
}

// disjoint demands that no range overlaps one before it or one of the others.
func (c *checker) disjoint(all, others []place) {
	overlaps := map[string]bool{}
	for i, a := range all {
		for _, b := range slices.Concat(others, all[:i]) {
			if a.prefix.Overlaps(b.prefix) {
				c.errorf(a.path, "%s overlaps %s %s", a.prefix, b.name, b.prefix)
				overlaps[a.path] = true
			}
		}
	}
	for path := range overlaps {
		c.spoiled[path] = true
	}
}

func inside(ranges []place, p netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(r place) bool { return network.Contains(r.prefix, p) })
}
