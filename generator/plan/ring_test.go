package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
)

// region is a region of a test's ring; what is zero is left out of the spec.
type region struct {
	Location, Name, VNet, NodeSubnet, Racks, ResourceGroup string
	Subscription                                           string
	Members, ControlPlanes, AddressesPerNode, FaultDomains int
	Size                                                   string
}

// ring is the spec of a test's ring.
type ring struct {
	Name, Suffix, SKU, PeerAddress string
	Peering                        bool // then the two are left out
	ReplicationFactor              int
	Regions                        []region
}

// text writes the spec out.
func (r ring) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: ringwright/v1\nkind: Ring\nname: %q\ndnsSuffix: %q\n", r.Name, r.Suffix)
	b.WriteString("sidecar: { image: registry.example.com/ringwright-sidecar:1 }\nkubernetes: { serviceCidr: 172.16.0.0/16 }\n")
	if r.Peering {
		b.WriteString("link: peering\n")
	} else {
		fmt.Fprintf(&b, "gateway: { sku: %s, peerAddress: %s }\n", r.SKU, r.PeerAddress)
	}
	fmt.Fprintf(&b, "cassandra: { cpu: 100m, memory: 1Gi, heap: 512Mi, replicationFactor: %d }\nregions:\n", r.ReplicationFactor)
	for _, region := range r.Regions {
		fmt.Fprintf(&b, "- location: %s\n", region.Location)
		field := func(indent, key string, value any) {
			if value != "" && value != 0 {
				fmt.Fprintf(&b, "%s%s: %v\n", indent, key, value)
			}
		}
		field("  ", "name", region.Name)
		field("  ", "vnet", region.VNet)
		field("  ", "nodeSubnet", region.NodeSubnet)
		field("  ", "resourceGroup", region.ResourceGroup)
		field("  ", "subscription", region.Subscription)
		field("  ", "members", region.Members)
		field("  ", "racks", region.Racks)
		field("  ", "faultDomains", region.FaultDomains)
		b.WriteString("  cluster:\n    apiServerCIDRs: [203.0.113.0/24]\n")
		field("    ", "controlPlanes", region.ControlPlanes)
		field("    ", "addressesPerNode", region.AddressesPerNode)
		field("    ", "memberSize", region.Size)
	}
	return []byte(b.String())
}

// parse reads the spec; the error is what the rules refuse.
func (r ring) parse() (*spec.Ring, error) { return spec.Parse("ring.yaml", r.text()) }

// make plans a ring that the rules let through.
func (r ring) make(t testing.TB) (*spec.Ring, plan.Plan) {
	t.Helper()
	parsed, err := r.parse()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(parsed)
	if err != nil {
		t.Fatalf("New fails where Parse did not: %v", err)
	}
	return parsed, p
}

// example is the ring of the design: two regions and every default.
func example() ring {
	return ring{Name: "customers", Suffix: "3f9a1c", SKU: "VpnGw1AZ", PeerAddress: "fqdn", ReplicationFactor: 3, Regions: []region{
		{Location: "eastus", VNet: "10.1.0.0/16"}, {Location: "southcentralus", VNet: "10.2.0.0/16"},
	}}
}

// named is a resource of a template: its type and its name, an extension's with that of its machine.
type named struct{ Type, Name string }

// resources are all resources of a region's template.
func resources(a *plan.ARM) []named {
	var all []named
	add := func(kind string, r plan.Resource) { all = append(all, named{kind, r.Name}) }
	for _, r := range a.SecurityGroups {
		add("Microsoft.Network/networkSecurityGroups", r.Resource)
	}
	for _, r := range a.PublicIPs {
		add("Microsoft.Network/publicIPAddresses", r.Resource)
	}
	for _, r := range a.NATGateways {
		add("Microsoft.Network/natGateways", r.Resource)
	}
	for _, r := range a.VNets {
		add("Microsoft.Network/virtualNetworks", r.Resource)
	}
	for _, r := range a.Gateways {
		add("Microsoft.Network/virtualNetworkGateways", r.Resource)
	}
	for _, r := range a.LocalGateways {
		add("Microsoft.Network/localNetworkGateways", r.Resource)
	}
	for _, r := range a.Connections {
		add("Microsoft.Network/connections", r.Resource)
	}
	for _, r := range a.Peerings {
		add("Microsoft.Network/virtualNetworks/virtualNetworkPeerings", r.Resource)
	}
	for _, r := range a.AvailabilitySets {
		add("Microsoft.Compute/availabilitySets", r.Resource)
	}
	for _, r := range a.LoadBalancers {
		add("Microsoft.Network/loadBalancers", r.Resource)
	}
	for _, r := range a.InternalLoadBalancers {
		add("Microsoft.Network/loadBalancers", r.Resource)
	}
	for _, r := range a.NICs {
		add("Microsoft.Network/networkInterfaces", r.Resource)
	}
	for _, r := range a.Disks {
		add("Microsoft.Compute/disks", r.Resource)
	}
	for _, r := range a.Machines {
		add("Microsoft.Compute/virtualMachines", r.Resource)
	}
	for _, r := range a.Extensions {
		add("Microsoft.Compute/virtualMachines/extensions", r.Resource)
	}
	for _, r := range a.Identities {
		add("Microsoft.ManagedIdentity/userAssignedIdentities", r.Resource)
	}
	for _, r := range a.RoleAssignments {
		add("Microsoft.Authorization/roleAssignments", r.Resource)
	}
	for _, r := range a.ManagedClusters {
		add("Microsoft.ContainerService/managedClusters", r.Resource)
	}
	for _, r := range a.MaintenanceWindows {
		add("Microsoft.ContainerService/managedClusters/maintenanceConfigurations", r.Resource)
	}
	for _, r := range a.AgentPools {
		add("Microsoft.ContainerService/managedClusters/agentPools", r.Resource)
	}
	return all
}
