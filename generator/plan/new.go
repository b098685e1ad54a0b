package plan

import (
	"net/netip"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// New plans a ring that spec.Parse let through. It cannot fail.
func New(ring *spec.Ring) (Plan, error) {
	p := Plan{
		Ring:              ring.Name,
		Founder:           ring.Founder,
		CassandraVersion:  ring.Cassandra.Version,
		KubernetesVersion: ring.Kubernetes.Version,
		ReplicationFactor: ring.Cassandra.ReplicationFactor,
		ServiceCIDR:       ring.Kubernetes.ServiceCIDR,
	}
	for i := range ring.Regions {
		for j := range ring.Regions[:i] {
			p.Pairs = append(p.Pairs, Pair{ring.Regions[j].Name, ring.Regions[i].Name})
		}
	}
	sites := make([]site, len(ring.Regions))
	for i := range ring.Regions {
		sites[i] = newSite(ring, &ring.Regions[i])
	}
	for i := range sites {
		r, err := sites[i].region(sites)
		if err != nil {
			return Plan{}, err
		}
		p.Regions = append(p.Regions, r)
	}
	return p, nil
}

// site is a region while it is planned: its part of the spec and what follows from that alone.
type site struct {
	names
	blocks network.Blocks
	static netip.Addr // the first control plane's address
}

func newSite(ring *spec.Ring, r *spec.Region) site {
	return site{
		names:  names{ring, r},
		blocks: network.Blocks{Subnet: netip.MustParsePrefix(r.NodeSubnet), Size: r.Cluster.AddressesPerNode},
		static: netip.MustParseAddr(r.Cluster.FirstConsecutiveStaticIP),
	}
}

func (s site) region(all []site) (Region, error) {
	peers := s.peers(all)
	r := Region{
		Name:          s.r.Name,
		Location:      s.r.Location,
		ResourceGroup: s.r.ResourceGroup,
		Network:       s.network(peers),
		Cluster:       s.cluster(),
		Secrets:       Secrets{MakeSSHKey: s.r.Cluster.SSHPublicKey == ""},
	}
	if s.r.Subscription != "" {
		r.Subscription = []string{s.r.Subscription}
	}
	for _, p := range peers {
		r.Secrets.Peers = append(r.Secrets.Peers, p.Region)
	}
	r.ARM = s.arm(&r)
	var err error
	r.Datacenter, err = s.datacenter(all, &r)
	return r, err
}

// seedDNS is how many members of a region answer its peers' DNS questions: one
// may be away and another lost without the peers going blind.
const seedDNS = 3

// PeerDNSPort is the node port of every cluster's DNS, for the peers.
const PeerDNSPort = 30053

// peers are the other regions, in the spec's order.
func (s site) peers(all []site) []Peer {
	var peers []Peer
	for _, other := range all {
		o := other.r
		if o == s.r {
			continue
		}
		p := Peer{
			Region: o.Name, Datacenter: o.Datacenter, Location: o.Location,
			VNet: o.VNet, FQDN: other.gatewayFQDN(), Namespace: other.prefix(),
		}
		for i := range min(seedDNS, o.Members) {
			p.DNS = append(p.DNS, netip.AddrPortFrom(other.blocks.Member(i).First, PeerDNSPort).String())
		}
		peers = append(peers, p)
	}
	return peers
}

func (s site) network(peers []Peer) Network {
	n := Network{
		VNet: s.r.VNet, Nodes: s.r.NodeSubnet, Gateway: s.r.GatewaySubnet,
		Peers: peers,
	}
	if len(peers) > 0 {
		n.GatewayFQDN = []string{s.gatewayFQDN()}
	}
	return n
}

func (s site) cluster() Cluster {
	r := s.r
	c := Cluster{Name: s.prefix(), APIHost: s.apiHost(), RackKind: r.Racks}
	if r.Cluster.ControlPlanes > 1 {
		c.APIFrontend = []string{network.APIFrontend(s.blocks.Subnet).String()}
	}
	for j := range r.Cluster.ControlPlanes {
		c.ControlPlanes = append(c.ControlPlanes, Node{
			Name:    s.controlPlane(j),
			Address: network.Add(s.static, j).String(),
			Block:   s.blocks.ControlPlane(j).Prefix().String(),
			Zone:    s.zone(j),
		})
	}
	for i := range r.Members {
		block := s.blocks.Member(i)
		c.Members = append(c.Members, Node{
			Name: s.member(i), Address: block.First.String(), Block: block.Prefix().String(), Zone: s.zone(i),
		})
	}
	for i, value := range r.RackValues() {
		c.Racks = append(c.Racks, Rack{
			Name:        "rack-" + value,
			Value:       value,
			StatefulSet: "cassandra-" + value,
			Zone:        s.zoneLabel(value),
			Members:     r.Replicas(i),
		})
	}
	return c
}

// zone is where machine i of its kind is put, or nothing where an availability set decides.
func (s site) zone(i int) []string {
	r := s.r
	if r.Racks != spec.RacksZone {
		return nil
	}
	return []string{r.Zones[i%len(r.Zones)]}
}

// zoneLabel is what the node script writes into topology.kubernetes.io/zone.
func (s site) zoneLabel(rackValue string) string {
	if s.r.Racks == spec.RacksZone {
		return s.r.Location + "-" + rackValue
	}
	return s.r.Location + "-fd" + rackValue
}

// founder is the pod that may found the ring, for the settings of this region.
func (s site) founder() string {
	r := s.r
	if s.ring.Founder != r.Name {
		return settings.NoFounder
	}
	return spec.PodName(r.RackValues()[0], 0)
}
