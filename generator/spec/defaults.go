package spec

import (
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
)

// setDefaults fills in what the spec leaves out. written reports whether a path
// was written, so that a written zero stays a zero. It is the one home of every default.
func setDefaults(r *Ring, written func(path string) bool) {
	f := filler{written}
	if len(r.Regions) > 0 {
		f.text("founder", &r.Founder, regionName(r.Regions[0]))
	}
	f.text("link", &r.Link, LinkGateway)
	f.text("gateway.sku", &r.Gateway.SKU, "VpnGw1AZ")
	f.text("gateway.peerAddress", &r.Gateway.PeerAddress, PeerFQDN)
	f.text("kubernetes.version", &r.Kubernetes.Version, "1.36")
	f.text("kubernetes.serviceCidr", &r.Kubernetes.ServiceCIDR, defaultServices)
	f.cassandra(&r.Cassandra)
	for i := range r.Regions {
		f.region(item("regions", i), r, &r.Regions[i])
	}
}

// Defaults that an import has to know, too.
const (
	defaultReplicas  = 3
	defaultAddresses = 32
	defaultServices  = "10.0.0.0/16"
)

type filler struct{ written func(path string) bool }

func (f filler) text(path string, field *string, value string) {
	if !f.written(path) {
		*field = value
	}
}

func (f filler) number(path string, field *int, value int) {
	if !f.written(path) {
		*field = value
	}
}

func (f filler) cassandra(c *Cassandra) {
	f.text("cassandra.version", &c.Version, "5.0.9")
	f.text("cassandra.image", &c.Image, "cassandra:"+c.Version)
	f.text("cassandra.storage", &c.Storage, "512Gi")
	f.text("cassandra.cpu", &c.CPU, "2")
	f.text("cassandra.memory", &c.Memory, "8Gi")
	f.text("cassandra.heap", &c.Heap, "4Gi")
	f.number("cassandra.replicationFactor", &c.ReplicationFactor, defaultReplicas)
	// 16 is what Cassandra itself ships since 4.0.
	f.number("cassandra.numTokens", &c.NumTokens, 16)
}

// regionName is the name of a region whose defaults may not be set yet.
func regionName(r Region) string {
	if r.Name != "" {
		return r.Name
	}
	return r.Location
}

func (f filler) region(path string, ring *Ring, r *Region) {
	f.text(at(path, "name"), &r.Name, r.Location)
	f.text(at(path, "resourceGroup"), &r.ResourceGroup, ring.Name+"-"+r.Name)
	f.text(at(path, "datacenter"), &r.Datacenter, "dc-"+r.Name)
	f.number(at(path, "members"), &r.Members, 3)
	f.cluster(at(path, "cluster"), ring, r)

	racks := RacksFaultDomain
	if r.Cluster.Type == ClusterAKS || r.Cluster.Type == ClusterExisting {
		racks = RacksZone
	}
	f.text(at(path, "racks"), &r.Racks, racks)
	known := locations[r.Location]
	f.number(at(path, "faultDomains"), &r.FaultDomains, known.faultDomains)
	if !f.written(at(path, "zones")) {
		r.Zones = slices.Clone(known.zones)
	}
	f.subnets(path, ring, r)
}

func (f filler) cluster(path string, ring *Ring, r *Region) {
	c := &r.Cluster
	f.text(at(path, "type"), &c.Type, ClusterVM)
	if c.Type == ClusterAKS {
		f.aks(path, r)
		return
	}
	f.number(at(path, "controlPlanes"), &c.ControlPlanes, 1)
	f.text(at(path, "controlPlaneSize"), &c.ControlPlaneSize, "Standard_D2ds_v5")
	f.text(at(path, "memberSize"), &c.MemberSize, "Standard_E4ds_v5")
	f.text(at(path, "adminUsername"), &c.AdminUsername, "azureuser")
	f.text(at(path, "dnsPrefix"), &c.DNSPrefix, strings.Join([]string{ring.Name, r.Name, ring.DNSSuffix}, "-"))
	f.number(at(path, "addressesPerNode"), &c.AddressesPerNode, defaultAddresses)
	f.text(at(path, "dataDiskSku"), &c.DataDiskSku, "Premium_LRS")
}

// aks are the defaults of a cluster that AKS runs.
func (f filler) aks(path string, r *Region) {
	c := &r.Cluster
	f.text(at(path, "networkPlugin"), &c.NetworkPlugin, NetworkPluginAzure)
	f.text(at(path, "systemSize"), &c.SystemSize, "Standard_D4ds_v5")
	f.text(at(path, "memberSize"), &c.MemberSize, "Standard_E4ds_v5")
	f.text(at(path, "storageSku"), &c.StorageSku, "Premium_LRS")
	if vnet, err := network.ParsePrefix(r.VNet); err == nil {
		if half, ok := network.LowerHalf(vnet); ok {
			f.text(at(path, "podSubnet"), &c.PodSubnet, half.String())
		}
	}
}

// aksNodeBits is the size of the node subnet on AKS: a /24, as only nodes are in it.
const aksNodeBits = 24

// gatewaySubnetBits is the smallest GatewaySubnet that Azure takes for a
// zone-redundant gateway: /27
// (https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub).
const gatewaySubnetBits = 27

// subnets derives the region's subnets from its VNet. Where the VNet is not a
// range they stay empty: there is a problem at the VNet then. Peering makes no
// gateway, so there a GatewaySubnet is only what the spec asks for.
func (f filler) subnets(path string, ring *Ring, r *Region) {
	if r.Cluster.Type == ClusterAKS {
		f.behind(at(path, "nodeSubnet"), &r.NodeSubnet, r.Cluster.PodSubnet, aksNodeBits)
		if ring.Link != LinkPeering {
			f.behind(at(path, "gatewaySubnet"), &r.GatewaySubnet, r.NodeSubnet, gatewaySubnetBits)
		}
		return
	}
	if vnet, err := network.ParsePrefix(r.VNet); err == nil {
		if half, ok := network.LowerHalf(vnet); ok {
			f.text(at(path, "nodeSubnet"), &r.NodeSubnet, half.String())
		}
	}
	nodes, err := network.ParsePrefix(r.NodeSubnet)
	if err != nil {
		return
	}
	if gateway, ok := network.After(nodes, gatewaySubnetBits); ok && ring.Link != LinkPeering {
		f.text(at(path, "gatewaySubnet"), &r.GatewaySubnet, gateway.String())
	}
	f.text(at(at(path, "cluster"), "firstConsecutiveStaticIP"), &r.Cluster.FirstConsecutiveStaticIP, network.FirstStatic(nodes).String())
}

// behind fills in the first range of that size behind another one. Where that
// is no range it stays empty.
func (f filler) behind(path string, field *string, other string, bits int) {
	p, err := network.ParsePrefix(other)
	if err != nil {
		return
	}
	if next, ok := network.After(p, bits); ok {
		f.text(path, field, next.String())
	}
}
