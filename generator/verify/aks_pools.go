package verify

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/network"
)

// nodePool is a pool of nodes, inline in its cluster or a resource of its own.
type nodePool struct {
	resource    *arm.EvaluatedResource
	path        string // of its properties in the resource
	name        string
	properties  arm.Object
	nodes, pods int64 // how many nodes, and pods on each
	surge       int64 // nodes more while it is upgraded
	zones       []string
}

// nodePools are those of the cluster: inline first.
func (g *region) nodePools() []nodePool {
	var all []nodePool
	add := func(r *arm.EvaluatedResource, path, name string, p arm.Object) {
		surge, err := strconv.ParseInt(textAt(p, "upgradeSettings", "maxSurge"), 10, 32)
		if err != nil {
			surge = -1
		}
		all = append(all, nodePool{r, path, name, p, numberAt(p, "count"), numberAt(p, "maxPods"), surge, textsAt(p, "availabilityZones")})
	}
	if c := g.cluster(); c != nil {
		for i, p := range objectsAt(c.Properties, "agentPoolProfiles") {
			add(c, "properties.agentPoolProfiles["+itoa(i)+"].", textAt(p, "name"), p)
		}
	}
	for _, r := range g.deployment.of(agentPools) {
		add(r, "properties.", r.Name[strings.LastIndexByte(r.Name, '/')+1:], r.Properties)
	}
	return all
}

// isSystem reports whether AKS runs its own pods there.
func (p *nodePool) isSystem() bool { return textAt(p.properties, "mode") == "System" }

func (p *nodePool) where(path string) string { return place(p.resource, p.path+path) }

// memberPools are the pools of members, by zone.
func (g *region) memberPools() map[string]nodePool {
	all := map[string]nodePool{}
	for _, p := range g.nodePools() {
		if !p.isSystem() && len(p.zones) == 1 {
			all[p.zones[0]] = p
		}
	}
	return all
}

// poolPrefix begins the name of a pool of members; its zone ends it.
const poolPrefix = "cass"

// checkNodePools holds the pools against each other, the racks and the subnets.
func (g *region) checkNodePools(c *arm.EvaluatedResource) {
	all := g.nodePools()
	system := 0
	for i := range all {
		p := &all[i]
		g.checkNodePool(p)
		if p.isSystem() {
			system++
			g.checkSystemPool(c, p)
			continue
		}
		if p.resource == c {
			g.add(g.template(), p.where("mode"), "is %q; want the system pool only in the cluster: a pool in this list cannot be added or taken out later", textAt(p.properties, "mode"))
		}
		if len(p.zones) != 1 || p.name != poolPrefix+p.zones[0] {
			g.add(g.template(), p.where("availabilityZones"), "%s; want one zone, by which the pool is called %s<zone>", listed(p.zones), poolPrefix)
			continue
		}
		g.checkMarks(p)
	}
	if system != 1 {
		g.add(g.template(), place(c), "%d system pools; want one", system)
	}
	g.checkRoom(all)
}

// checkNodePool holds what is the same for all pools.
func (g *region) checkNodePool(p *nodePool) {
	g.checkFixed(p.resource, p.properties, p.path, []fixed{
		{"type", "VirtualMachineScaleSets", "AKS has no other that it upgrades node by node"},
		{"orchestratorVersion", g.ring.plan.KubernetesVersion, "that is what the spec says"},
		{"enableAutoScaling", false, "a member is no load that comes and goes"},
		{"osType", "Linux", "Cassandra's image is for Linux"},
		{"podIPAllocationMode", "DynamicIndividual", "the capacity of the pod subnet is counted for it"},
		{"upgradeSettings.maxSurge", "1", "one member is away at a time, and the subnets have room for no more"},
		{"localDNSProfile.mode", "Disabled", "its cache would show seeds that are long gone"},
	})
	if p.nodes < 0 || p.pods < 1 {
		g.add(g.template(), p.where("count"), "%d nodes of %d pods; want numbers", p.nodes, p.pods)
	}
	if g.vnet == nil {
		return
	}
	for _, s := range []struct{ property, subnet string }{{"vnetSubnetID", nodesSubnet}, {"podSubnetID", podsSubnet}} {
		if id := textAt(p.properties, s.property); key(id) != key(g.vnet.resource.ID+"/subnets/"+s.subnet) {
			g.add(g.template(), p.where(s.property), "is %s; want subnet %s of the VNet", worded(tail(id)), s.subnet)
		}
	}
}

// minSystemPods is how many pods AKS wants a node of a system pool to hold
// (https://learn.microsoft.com/azure/aks/use-system-pools#system-and-user-node-pools).
const minSystemPods = 30

