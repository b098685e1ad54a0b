package spec

import (
	"net/netip"

	"github.com/ringwright/ringwright/generator/network"
)

// AKSMaxPods is how many pods a node of AKS runs: what Cassandra and AKS's own
// pods need, and the fewest that a system pool may be given
// (https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning).
const AKSMaxPods = 30

// AKSSystemNodes is how many nodes run what is AKS's own, the cluster's DNS
// among it: with one away and another lost the peers still get answers.
const AKSSystemNodes = 3

// aksPodBatch is how many addresses of the pod subnet a node takes at a time
// (https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation).
const aksPodBatch = 16

// keptByAzure is how many addresses of a subnet are Azure's own
// (https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq).
const keptByAzure = 5

// frontendBits is the size of the subnet of the load balancer that answers the
// peers' DNS questions: a /28.
const frontendBits = 28

// aksNodes is how many nodes there are while every pool is upgraded at once,
// one node more in each.
func (r *Region) aksNodes() int { return AKSSystemNodes + r.Members + r.aksPools() }

// aksPools are the system pool and one for each rack.
func (r *Region) aksPools() int { return 1 + len(r.RackValues()) }

// aksPodAddresses is how many addresses all these nodes take for pods.
func (r *Region) aksPodAddresses() int {
	batches := (AKSMaxPods + aksPodBatch - 1) / aksPodBatch
	return aksPodBatch * batches * r.aksNodes()
}

// FrontendSubnet is where an AKS cluster's load balancer is: the lowest /28 of
// the VNet that is in no other subnet. It is false where there is none.
func (r *Region) FrontendSubnet() (netip.Prefix, bool) {
	vnet, err := network.ParsePrefix(r.VNet)
	if err != nil {
		return netip.Prefix{}, false
	}
	var taken []netip.Prefix
	for _, s := range []string{r.Cluster.PodSubnet, r.NodeSubnet, r.GatewaySubnet} {
		if p, err := network.ParsePrefix(s); err == nil {
			taken = append(taken, p)
		}
	}
	return network.Free(vnet, frontendBits, taken)
}
