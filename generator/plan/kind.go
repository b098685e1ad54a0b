package plan

import "github.com/ringwright/ringwright/generator/spec"

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
	// fill adds what the region deploys, its machines and its keys.
	fill(r *Region)
	// provide adds the objects that give the datacenter volumes and its peers DNS.
	provide(d *Datacenter, r *Region)
}

func (s site) kind() clusterKind { return vm{s} }

// deployed reports whether the region's network is made here.
func (s site) deployed() bool { return s.r.Cluster.Type != spec.ClusterExisting }

// joins reports whether the gateways of two regions share a tunnel.
func (s site) joins(other site) bool { return s.r != other.r && s.deployed() && other.deployed() }

// tunnels are those of the region's gateway, in the spec's order.
func (s site) tunnels(all []site) []Tunnel {
	var tunnels []Tunnel
	for _, other := range all {
		if s.joins(other) {
			tunnels = append(tunnels, Tunnel{To: other.r.Name, FQDN: other.gatewayFQDN(), Ranges: other.kind().ranges()})
		}
	}
	return tunnels
}
