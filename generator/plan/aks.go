package plan

import (
	"net/netip"
	"slices"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
)

// aks is a region whose cluster AKS runs.
type aks struct{ site }

// Subnets of a VNet that AKS is in, beside those of nodes and gateway.
const (
	podsSubnet      = "pods"
	frontendsSubnet = "frontends"
)

// frontendOffset is which address of its subnet the load balancer has: the
// first that Azure does not keep for itself.
const frontendOffset = 4

func (a aks) ranges() []string { return []string{a.r.VNet} }

// frontends is the subnet of the load balancer. The spec's rules left room for it.
func (a aks) frontends() netip.Prefix {
	p, _ := a.r.FrontendSubnet()
	return p
}

// dnsAddress is where the load balancer answers the peers' DNS questions.
func (a aks) dnsAddress() netip.Addr { return network.Add(a.frontends().Addr(), frontendOffset) }

func (a aks) peerDNS() []string {
	return []string{netip.AddrPortFrom(a.dnsAddress(), dnsPort).String()}
}

func (a aks) ownDNS() []string {
	return []string{netip.AddrPortFrom(netip.MustParseAddr(a.clusterDNS()), dnsPort).String()}
}

func (a aks) imds() string { return imdsAddress }

// zoneLabels is how Azure's cloud provider labels a node that is in a zone
// (https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/provider/azure_zones.go).
func (a aks) zoneLabels(rackValue string) []string { return []string{a.r.Location + "-" + rackValue} }

func (a aks) storageClass() string { return a.of("disks") }

func (a aks) fill(r *Region, before []site) {
	a.deployment(r)
	for i, value := range a.r.RackValues() {
		r.Cluster.Pools = append(r.Cluster.Pools, NodePool{
			Name: poolName(value), Nodes: a.r.Replicas(i), Size: a.r.Cluster.MemberSize, Zones: []string{value},
		})
	}
	r.Cluster.System = []NodePool{{
		Name: systemPool, Nodes: spec.AKSSystemNodes, Size: a.r.Cluster.SystemSize, Zones: slices.Clone(a.r.Zones),
	}}
	r.Network.Pods, r.Network.Frontends = []string{a.r.Cluster.PodSubnet}, []string{a.frontends().String()}
	r.ARM = a.arm(r, before)
}

func (a aks) provide(d *Datacenter, r *Region) {
	d.DiskStorage = []DiskStorage{{
		Ring: d.Ring, Datacenter: d.Name, StorageClass: a.storageClass(), SKU: a.r.Cluster.StorageSku,
	}}
	d.PeerDNSBalancers = []PeerDNSBalancer{{
		Ring: d.Ring, Datacenter: d.Name, Name: a.of("peer-dns"), Subnet: frontendsSubnet, Address: a.dnsAddress().String(),
	}}
	d.NetworkPolicies = []NetworkPolicy{{
		Ring: d.Ring, Datacenter: d.Name, Namespace: d.Namespace,
		Sources: slices.Concat(r.Network.Ranges, r.Network.Outside), Ports: memberPorts(),
	}}
}

// arm plans the region's resources. Those that deploy first come first.
func (a aks) arm(r *Region, before []site) *ARM {
	all := &ARM{
		SecurityGroups: []SecurityGroup{{Resource: a.resource(a.securityGroup()), Rules: a.rules(r, dnsPort, nil)}},
		VNets:          []VNet{a.virtualNetwork()},
		Parameters:     a.linkParameters(r),
	}
	a.link(r, before, all)
	all.Identities = []Identity{{Resource: a.resource(a.identity())}}
	all.RoleAssignments = []RoleAssignment{a.roleAssignment()}
	all.ManagedClusters = []ManagedCluster{a.managedCluster(r, all.lastPeering()...)}
	all.MaintenanceWindows = []MaintenanceWindow{a.maintenanceWindow()}
	all.AgentPools = a.agentPools(r)
	cluster := resourceID(typeManagedCluster, a.prefix())
	all.Outputs = append([]Output{{
		Name: "apiServer", Value: "[concat('https://', reference(" + cluster + ", " + literal(APIVersion(typeManagedCluster)) + ").fqdn)]",
	}}, all.Outputs...)
	return all
}

// virtualNetwork declares what AKS itself would add: the delegation of the pod
// subnet. Without it the second deployment would try to take it away. The
// subnet of the nodes must not have one.
func (a aks) virtualNetwork() VNet {
	group := id(typeSecurityGroup, a.securityGroup())
	v := VNet{
		Resource: a.resource(a.vnet(), group),
		Prefix:   a.r.VNet,
		Subnets: []Subnet{
			{Name: podsSubnet, Prefix: a.r.Cluster.PodSubnet, SecurityGroup: []string{group}, Delegation: []string{typeManagedCluster}},
			{Name: nodesSubnet, Prefix: a.r.NodeSubnet, SecurityGroup: []string{group}},
			{Name: frontendsSubnet, Prefix: a.frontends().String()},
		},
	}
	if a.r.GatewaySubnet != "" {
		v.Subnets = append(v.Subnets, Subnet{Name: GatewaySubnet, Prefix: a.r.GatewaySubnet})
	}
	return v
}

