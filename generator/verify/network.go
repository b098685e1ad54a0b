package verify

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/plan"
)

// vnet is the region's virtual network. A range that cannot be read is the zero Prefix.
type vnet struct {
	resource *arm.EvaluatedResource
	prefixes []netip.Prefix
	subnets  []subnet
}

type subnet struct {
	id, name    string // the id as a key
	prefix      netip.Prefix
	group, nat  string   // ids, empty where there is none
	delegations []string // to which types of resource
	outbound    any      // defaultOutboundAccess
}

// readNetwork reads the region's only virtual network.
func (g *region) readNetwork() *vnet {
	all := g.deployment.of(vnets)
	if len(all) != 1 {
		g.add(g.template(), "", "%d virtual networks; want one", len(all))
		return nil
	}
	r := all[0]
	n := &vnet{resource: r}
	for _, text := range textsAt(r.Properties, "addressSpace", "addressPrefixes") {
		if p, ok := g.prefix(place(r, "properties.addressSpace"), text); ok {
			n.prefixes = append(n.prefixes, p)
		}
	}
	for _, o := range objectsAt(r.Properties, "subnets") {
		s := subnet{
			name:     textAt(o, "name"),
			group:    textAt(o, "properties", "networkSecurityGroup", "id"),
			nat:      textAt(o, "properties", "natGateway", "id"),
			outbound: at(o, "properties", "defaultOutboundAccess"),
		}
		for _, d := range objectsAt(o, "properties", "delegations") {
			s.delegations = append(s.delegations, textAt(d, "properties", "serviceName"))
		}
		s.id = key(r.ID + "/subnets/" + s.name)
		if p, ok := g.prefix(place(r, "subnet "+s.name), textAt(o, "properties", "addressPrefix")); ok {
			s.prefix = p
			n.subnets = append(n.subnets, s)
		}
	}
	return n
}

// ranges are those that the region's members are in, as its peers see them: its
// virtual network or, where it deploys none, what was asked for.
func (g *region) ranges() []netip.Prefix {
	if g.vnet != nil {
		return g.vnet.prefixes
	}
	var all []netip.Prefix
	if !g.deploys() {
		for _, text := range g.plan.Network.Ranges {
			if p, err := network.ParsePrefix(text); err == nil {
				all = append(all, p)
			}
		}
	}
	return all
}

// behind are the ranges of the networks outside Azure that gateways lead to.
func (r *ring) behind() []netip.Prefix {
	var all []netip.Prefix
	for _, l := range r.plan.Links {
		for _, text := range l.Ranges {
			if p, err := network.ParsePrefix(text); err == nil {
				all = append(all, p)
			}
		}
	}
	return all
}

// prefix reads a range out of a document.
func (g *region) prefix(where, text string) (netip.Prefix, bool) {
	p, err := network.ParsePrefix(text)
	if err != nil {
		g.errors(g.template(), where, err)
	}
	return p, err == nil
}

// within reports whether the range is inside one of those.
func within(ranges []netip.Prefix, p netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return network.Contains(r, p) })
}

// minGatewayBits is the smallest GatewaySubnet Azure takes with every gateway but the Basic one
// (https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub).
const minGatewayBits = 27

func (g *region) checkNetwork() {
	if g.vnet == nil {
		return
	}
	n := g.vnet
	for i, s := range n.subnets {
		where := place(n.resource, "subnet "+s.name)
		if !within(n.prefixes, s.prefix) {
			g.add(g.template(), where, "%s is outside the virtual network's ranges", s.prefix)
		}
		for _, other := range n.subnets[:i] {
			if s.prefix.Overlaps(other.prefix) {
				g.add(g.template(), where, "%s overlaps subnet %s, %s", s.prefix, other.name, other.prefix)
			}
		}
		if s.name == plan.GatewaySubnet {
			g.checkGatewaySubnet(where, s)
			continue
		}
		if s.group == "" && !(g.managed() && s.name == frontendsSubnet) {
			g.add(g.template(), where, "has no network security group; every subnet but %s has one", plan.GatewaySubnet)
		}
		if len(g.machines) > 0 && (s.nat == "" || s.outbound != false) {
			g.add(g.template(), where, "want a NAT gateway and defaultOutboundAccess false: its machines have no other way out")
		}
	}
	for _, r := range g.deployment.of(gateways) {
		for _, c := range objectsAt(r.Properties, "ipConfigurations") {
			if id := textAt(c, "properties", "subnet", "id"); key(id) != key(n.resource.ID+"/subnets/"+plan.GatewaySubnet) {
				g.add(g.template(), place(r), "is in %s; want subnet %s", tail(id), plan.GatewaySubnet)
			}
		}
	}
	g.checkAddresses()
}

