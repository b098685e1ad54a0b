package plan

import (
	"net/netip"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
)

// vm is a region whose cluster is made of virtual machines.
type vm struct{ site }

// seedDNS is how many members of a region answer its peers' DNS questions: one
// may be away and another lost without the peers going blind.
const seedDNS = 3

// PeerDNSPort is the node port of the DNS of clusters of virtual machines, for the peers.
const PeerDNSPort = 30053

func (v vm) ranges() []string { return []string{v.r.VNet} }

func (v vm) peerDNS() []string {
	var servers []string
	for i := range min(seedDNS, v.r.Members) {
		servers = append(servers, netip.AddrPortFrom(v.blocks.Member(i).First, PeerDNSPort).String())
	}
	return servers
}

func (v vm) ownDNS() []string {
	return []string{netip.AddrPortFrom(netip.MustParseAddr(v.clusterDNS()), dnsPort).String()}
}

func (v vm) imds() string { return imdsAddress }

func (v vm) zoneLabels(rackValue string) []string { return []string{v.zoneLabel(rackValue)} }

func (v vm) storageClass() string { return v.localClass() }

func (v vm) fill(r *Region, before []site) {
	v.deployment(r)
	r.Secrets.MakeSSHKey = v.r.Cluster.SSHPublicKey == ""
	v.nodes(&r.Cluster)
	a := v.arm(r, before)
	r.ARM = &a
}

// nodes adds the machines.
func (v vm) nodes(c *Cluster) {
	c.APIHost = v.apiHost()
	if v.r.Cluster.ControlPlanes > 1 {
		c.APIFrontend = []string{network.APIFrontend(v.blocks.Subnet).String()}
	}
	for j := range v.r.Cluster.ControlPlanes {
		c.ControlPlanes = append(c.ControlPlanes, Node{
			Name:    v.controlPlane(j),
			Address: network.Add(v.static, j).String(),
			Block:   v.blocks.ControlPlane(j).Prefix().String(),
			Zone:    v.zone(j),
		})
	}
	for i := range v.r.Members {
		block := v.blocks.Member(i)
		c.Members = append(c.Members, Node{
			Name: v.member(i), Address: block.First.String(), Block: block.Prefix().String(), Zone: v.zone(i),
		})
	}
}

func (v vm) provide(d *Datacenter, r *Region) {
	storage := LocalStorage{Ring: d.Ring, Datacenter: d.Name, StorageClass: v.storageClass()}
	for _, node := range r.Cluster.Members {
		storage.Volumes = append(storage.Volumes, Volume{Name: node.Name, Node: node.Name, Path: dataDirectory, Storage: v.ring.Cassandra.Storage})
	}
	d.LocalStorage = []LocalStorage{storage}
	d.PeerDNS = []PeerDNS{{NodePort: PeerDNSPort}}
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
