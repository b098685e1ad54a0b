package verify_test

// pool is the part of the template with the pool of zone 1, policy who reaches members.
const (
	pool   = `"customers-eastus/cass1"`
	policy = "eastus/55-networkpolicy.yaml"
	member = "eastus/60-cassandra-1.yaml"
)

// on changes the template of the region on AKS.
func on(old, new string) edit { return swap(template, old, new) }

func onPool(old, new string) edit { return swapAfter(template, pool, old, new) }

// managedMutations are faults in the template of a region on AKS.
var managedMutations = []mutation{
	{
		name: "no managed cluster",
		ring: "aks",
		edit: on(`"type": "Microsoft.ContainerService/managedClusters",`, `"type": "Microsoft.ContainerService/otherClusters",`),
		want: []string{
			"eastus/azure/azuredeploy.json: 0 managed clusters; want one",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1: depends on Microsoft.ContainerService/managedClusters/customers-eastus, which is no resource of this template",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1: its Microsoft.ContainerService/managedClusters/customers-eastus is not in this template",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1: refers to virtualNetworks customers-eastus-vnet but does not depend on it",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass2: its Microsoft.ContainerService/managedClusters/customers-eastus is not in this template",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass2: refers to virtualNetworks customers-eastus-vnet but does not depend on it",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass3: its Microsoft.ContainerService/managedClusters/customers-eastus is not in this template",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass3: refers to virtualNetworks customers-eastus-vnet but does not depend on it",
			"eastus/azure/azuredeploy.json: maintenanceConfigurations customers-eastus/aksManagedNodeOSUpgradeSchedule: depends on Microsoft.ContainerService/managedClusters/customers-eastus, which is no resource of this template",
			"eastus/azure/azuredeploy.json: maintenanceConfigurations customers-eastus/aksManagedNodeOSUpgradeSchedule: its Microsoft.ContainerService/managedClusters/customers-eastus is not in this template",
			"eastus/azure/azuredeploy.json: otherClusters customers-eastus: no rule for the names of Microsoft.ContainerService/otherClusters is known",
		},
	},
	{
		name: "free tier",
		ring: "aks",
		edit: on(`"tier": "Standard" },
      "identity"`, `"tier": "Free" },
      "identity"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus sku: want Base, Standard: the Free tier's API server has no agreed uptime",
		},
	},
	{
		name: "overlay",
		ring: "aks",
		edit: on(`"networkPlugin": "azure",`, `"networkPlugin": "azure", "networkPluginMode": "overlay",`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.networkPluginMode: is overlay; want not there: an overlay's addresses end at the cluster",
		},
	},
	{
		name: "kubenet",
		ring: "aks",
		edit: on(`"networkPlugin": "azure"`, `"networkPlugin": "kubenet"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.networkPlugin: is kubenet; want azure: members need addresses that other regions reach",
		},
	},
	{
		name: "no policy engine",
		ring: "aks",
		edit: on(`"networkPolicy": "calico"`, `"networkPolicy": "none"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.networkPolicy: is none; want calico: something has to enforce the NetworkPolicy",
		},
	},
	{
		name: "another service range",
		ring: "aks",
		edit: on(`"serviceCidr": "10.0.0.0/16"`, `"serviceCidr": "10.3.0.0/16"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.serviceCidr: is 10.3.0.0/16; want 10.0.0.0/16: that is what the spec says",
		},
	},
	{
		name: "another DNS address",
		ring: "aks",
		edit: on(`"dnsServiceIP": "10.0.0.10"`, `"dnsServiceIP": "10.0.0.11"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.dnsServiceIP: is 10.0.0.11; want 10.0.0.10: the sidecars ask there",
		},
	},
	{
		name: "route table as the way out",
		ring: "aks",
		edit: on(`"outboundType": "loadBalancer"`, `"outboundType": "userDefinedRouting"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.networkProfile.outboundType: is userDefinedRouting; want loadBalancer: there is no NAT gateway and no route table",
		},
	},
	{
		name: "group of nodes with a name of AKS",
		ring: "aks",
		edit: on(`"nodeResourceGroup": "customers-eastus-nodes",`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.nodeResourceGroup: is not there; want customers-eastus-nodes: else AKS invents a name",
		},
	},
	{
		name: "run command",
		ring: "aks",
		edit: on(`"disableRunCommand": true`, `"disableRunCommand": false`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.apiServerAccessProfile.disableRunCommand: is false; want true: it is a way in that needs no credentials of the cluster",
		},
	},
	{
		name: "OIDC issuer off",
		ring: "aks",
		edit: on(`"oidcIssuerProfile": { "enabled": true }`, `"oidcIssuerProfile": { "enabled": false }`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.oidcIssuerProfile.enabled: is false; want true: it cannot be switched off again, so it is on from the start",
		},
	},
	{
		name: "versions that change by themselves",
		ring: "aks",
		edit: on(`"upgradeChannel": "none"`, `"upgradeChannel": "patch"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.autoUpgradeProfile.upgradeChannel: is patch; want none: a version changes when the spec does",
		},
	},
	{
		name: "images of nodes that stay old",
		ring: "aks",
		edit: on(`"nodeOSUpgradeChannel": "NodeImage"`, `"nodeOSUpgradeChannel": "None"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.autoUpgradeProfile.nodeOSUpgradeChannel: is None; want NodeImage: nodes get security fixes, in the window",
		},
	},
	{
		name: "API server for everybody",
		ring: "aks",
		edit: on(`"authorizedIPRanges": ["203.0.113.0/24"]`, `"authorizedIPRanges": []`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.apiServerAccessProfile.authorizedIPRanges: none; want 203.0.113.0/24, where none is everybody",
		},
	},
	{
		name: "API server for somebody else",
		ring: "managed",
		edit: swap("westus3/azure/azuredeploy.json", `"authorizedIPRanges": []`, `"authorizedIPRanges": ["198.51.100.0/24"]`),
		want: []string{
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3 properties.apiServerAccessProfile.authorizedIPRanges: 198.51.100.0/24; want none, where none is everybody",
		},
	},
	{
		name: "API server for whom it was for before",
		ring: "managed",
		edit: swap("westus3/azure/azuredeploy.json", `"authorizedIPRanges": [],`, ``),
		want: []string{
			"westus3/azure/azuredeploy.json: managedClusters customers-westus3 properties.apiServerAccessProfile.authorizedIPRanges: no list; want one, if only an empty one: without it a second deployment keeps an older list",
		},
	},
	{
		name: "system-assigned identity",
		ring: "aks",
		edit: on(`"type": "UserAssigned"`, `"type": "SystemAssigned"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus identity: want one user-assigned identity of this template: the right to the VNet has to be there before the cluster",
		},
	},
	{
		name: "role of owner",
		ring: "aks",
		edit: on(`4d97b98b-1d4f-4787-a291-c67834d212e7`, `8e3af657-a8ff-443c-a75c-2fe8c4bcb635`),
		want: []string{
			"eastus/azure/azuredeploy.json: roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7 properties.roleDefinitionId: want Network Contributor, 4d97b98b-1d4f-4787-a291-c67834d212e7",
		},
	},
	{
		name: "role on too much",
		ring: "aks",
		edit: on(`"scope": "[resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]"`, `"scope": "[resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: depends on Microsoft.Authorization/roleAssignments/0881d7f7-1307-5628-910e-27e34fdd49b7, which is no resource of this template",
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: does not come after roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7; it could not join the VNet",
			"eastus/azure/azuredeploy.json: roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7 scope: is Microsoft.Network/networkSecurityGroups/customers-eastus-nsg; want the VNet and no more",
		},
	},
	{
		name: "role of somebody else",
		ring: "aks",
		edit: on(`"principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'customers-eastus-aks'), '2024-11-30').principalId]"`, `"principalId": "11111111-1111-1111-1111-111111111111"`),
		want: []string{
			"eastus/azure/azuredeploy.json: roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7 properties.principalId: want that of userAssignedIdentities customers-eastus-aks",
		},
	},
	{
		name: "principal that the directory has to know",
		ring: "aks",
		edit: on(`"principalType": "ServicePrincipal"`, `"principalType": "User"`),
		want: []string{
			"eastus/azure/azuredeploy.json: roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7 properties.principalType: want ServicePrincipal: the directory may not know the identity yet",
		},
	},
	{
		name: "role of more than one",
		ring: "aks",
		edit: resource(template, `{"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('more')]", "scope": "[resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]", "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet')]"], "properties": {"roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4d97b98b-1d4f-4787-a291-c67834d212e7')]", "principalId": "11111111-1111-1111-1111-111111111111", "principalType": "ServicePrincipal"}}`),
		want: []string{
			"eastus/azure/azuredeploy.json: 2 role assignments; want one, of the cluster's identity on the VNet",
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: does not come after roleAssignments f9412563-0d81-53e1-a4e0-1a04f83a765e; it could not join the VNet",
			"eastus/azure/azuredeploy.json: roleAssignments f9412563-0d81-53e1-a4e0-1a04f83a765e properties.principalId: want that of userAssignedIdentities customers-eastus-aks",
		},
	},
	{
		name: "cluster before its right",
		ring: "aks",
		edit: swapAfter(template, `"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'customers-eastus-aks')]",
        "[concat(`, `resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet'), '/providers/Microsoft.Authorization/roleAssignments/', guid(resourceId('Microsoft.Network/virtualNetworks', 'customers-eastus-vnet'), resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'customers-eastus-aks'), 'netcontrib'))]"`, `resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg'))]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: does not come after roleAssignments 0881d7f7-1307-5628-910e-27e34fdd49b7; it could not join the VNet",
		},
	},
	{
		name: "no window",
		ring: "aks",
		edit: on(`customers-eastus/aksManagedNodeOSUpgradeSchedule`, `customers-eastus/aksManagedAutoUpgradeSchedule`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: want one maintenance window, aksManagedNodeOSUpgradeSchedule: without it nodes are drained at any time",
		},
	},
	{
		name: "window of no use",
		ring: "aks",
		edit: on(`"durationHours": 8`, `"durationHours": 2`),
		want: []string{
			"eastus/azure/azuredeploy.json: maintenanceConfigurations customers-eastus/aksManagedNodeOSUpgradeSchedule: want a day of every week and 4 hours at least",
		},
	},
	{
		name: "window by another name",
		ring: "aks",
		edit: on(`customers-eastus/aksManagedNodeOSUpgradeSchedule`, `customers-eastus/sundays`),
		want: []string{
			`eastus/azure/azuredeploy.json: maintenanceConfigurations customers-eastus/sundays: name "sundays"; want a window that AKS knows, such as aksManagedNodeOSUpgradeSchedule`,
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: want one maintenance window, aksManagedNodeOSUpgradeSchedule: without it nodes are drained at any time",
		},
	},
	{
		name: "members' pool in the cluster",
		ring: "aks",
		edit: on(`"mode": "System"`, `"mode": "User"`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: 0 system pools; want one",
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.agentPoolProfiles[0].availabilityZones: 1, 2, 3; want one zone, by which the pool is called cass<zone>",
			`eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.agentPoolProfiles[0].mode: is "User"; want the system pool only in the cluster: a pool in this list cannot be added or taken out later`,
		},
	},
	{
		name: "second system pool",
		ring: "aks",
		edit: onPool(`"mode": "User"`, `"mode": "System"`),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1: no pool of the template is in zone 1",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.mode: is System; want the system pool in the cluster itself, which there is not without one",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.nodeTaints: ringwright/datacenter=dc-eastus:NoSchedule; want CriticalAddonsOnly=true:NoSchedule, which keeps members off",
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus: 2 system pools; want one",
		},
	},
	{
		name: "one node for the cluster's DNS",
		ring: "aks",
		edit: on(`"count": 3`, `"count": 1`),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.agentPoolProfiles[0].count: 1 nodes of 30 pods; want 2 at least, of 30: the cluster's DNS is there",
		},
	},
	{
		name: "members beside the cluster's DNS",
		ring: "aks",
		edit: on(`"nodeTaints": ["CriticalAddonsOnly=true:NoSchedule"],`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: managedClusters customers-eastus properties.agentPoolProfiles[0].nodeTaints: none; want CriticalAddonsOnly=true:NoSchedule, which keeps members off",
		},
	},
	{
		name: "pool over two zones",
		ring: "aks",
		edit: onPool(`"availabilityZones": ["1"]`, `"availabilityZones": ["1", "2"]`),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1: no pool of the template is in zone 1",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.availabilityZones: 1, 2; want one zone, by which the pool is called cass<zone>",
		},
	},
	{
		name: "two pools in a zone",
		ring: "aks",
		edit: all(on(`"customers-eastus/cass2"`, `"customers-eastus/cass1b"`), swapAfter(template, `"customers-eastus/cass1b"`, `"availabilityZones": ["2"]`, `"availabilityZones": ["1"]`), on(`'cass2'`, `'cass1b'`)),
		want: []string{
			"eastus/60-cassandra-2.yaml: StatefulSet cassandra-2: no pool of the template is in zone 2",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1b properties.availabilityZones: 1; want one zone, by which the pool is called cass<zone>",
		},
	},
	{
		name: "pools made at a time",
		ring: "aks",
		edit: swapAfter(template, `"customers-eastus/cass2"`, `"[resourceId('Microsoft.ContainerService/managedClusters/agentPools', 'customers-eastus', 'cass1')]"`, `"[resourceId('Microsoft.ContainerService/managedClusters', 'customers-eastus')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass2: is made together with agentPools customers-eastus/cass1; want one after the other: AKS changes one pool at a time",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass3: is made together with agentPools customers-eastus/cass1; want one after the other: AKS changes one pool at a time",
		},
	},
	{
		name: "pool of another version",
		ring: "aks",
		edit: onPool(`"orchestratorVersion": "1.36"`, `"orchestratorVersion": "1.35"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.orchestratorVersion: is 1.35; want 1.36: that is what the spec says",
		},
	},
	{
		name: "pool that scales itself",
		ring: "aks",
		edit: onPool(`"enableAutoScaling": false`, `"enableAutoScaling": true`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.enableAutoScaling: is true; want false: a member is no load that comes and goes",
		},
	},
	{
		name: "pool upgraded at once",
		ring: "aks",
		edit: onPool(`"maxSurge": "1"`, `"maxSurge": "33%"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.upgradeSettings.maxSurge: is 33%; want 1: one member is away at a time, and the subnets have room for no more",
		},
	},
	{
		name: "pool with DNS servers on nodes",
		ring: "aks",
		edit: onPool(`"localDNSProfile": { "mode": "Disabled" }`, `"localDNSProfile": { "mode": "Preferred" }`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.localDNSProfile.mode: is Preferred; want Disabled: its cache would show seeds that are long gone",
		},
	},
	{
		name: "pool in a size's name",
		ring: "aks",
		edit: onPool(`"rack-1"`, `"Standard_E4ds_v5"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.nodeLabels: ringwright/datacenter=dc-eastus, ringwright/rack=Standard_E4ds_v5; want ringwright/datacenter=dc-eastus, ringwright/rack=rack-1",
		},
	},
	{
		name: "pool without its labels",
		ring: "aks",
		edit: onPool(`"nodeLabels"`, `"tags"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.nodeLabels: none; want ringwright/datacenter=dc-eastus, ringwright/rack=rack-1",
		},
	},
	{
		name: "pool for everybody",
		ring: "aks",
		edit: onPool(`"nodeTaints": ["ringwright/datacenter=dc-eastus:NoSchedule"],`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.nodeTaints: none; want ringwright/datacenter=dc-eastus:NoSchedule, which keeps others off",
		},
	},
	{
		name: "pods in the subnet of the nodes",
		ring: "aks",
		edit: onPool(`"podSubnetID": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'customers-eastus-vnet', 'pods')]"`, `"podSubnetID": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'customers-eastus-vnet', 'nodes')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.podSubnetID: is Microsoft.Network/virtualNetworks/customers-eastus-vnet/subnets/nodes; want subnet pods of the VNet",
		},
	},
	{
		name: "pods without a subnet",
		ring: "aks",
		edit: onPool(`"podSubnetID": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'customers-eastus-vnet', 'pods')]",`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.podSubnetID: is empty; want subnet pods of the VNet",
		},
	},
	{
		name: "pool too small for its rack",
		ring: "aks",
		edit: onPool(`"count": 2`, `"count": 1`),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.replicas: 2; want 1, the nodes of pool cass1",
		},
	},
	{
		name: "pool of no number",
		ring: "aks",
		edit: onPool(`"count": 2`, `"count": -2`),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.replicas: 2; want -2, the nodes of pool cass1",
			"eastus/azure/azuredeploy.json: agentPools customers-eastus/cass1 properties.count: -2 nodes of 30 pods; want numbers",
		},
	},
	{
		name: "subnets without room",
		ring: "aks",
		edit: all(onPool(`"count": 2`, `"count": 1200`)),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.replicas: 2; want 1200, the nodes of pool cass1",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet nodes: 10.1.128.0/24 has 256 addresses; want 1216 for all nodes and one more in each pool",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet pods: 10.1.0.0/17 has 32768 addresses; want 38757 for all nodes and one more in each pool",
		},
	},
	{
		name: "delegation left to AKS",
		ring: "aks",
		edit: on(`"serviceName": "Microsoft.ContainerService/managedClusters"`, `"serviceName": "Microsoft.Web/serverFarms"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet pods: want a delegation to Microsoft.ContainerService/managedClusters, which AKS adds: a second deployment would take it away",
		},
	},
	{
		name: "nodes in a delegated subnet",
		ring: "aks",
		edit: swapAfter(template, `"name": "nodes",`, `"addressPrefix": "10.1.128.0/24",`, `"addressPrefix": "10.1.128.0/24", "delegations": [{"name": "aks", "properties": {"serviceName": "Microsoft.ContainerService/managedClusters"}}],`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet nodes: is delegated; AKS takes no such subnet for nodes or load balancers",
		},
	},
	{
		name: "pods without security group",
		ring: "aks",
		edit: on(`"networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]" },`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet pods: has no network security group; every subnet but GatewaySubnet has one",
		},
	},
	{
		name: "no subnet for the balancer",
		ring: "aks",
		edit: on(`"name": "frontends"`, `"name": "front"`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns metadata.annotations: service.beta.kubernetes.io/azure-load-balancer-ipv4 "10.1.129.36"; want an address of subnet frontends that Azure does not keep`,
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet: has no subnet frontends",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet front: has no network security group; every subnet but GatewaySubnet has one",
		},
	},
	{
		name: "peers kept from AKS's DNS",
		ring: "aks",
		edit: swapAfter(template, `"peers-dns-udp"`, `"destinationPortRange": "53"`, `"destinationPortRange": "30053"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach udp 53",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches udp 30053",
		},
	},
}
