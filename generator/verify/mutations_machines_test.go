package verify_test

import "strings"

// assign changes a line of a machine's prelude.
func assign(machine, old, new string) edit {
	return swapAfter(template, `"`+machine+`/bootstrap"`, old, new)
}

const (
	m0  = "customers-eastus-m0"
	m1  = "customers-eastus-m1"
	cp0 = "customers-eastus-cp0"
)

var machineMutations = []mutation{
	{
		name: "machine without an interface of the template",
		edit: swapAfter(template, "\"networkProfile\": {\n", `'customers-eastus-cp0-nic'`, `'customers-eastus-cp0-card'`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap API_ADDRESS: is "10.1.127.250"; want "invalid"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap CONTROL_PLANE_ADDRESSES: is "10.1.127.250"; want "invalid IP"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap API_ADDRESS: is "10.1.127.250"; want "invalid"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap CONTROL_PLANE_ADDRESSES: is "10.1.127.250"; want "invalid IP"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap API_ADDRESS: is "10.1.127.250"; want "invalid"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap CONTROL_PLANE_ADDRESSES: is "10.1.127.250"; want "invalid IP"`,
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-cp0: want one network interface of this template",
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-cp0 properties.networkProfile.networkInterfaces[0].id: refers to Microsoft.Network/networkInterfaces/customers-eastus-cp0-card, which is not in this template",
		},
	},
	{
		name: "machine that runs another script",
		edit: assign(m1, `variables('nodeScript')`, `'exit 0'`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap: does not run the node script, variable nodeScript",
		},
	},
	{
		name: "computer under another name",
		edit: swapAfter(template, `"computerName": "customers-eastus-m0"`, `"computerName": "customers-eastus-m1"`, `"computerName": "m1"`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m1: computer name m1; want the machine's name, which is its node's, too",
		},
	},
	{
		name: "two machines of one number",
		edit: assign(m1, `INDEX=''1''`, `INDEX=''0''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap INDEX: member 0 is that of customers-eastus-m0, too",
		},
	},
	{
		name: "machine of no number",
		edit: assign(m1, `INDEX=''1''`, `INDEX=''one''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap INDEX: is "one"; want a number from 0 to 2, as there are 3 of role member`,
		},
	},
	{
		name: "control planes with a gap",
		ring: "zones",
		edit: assign("customers-eastus-cp2", `INDEX=''2''`, `INDEX=''3''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp2/bootstrap INDEX: is "3"; want a number from 0 to 2, as there are 3 of role controlplane`,
		},
	},
	{
		name: "script that is not base64",
		edit: assign(m1, `[base64(concat(`, `[concat('!', concat(`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap properties.protectedSettings.script: is not base64",
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap INDEX: is "2"; want a number from 0 to 1, as there are 2 of role member`,
		},
	},
	{
		name: "script for another shell",
		edit: assign(m1, `#!/bin/sh`, `#!/bin/bash`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap properties.protectedSettings.script: want it to begin with #!/bin/sh",
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap INDEX: is "2"; want a number from 0 to 1, as there are 2 of role member`,
		},
	},
	{
		name: "value that ends its quotes",
		edit: assign(m1, `PACKAGE_MIRROR=''''`, `PACKAGE_MIRROR=''x'' y''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap properties.protectedSettings.script: the value of PACKAGE_MIRROR holds a quote, which ends it",
		},
	},
	{
		name: "line twice",
		edit: assign(m1, `PACKAGE_MIRROR=''''`, `INDEX=''1''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap properties.protectedSettings.script: sets INDEX twice",
		},
	},
	{
		name: "node under another name",
		edit: assign(m1, `NODE_NAME=''customers-eastus-m1''`, `NODE_NAME=''customers-eastus-m0''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap NODE_NAME: is "customers-eastus-m0"; want "customers-eastus-m1"`,
		},
	},
	{
		name: "node at another address",
		edit: assign(m1, `NODE_ADDRESS=''10.1.0.64''`, `NODE_ADDRESS=''10.1.0.65''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap NODE_ADDRESS: is "10.1.0.65"; want "10.1.0.64"`,
		},
	},
	{
		name: "other subnet, location, cluster and racks",
		edit: all(assign(m1, `NODE_SUBNET=''10.1.0.0/17''`, `NODE_SUBNET=''10.1.0.0/16''`), assign(m1, `LOCATION=''eastus''`, `LOCATION=''eastus2''`),
			assign(m1, `CLUSTER_NAME=''customers-eastus''`, `CLUSTER_NAME=''customers''`), assign(m1, `RACKS=''faultDomain''`, `RACKS=''faultdomain''`)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap CLUSTER_NAME: is "customers"; want "customers-eastus"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap LOCATION: is "eastus2"; want "eastus"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap NODE_SUBNET: is "10.1.0.0/16"; want "10.1.0.0/17"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RACKS: is "faultdomain"; want "faultDomain"`,
		},
	},
	{
		name: "other services and DNS",
		edit: all(assign(m1, `SERVICE_CIDR=''10.0.0.0/16''`, `SERVICE_CIDR=''10.96.0.0/12''`), assign(m1, `DNS_ADDRESS=''10.0.0.10''`, `DNS_ADDRESS=''10.96.0.10''`)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap DNS_ADDRESS: is "10.96.0.10"; want "10.0.0.10"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap SERVICE_CIDR: is "10.96.0.0/12"; want "10.0.0.0/16"`,
		},
	},
	{
		name: "peer's network forgotten",
		edit: assign(m1, `RING_CIDRS=''10.1.0.0/16 10.2.0.0/16''`, `RING_CIDRS=''10.1.0.0/16''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RING_CIDRS: is "10.1.0.0/16"; want "10.1.0.0/16 10.2.0.0/16"`,
		},
	},
	{
		name: "API server under another name",
		edit: assign(m1, `API_HOST=''customers-eastus-3f9a1c.`, `API_HOST=''customers-eastus.`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap API_HOST: is "customers-eastus.eastus.cloudapp.azure.com"; want "customers-eastus-3f9a1c.eastus.cloudapp.azure.com"`,
		},
	},
	{
		name: "control plane that looks for itself behind the frontend",
		ring: "zones",
		edit: assign("customers-eastus-cp1", `API_ADDRESS=''10.1.127.250''`, `API_ADDRESS=''10.1.127.200''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp1/bootstrap API_ADDRESS: is "10.1.127.200"; want "10.1.127.250"`,
		},
	},
	{
		name: "member that looks past the frontend",
		ring: "zones",
		edit: assign(m0, `API_ADDRESS=''10.1.127.200''`, `API_ADDRESS=''10.1.127.250''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap API_ADDRESS: is "10.1.127.250"; want "10.1.127.200"`,
		},
	},
	{
		name: "control planes and frontend at other addresses",
		ring: "zones",
		edit: all(assign(m0, `CONTROL_PLANE_ADDRESSES=''10.1.127.250 10.1.127.251 10.1.127.252''`, `CONTROL_PLANE_ADDRESSES=''10.1.127.250 10.1.127.251''`),
			assign(m0, `API_FRONTEND=''10.1.127.200''`, `API_FRONTEND=''''`)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap API_FRONTEND: is ""; want "10.1.127.200"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap CONTROL_PLANE_ADDRESSES: is "10.1.127.250 10.1.127.251"; want "10.1.127.250 10.1.127.251 10.1.127.252"`,
		},
	},
	{
		name: "machine without addresses for pods",
		edit: func(files map[string][]byte) error {
			text := string(files[template])
			i := strings.Index(text, `{ "name": "pod-10-1-0-66"`)
			j := strings.Index(text[i:], "]\n")
			start := strings.LastIndex(text[:i], ",")
			files[template] = []byte(text[:start] + text[i+j:])
			return nil
		},
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m1-nic: has no addresses for pods",
		},
	},
	{
		name: "hole in a block",
		edit: swapAfter(template, `"customers-eastus-m1-nic",`, `"10.1.0.80"`, `"10.1.0.9"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m1-nic: address 10.1.0.9 follows 10.1.0.79; want 10.1.0.80: a node's pods have one block",
		},
	},
	{
		name: "block that is none",
		edit: assign(m1, `POD_BLOCK=''10.1.0.64/27''`, `POD_BLOCK=''10.1.0.65/27''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_BLOCK: 10.1.0.65/27 has host bits set; did you mean 10.1.0.64/27?",
		},
	},
	{
		name: "block of the neighbour",
		edit: assign(m1, `POD_BLOCK=''10.1.0.64/27''`, `POD_BLOCK=''10.1.0.96/27''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_BLOCK: 10.1.0.96/27 holds the address of customers-eastus-m2",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_BLOCK: is 10.1.0.96/27; want the block whose third to last address are 10.1.0.66 to 10.1.0.95 and, on a member, whose first is 10.1.0.64",
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_GATEWAY: is "10.1.0.65"; want "10.1.0.97"`,
		},
	},
	{
		name: "pods' first, last and number",
		edit: all(assign(m1, `POD_FIRST=''10.1.0.66''`, `POD_FIRST=''10.1.0.65''`), assign(m1, `POD_LAST=''10.1.0.95''`, `POD_LAST=''10.1.0.96''`), assign(m1, `MAX_PODS=''30''`, `MAX_PODS=''110''`)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap MAX_PODS: is "110"; want "30"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_FIRST: is "10.1.0.65"; want "10.1.0.66"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap POD_LAST: is "10.1.0.96"; want "10.1.0.95"`,
		},
	},
	{
		name: "member outside every load balancer but in a pool",
		edit: swapAfter(template, `"customers-eastus-m0-nic",`, `"privateIPAddress": "10.1.0.32",`, `"privateIPAddress": "10.1.0.32", "loadBalancerBackendAddressPools":
			[{"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'customers-eastus-api', 'api-server')]"}],`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m0-nic: is in a load balancer's pool; want control planes only there",
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-m0-nic: refers to loadBalancers customers-eastus-api but does not depend on it",
		},
	},
	{
		name: "control plane in one pool of two",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-cp1-nic",`, `[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'customers-eastus-api-internal', 'api-server')]`,
			`[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'customers-eastus-api', 'api-server')]`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkInterfaces customers-eastus-cp1-nic: is not in every load balancer's pool, as a control plane is",
		},
	},
	{
		name: "member with a control plane's key, and without the token",
		edit: assign(m1, `JOIN_TOKEN_B64=''', base64(parameters('joinToken'))`, `CLUSTER_CA_KEY_B64=''', base64(parameters('clusterCaKey'))`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap CLUSTER_CA_KEY_B64: is given to a member; want it on control planes only",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap JOIN_TOKEN_B64: want base64(parameters('joinToken'))",
		},
	},
	{
		name: "control plane with another key",
		edit: assign(cp0, `CLUSTER_CA_KEY_B64=''', base64(parameters('clusterCaKey'))`, `CLUSTER_CA_KEY_B64=''', base64(parameters('etcdCaKey'))`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap CLUSTER_CA_KEY_B64: want base64(parameters('clusterCaKey'))",
			"eastus/azure/azuredeploy.json: parameter clusterCaKey: is used nowhere",
		},
	},
	{
		name: "role that there is not",
		edit: assign(m1, `ROLE=''member''`, `ROLE=''worker''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap DATA_DISK_LUN: is "0" with 1 data disks; want none but on members`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap INDEX: is "1"; want a number from 0 to 0, as there are 1 of role worker`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap ROLE: is "worker"; want "controlplane" or "member"`,
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap INDEX: is "2"; want a number from 0 to 1, as there are 2 of role member`,
		},
	},
	{
		name: "disk under another LUN",
		edit: swapAfter(template, `"customers-eastus-m1",`, `"lun": 0`, `"lun": 1`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap DATA_DISK_LUN: is "0"; want the LUN of the machine's only data disk`,
		},
	},
	{
		name: "disk of the neighbour",
		edit: swapAfter(template, `"dataDisks"`, `"managedDisk": { "id": "[resourceId('Microsoft.Compute/disks', 'customers-eastus-m0-data')]" }`,
			`"managedDisk": { "id": "[resourceId('Microsoft.Compute/disks', 'customers-eastus-m1-data')]" }`),
		want: []string{
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m0: refers to disks customers-eastus-m1-data but does not depend on it",
			"eastus/azure/azuredeploy.json: virtualMachines customers-eastus-m1: has the disk customers-eastus-m1-data, which customers-eastus-m0 has, too",
		},
	},
	{
		name: "disk in another zone",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-m4-data",`, `"zones": ["2"]`, `"zones": ["3"]`),
		want: []string{
			`eastus/azure/azuredeploy.json: disks customers-eastus-m4-data: zones ["3"]; want those of its machine, ["2"]`,
		},
	},
	{
		name: "control plane that formats a disk",
		edit: assign(cp0, `DATA_DISK_LUN=''''`, `DATA_DISK_LUN=''0''`),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap DATA_DISK_LUN: is "0" with 0 data disks; want none but on members`,
		},
	},
	{
		name: "data at the mount itself",
		edit: all(assign(m1, `DATA_DIRECTORY=''/var/lib/ringwright/disk/cassandra''`, `DATA_DIRECTORY=''/var/lib/ringwright/disk''`),
			swapAfter(storage, `name: customers-eastus-m1`, `path: /var/lib/ringwright/disk/cassandra`, `path: /var/lib/ringwright/disk`)),
		want: []string{
			`eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap DATA_DIRECTORY: is "/var/lib/ringwright/disk"; want a directory below DATA_MOUNT, "/var/lib/ringwright/disk"`,
		},
	},
}
