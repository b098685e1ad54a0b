package verify_test

var networkMutations = []mutation{
	{
		name: "two virtual networks",
		edit: resource(template, `{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2025-03-01", "name": "more", "location": "eastus"}`),
		want: []string{
			"eastus/azure/azuredeploy.json: 2 virtual networks; want one",
		},
	},
	{
		name: "range with host bits",
		edit: swap(template, `"addressPrefixes": ["10.1.0.0/16"]`, `"addressPrefixes": ["10.1.0.0/16", "10.5.1.0/16"]`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet properties.addressSpace: 10.5.1.0/16 has host bits set; did you mean 10.5.0.0/16?",
		},
	},
	{
		name: "subnet that is no range",
		edit: swap(template, `"addressPrefix": "10.1.128.0/27"`, `"addressPrefix": "10.1.128.0"`),
		want: []string{
			`eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet GatewaySubnet: "10.1.128.0" is not an address range; want one like 10.1.0.0/16`,
		},
	},
	{
		name: "subnet outside the network",
		edit: swap(template, `"10.1.128.0/27"`, `"10.3.128.0/27"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet GatewaySubnet: 10.3.128.0/27 is outside the virtual network's ranges",
		},
	},
	{
		name: "subnets overlap",
		edit: swap(template, `"10.1.128.0/27"`, `"10.1.96.0/27"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet GatewaySubnet: 10.1.96.0/27 overlaps subnet nodes, 10.1.0.0/17",
		},
	},
	{
		name: "gateway's subnet too small, with a security group",
		edit: swap(template, `"addressPrefix": "10.1.128.0/27"`,
			`"addressPrefix": "10.1.128.0/29", "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]"}`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet GatewaySubnet: 10.1.128.0/29 is too small; want a /27 or larger",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet GatewaySubnet: has a network security group or NAT gateway; Azure wants neither there",
		},
	},
	{
		name: "gateway's subnet under another name",
		edit: all(swap(template, `"name": "GatewaySubnet"`, `"name": "gateway"`), swap(template, `'GatewaySubnet'`, `'gateway'`)),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: is in Microsoft.Network/virtualNetworks/customers-eastus-vnet/subnets/gateway; want subnet GatewaySubnet",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet gateway: has no network security group; every subnet but GatewaySubnet has one",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet gateway: want a NAT gateway and defaultOutboundAccess false: its machines have no other way out",
		},
	},
	{
		name: "nodes without security group",
		edit: swap(template, `"networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'customers-eastus-nsg')]" },`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet nodes: has no network security group; every subnet but GatewaySubnet has one",
		},
	},
	{
		name: "nodes with default outbound access",
		edit: swap(template, `"defaultOutboundAccess": false`, `"defaultOutboundAccess": true`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet nodes: want a NAT gateway and defaultOutboundAccess false: its machines have no other way out",
		},
	},
	{
		name: "nodes without NAT gateway",
		edit: swap(template, ",\n              \"natGateway\": { \"id\": \"[resourceId('Microsoft.Network/natGateways', 'customers-eastus-nat')]\" }", ""),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet subnet nodes: want a NAT gateway and defaultOutboundAccess false: its machines have no other way out",
		},
	},
	{
		name: "primary address is not the first",
		edit: all(swapAfter(template, `"customers-eastus-m1-nic",`, `"primary": true,`, ``),
			swapAfter(template, `"customers-eastus-m1-nic",`, `"pod-10-1-0-66", "properties": { `, `"pod-10-1-0-66", "properties": { "primary": true, `)),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m1-nic host: want the first ipConfiguration, and no other, to be primary",
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m1-nic pod-10-1-0-66: want the first ipConfiguration, and no other, to be primary",
		},
	},
	{
		name: "pod's address behind the load balancer",
		edit: swapAfter(template, `"customers-eastus-cp0-nic",`, `"pod-10-1-127-162", "properties": { `,
			`"pod-10-1-127-162", "properties": { "loadBalancerBackendAddressPools": [{"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'customers-eastus-api', 'api-server')]"}], `),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-cp0-nic pod-10-1-127-162: is in a load balancer's pool; want primary addresses only there",
		},
	},
	{
		name: "address that Azure gives",
		edit: swapAfter(template, `"customers-eastus-m2-nic",`, `"privateIPAllocationMethod": "Static"`, `"privateIPAllocationMethod": "Dynamic"`),
		want: []string{
			`eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic host: address "10.1.0.96"; want a static IPv4 address`,
		},
	},
	{
		name: "address that is none",
		edit: swapAfter(template, `"customers-eastus-m2-nic",`, `"10.1.0.127"`, `"10.1.0.327"`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap MAX_PODS: is "30"; want "29"`,
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap POD_BLOCK: is 10.1.0.96/27; want the block whose third to last address are 10.1.0.98 to 10.1.0.126 and, on a member, whose first is 10.1.0.96",
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap POD_LAST: is "10.1.0.127"; want "10.1.0.126"`,
			`eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic pod-10-1-0-127: address "10.1.0.327"; want a static IPv4 address`,
		},
	},
	{
		name: "address twice",
		edit: swapAfter(template, `"customers-eastus-m2-nic",`, `"10.1.0.127"`, `"10.1.0.34"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic: address 10.1.0.34 follows 10.1.0.126; want 10.1.0.127: a node's pods have one block",
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic pod-10-1-0-127: address 10.1.0.34 is that of customers-eastus-m0-nic, too",
		},
	},
	{
		name: "address outside its subnet",
		edit: swapAfter(template, `"customers-eastus-m2-nic",`, `"10.1.0.127"`, `"10.1.128.9"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic: address 10.1.128.9 follows 10.1.0.126; want 10.1.0.127: a node's pods have one block",
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m2-nic pod-10-1-0-127: address 10.1.128.9 is outside its subnet nodes, 10.1.0.0/17",
		},
	},
	{
		name: "address that Azure keeps",
		edit: swapAll(template, `10.1.127.250`, `10.1.127.255`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-cp0-nic host: address 10.1.127.255 is one of the five that Azure keeps of subnet nodes",
		},
	},
	{
		name: "frontend at a pod's address",
		ring: "zones",
		edit: all(swapAll(template, `10.1.127.200`, `10.1.0.34`)),
		want: []string{
			"eastus/azure/azuredeploy.json: loadBalancers customers-eastus-api-internal api-server: address 10.1.0.34 is that of customers-eastus-m0-nic, too",
		},
	},
	{
		name: "interface without addresses",
		edit: resource(template, `{"type": "Microsoft.Network/networkInterfaces", "apiVersion": "2025-03-01", "name": "spare", "location": "eastus", "properties": {}}`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces spare: has no ipConfigurations",
		},
	},
	{
		name: "network that is not private and holds the services",
		ring: "one",
		edit: swap(template, `"addressPrefixes": ["10.1.0.0/16"]`, `"addressPrefixes": ["10.1.0.0/16", "8.8.0.0/16", "10.0.128.0/17"]`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap RING_CIDRS: is "10.1.0.0/16"; want "10.1.0.0/16 8.8.0.0/16 10.0.128.0/17"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap RING_CIDRS: is "10.1.0.0/16"; want "10.1.0.0/16 8.8.0.0/16 10.0.128.0/17"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RING_CIDRS: is "10.1.0.0/16"; want "10.1.0.0/16 8.8.0.0/16 10.0.128.0/17"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap RING_CIDRS: is "10.1.0.0/16"; want "10.1.0.0/16 8.8.0.0/16 10.0.128.0/17"`,
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, the own VNet, does not reach icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, the own VNet, does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, the own VNet, does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet: 10.0.128.0/17 overlaps the clusters' services, 10.0.0.0/16",
			"eastus/azure/azuredeploy.json: virtualNetworks customers-eastus-vnet: 8.8.0.0/16 is not private",
		},
	},
	{
		name: "networks overlap",
		edit: swap(other, `"addressPrefixes": ["10.2.0.0/16"]`, `"addressPrefixes": ["10.2.0.0/16", "10.1.4.0/24"]`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.1.4.0/24"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.1.4.0/24"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.1.4.0/24"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap RING_CIDRS: is "10.1.0.0/16 10.2.0.0/16"; want "10.1.0.0/16 10.2.0.0/16 10.1.4.0/24"`,
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: ranges 10.2.0.0/16; want those of southcentralus's VNet, 10.2.0.0/16, 10.1.4.0/24",
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-cp0/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16"; want "10.2.0.0/16 10.1.4.0/24 10.1.0.0/16"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m0/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16"; want "10.2.0.0/16 10.1.4.0/24 10.1.0.0/16"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m1/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16"; want "10.2.0.0/16 10.1.4.0/24 10.1.0.0/16"`,
			`southcentralus/azure/azuredeploy.json: extensions customers-southcentralus-m2/bootstrap RING_CIDRS: is "10.2.0.0/16 10.1.0.0/16"; want "10.2.0.0/16 10.1.4.0/24 10.1.0.0/16"`,
			"southcentralus/azure/azuredeploy.json: networkSecurityGroups customers-southcentralus-nsg: 10.1.4.0, the own VNet, does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"southcentralus/azure/azuredeploy.json: networkSecurityGroups customers-southcentralus-nsg: 10.1.4.0, the own VNet, does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
			"southcentralus/azure/azuredeploy.json: virtualNetworks customers-southcentralus-vnet: 10.1.4.0/24 overlaps 10.1.0.0/16 of region eastus",
		},
	},
	{
		name: "two gateways of one name",
		ring: "parameter",
		edit: swap("us-2/azure/azuredeploy.json", `"domainNameLabel": "customers-us-2-gw-3f9a1c"`, `"domainNameLabel": "customers-us-1-gw-3f9a1c"`),
		want: []string{
			"us-2/azure/azuredeploy.json: publicIPAddresses customers-us-2-gw-ip: its name customers-us-1-gw-3f9a1c.eastus.cloudapp.azure.com is that of us-1's customers-us-1-gw-ip, too",
		},
	},
}