func (g *region) checkGatewaySubnet(where string, s subnet) {
	if s.group != "" || s.nat != "" {
		g.add(g.template(), where, "has a network security group or NAT gateway; Azure wants neither there")
	}
	if s.prefix.Bits() > minGatewayBits {
		g.add(g.template(), where, "%s is too small; want a /%d or larger", s.prefix, minGatewayBits)
	}
}

// checkAddresses holds every address that something has in the network against
// its subnet and against all others.
func (g *region) checkAddresses() {
	owners := map[netip.Addr]string{}
	for _, r := range g.deployment.of(nics) {
		configurations := objectsAt(r.Properties, "ipConfigurations")
		for i, c := range configurations {
			if primary := at(c, "properties", "primary") == true; primary != (i == 0) {
				g.add(g.template(), place(r, textAt(c, "name")), "want the first ipConfiguration, and no other, to be primary")
			}
			if i > 0 && len(objectsAt(c, "properties", "loadBalancerBackendAddressPools")) > 0 {
				g.add(g.template(), place(r, textAt(c, "name")), "is in a load balancer's pool; want primary addresses only there")
			}
			g.checkAddress(r, c, owners)
		}
		if len(configurations) == 0 {
			g.add(g.template(), place(r), "has no ipConfigurations")
		}
	}
	for _, r := range g.deployment.of(balancers) {
		for _, c := range objectsAt(r.Properties, "frontendIPConfigurations") {
			if textAt(c, "properties", "publicIPAddress", "id") == "" {
				g.checkAddress(r, c, owners)
			}
		}
	}
}

// checkAddress holds one ipConfiguration against its subnet; owners are those before it.
func (g *region) checkAddress(r *arm.EvaluatedResource, c arm.Object, owners map[netip.Addr]string) {
	text := textAt(c, "properties", "privateIPAddress")
	a, err := netip.ParseAddr(text)
	if err != nil || textAt(c, "properties", "privateIPAllocationMethod") != "Static" {
		g.add(g.template(), place(r, textAt(c, "name")), "address %q; want a static IPv4 address", text)
		return
	}
	id, found := key(textAt(c, "properties", "subnet", "id")), false
	for _, s := range g.vnet.subnets {
		if s.id != id {
			continue
		}
		found = true
		if !s.prefix.Contains(a) {
			g.add(g.template(), place(r, textAt(c, "name")), "address %s is outside its subnet %s, %s", a, s.name, s.prefix)
		} else if network.KeptByAzure(s.prefix, a) {
			g.add(g.template(), place(r, textAt(c, "name")), "address %s is one of the five that Azure keeps of subnet %s", a, s.name)
		}
	}
	if !found {
		g.add(g.template(), place(r, textAt(c, "name")), "is in no subnet of the virtual network")
	}
	if owner, taken := owners[a]; taken {
		g.add(g.template(), place(r, textAt(c, "name")), "address %s is that of %s, too", a, owner)
		return
	}
	owners[a] = r.Name
}

// checkNetworks sees that no two regions share an address, nor a region and the
// services of the clusters.
func (r *ring) checkNetworks() {
	services, err := network.ParsePrefix(r.plan.ServiceCIDR)
	type owned struct {
		prefix netip.Prefix
		region *region
	}
	var all []owned
	for _, g := range r.regions {
		file, where := g.file("*"), "members' ranges"
		if g.vnet != nil {
			file, where = g.template(), place(g.vnet.resource)
		}
		for _, p := range g.ranges() {
			if !network.IsPrivate(p) {
				g.add(file, where, "%s is not private", p)
			}
			if err == nil && p.Overlaps(services) {
				g.add(file, where, "%s overlaps the clusters' services, %s", p, services)
			}
			for _, other := range all {
				if p.Overlaps(other.prefix) {
					g.add(file, where, "%s overlaps %s of region %s", p, other.prefix, other.region.name)
				}
			}
			all = append(all, owned{p, g})
		}
	}
}

// checkLabels sees that no two public addresses of a location ask for one name.
func (r *ring) checkLabels() {
	owners := map[string]string{}
	for _, g := range r.regions {
		if g.deployment == nil {
			continue
		}
		for _, address := range g.deployment.of(publicIPs) {
			name := publicName(address)
			if name == "" {
				continue
			}
			if owner, taken := owners[name]; taken {
				g.add(g.template(), place(address), "its name %s is that of %s, too", name, owner)
			} else {
				owners[name] = g.name + "'s " + address.Name
			}
		}
	}
}

// publicName is the name that Azure gives a public address, empty without a label
// (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#domain-name-label).
func publicName(r *arm.EvaluatedResource) string {
	label := textAt(r.Properties, "dnsSettings", "domainNameLabel")
	if label == "" {
		return ""
	}
	return strings.ToLower(label + "." + r.Location + ".cloudapp.azure.com")
}
