package plan

import (
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/generator/spec"
)

// names builds every name of a region. Nothing else puts one together.
type names struct {
	ring *spec.Ring
	r    *spec.Region
}

// prefix begins every Azure name of the region and is its namespace.
func (n names) prefix() string { return n.ring.Name + "-" + n.r.Name }

func (n names) of(what string) string { return n.prefix() + "-" + what }

func (n names) vnet() string          { return n.of("vnet") }
func (n names) securityGroup() string { return n.of("nsg") }
func (n names) nat() string           { return n.of("nat") }
func (n names) natAddress() string    { return n.of("nat-ip") }
func (n names) gateway() string       { return n.of("gw") }
func (n names) gatewayAddress() string {
	return n.of("gw-ip")
}
func (n names) api() string         { return n.of("api") }
func (n names) apiAddress() string  { return n.of("api-ip") }
func (n names) apiInternal() string { return n.of("api-internal") }
func (n names) controlPlaneSet() string {
	return n.of("control-planes")
}
func (n names) identity() string  { return n.of("aks") }
func (n names) memberSet() string { return n.of("members") }

// to is the name of a region's picture of a peer and of the connection to it.
func (n names) to(peer string) string { return n.of("to-" + peer) }

// member is the name of a virtual machine, its computer and its Kubernetes node.
func (n names) member(i int) string { return n.of(fmt.Sprintf("m%d", i)) }

func (n names) controlPlane(j int) string { return n.of(fmt.Sprintf("cp%d", j)) }

// gatewayLabel is the DNS label of the gateway's public address.
func (n names) gatewayLabel() string { return n.ring.GatewayLabel(n.r.Name) }

// host is the name Azure gives a DNS label
// (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#domain-name-label).
func (n names) host(label string) string {
	return label + "." + n.r.Location + ".cloudapp.azure.com"
}

func (n names) gatewayFQDN() string { return n.host(n.gatewayLabel()) }
func (n names) apiHost() string     { return n.host(n.r.Cluster.DNSPrefix) }

// localClass is cluster-scoped, so it carries ring and region.
func (n names) localClass() string { return n.of("local") }

// seeds is the headless service of every member of the region, as its cluster's DNS calls it.
func (n names) seeds() string {
	return seedsService + "." + n.prefix() + ".svc." + clusterDomain
}

// What the manifests call things by.
const (
	seedsService  = "cassandra-seeds"
	clusterDomain = "cluster.local"
)

// peering is the region's half of its pair with a peer. It is a part of the VNet.
func (n names) peering(peer string) string { return n.vnet() + "/" + n.to(peer) }

// reverse is the deployment by which the region puts the peer's half. It has no
// room for the ring's name, and none is needed: it is the region's that has that group.
func (n names) reverse(peer string) string { return "peering-" + peer + "-to-" + n.r.Name }

// Parameter names begin with a region's name where they belong to a peer. A
// parameter is an identifier, so - becomes _, which no region's name holds.
func peerParameter(region, what string) string {
	return strings.ReplaceAll(region, "-", "_") + what
}

func sharedKeyParameter(peer string) string { return peerParameter(peer, "SharedKey") }
func gatewayIPParameter(peer string) string { return peerParameter(peer, "GatewayIp") }

// The types of Azure resources that the plan refers to.
const (
	typeVNet            = "Microsoft.Network/virtualNetworks"
	typeSubnet          = "Microsoft.Network/virtualNetworks/subnets"
	typeSecurityGroup   = "Microsoft.Network/networkSecurityGroups"
	typePublicIP        = "Microsoft.Network/publicIPAddresses"
	typeNAT             = "Microsoft.Network/natGateways"
	typeGateway         = "Microsoft.Network/virtualNetworkGateways"
	typePeering         = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
	typeDeployment      = "Microsoft.Resources/deployments"
	typeLocalGateway    = "Microsoft.Network/localNetworkGateways"
	typeLoadBalancer    = "Microsoft.Network/loadBalancers"
	typeNIC             = "Microsoft.Network/networkInterfaces"
	typeDisk            = "Microsoft.Compute/disks"
	typeAvailabilitySet = "Microsoft.Compute/availabilitySets"
	typeMachine         = "Microsoft.Compute/virtualMachines"
	typeExtension       = "Microsoft.Compute/virtualMachines/extensions"
	typeIdentity        = "Microsoft.ManagedIdentity/userAssignedIdentities"
	typeRoleAssignment  = "Microsoft.Authorization/roleAssignments"
	typeManagedCluster  = "Microsoft.ContainerService/managedClusters"
	typeAgentPool       = "Microsoft.ContainerService/managedClusters/agentPools"
)

// id is the expression of a resource of the same template.
func id(kind string, segments ...string) string { return "[" + resourceID(kind, segments...) + "]" }

// scopedID is the expression of a resource in that subscription, the template's
// where there is none, and resource group. A subscription may be an expression.
func scopedID(subscription []string, group, kind string, segments ...string) string {
	var scope strings.Builder
	for _, s := range subscription {
		if inner, ok := strings.CutPrefix(s, "["); ok {
			scope.WriteString(strings.TrimSuffix(inner, "]") + ", ")
		} else {
			scope.WriteString(literal(s) + ", ")
		}
	}
	return "[resourceId(" + scope.String() + strings.Join(quoted(append([]string{group, kind}, segments...)), ", ") + ")]"
}

func resourceID(kind string, segments ...string) string {
	return "resourceId(" + literal(kind) + ", " + strings.Join(quoted(segments), ", ") + ")"
}

func quoted(segments []string) []string {
	all := make([]string, 0, len(segments))
	for _, s := range segments {
		all = append(all, literal(s))
	}
	return all
}

// literal is s as a string of an ARM expression.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// parameter is the expression of a parameter's value.
func parameter(name string) string { return "[parameters(" + literal(name) + ")]" }
