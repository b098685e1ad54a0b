package verify_test

var linkMutations = []mutation{
	{
		name: "key of nobody",
		edit: swap(template, `"sharedKey": "[parameters('southcentralusSharedKey')]"`, `"sharedKey": "[parameters('joinToken')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: has no connection to southcentralus",
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-southcentralus: want as sharedKey the parameter <peer>SharedKey of a region or link of this ring",
			"eastus/azure/azuredeploy.json: parameter southcentralusSharedKey: is used nowhere",
		},
	},
	{
		name: "two connections to one peer",
		ring: "three",
		edit: swapAfter(template, `"customers-eastus-to-westeurope"`, `[parameters('westeuropeSharedKey')]`, `[parameters('southcentralusSharedKey')]`),
		want: []string{
			"eastus/azure/azuredeploy.json: has no connection to westeurope",
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-westeurope: is the second connection to southcentralus, after customers-eastus-to-southcentralus",
			"eastus/azure/azuredeploy.json: parameter westeuropeSharedKey: is used nowhere",
		},
	},
	{
		name: "connection to itself",
		edit: swap(template, `"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]"`,
			`"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-nowhere')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: has no connection to southcentralus",
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-southcentralus: want a gateway and a local network gateway of this template",
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-southcentralus properties.localNetworkGateway2.id: refers to Microsoft.Network/localNetworkGateways/customers-eastus-to-nowhere, which is not in this template",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: is used by no connection",
		},
	},
	{
		name: "local network gateways exchanged",
		ring: "three",
		edit: all(
			swap(template, `"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]"`, `"localNetworkGateway2": { "id": "?"`),
			swap(template, `"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-westeurope')]"`,
				`"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]"`),
			swap(template, `"localNetworkGateway2": { "id": "?"`, `"localNetworkGateway2": { "id": "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-westeurope')]"`),
			swapAll(template, `"[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]"
      ],`, `"[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]", "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-westeurope')]"
      ],`),
			swapAll(template, `"[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-westeurope')]"
      ],`, `"[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-southcentralus')]", "[resourceId('Microsoft.Network/localNetworkGateways', 'customers-eastus-to-westeurope')]"
      ],`)),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: fqdn customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com; want the name of westeurope's gateway, customers-westeurope-gw-3f9a1c.westeurope.cloudapp.azure.com",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: ranges 10.2.0.0/16; want those of westeurope's VNet, 192.168.0.0/16",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-westeurope: fqdn customers-westeurope-gw-3f9a1c.westeurope.cloudapp.azure.com; want the name of southcentralus's gateway, customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-westeurope: ranges 192.168.0.0/16; want those of southcentralus's VNet, 10.2.0.0/16",
		},
	},
	{
		name: "range of a peer cut short",
		edit: swapAfter(template, `localNetworkGateways",`, `"10.2.0.0/16"`, `"10.2.0.0/17"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: ranges 10.2.0.0/17; want those of southcentralus's VNet, 10.2.0.0/16",
		},
	},
	{
		name: "ranges of two peers the same",
		ring: "three",
		edit: swapAfter(template, `"customers-eastus-to-westeurope"`, `"192.168.0.0/16"`, `"10.2.0.0/16"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-westeurope: 10.2.0.0/16 is the range of customers-eastus-to-southcentralus, too",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-westeurope: ranges 10.2.0.0/16; want those of westeurope's VNet, 192.168.0.0/16",
		},
	},
	{
		name: "name of no gateway",
		edit: swap(template, `"fqdn": "customers-southcentralus-gw-3f9a1c.`, `"fqdn": "customers-southcentralus-3f9a1c.`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: fqdn customers-southcentralus-3f9a1c.southcentralus.cloudapp.azure.com; want the name of southcentralus's gateway, customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com",
		},
	},
	{
		name: "gateway's name changed at its end only",
		edit: swap(other, `"domainNameLabel": "customers-southcentralus-gw-3f9a1c"`, `"domainNameLabel": "customers-southcentralus-gw-3f9a1d"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: fqdn customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com; want the name of southcentralus's gateway, customers-southcentralus-gw-3f9a1d.southcentralus.cloudapp.azure.com",
		},
	},
	{
		name: "neither name nor address",
		edit: swap(template, `"fqdn": "customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com",`, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: want either fqdn or gatewayIpAddress",
		},
	},
	{
		name: "address of nobody",
		ring: "parameter",
		edit: swap("us-1/azure/azuredeploy.json", `"gatewayIpAddress": "[parameters('us_2GatewayIp')]"`, `"gatewayIpAddress": "192.0.2.77"`),
		want: []string{
			"us-1/azure/azuredeploy.json: localNetworkGateways customers-us-1-to-us-2: gatewayIpAddress is not that of us-2; want its parameter",
		},
	},
	{
		name: "one end with another policy",
		edit: swap(other, `"ikeIntegrity": "SHA384"`, `"ikeIntegrity": "SHA256"`),
		want: []string{
			"southcentralus/azure/azuredeploy.json: connections customers-southcentralus-to-eastus: ipsecPolicies differs from that of eastus's customers-eastus-to-southcentralus; want both ends the same",
		},
	},
	{
		name: "both ends without a policy",
		edit: all(swap(template, `"ipsecPolicies": [`, `"usePolicyBasedTrafficSelectors": false, "tags": [`), swap(other, `"ipsecPolicies": [`, `"usePolicyBasedTrafficSelectors": false, "tags": [`)),
		want: []string{
			"southcentralus/azure/azuredeploy.json: connections customers-southcentralus-to-eastus: want an IPsec connection with one policy written out",
		},
	},
	{
		name: "one end by another protocol",
		edit: swap(template, `"connectionProtocol": "IKEv2"`, `"connectionProtocol": "IKEv1"`),
		want: []string{
			"southcentralus/azure/azuredeploy.json: connections customers-southcentralus-to-eastus: connectionProtocol differs from that of eastus's customers-eastus-to-southcentralus; want both ends the same",
		},
	},
	{
		name: "generation that the SKU is not of",
		edit: swap(template, `"Generation1"`, `"Generation2"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: vpnGatewayGeneration Generation2; want Generation1 with VpnGw1AZ",
		},
	},
	{
		name: "SKU that is gone",
		edit: swap(template, `"sku": { "name": "VpnGw1AZ", "tier": "VpnGw1AZ" }`, `"sku": { "name": "VpnGw1", "tier": "VpnGw1" }`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: sku VpnGw1, tier VpnGw1; want VpnGw1AZ to VpnGw5AZ in both",
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: vpnGatewayGeneration Generation1; want Generation2 with VpnGw1",
		},
	},
	{
		name: "gateway by policy",
		edit: swap(template, `"RouteBased"`, `"PolicyBased"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualNetworkGateways customers-eastus-gw: want gatewayType Vpn and vpnType RouteBased",
		},
	},
	{
		name: "two gateways",
		edit: resource(template, `{"type": "Microsoft.Network/virtualNetworkGateways", "apiVersion": "2025-03-01", "name": "second", "location": "eastus", "properties": {
			"gatewayType": "Vpn", "vpnType": "RouteBased", "vpnGatewayGeneration": "Generation2", "sku": {"name": "VpnGw2AZ", "tier": "VpnGw2AZ"}}}`),
		want: []string{
			"eastus/azure/azuredeploy.json: 2 VPN gateways; want one",
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-southcentralus: does not come after virtualNetworkGateways second; a peer deployed at the same time would have no name yet",
		},
	},
}
