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
		Peering:           ring.Link == spec.LinkPeering,
		CassandraVersion:  ring.Cassandra.Version,
		KubernetesVersion: ring.Kubernetes.Version,
		ReplicationFactor: ring.Cassandra.ReplicationFactor,
		ServiceCIDR:       ring.Kubernetes.ServiceCIDR,
	}
	sites := make([]site, len(ring.Regions))
	for i := range ring.Regions {
		sites[i] = newSite(ring, &ring.Regions[i])
		for _, before := range sites[:i] {
			if before.joins(sites[i]) {
				p.Pairs = append(p.Pairs, Pair{before.r.Name, sites[i].r.Name})
			}
		}
	}
	p.Links = links(ring)
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
	blocks network.Blocks // of virtual machines
	static netip.Addr     // the first control plane's address
}

func newSite(ring *spec.Ring, r *spec.Region) site {
	s := site{names: names{ring, r}}
	if r.Cluster.Type == spec.ClusterVM {
		s.blocks = network.Blocks{Subnet: netip.MustParsePrefix(r.NodeSubnet), Size: r.Cluster.AddressesPerNode}
		s.static = netip.MustParseAddr(r.Cluster.FirstConsecutiveStaticIP)
	}
	return s
}

func (s site) region(all []site) (Region, error) {
	r := Region{
		Name:     s.r.Name,
		Location: s.r.Location,
		Network:  s.network(all),
		Cluster:  s.cluster(),
	}
	s.kind().fill(&r, s.earlier(all))
	if file := s.r.Cluster.APIModel; file != "" {
		r.Models = []Model{{file, s.r.Cluster.Carried}}
	}
	var err error
	r.Datacenter, err = s.datacenter(all, &r)
	return r, err
}

// peers are the other regions, in the spec's order.
func (s site) peers(all []site) []Peer {
	var peers []Peer
	for _, other := range all {
		o := other.r
		if o == s.r {
			continue
		}
		peers = append(peers, Peer{
			Region: o.Name, Datacenter: o.Datacenter, Location: o.Location,
			Ranges: other.kind().ranges(), Namespace: other.prefix(), DNS: other.kind().peerDNS(),
		})
	}
	return peers
}

func (s site) network(all []site) Network {
	n := Network{Ranges: s.kind().ranges(), Peers: s.peers(all), Tunnels: s.tunnels(all)}
	for _, p := range n.Peers {
		n.Outside = append(n.Outside, p.Ranges...)
	}
	for _, l := range s.ring.Links {
		n.Outside = append(n.Outside, l.Prefixes...)
	}
	n.Outside = outermost(n.Outside)
	return n
}

func (s site) cluster() Cluster {
	r := s.r
	c := Cluster{Name: s.prefix(), Type: r.Cluster.Type, RackKind: r.Racks}
	for i, value := range r.RackValues() {
		zones := s.kind().zoneLabels(value)
		c.Racks = append(c.Racks, Rack{
			Name:        "rack-" + value,
			Value:       value,
			StatefulSet: "cassandra-" + value,
			Zone:        zones[0],
			Zones:       zones,
			Members:     r.Replicas(i),
		})
	}
	return c
}

// founder is the pod that may found the ring, for the settings of this region.
func (s site) founder() string {
	r := s.r
	if s.ring.Founder != r.Name {
		return settings.NoFounder
	}
	return spec.PodName(r.RackValues()[0], 0)
}
