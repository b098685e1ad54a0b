package verify_test

// The files of the peered ring whose deployments make peerings, and what stands
// in them: the half that is a resource, and the deployment of the other.
const (
	second = "southcentralus/azure/azuredeploy.json"
	third  = "westeurope/azure/azuredeploy.json"

	ownHalf     = `"customers-westeurope-vnet/customers-westeurope-to-eastus"`
	ownNext     = `"customers-westeurope-vnet/customers-westeurope-to-southcentralus"`
	reverseHalf = `"peering-eastus-to-westeurope"`
	reverseNext = `"peering-southcentralus-to-westeurope"`
)

var peeringMutations = []mutation{
	{
		name: "own half to a VNet of another group",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `[resourceId('customers-eastus',`, `[resourceId('customers-east',`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from westeurope to eastus",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: joins customers-westeurope-vnet in group europe to customers-eastus-vnet in group customers-east; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "own half to a VNet of the own group",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `[resourceId('customers-eastus',`, `[resourceId(`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from westeurope to eastus",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: joins customers-westeurope-vnet in group europe to customers-eastus-vnet in group europe; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "own half without the other's subscription",
		ring: "peering",
		edit: swapAfter(third, ownNext, `[resourceId('11111111-2222-3333-4444-555555555555', `, `[resourceId(`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from westeurope to southcentralus",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: joins customers-westeurope-vnet in group europe to customers-southcentralus-vnet in group customers-southcentralus; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "own half in the own subscription in place of the default one",
		ring: "peering",
		edit: swapAfter(second, `"customers-southcentralus-vnet/customers-southcentralus-to-eastus"`, `[resourceId(parameters('defaultSubscription'), `, `[resourceId(`),
		want: []string{
			"southcentralus/azure/azuredeploy.json: has no peering from southcentralus to eastus",
			"southcentralus/azure/azuredeploy.json: virtualNetworkPeerings customers-southcentralus-vnet/customers-southcentralus-to-eastus: joins customers-southcentralus-vnet in group customers-southcentralus of subscription 11111111-2222-3333-4444-555555555555 to customers-eastus-vnet in group customers-eastus of subscription 11111111-2222-3333-4444-555555555555; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "other half in the own subscription",
		ring: "peering",
		edit: swap(third, `"subscriptionId": "11111111-2222-3333-4444-555555555555",`, ``),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from southcentralus to westeurope",
			"westeurope/azure/azuredeploy.json: loadBalancers customers-westeurope-api-internal: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-cp0-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-cp1-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-cp2-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-m0-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-m1-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-m2-nic: depends on Microsoft.Resources/deployments/peering-southcentralus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-southcentralus-vnet/customers-southcentralus-to-westeurope: joins customers-southcentralus-vnet in group customers-southcentralus to customers-westeurope-vnet in group europe; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "other half in another group",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"resourceGroup": "customers-eastus"`, `"resourceGroup": "europe"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from eastus to westeurope",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: joins customers-eastus-vnet in group europe to customers-westeurope-vnet in group europe; want a peering for each pair with a region before this one, and no other",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: depends on Microsoft.Resources/deployments/peering-eastus-to-westeurope, which is no resource of this template",
		},
	},
	{
		name: "other half on a VNet that is not there",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"customers-eastus-vnet/customers-eastus-to-westeurope"`, `"customers-east-vnet/customers-eastus-to-westeurope"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from eastus to westeurope",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-east-vnet/customers-eastus-to-westeurope: joins customers-east-vnet in group customers-eastus to customers-westeurope-vnet in group europe; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "other half back to its own VNet",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"value": "[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`,
			`"value": "[resourceId('customers-eastus', 'Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from eastus to westeurope",
			"westeurope/azure/azuredeploy.json: deployments peering-eastus-to-westeurope properties.parameters.remoteVirtualNetwork.value: refers to Microsoft.Network/virtualNetworks/customers-eastus-vnet, which is not in this template",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: joins customers-eastus-vnet in group customers-eastus to customers-eastus-vnet in group customers-eastus; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "other half evaluated where it is written",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"inner"`, `"outer"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: resources[6].properties.expressionEvaluationOptions.scope: the scope of a nested deployment is inner; outer, which is the default, is not supported",
		},
	},
	{
		name: "other half that deletes what it does not name",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"Incremental"`, `"Complete"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: resources[6].properties.mode: a nested deployment has mode Incremental",
		},
	},
	{
		name: "VNet renamed at its end only",
		ring: "peering",
		edit: swapAll(template, `customers-eastus-vnet`, `customers-eastus-network`),
		want: []string{
			"southcentralus/azure/azuredeploy.json: has no peering from eastus to southcentralus",
			"southcentralus/azure/azuredeploy.json: has no peering from southcentralus to eastus",
			"southcentralus/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-southcentralus: joins customers-eastus-vnet in group customers-eastus to customers-southcentralus-vnet in group customers-southcentralus of subscription 11111111-2222-3333-4444-555555555555; want a peering for each pair with a region before this one, and no other",
			"southcentralus/azure/azuredeploy.json: virtualNetworkPeerings customers-southcentralus-vnet/customers-southcentralus-to-eastus: joins customers-southcentralus-vnet in group customers-southcentralus of subscription 11111111-2222-3333-4444-555555555555 to customers-eastus-vnet in group customers-eastus; want a peering for each pair with a region before this one, and no other",
			"westeurope/azure/azuredeploy.json: has no peering from eastus to westeurope",
			"westeurope/azure/azuredeploy.json: has no peering from westeurope to eastus",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: joins customers-eastus-vnet in group customers-eastus to customers-westeurope-vnet in group europe; want a peering for each pair with a region before this one, and no other",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: joins customers-westeurope-vnet in group europe to customers-eastus-vnet in group customers-eastus; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "VNet's range over a peer's",
		ring: "peering",
		edit: swapAfter(third, `"addressPrefixes": [`, `"10.3.0.0/16"`, `"10.2.0.0/15"`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.2.0.0/15"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.2.0.0/15"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.2.0.0/15"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.2.0.0/15"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-cp0/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16 10.3.0.0/16"; want "10.2.0.0/16 10.1.0.0/16 10.2.0.0/15"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m0/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16 10.3.0.0/16"; want "10.2.0.0/16 10.1.0.0/16 10.2.0.0/15"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m1/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16 10.3.0.0/16"; want "10.2.0.0/16 10.1.0.0/16 10.2.0.0/15"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m2/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16 10.3.0.0/16"; want "10.2.0.0/16 10.1.0.0/16 10.2.0.0/15"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-cp0/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-cp1/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-cp2/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-m0/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-m1/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			`westeurope/azure/azuredeploy.json: extensions customers-westeurope-m2/bootstrap RING_CIDRS: is "10.3.0.0/16 10.1.0.0/16 10.2.0.0/16"; want "10.2.0.0/15 10.1.0.0/16 10.2.0.0/16"`,
			"westeurope/azure/azuredeploy.json: networkSecurityGroups customers-westeurope-nsg: 10.2.0.0, the own VNet, does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"westeurope/azure/azuredeploy.json: networkSecurityGroups customers-westeurope-nsg: 10.2.0.0, the own VNet, does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
			"westeurope/azure/azuredeploy.json: virtualNetworks customers-westeurope-vnet: 10.2.0.0/15 overlaps 10.2.0.0/16 of region southcentralus",
		},
	},
	{
		name: "own half lets nobody through",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"allowVirtualNetworkAccess": true`, `"allowVirtualNetworkAccess": false`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: want allowVirtualNetworkAccess written out as true",
		},
	},
	{
		name: "own half forwards for others",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"allowForwardedTraffic": false`, `"allowForwardedTraffic": true`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: want allowForwardedTraffic written out as false",
		},
	},
	{
		name: "other half lends a gateway",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"allowGatewayTransit": false`, `"allowGatewayTransit": true`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: want allowGatewayTransit written out as false",
		},
	},
	{
		name: "other half wants a gateway",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"useRemoteGateways": false`, `"useRemoteGateways": true`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: want useRemoteGateways written out as false",
		},
	},
	{
		name: "flag left to Azure",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"allowForwardedTraffic": false,`, ``),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: want allowForwardedTraffic written out as false",
		},
	},
	{
		name: "flag as a text",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"allowForwardedTraffic": false`, `"allowForwardedTraffic": "false"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: want allowForwardedTraffic written out as false",
		},
	},
	{
		name: "subnets peered in place of VNets",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"allowForwardedTraffic": false`, `"peerCompleteVnets": false, "allowForwardedTraffic": false`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: has peerCompleteVnets; want the whole of both VNets joined, by nothing else",
		},
	},
	{
		name: "own half on a condition",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"dependsOn"`, `"condition": false, "dependsOn"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: is not deployed, by its condition; want none",
		},
	},
	{
		name: "other half on a condition",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"resourceGroup"`, `"condition": false, "resourceGroup"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: is not deployed, by its condition; want none",
		},
	},
	{
		name: "own half before its VNet",
		ring: "peering",
		edit: swapAfter(second, `"customers-southcentralus-vnet/customers-southcentralus-to-eastus"`,
			`"[resourceId('Microsoft.Network/virtualNetworks', 'customers-southcentralus-vnet')]"`, ``),
		want: []string{
			"southcentralus/azure/azuredeploy.json: deployments peering-eastus-to-southcentralus: refers to virtualNetworks customers-southcentralus-vnet but does not depend on it",
			"southcentralus/azure/azuredeploy.json: virtualNetworkPeerings customers-southcentralus-vnet/customers-southcentralus-to-eastus: refers to virtualNetworks customers-southcentralus-vnet but does not depend on it",
		},
	},
	{
		name: "other half beside the own one",
		ring: "peering",
		edit: swapAfter(third, reverseHalf,
			`"[resourceId('Microsoft.Network/virtualNetworks/virtualNetworkPeerings', 'customers-westeurope-vnet', 'customers-westeurope-to-eastus')]"`,
			`"[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: deployments peering-eastus-to-westeurope: does not come after virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus; both change a VNet",
		},
	},
	{
		name: "next pair beside the first",
		ring: "peering",
		edit: swapAfter(third, ownNext,
			`"[resourceId('customers-eastus', 'Microsoft.Resources/deployments', 'peering-eastus-to-westeurope')]"`,
			`"[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: does not come after deployments peering-eastus-to-westeurope; both change a VNet",
		},
	},
	{
		name: "pairs in another order than the spec's",
		ring: "peering",
		edit: all(
			swapAfter(third, ownHalf, `"[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`,
				`"[resourceId('11111111-2222-3333-4444-555555555555', 'customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westeurope')]"`),
			swapAfter(third, ownNext,
				`"[resourceId('customers-eastus', 'Microsoft.Resources/deployments', 'peering-eastus-to-westeurope')]"`,
				`"[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`)),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: does not come after deployments peering-eastus-to-westeurope; both change a VNet",
		},
	},
	{
		name: "machine before the peerings",
		ring: "peering",
		edit: swapAfter(third, `"customers-westeurope-m1-nic"`,
			`"[resourceId('11111111-2222-3333-4444-555555555555', 'customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westeurope')]"`,
			`"[resourceId('customers-eastus', 'Microsoft.Resources/deployments', 'peering-eastus-to-westeurope')]"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: networkInterfaces customers-westeurope-m1-nic: does not come after deployments peering-southcentralus-to-westeurope, the last peering; both change the VNet",
		},
	},
	{
		name: "internal load balancer before the peerings",
		ring: "peering",
		edit: swapAfter(third, `"customers-westeurope-api-internal"`,
			`"[resourceId('11111111-2222-3333-4444-555555555555', 'customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westeurope')]"`,
			`"[resourceId('Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: loadBalancers customers-westeurope-api-internal: does not come after deployments peering-southcentralus-to-westeurope, the last peering; both change the VNet",
		},
	},
	{
		name: "dependency on a deployment of the own group",
		ring: "peering",
		edit: swapAfter(third, ownNext, `"[resourceId('customers-eastus', 'Microsoft.Resources`, `"[resourceId('Microsoft.Resources`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: depends on Microsoft.Resources/deployments/peering-eastus-to-westeurope, which is no resource of this template",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-southcentralus: does not come after deployments peering-eastus-to-westeurope; both change a VNet",
		},
	},
	{
		name: "pair joined twice",
		ring: "peering",
		edit: resource(third, `{"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2025-03-01", "name": "customers-westeurope-vnet/again",
			"dependsOn": ["[resourceId('11111111-2222-3333-4444-555555555555', 'customers-southcentralus', 'Microsoft.Resources/deployments', 'peering-southcentralus-to-westeurope')]"],
			"properties": {"remoteVirtualNetwork": {"id": "[resourceId('customers-eastus', 'Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]"},
				"allowVirtualNetworkAccess": true, "allowForwardedTraffic": false, "allowGatewayTransit": false, "useRemoteGateways": false}}`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: does not come after virtualNetworkPeerings customers-westeurope-vnet/again; both change a VNet",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: is the second peering from westeurope to eastus; want one",
		},
	},
	{
		name: "peering to a region that is not there yet",
		ring: "peering",
		edit: resource(template, `{"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2025-03-01", "name": "customers-eastus-vnet/early",
			"dependsOn": ["customers-eastus-vnet"],
			"properties": {"remoteVirtualNetwork": {"id": "[resourceId('europe', 'Microsoft.Network/virtualNetworks', 'customers-westeurope-vnet')]"},
				"allowVirtualNetworkAccess": true, "allowForwardedTraffic": false, "allowGatewayTransit": false, "useRemoteGateways": false}}`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/early: joins customers-eastus-vnet in group customers-eastus to customers-westeurope-vnet in group europe; want a peering for each pair with a region before this one, and no other",
		},
	},
	{
		name: "peering to nothing",
		ring: "peering",
		edit: swapAfter(third, ownHalf, `"remoteVirtualNetwork": { "id":`, `"remoteVirtualNetwork": { "name":`),
		want: []string{
			"westeurope/azure/azuredeploy.json: has no peering from westeurope to eastus",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus: joins customers-westeurope-vnet in group europe to nothing; want a peering for each pair with a region before this one, and no other",
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-westeurope-vnet/customers-westeurope-to-eastus properties.remoteVirtualNetwork.name: refers to Microsoft.Network/virtualNetworks/customers-eastus-vnet, which is not in this template",
		},
	},
	{
		name: "more than a peering in another group",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"resources": [`, `"resources": [`+anAddress+`,`),
		want: []string{
			"westeurope/azure/azuredeploy.json: publicIPAddresses spare: is deployed by deployments peering-eastus-to-westeurope; want peerings only in other resource groups",
		},
	},
	{
		name: "other half with another API version",
		ring: "peering",
		edit: swapAfter(third, reverseHalf, `"apiVersion": "2025-03-01"`, `"apiVersion": "2025-05-01"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/customers-eastus-to-westeurope: API version 2025-05-01; want 2025-03-01, to which Microsoft.Network/virtualNetworks/virtualNetworkPeerings is pinned",
		},
	},
	{
		name: "gateway beside a peering",
		ring: "peering",
		edit: resource(third, `{"type": "Microsoft.Network/virtualNetworkGateways", "apiVersion": "2025-03-01", "name": "gw", "location": "westeurope", "properties": {}}`),
		want: []string{
			"westeurope/azure/azuredeploy.json: virtualNetworkGateways gw: want none, as the spec says link: peering",
		},
	},
	{
		name: "shared key of peered regions",
		ring: "peering",
		edit: swap(third, `"parameters": {`, `"parameters": { "eastusSharedKey": { "type": "securestring" },`),
		want: []string{
			"westeurope/azure/azuredeploy.json: parameter eastusSharedKey: is used nowhere",
			"westeurope/azure/azuredeploy.parameters.json: parameter eastusSharedKey: is given neither here nor by `ringwright secrets` and has no default",
		},
	},
	{
		name: "stranger let in beside the peers",
		ring: "peering",
		edit: swapAfter(third, `"peers-cassandra"`, `"10.2.0.0/16"`, `"10.9.0.0/16"`),
		want: []string{
			"westeurope/azure/azuredeploy.json: networkSecurityGroups customers-westeurope-nsg: 10.2.0.0, the VNet of southcentralus, does not reach tcp 7000, 7001, 8089, 9042",
			"westeurope/azure/azuredeploy.json: networkSecurityGroups customers-westeurope-nsg: 10.9.0.0, outside the ring, reaches tcp 7000, 7001, 8089, 9042",
		},
	},
}
