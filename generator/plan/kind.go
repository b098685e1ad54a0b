package plan

import (
	"net/netip"
	"slices"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
)

// clusterKind is what follows from a region's cluster.type. There is one
// implementation for each type; everything else is the same for all of them.
type clusterKind interface {
	// ranges are those that the region's members are in, as their peers see them.
	ranges() []string
	// peerDNS is where peers ask for the region's seeds, ownDNS where its own
	// members do; both host:port.
	peerDNS() []string
	ownDNS() []string
	// imds is the metadata service's address, empty where there is none.
	imds() string
	// zoneLabels are the values of topology.kubernetes.io/zone that a node of a
	// rack may have, the usual one first.
	zoneLabels(rackValue string) []string
	// storageClass is the class of the members' claims.
	storageClass() string
	// fill adds what the region deploys, its machines and its keys. Before are
	// the regions that its deployment peers it with.
	fill(r *Region, before []site)
	// provide adds the objects that give the datacenter volumes and its peers DNS.
	provide(d *Datacenter, r *Region)
}

func (s site) kind() clusterKind {
	switch s.r.Cluster.Type {
	case spec.ClusterExisting:
		return existing{s}
	case spec.ClusterAKS:
		return aks{s}
	}
	return vm{s}
}

// deployment adds where the region is deployed, its ranges and its share of the links.
func (s site) deployment(r *Region) {
	r.ResourceGroup = s.r.ResourceGroup
	if s.r.Subscription != "" {
		r.Subscription = []string{s.r.Subscription}
	}
	r.Network.VNet, r.Network.Nodes, r.Network.Gateway = s.r.VNet, s.r.NodeSubnet, s.r.GatewaySubnet
	if len(r.Network.Tunnels) > 0 {
		r.Network.GatewayFQDN = []string{s.gatewayFQDN()}
	}
	for _, t := range r.Network.Tunnels {
		r.Secrets.Peers = append(r.Secrets.Peers, t.To)
	}
}

// link adds what joins the region to others.
func (s site) link(r *Region, before []site, a *ARM) {
	switch {
	case s.ring.Link == spec.LinkPeering:
		s.peer(before, a)
	case len(r.Network.Tunnels) > 0:
		s.gateways(r, a)
	}
}

// joins reports whether two regions are linked: by a tunnel between their
// gateways, or by peering their VNets. A cluster that exists has neither.
func (s site) joins(other site) bool { return s.r != other.r && s.r.Deployed() && other.r.Deployed() }

// tunnels are those of the region's gateway: to its peers, then the links, each in the spec's order.
func (s site) tunnels(all []site) []Tunnel {
	if s.ring.Link != spec.LinkGateway {
		return nil
	}
	var tunnels []Tunnel
	for _, other := range all {
		if s.joins(other) {
			tunnels = append(tunnels, s.tunnel(other))
		}
	}
	for _, l := range s.ring.Links {
		if s.r.Deployed() {
			tunnels = append(tunnels, linkTunnel(l))
		}
	}
	return tunnels
}

// The properties that say where a gateway answers.
const (
	byName    = "fqdn"
	byAddress = "gatewayIpAddress"
)

// tunnel is the one to a region.
func (s site) tunnel(other site) Tunnel {
	t := Tunnel{To: other.r.Name, AddressKey: byName, Address: other.gatewayFQDN(), Ranges: other.kind().ranges()}
	if s.ring.Gateway.PeerAddress == spec.PeerParameter {
		name := gatewayIPParameter(other.r.Name)
		t.Parameter = []string{name}
		t.AddressKey, t.Address = byAddress, parameter(name)
	}
	return t
}

// linkTunnel is the one to a network outside Azure, whose gateway is there.
func linkTunnel(l spec.Link) Tunnel {
	t := Tunnel{To: l.Name, Link: true, AddressKey: byAddress, Address: l.GatewayIP, Ranges: l.Prefixes}
	if l.FQDN != "" {
		t.AddressKey, t.Address = byName, l.FQDN
	}
	return t
}

// outermost leaves out the ranges that are inside another: Azure takes no rule
// with overlapping ones.
func outermost(ranges []string) []string {
	var all []string
	for i, text := range ranges {
		p := netip.MustParsePrefix(text)
		if !slices.ContainsFunc(ranges, func(o string) bool {
			other := netip.MustParsePrefix(o)
			return other != p && network.Contains(other, p)
		}) && !slices.Contains(ranges[i+1:], text) {
			all = append(all, text)
		}
	}
	return all
}
