package verify_test

// peeredCluster is the template of a region on AKS behind two others.
const peeredCluster = "westus3/azure/azuredeploy.json"

// managedPeeringMutations are faults in how a region on AKS is peered.
var managedPeeringMutations = []mutation{
	{
		name: "managed cluster beside the last peering",
		ring: "peering and aks",
		edit: swapAfter(peeredCluster, `"type": "Microsoft.ContainerService/managedClusters",`, `,
        "[resourceId('customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westus3')]"`, ``),
		want: []string{
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after deployments peering-eastus-to-westus3; both write to the VNet",
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after deployments peering-southcentralus-to-westus3; both write to the VNet",
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after virtualNetworkPeerings customers-westus3-vnet/customers-westus3-to-eastus; both write to the VNet",
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after virtualNetworkPeerings customers-westus3-vnet/customers-westus3-to-southcentralus; both write to the VNet",
		},
	},
	{
		name: "managed cluster after the first peering only",
		ring: "peering and aks",
		edit: swapAfter(peeredCluster, `"type": "Microsoft.ContainerService/managedClusters",`,
			`[resourceId('customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westus3')]`,
			`[resourceId('customers-eastus', 'Microsoft.Resources/deployments', 'peering-eastus-to-westus3')]`),
		want: []string{
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after deployments peering-southcentralus-to-westus3; both write to the VNet",
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3: does not come after virtualNetworkPeerings customers-westus3-vnet/customers-westus3-to-southcentralus; both write to the VNet",
		},
	},
	{
		name: "AKS peered with one region only",
		ring: "peering and aks",
		edit: swapAfter(peeredCluster, `"customers-westus3-vnet/customers-westus3-to-southcentralus"`, `[resourceId('customers-southcentralus',`, `[resourceId('customers-south',`),
		want: []string{
			"westus3/azure/azuredeploy.json: has no peering from westus3 to southcentralus",
			"westus3/azure/azuredeploy.json: virtualNetworkPeerings customers-westus3-vnet/customers-westus3-to-southcentralus: joins customers-westus3-vnet in group customers-westus3 to customers-southcentralus-vnet in group customers-south; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "gateway beside the peerings of AKS",
		ring: "peering and aks",
		edit: resource(peeredCluster, `{"type": "Microsoft.Network/localNetworkGateways", "apiVersion": "2025-03-01", "name": "customers-westus3-to-eastus", "location": "westus3", "properties": {"fqdn": "x.example.com", "localNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}}`),
		want: []string{
			"westus3/azure/azuredeploy.json: localNetworkGateways customers-westus3-to-eastus: want none, as the spec says link: peering",
		},
	},
}
