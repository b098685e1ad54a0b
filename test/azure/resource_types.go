package azure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/compute/armcompute/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v8"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/msi/armmsi"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
)

// clients are the SDK's clients of one subscription and resource group.
type clients struct {
	ctx     context.Context
	group   string
	scope   string // of an extension resource, without the first slash
	network *armnetwork.ClientFactory
	compute *armcompute.ClientFactory

	deployments   *armdeployments.DeploymentsClient
	authorization *armauthorization.ClientFactory
	containers    *armcontainerservice.ClientFactory
	identities    *armmsi.ClientFactory
}

// resourceType is a type of resource that templates have.
type resourceType struct {
	model func() any // a pointer to an empty model
	put   func(c clients, names []string, model any) error
}

// resourceTypeOf makes one from a call of the client that puts such a model.
func resourceTypeOf[Model any](put func(c clients, names []string, m Model) error) resourceType {
	return resourceType{
		model: func() any { return new(Model) },
		put:   func(c clients, names []string, model any) error { return put(c, names, *model.(*Model)) },
	}
}

// resourceTypes are all types of resources that the templates have. A template
// with another one is refused, and one that no template has any more fails a test.
var resourceTypes = map[string]resourceType{
	"Microsoft.Authorization/roleAssignments": resourceTypeOf(func(c clients, n []string, m armauthorization.RoleAssignmentCreateParameters) error {
		_, err := c.authorization.NewRoleAssignmentsClient().Create(c.ctx, c.scope, n[0], m, nil)
		return err
	}),
	"Microsoft.Compute/availabilitySets": resourceTypeOf(func(c clients, n []string, m armcompute.AvailabilitySet) error {
		_, err := c.compute.NewAvailabilitySetsClient().CreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Compute/disks": resourceTypeOf(func(c clients, n []string, m armcompute.Disk) error {
		_, err := c.compute.NewDisksClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Compute/virtualMachines": resourceTypeOf(func(c clients, n []string, m armcompute.VirtualMachine) error {
		_, err := c.compute.NewVirtualMachinesClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Compute/virtualMachines/extensions": resourceTypeOf(func(c clients, n []string, m armcompute.VirtualMachineExtension) error {
		_, err := c.compute.NewVirtualMachineExtensionsClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], n[1], m, nil)
		return err
	}),
	"Microsoft.ContainerService/managedClusters": resourceTypeOf(func(c clients, n []string, m armcontainerservice.ManagedCluster) error {
		_, err := c.containers.NewManagedClustersClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.ContainerService/managedClusters/agentPools": resourceTypeOf(func(c clients, n []string, m armcontainerservice.AgentPool) error {
		_, err := c.containers.NewAgentPoolsClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], n[1], m, nil)
		return err
	}),
	"Microsoft.ContainerService/managedClusters/maintenanceConfigurations": resourceTypeOf(func(c clients, n []string, m armcontainerservice.MaintenanceConfiguration) error {
		_, err := c.containers.NewMaintenanceConfigurationsClient().CreateOrUpdate(c.ctx, c.group, n[0], n[1], m, nil)
		return err
	}),
	"Microsoft.ManagedIdentity/userAssignedIdentities": resourceTypeOf(func(c clients, n []string, m armmsi.Identity) error {
		_, err := c.identities.NewUserAssignedIdentitiesClient().CreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/connections": resourceTypeOf(func(c clients, n []string, m armnetwork.VirtualNetworkGatewayConnection) error {
		_, err := c.network.NewVirtualNetworkGatewayConnectionsClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/loadBalancers": resourceTypeOf(func(c clients, n []string, m armnetwork.LoadBalancer) error {
		_, err := c.network.NewLoadBalancersClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/localNetworkGateways": resourceTypeOf(func(c clients, n []string, m armnetwork.LocalNetworkGateway) error {
		_, err := c.network.NewLocalNetworkGatewaysClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/natGateways": resourceTypeOf(func(c clients, n []string, m armnetwork.NatGateway) error {
		_, err := c.network.NewNatGatewaysClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/networkInterfaces": resourceTypeOf(func(c clients, n []string, m armnetwork.Interface) error {
		_, err := c.network.NewInterfacesClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/networkSecurityGroups": resourceTypeOf(func(c clients, n []string, m armnetwork.SecurityGroup) error {
		_, err := c.network.NewSecurityGroupsClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/publicIPAddresses": resourceTypeOf(func(c clients, n []string, m armnetwork.PublicIPAddress) error {
		_, err := c.network.NewPublicIPAddressesClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/virtualNetworkGateways": resourceTypeOf(func(c clients, n []string, m armnetwork.VirtualNetworkGateway) error {
		_, err := c.network.NewVirtualNetworkGatewaysClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/virtualNetworks": resourceTypeOf(func(c clients, n []string, m armnetwork.VirtualNetwork) error {
		_, err := c.network.NewVirtualNetworksClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
	"Microsoft.Network/virtualNetworks/virtualNetworkPeerings": resourceTypeOf(func(c clients, n []string, m armnetwork.VirtualNetworkPeering) error {
		_, err := c.network.NewVirtualNetworkPeeringsClient().BeginCreateOrUpdate(c.ctx, c.group, n[0], n[1], m, nil)
		return err
	}),
	"Microsoft.Resources/deployments": resourceTypeOf(func(c clients, n []string, m armdeployments.Deployment) error {
		_, err := c.deployments.BeginCreateOrUpdate(c.ctx, c.group, n[0], m, nil)
		return err
	}),
}

// typeOf finds a type. Its name counts with its case: a template is read by people, too.
func typeOf(name string) (resourceType, error) {
	kind, known := resourceTypes[name]
	if known {
		return kind, nil
	}
	var names []string
	for name := range resourceTypes {
		names = append(names, name)
	}
	slices.Sort(names)
	return resourceType{}, fmt.Errorf("%s: no model is known for this type; add it to resourceTypes, beside %s", name, strings.Join(names, ", "))
}