// networkContributor is the role that AKS asks for on a VNet that it did not make
// (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/networking#network-contributor).
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7"

// roleAssignment has a name that follows from the VNet and the identity, so
// that a second deployment finds it.
func (a aks) roleAssignment() RoleAssignment {
	vnet, identity := resourceID(typeVNet, a.vnet()), resourceID(typeIdentity, a.identity())
	return RoleAssignment{
		Resource: Resource{
			Name:      "[" + a.roleAssignmentName() + "]",
			DependsOn: []string{"[" + vnet + "]", "[" + identity + "]"},
		},
		Scope:     "[" + vnet + "]",
		Role:      "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', " + literal(networkContributor) + ")]",
		Principal: "[reference(" + identity + ", " + literal(APIVersion(typeIdentity)) + ").principalId]",
	}
}

func (a aks) roleAssignmentName() string {
	return "guid(" + resourceID(typeVNet, a.vnet()) + ", " + resourceID(typeIdentity, a.identity()) + ", 'netcontrib')"
}

// roleAssignmentID is below the VNet, which it extends.
func (a aks) roleAssignmentID() string {
	return "[concat(" + resourceID(typeVNet, a.vnet()) + ", " + literal("/providers/"+typeRoleAssignment+"/") + ", " + a.roleAssignmentName() + ")]"
}

// everybody as the only caller is what AKS takes an empty list for. Without any
// list it would keep the one of an earlier deployment.
const everybody = "0.0.0.0/0"

// managedCluster comes after the right to join the VNet, and after the peerings,
// which write to the VNet.
func (a aks) managedCluster(r *Region, peerings ...string) ManagedCluster {
	after := append([]string{id(typeVNet, a.vnet()), id(typeIdentity, a.identity()), a.roleAssignmentID()}, peerings...)
	c := ManagedCluster{
		Resource:          a.resource(a.prefix(), after...),
		Identity:          id(typeIdentity, a.identity()),
		KubernetesVersion: a.ring.Kubernetes.Version,
		DNSPrefix:         a.prefix(),
		NodeResourceGroup: a.r.NodeResourceGroup(),
		Callers:           a.r.Cluster.APIServerCIDRs,
		ServiceCIDR:       a.ring.Kubernetes.ServiceCIDR,
		DNSAddress:        a.clusterDNS(),
		System:            a.pool(r.Cluster.System[0]),
	}
	if slices.Contains(c.Callers, everybody) {
		c.Callers = []string{}
	}
	return c
}

// systemPool is the pool of AKS's own pods, memberPool begins the name of one of members.
const (
	systemPool = "system"
	memberPool = "cass"
)

func poolName(rackValue string) string { return memberPool + rackValue }

func (a aks) pool(p NodePool) Pool {
	pool := Pool{
		Name: p.Name, Size: p.Size, Nodes: p.Nodes, Zones: p.Zones,
		KubernetesVersion: a.ring.Kubernetes.Version, MaxPods: spec.AKSMaxPods,
		NodeSubnet: id(typeSubnet, a.vnet(), nodesSubnet), PodSubnet: id(typeSubnet, a.vnet(), podsSubnet),
	}
	if len(a.ring.Tags) > 0 {
		pool.Tags = a.ring.Tags
	}
	return pool
}

// agentPools are made one after another: AKS refuses to change two pools of a
// cluster at a time.
func (a aks) agentPools(r *Region) []AgentPool {
	var all []AgentPool
	before := id(typeManagedCluster, a.prefix())
	for i, p := range r.Cluster.Pools {
		all = append(all, AgentPool{
			Resource: Resource{Name: a.prefix() + "/" + p.Name, DependsOn: []string{before}},
			Pool:     a.pool(p),
			Labels:   a.nodeLabels(r.Cluster.Racks[i]),
			Taints:   []string{datacenterLabel + "=" + a.r.Datacenter + ":" + taintEffect},
		})
		before = id(typeAgentPool, a.prefix(), p.Name)
	}
	return all
}

// Labels of nodes and of members, and what keeps other pods off members' nodes.
const (
	datacenterLabel = "ringwright/datacenter"
	rackLabel       = "ringwright/rack"
	taintEffect     = "NoSchedule"
)

func (a aks) nodeLabels(rack Rack) map[string]string {
	return map[string]string{datacenterLabel: a.r.Datacenter, rackLabel: rack.Name}
}

// maintenanceName is what AKS calls the window for new images of nodes.
const maintenanceName = "aksManagedNodeOSUpgradeSchedule"

// weekdays are when regions are maintained, in the spec's order: no two on one
// day while there are no more than seven.
var weekdays = []string{"Tuesday", "Wednesday", "Thursday", "Monday", "Saturday", "Sunday", "Friday"}

func (a aks) maintenanceWindow() MaintenanceWindow {
	i := slices.IndexFunc(a.ring.Regions, func(r spec.Region) bool { return r.Name == a.r.Name })
	return MaintenanceWindow{
		Resource: Resource{Name: a.prefix() + "/" + maintenanceName, DependsOn: []string{id(typeManagedCluster, a.prefix())}},
		Day:      weekdays[i%len(weekdays)],
	}
}
