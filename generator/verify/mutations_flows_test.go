package verify_test

import "strings"

// securityRule adds a rule in front of the others.
func securityRule(name, properties string) edit {
	return swap(template, `"securityRules": [`, `"securityRules": [{"name": "`+name+`", "properties": {`+properties+`}},`)
}

const anySource = `"direction": "Inbound", "access": "Allow", "sourcePortRange": "*", "destinationAddressPrefix": "*"`

var flowMutations = []mutation{
	{
		name: "Cassandra closed to peers",
		edit: swap(template, `["7000", "7001", "9042", "8089"]`, `["7000", "9042"]`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach tcp 7001, 8089",
		},
	},
	{
		name: "DNS closed to peers by UDP, open on another port",
		edit: swapAfter(template, `"peers-dns-udp"`, `"30053"`, `"53"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach udp 30053",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches udp 53",
		},
	},
	{
		name: "ping closed to peers",
		edit: swapAfter(template, `"peers-icmp"`, `"Icmp"`, `"Esp"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach icmp",
		},
	},
	{
		name: "peers left out",
		ring: "three",
		edit: swapAfter(template, `"peers-cassandra"`, `["10.2.0.0/16", "192.168.0.0/16"]`, `["10.2.0.0/16"]`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 192.168.0.0, the VNet of westeurope, does not reach tcp 7000, 7001, 8089, 9042",
		},
	},
	{
		name: "half of a peer left out",
		edit: swapAfter(template, `"peers-cassandra"`, `10.2.0.0/16`, `10.2.0.0/17`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.255.255, the VNet of southcentralus, does not reach tcp 7000, 7001, 8089, 9042",
		},
	},
	{
		name: "more than the peer let in",
		edit: swapAfter(template, `"peers-cassandra"`, `10.2.0.0/16`, `10.2.0.0/15`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.3.0.0, outside the ring, reaches tcp 7000, 7001, 8089, 9042",
		},
	},
	{
		name: "own network kept out",
		edit: swapAfter(template, `"name": "vnet"`, `"10.1.0.0/16"`, `"10.1.0.0/17"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.1.255.255, the own VNet, does not reach icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.1.255.255, the own VNet, does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.1.255.255, the own VNet, does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
		},
	},
	{
		name: "health probes kept out",
		edit: swap(template, `"AzureLoadBalancer"`, `"10.1.0.4"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg load-balancer: "10.1.0.4" is not an address range; want one like 10.1.0.0/16`,
		},
	},
	{
		name: "API server open to everyone",
		edit: swapAfter(template, `"api-server"`, `"203.0.113.0/24"`, `"*"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches tcp 6443",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, outside the ring, reaches tcp 6443",
		},
	},
	{
		name: "API server closed to those who run kubectl",
		edit: swapAfter(template, `"api-server"`, `"203.0.113.0/24"`, `"203.0.113.0/25"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.255, outside the ring and in apiServerCIDRs, does not reach tcp 6443",
		},
	},
	{
		name: "more than the API server open",
		edit: swapAfter(template, `"api-server"`, `"6443"`, `"6443-6500"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.0, outside the ring and in apiServerCIDRs, reaches tcp 6444, 6500",
		},
	},
	{
		name: "nothing denied",
		edit: swapAfter(template, `"name": "deny"`, `"Deny"`, `"Allow"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches udp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.0, outside the ring and in apiServerCIDRs, reaches icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.0, outside the ring and in apiServerCIDRs, reaches tcp 21, 22, 23, 6442, 6444, 6999 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.0, outside the ring and in apiServerCIDRs, reaches udp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, outside the ring, reaches icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, outside the ring, reaches tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 8.8.8.8, outside the ring, reaches udp 21, 22, 23, 6442, 6443, 6444 and others",
		},
	},
	{
		name: "denial in front of the rest",
		edit: swapAfter(template, `"name": "deny"`, `4096`, `105`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach tcp 7000, 7001, 8089, 9042, 30053",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, does not reach udp 30053",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 203.0.113.0, outside the ring and in apiServerCIDRs, does not reach tcp 6443",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach icmp",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: the load balancer does not reach udp 21, 22, 23, 6442, 6443, 6444 and others",
		},
	},
	{
		name: "last rule gone, so that Azure's let peers in",
		edit: swapAfter(template, `"name": "deny"`, `"protocol": "*"`, `"protocol": "Esp"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches tcp 21, 22, 23, 6442, 6443, 6444 and others",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.2.0.0, the VNet of southcentralus, reaches udp 21, 22, 23, 6442, 6443, 6444 and others",
		},
	},
	{
		name: "priority twice",
		edit: swap(template, `"priority": 110`, `"priority": 120`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg peers-dns-tcp: has the priority 120 of peers-cassandra, too",
		},
	},
	{
		name: "priority out of range",
		edit: securityRule("first", `"priority": 50, "protocol": "Tcp", "sourceAddressPrefix": "10.1.0.0/24", "destinationPortRange": "22", `+anySource),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg first: priority 50; Azure takes 100 to 4096",
		},
	},
	{
		name: "outbound rule",
		edit: securityRule("out", `"priority": 200, "protocol": "Tcp", "sourceAddressPrefix": "10.1.0.0/24", "destinationPortRange": "22", `+strings.Replace(anySource, "Inbound", "Outbound", 1)),
		want: []string{
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg out: direction "Outbound"; want Inbound rules only`,
		},
	},
	{
		name: "rule for one destination",
		edit: securityRule("some", `"priority": 200, "protocol": "Tcp", "sourceAddressPrefix": "10.1.0.0/24", "destinationPortRange": "22", `+
			strings.Replace(anySource, `"destinationAddressPrefix": "*"`, `"destinationAddressPrefix": "10.1.0.0/24"`, 1)),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: want sourcePortRange * and destinationAddressPrefix *",
		},
	},
	{
		name: "rule that neither allows nor denies",
		edit: securityRule("some", `"priority": 200, "protocol": "Tcp", "sourceAddressPrefix": "10.1.0.0/24", "destinationPortRange": "22", `+strings.Replace(anySource, "Allow", "allow", 1)),
		want: []string{
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: access "allow"; want Allow or Deny`,
		},
	},
	{
		name: "rule for a port that is none and a tag",
		edit: securityRule("some", `"priority": 200, "protocol": "Tcp", "sourceAddressPrefixes": ["Internet", "10.1.0.0/33"], "destinationPortRanges": ["22-21", "ssh"], `+anySource),
		want: []string{
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: "10.1.0.0/33" is not an address range; want one like 10.1.0.0/16`,
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: port "22-21"; want a number, two joined by - or *`,
			`eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: port "ssh"; want a number, two joined by - or *`,
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg some: source Internet; want address ranges, AzureLoadBalancer or *",
		},
	},
}
