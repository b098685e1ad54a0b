package verify_test

import "strings"

const (
	peering = `{"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2025-03-01", "name": "customers-eastus-vnet/to-x",
  "dependsOn": ["customers-eastus-vnet"], "properties": {"allowVirtualNetworkAccess": true}}`
	identity = `{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2024-11-30", "name": "identity", "location": "eastus"}`
	cluster  = `{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-09-01", "name": "cluster", "location": "eastus",
  "dependsOn": ["customers-eastus-vnet"], "properties": {}}`
	role = `{"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('x')]",
  "scope": "[resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]",
  "dependsOn": ["customers-eastus-vnet", "identity"],
  "properties": {
    "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4d97b98b-1d4f-4787-a291-c67834d212e7')]",
    "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'identity')).principalId]"}}`
	nested = `{"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "reverse", "resourceGroup": "customers-westus",
  "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
    "resources": [{"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2024-01-01", "name": "v/p", "properties": {}}]}}}`
	nsgDependency = "\n        \"[resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]\","
	anAddress     = `{"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2025-03-01", "name": "spare", "location": "eastus",
  "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}}`
)

var templateMutations = []mutation{
	{
		name: "no template",
		edit: drop(template),
		want: []string{
			"eastus/azure/azuredeploy.json: is missing",
		},
	},
	{
		name: "unknown key of a resource",
		edit: swapAfter(template, `"customers-eastus-nat"`, `"location"`, `"Location"`),
		want: []string{
			`eastus/azure/azuredeploy.json: resources[4]: unknown key "Location"; it is written "location"`,
		},
	},
	{
		name: "unknown function",
		edit: swapAfter(template, `"customers-eastus-vnet"`, `[resourceId(`, `[resourceIds(`),
		want: []string{
			"eastus/azure/azuredeploy.json: resources[5].dependsOn[0]: [resourceIds('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]: unknown function resourceIds; known: base64, concat, empty, guid, not, parameters, reference, resourceGroup, resourceId, subscription, subscriptionResourceId, variables",
		},
	},
	{
		name: "too few names for a type",
		edit: swap(template, `'customers-eastus-vnet', 'GatewaySubnet')`, `'GatewaySubnet')`),
		want: []string{
			"eastus/azure/azuredeploy.json: resources[6] Microsoft.Network/virtualNetworkGateways customers-eastus-gw: properties.ipConfigurations[0].properties.subnet.id: [resourceId('Microsoft.Network/virtualNetworks/subnets', 'GatewaySubnet')]: type Microsoft.Network/virtualNetworks/subnets needs 2 names, not 1",
		},
	},
	{
		name: "unknown parameter",
		edit: swapAfter(template, `"customers-eastus-m1"`, `[parameters('sshPublicKey')]`, `[parameters('sshKey')]`),
		want: []string{
			`eastus/azure/azuredeploy.json: resources[21] Microsoft.Compute/virtualMachines customers-eastus-m1: properties.osProfile.linuxConfiguration.ssh.publicKeys[0].keyData: [parameters('sshKey')]: unknown parameter "sshKey"; declared: attempt, clusterCaCertificate, clusterCaKey, frontProxyCaCertificate, frontProxyCaKey, etcdCaCertificate, etcdCaKey, serviceAccountPublicKey, serviceAccountKey, joinToken, clusterCaHash, sshPublicKey and 1 more`,
		},
	},
	{
		name: "cannot be evaluated without addresses",
		ring: "parameter",
		edit: swap("us-1/azure/azuredeploy.json", `"name": "vnet",`, `"name": "[concat('vnet', resourceId('a.b/c', parameters('us_2GatewayIp')))]",`),
		want: []string{
			"us-1/azure/azuredeploy.json: networkSecurityGroups customers-us-1-nsg properties.securityRules[0].name: refers to a.b/c/192.0.2.13, which is not in this template",
			`us-1/azure/azuredeploy.json: without peers' addresses: resources[0] Microsoft.Network/networkSecurityGroups customers-us-1-nsg: properties.securityRules[0].name: [concat('vnet', resourceId('a.b/c', parameters('us_2GatewayIp')))]: name "" is empty or holds a slash`,
		},
	},
	{
		name: "condition the wrong way round",
		ring: "parameter",
		edit: swapAfter("us-1/azure/azuredeploy.json", `"customers-us-1-to-us-2"`, `"[not(empty(parameters('us_2GatewayIp')))]"`, `"[empty(parameters('us_2GatewayIp'))]"`),
		want: []string{
			"us-1/azure/azuredeploy.json: localNetworkGateways customers-us-1-to-us-2: its condition is false with every peer's address given; want it deployed",
		},
	},
	{
		name: "local network gateway without condition",
		ring: "parameter",
		edit: swap("us-1/azure/azuredeploy.json", `"condition": "[not(empty(parameters('us_2GatewayIp')))]",`, ``),
		want: []string{
			"us-1/azure/azuredeploy.json: localNetworkGateways customers-us-1-to-us-2: is deployed without its peer's address; want the condition [not(empty(parameters('<peer>GatewayIp')))]",
		},
	},
	{
		name: "condition on what is always needed",
		ring: "parameter",
		edit: swapAfter("us-1/azure/azuredeploy.json", `"customers-us-1-nsg",`, `"properties"`, `"condition": "[not(empty(parameters('us_2GatewayIp')))]", "properties"`),
		want: []string{
			"us-1/azure/azuredeploy.json: networkSecurityGroups customers-us-1-nsg: is not deployed without a peer's address; want no condition",
		},
	},
	{
		name: "type without a pinned version",
		edit: resource(template, `{"type": "Microsoft.Web/sites", "apiVersion": "2025-03-01", "name": "site", "location": "eastus"}`),
		want: []string{
			"eastus/azure/azuredeploy.json: sites site: no API version is pinned for Microsoft.Web/sites",
			"eastus/azure/azuredeploy.json: sites site: no rule for the names of Microsoft.Web/sites is known",
		},
	},
	{
		name: "another API version",
		edit: swap(template, `"2025-03-01"`, `"2024-01-01"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: API version 2024-01-01; want 2025-03-01, to which Microsoft.Network/networkSecurityGroups is pinned",
		},
	},
	{
		name: "another API version in a nested deployment, which is not awaited",
		edit: all(resource(template, nested), resource(template, cluster)),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters cluster: does not come after deployments reverse; both write to the VNet",
			"eastus/azure/azuredeploy.json: virtualNetworkPeerings v/p: API version 2024-01-01; want 2025-03-01, to which Microsoft.Network/virtualNetworks/virtualNetworkPeerings is pinned",
			"eastus/azure/azuredeploy.json: virtualNetworkPeerings v/p: want no peering, as the spec says link: gateway",
		},
	},
	{
		name: "resource twice, in another case",
		edit: resource(template, strings.Replace(anAddress, "spare", "Customers-EastUS-nat-ip", 1)),
		want: []string{
			"eastus/azure/azuredeploy.json: publicIPAddresses customers-eastus-nat-ip: is there twice; want each resource once",
		},
	},
	{
		name: "location of another region",
		edit: swapAfter(template, `"customers-eastus-gw",`, `"eastus"`, `"southcentralus"`),
		want: []string{
			`eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: location "southcentralus"; want the literal eastus`,
		},
	},
	{
		name: "location as an expression",
		edit: swapAfter(template, `"customers-eastus-gw",`, `"eastus"`, `"[resourceGroup().location]"`),
		want: []string{
			`eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: location "[resourceGroup().location]"; want the literal eastus`,
		},
	},
	{
		name: "type without a rule for names",
		edit: resource(template, `{"type": "Microsoft.Network/routeTables", "apiVersion": "2025-03-01", "name": "routes", "location": "eastus"}`),
		want: []string{
			"eastus/azure/azuredeploy.json: routeTables routes: no rule for the names of Microsoft.Network/routeTables is known",
		},
	},
	{
		name: "name of forbidden characters",
		edit: swapAll(template, `customers-eastus-members`, `customers-eastus-members-`),
		want: []string{
			`eastus/azure/azuredeploy.json: availabilitySets customers-eastus-members-: name "customers-eastus-members-"; want 1 to 80 of letters, digits, ., _ and -, first a letter or digit, last no . or -`,
		},
	},
	{
		name: "DNS label in upper case",
		edit: resource(template, strings.Replace(anAddress, `"Static"`, `"Static", "dnsSettings": {"domainNameLabel": "Spare"}`, 1)),
		want: []string{
			`eastus/azure/azuredeploy.json: publicIPAddresses spare: domain name label "Spare"; want 3 to 63 of a-z, 0-9 and -, first a letter, last no -`,
		},
	},
	{
		name: "dependsOn names nothing",
		edit: swapAfter(template, `"customers-eastus-gw",`, `'customers-eastus-gw-ip'`, `'customers-eastus-gateway-ip'`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: depends on Microsoft.Network/publicIPAddresses/customers-eastus-gateway-ip, which is no resource of this template",
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: refers to publicIPAddresses customers-eastus-gw-ip but does not depend on it",
		},
	},
	{
		name: "dependsOn is missing",
		edit: swap(template, nsgDependency, ""),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet: refers to networkSecurityGroups customers-eastus-nsg but does not depend on it",
		},
	},
	{
		name: "dependsOn in a circle",
		edit: swapAfter(template, `"customers-eastus-nsg",`, `"properties"`, `"dependsOn": ["customers-eastus-vnet"], "properties"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: comes after itself, by networkSecurityGroups customers-eastus-nsg, virtualNetworks customers-eastus-vnet, networkSecurityGroups customers-eastus-nsg",
		},
	},
	{
		name: "dependsOn leads into a circle",
		edit: all(swapAfter(template, `"customers-eastus-nsg",`, `"properties"`, `"dependsOn": ["customers-eastus-vnet"], "properties"`),
			resource(template, strings.Replace(anAddress, `"sku"`, `"dependsOn": ["customers-eastus-vnet"], "sku"`, 1))),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet: comes after itself, by virtualNetworks customers-eastus-vnet, networkSecurityGroups customers-eastus-nsg, virtualNetworks customers-eastus-vnet",
		},
	},
	{
		name: "reference to nothing",
		edit: swapAfter(template, `"networkSecurityGroup"`, `'customers-eastus-nsg'`, `'customers-eastus-group'`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet properties.subnets[0].properties.networkSecurityGroup.id: refers to Microsoft.Network/networkSecurityGroups/customers-eastus-group, which is not in this template",
		},
	},
	{
		name: "reference to a subnet that there is not",
		edit: swapAfter(template, `"customers-eastus-m0-nic",`, `'nodes'`, `'node'`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m0-nic host: is in no subnet of the virtual network",
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m0-nic properties.ipConfigurations[0].properties.subnet.id: refers to Microsoft.Network/virtualNetworks/customers-eastus-vnet/subnets/node, which virtualNetworks customers-eastus-vnet does not have",
		},
	},
	{
		name: "reference to a pool that there is not",
		edit: swapAfter(template, `"backendAddressPool": `, `'api-server'`, `'api-servers'`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api properties.loadBalancingRules[0].properties.backendAddressPool.id: refers to Microsoft.Network/loadBalancers/customers-eastus-api/backendAddressPools/api-servers, which loadBalancers customers-eastus-api does not have",
		},
	},
	{
		name: "extension of another template's machine",
		edit: all(
			swap(template, `"customers-eastus-m0/bootstrap"`, `"customers-eastus-m9/bootstrap"`),
			swapAfter(template, `"customers-eastus-m9/bootstrap"`, `"[resourceId('Microsoft.Compute/virtualMachines', 'customers-eastus-m0')]",`, ``)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap INDEX: is "2"; want a number from 0 to 1, as there are 2 of role member`,
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m9/bootstrap: its Microsoft.Compute/virtualMachines/customers-eastus-m9 is not in this template",
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m0: has no extension, so it never becomes a node",
		},
	},
	{
		name: "member before the control plane",
		edit: swapAfter(template, `"customers-eastus-m1/bootstrap"`, ",\n        \"[resourceId('Microsoft.Compute/virtualMachines/extensions', 'customers-eastus-cp0', 'bootstrap')]\"", ""),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap: does not come after extensions customers-eastus-cp0/bootstrap, which has to be a node first",
		},
	},
	{
		name: "control planes at the same time",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-cp2/bootstrap"`, `'customers-eastus-cp1', 'bootstrap'`, `'customers-eastus-cp0', 'bootstrap'`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-cp2/bootstrap: does not come after extensions customers-eastus-cp1/bootstrap, which has to be a node first",
		},
	},
	{
		name: "peer before the own gateway",
		edit: swapAfter(template, `localNetworkGateways",`, `"[resourceId('Microsoft.Network/virtualNetworkGateways', 'customers-eastus-gw')]"`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: does not come after virtualNetworkGateways customers-eastus-gw; a peer deployed at the same time would have no name yet",
		},
	},
	{
		name: "cluster before a peering, with a role that Azure has",
		edit: all(resource(template, role), resource(template, identity), resource(template, peering), resource(template, cluster)),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters cluster: does not come after virtualNetworkPeerings customers-eastus-vnet/to-x; both write to the VNet",
			"eastus/azure/azuredeploy.json: virtualNetworkPeerings customers-eastus-vnet/to-x: want no peering, as the spec says link: gateway",
		},
	},
	{
		name: "role without waiting for its identity",
		edit: all(resource(template, strings.Replace(role, `, "identity"`, ``, 1)), resource(template, identity)),
		want: []string{
			"eastus/azure/azuredeploy.json: roleAssignments 51c0fe04-91fa-5688-abb4-481ca7437854: refers to userAssignedIdentities identity but does not depend on it",
		},
	},
}