func (g *region) checkSystemPool(c *arm.EvaluatedResource, p *nodePool) {
	if p.resource != c {
		g.add(g.template(), p.where("mode"), "is System; want the system pool in the cluster itself, which there is not without one")
	}
	if p.nodes < 2 || p.pods < minSystemPods {
		g.add(g.template(), p.where("count"), "%d nodes of %d pods; want 2 at least, of %d: the cluster's DNS is there", p.nodes, p.pods, minSystemPods)
	}
	if taints := textsAt(p.properties, "nodeTaints"); !slices.Equal(taints, []string{"CriticalAddonsOnly=true:NoSchedule"}) {
		g.add(g.template(), p.where("nodeTaints"), "%s; want CriticalAddonsOnly=true:NoSchedule, which keeps members off", listed(taints))
	}
}

// The labels of nodes and pods that carry what a member is.
const (
	datacenterLabel = "ringwright/datacenter"
	rackLabel       = "ringwright/rack"
)

// checkMarks sees that members, and only they, find the pool.
func (g *region) checkMarks(p *nodePool) {
	var labels []string
	marks, _ := at(p.properties, "nodeLabels").(arm.Object)
	for _, m := range marks {
		labels = append(labels, m.Name+"="+worded(m.Value))
	}
	slices.Sort(labels)
	if want := []string{datacenterLabel + "=" + g.plan.Datacenter.Name, rackLabel + "=" + rackPrefix + p.zones[0]}; !slices.Equal(labels, want) {
		g.add(g.template(), p.where("nodeLabels"), "%s; want %s", listed(labels), some(want))
	}
	taint := datacenterLabel + "=" + g.plan.Datacenter.Name + ":NoSchedule"
	if taints := textsAt(p.properties, "nodeTaints"); !slices.Equal(taints, []string{taint}) {
		g.add(g.template(), p.where("nodeTaints"), "%s; want %s, which keeps others off", listed(taints), taint)
	}
}

// podBatch is how many addresses a node takes of the pod subnet at a time
// (https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation).
const podBatch = 16

// azureKeeps is how many addresses of a subnet are Azure's own
// (https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq).
const azureKeeps = 5

// checkRoom sees that the subnets hold every node and its pods, and one node
// more in each pool while it is upgraded.
func (g *region) checkRoom(all []nodePool) {
	if g.vnet == nil {
		return
	}
	nodes, addresses := int64(azureKeeps), int64(azureKeeps)
	for _, p := range all {
		if p.nodes < 0 || p.pods < 0 || p.surge < 0 {
			return // reported with the pool
		}
		nodes += p.nodes + p.surge
		addresses += podBatch * ((p.pods + podBatch - 1) / podBatch) * (p.nodes + p.surge)
	}
	for name, need := range map[string]int64{nodesSubnet: nodes, podsSubnet: addresses} {
		if s := g.subnet(name); s != nil && int64(network.Size(s.prefix)) < need {
			g.add(g.template(), place(g.vnet.resource, "subnet "+name), "%s has %d addresses; want %d for all nodes and one more in each pool", s.prefix, network.Size(s.prefix), need)
		}
	}
}

// The subnets of a VNet that AKS is in.
const (
	nodesSubnet     = "nodes"
	podsSubnet      = "pods"
	frontendsSubnet = "frontends"
)

// subnet is the one of that name, or nil.
func (g *region) subnet(name string) *subnet {
	if g.vnet == nil {
		return nil
	}
	for i := range g.vnet.subnets {
		if g.vnet.subnets[i].name == name {
			return &g.vnet.subnets[i]
		}
	}
	return nil
}

// delegate is what AKS delegates the subnet of its pods to.
const delegate = "Microsoft.ContainerService/managedClusters"

// checkDelegations sees that the template has what AKS adds: without it the
// second deployment would take it away.
func (g *region) checkDelegations() {
	if g.vnet == nil {
		return
	}
	for _, name := range []string{podsSubnet, nodesSubnet, frontendsSubnet} {
		s := g.subnet(name)
		where := place(g.vnet.resource, "subnet "+name)
		switch {
		case s == nil:
			g.add(g.template(), place(g.vnet.resource), "has no subnet %s", name)
		case name == podsSubnet && !slices.Equal(s.delegations, []string{delegate}):
			g.add(g.template(), where, "want a delegation to %s, which AKS adds: a second deployment would take it away", delegate)
		case name != podsSubnet && len(s.delegations) > 0:
			g.add(g.template(), where, "is delegated; AKS takes no such subnet for nodes or load balancers")
		}
	}
}

// isFrontend reports whether it is an address that a load balancer may have: of the subnet, and
// none that Azure keeps.
func (g *region) isFrontend(text string) bool {
	a, err := netip.ParseAddr(text)
	s := g.subnet(frontendsSubnet)
	return err == nil && s != nil && s.prefix.Contains(a) && !network.KeptByAzure(s.prefix, a)
}
