package spec

import (
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

// aks checks what the spec says of a cluster that AKS runs.
func (c *checker) aks(region, path string, r *Region) {
	k := &r.Cluster
	c.aksNetwork(path, k)
	c.aksSizes(path, k)
	c.choice(at(path, "storageSku"), k.StorageSku, aksDiskSKUs...)
	c.aksCallers(at(path, "apiServerCIDRs"), k.APIServerCIDRs)
	if len(r.ResourceGroup) > maxAKSGroup {
		c.errorf(c.origin(region, "resourceGroup"), "%s has %d characters; want at most %d, as AKS makes a group %s of at most %d for the nodes",
			r.ResourceGroup, len(r.ResourceGroup), maxAKSGroup, r.NodeResourceGroup(), maxNodeGroup)
	}
}

// NodeResourceGroup is the group that AKS makes for its machines, disks and balancer.
func (r *Region) NodeResourceGroup() string { return r.ResourceGroup + nodeGroupSuffix }

// maxNodeGroup is how long the name of that group may be
// (https://learn.microsoft.com/azure/aks/faq).
const (
	nodeGroupSuffix = "-nodes"
	maxNodeGroup    = 80
	maxAKSGroup     = maxNodeGroup - len(nodeGroupSuffix)
)

// aksGroups demands that each group that AKS makes is nobody else's
// (https://learn.microsoft.com/azure/aks/faq: it must not be there before).
func (c *checker) aksGroups() {
	taken := map[string]string{}
	for i := range c.ring.Regions {
		if r := &c.ring.Regions[i]; r.Deployed() {
			taken[groupKey(r, r.ResourceGroup)] = "the resourceGroup of " + item("regions", i)
		}
	}
	for i := range c.ring.Regions {
		r := &c.ring.Regions[i]
		if r.Cluster.Type != ClusterAKS {
			continue
		}
		group := groupKey(r, r.NodeResourceGroup())
		if owner, ok := taken[group]; ok {
			c.errorf(c.origin(item("regions", i), "resourceGroup"), "AKS makes a group %s for the nodes, but that is %s; want another resourceGroup", r.NodeResourceGroup(), owner)
			continue
		}
		taken[group] = "the group of the nodes of " + item("regions", i)
	}
}

// groupKey tells groups apart. Azure ignores their case.
func groupKey(r *Region, group string) string { return r.Subscription + "/" + strings.ToLower(group) }

// aksDiskSKUs are the disks that a member on AKS may have. Zone-redundant ones
// would let a member move to another zone, and so to another rack.
var aksDiskSKUs = []string{"Premium_LRS", "PremiumV2_LRS"}

// aksNetwork refuses networks in which a member has no address that other regions reach.
func (c *checker) aksNetwork(path string, k *Cluster) {
	plugin, mode := at(path, "networkPlugin"), at(path, "networkPluginMode")
	switch k.NetworkPlugin {
	case "kubenet":
		c.errorf(plugin, "kubenet: a pod's address ends at its cluster's route table, so no other region reaches a member; want azure, where pods have addresses of podSubnet")
	case "none":
		c.errorf(plugin, "none: nothing would give a member an address that other regions reach; want azure, where pods have addresses of podSubnet")
	default:
		c.choice(plugin, k.NetworkPlugin, NetworkPluginAzure)
	}
	switch k.NetworkPluginMode {
	case "":
	case "overlay":
		c.errorf(mode, "overlay: a pod's address is known in its own cluster only, so no other region reaches a member; leave it out, and pods have addresses of podSubnet")
	default:
		c.errorf(mode, "%s is not known; leave it out", spelling.Quoted(k.NetworkPluginMode))
	}
}

// aksSizes demands sizes that AKS takes and that hold what runs on them. AKS
// picks the image, so a size with an Arm processor is as good as another.
func (c *checker) aksSizes(path string, k *Cluster) {
	system, members := at(path, "systemSize"), at(path, "memberSize")
	if c.match(system, k.SystemSize, vmSize, "a VM size such as Standard_D4ds_v5") {
		c.aksCores(system, k.SystemSize)
	}
	if !c.match(members, k.MemberSize, vmSize, "a VM size such as Standard_E4ds_v5") {
		return
	}
	c.aksCores(members, k.MemberSize)
	c.fits(members, k.MemberSize, keptByAKS)
	if !PremiumDisks(k.MemberSize) {
		c.errorf(members, "%s takes no premium disk, and a member on AKS has one; want a size with an s in it, such as Standard_E4ds_v5", k.MemberSize)
	}
}

// aksCores demands two vCPUs
// (https://learn.microsoft.com/azure/aks/use-system-pools#system-and-user-node-pools,
// https://learn.microsoft.com/azure/aks/quotas-skus-regions#restricted-vm-sizes).
func (c *checker) aksCores(path, size string) {
	if vCPUs(size) == 1 {
		c.errorf(path, "%s has one vCPU; AKS wants nodes with 2 at least", size)
		c.spoiled[path] = true
	}
}

// keptByAKS is what a node of AKS keeps: what AKS takes off for the system
// (https://learn.microsoft.com/azure/aks/node-resource-reservations), what its
// own pods on every node ask for, and the sidecar.
var keptByAKS = kept{resource.MustParse("500m"), 1536}

// maxAKSCallers is how many ranges AKS lets through to an API server
// (https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges#limitations-and-considerations).
const maxAKSCallers = 200

// aksPort is where AKS serves the Kubernetes API.
const aksPort = 443

// aksCallers demands ranges that AKS takes: its API server has a public address
// and sees the public addresses of its callers only.
func (c *checker) aksCallers(path string, ranges []string) {
	c.apiServerCIDRs(path, ranges, aksPort)
	if len(ranges) > maxAKSCallers {
		c.errorf(path, "%d; AKS takes at most %d", len(ranges), maxAKSCallers)
	}
	for i, s := range ranges {
		if p, err := network.ParsePrefix(s); err == nil && network.IsPrivate(p) {
			c.errorf(item(path, i), "%s is private, and AKS's API server sees its callers' public addresses; want those, such as 203.0.113.0/24", p)
		}
	}
}

// aksRanges are addresses that AKS keeps for itself
// (https://learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites).
var aksRanges = netip.MustParsePrefix("172.30.0.0/15")

// aksRange refuses those, in a VNet that AKS is in and for its services.
func (c *checker) aksRange(path string, p netip.Prefix) {
	if p.Overlaps(aksRanges) {
		c.errorf(path, "%s holds addresses of 172.30.0.0/16 or 172.31.0.0/16, which AKS keeps for itself", p)
	}
}

// aksServices checks the service range where some cluster is AKS's.
func (c *checker) aksServices(path string, p netip.Prefix) {
	for i := range c.ring.Regions {
		if c.ring.Regions[i].Cluster.Type != ClusterAKS {
			continue
		}
		c.aksRange(path, p)
		if p.Bits() <= 12 {
			c.errorf(path, "%s; AKS wants a range smaller than a /12", p)
		}
		return
	}
}

// aksSubnets checks the subnets of a region on AKS: those of pods, of nodes, of
// the gateway, and what is left for the load balancer.
func (c *checker) aksSubnets(path string, r *Region, vnet netip.Prefix) {
	c.aksRange(at(path, "vnet"), vnet)
	var all []place
	for _, s := range []struct{ key, value string }{
		{"cluster.podSubnet", r.Cluster.PodSubnet}, {"nodeSubnet", r.NodeSubnet}, {"gatewaySubnet", r.GatewaySubnet},
	} {
		if s.key == "gatewaySubnet" && c.ring.Link == LinkPeering && !c.written(at(path, s.key)) {
			break // there is none
		}
		p, ok := c.subnet(path, s.key, s.value, vnet)
		if !ok {
			return // the ones behind it, and what is left, follow from it
		}
		for _, other := range all {
			if p.prefix.Overlaps(other.prefix) {
				c.errorf(p.path, "%s overlaps %s %s", p.prefix, other.name, other.prefix)
				return
			}
		}
		all = append(all, p)
	}
	for _, gateway := range all[2:] {
		c.gatewaySize(gateway)
	}
	c.aksCapacity(path, r, all[0], all[1])
	if _, ok := r.FrontendSubnet(); !ok {
		c.errorf(at(path, "vnet"), "%s has no room for a /%d beside its subnets, in which the load balancer of the cluster's DNS is; want a larger vnet, or smaller subnets", vnet, frontendBits)
	}
}

// aksCapacity demands addresses for every node and for its pods, with one more
// node in each pool: that is what an upgrade takes.
func (c *checker) aksCapacity(path string, r *Region, pods, nodes place) {
	if racks := len(r.RackValues()); racks == 0 || racks > maxZones || r.Members < 1 || r.Members > maxMembers {
		return
	}
	what := counted(r.Members, "member") + ", " + counted(AKSSystemNodes, "system node") + ", one more in each of " + counted(r.aksPools(), "pool") + " for upgrades"
	if have, need := network.Size(pods.prefix), r.aksPodAddresses()+keptByAzure; have < need {
		c.errorf(pods.path, "podSubnet %s has %d addresses and %d are needed (%s: %d for each, in batches of %d for %d pods; and %d that Azure keeps); want a larger one",
			pods.prefix, have, need, what, r.aksPodAddresses()/r.aksNodes(), aksPodBatch, AKSMaxPods, keptByAzure)
	}
	if have, need := network.Size(nodes.prefix), r.aksNodes()+keptByAzure; have < need {
		c.errorf(nodes.path, "nodeSubnet %s has %d addresses and %d are needed (%s; and %d that Azure keeps); want a larger one",
			nodes.prefix, have, need, what, keptByAzure)
	}
}
