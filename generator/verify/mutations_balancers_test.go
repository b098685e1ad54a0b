package verify_test

var balancerMutations = []mutation{
	{
		name: "basic address, given by Azure",
		edit: all(swapAfter(template, `"customers-eastus-api-ip",`, `"Standard"`, `"Basic"`), swapAfter(template, `"customers-eastus-api-ip",`, `"Static"`, `"Dynamic"`)),
		want: []string{
			`eastus/azure/azuredeploy.json: publicIPAddresses customers-eastus-api-ip: publicIPAllocationMethod "Dynamic"; want Static`,
			`eastus/azure/azuredeploy.json: publicIPAddresses customers-eastus-api-ip: sku "Basic"; want Standard`,
		},
	},
	{
		name: "NAT gateway without an address",
		edit: all(swapAfter(template, `"customers-eastus-nat",`, "\n          {\n            \"id\": \"[resourceId('Microsoft.Network/publicIPAddresses', 'customers-eastus-nat-ip')]\"\n          }\n", "")),
		want: []string{
			"eastus/azure/azuredeploy.json: natGateways customers-eastus-nat: has no public address",
		},
	},
	{
		name: "load balancer without a rule",
		edit: swap(template, `"loadBalancingRules"`, `"rules"`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api: 0 rules and 1 probes; want one of each, for the API server",
		},
	},
	{
		name: "load balancer to another port",
		edit: swap(template, `"backendPort": 6443`, `"backendPort": 443`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api: want a rule for TCP, from 6443 to 6443",
		},
	},
	{
		name: "load balancer as a way out",
		edit: swap(template, `"disableOutboundSnat": true`, `"disableOutboundSnat": false`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api: want disableOutboundSnat: the NAT gateway is the way out",
		},
	},
	{
		name: "load balancer without regard to who is ready",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-api-internal",`, `"probe": { "id"`, `"probe": { "name"`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api-internal: its rule has no probe",
		},
	},
	{
		name: "load balancer that asks for less",
		edit: swap(template, `"requestPath": "/readyz"`, `"requestPath": "/healthz"`),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api: want a probe for /readyz by Https at 6443",
		},
	},
	{
		name: "address in no subnet",
		edit: swapAfter(template, `"10.1.0.35"`, `"subnet": {`, `"net": {`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m0-nic pod-10-1-0-35: is in no subnet of the virtual network",
		},
	},
	{
		name: "rule without a name",
		edit: swap(template, `"name": "peers-icmp",`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: a rule has no name",
		},
	},
	{
		name: "extension that runs another program",
		edit: swapAfter(template, `"customers-eastus-m1/bootstrap"`, `"CustomScript"`, `"CustomScriptForLinux"`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap: want CustomScript 2.1 of Microsoft.Azure.Extensions",
		},
	},
	{
		name: "extension that never runs again",
		edit: swapAfter(template, `"customers-eastus-m1/bootstrap"`, `"[parameters('attempt')]"`, `"1"`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap: want the parameter attempt as forceUpdateTag: the same settings never run twice",
		},
	},
	{
		name: "member in no availability set",
		edit: swapAfter(template, `'customers-eastus-m1-data')]",`, `"availabilitySet": {`, `"set": {`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m1: want an availability set and no zone, as fault domains are the racks",
		},
	},
	{
		name: "machine in two zones",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-cp1",`, `"zones": ["2"]`, `"zones": ["2", "3"]`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-cp1: want one zone and no availability set, as zones are the racks",
		},
	},
	{
		name: "data that goes with its machine",
		edit: swapAfter(template, `"createOption": "Attach"`, `"deleteOption": "Detach"`, `"deleteOption": "Delete"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m0: want data disks with createOption Attach and deleteOption Detach",
		},
	},
	{
		name: "machine with a password",
		edit: swap(template, `"disablePasswordAuthentication": true`, `"disablePasswordAuthentication": false`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-cp0: want disablePasswordAuthentication and an SSH key",
		},
	},
}
