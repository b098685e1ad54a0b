package verify_test

// The files that are changed most, in the ring of hybrid.
const (
	there         = "frankfurt/30-settings.yaml"
	thereSet      = "frankfurt/60-cassandra-a.yaml"
	thereServices = "frankfurt/40-services.yaml"
)

var existingMutations = []mutation{
	{
		name: "template for a cluster that exists", ring: "hybrid",
		edit: put("frankfurt/azure/azuredeploy.json", "{}"),
		want: []string{
			"frankfurt/azure/azuredeploy.json: is there; want nothing deployed, as the cluster exists",
		},
	},
	{
		name: "link forgotten", ring: "hybrid",
		edit: swap(template, `[parameters('officeSharedKey')]`, `[parameters('frankfurtSharedKey')]`),
		want: []string{
			"eastus/azure/azuredeploy.json: has no connection to office",
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-office: is the second connection to frankfurt, after customers-eastus-to-frankfurt",
			"eastus/azure/azuredeploy.json: parameter officeSharedKey: is used nowhere",
		},
	},
	{
		name: "link to a peer's gateway", ring: "hybrid",
		edit: swap(template, `"gatewayIpAddress": "203.0.113.7"`, `"gatewayIpAddress": "203.0.113.8"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-frankfurt: leads to 203.0.113.8; want the gateway of frankfurt, 203.0.113.7",
		},
	},
	{
		name: "ranges behind a link cut short", ring: "link",
		edit: swapAfter(template, `localNetworkGateways",`, `"10.40.0.0/16"`, `"10.40.0.0/17"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-office: ranges 10.40.0.0/17; want those behind office, 10.40.0.0/16",
		},
	},
	{
		name: "condition at a link", ring: "hybrid",
		edit: swapAfter(template, `"name": "customers-eastus-to-office",`, `"location"`, `"condition": "[not(empty(parameters('southcentralusGatewayIp')))]", "location"`),
		want: []string{
			"eastus/azure/azuredeploy.json: localNetworkGateways customers-eastus-to-office: is not deployed without a peer's address; want no condition",
		},
	},
	{
		name: "no policy at a link", ring: "link",
		edit: swap(template, `"connectionType": "IPsec"`, `"connectionType": "ExpressRoute"`),
		want: []string{
			"eastus/azure/azuredeploy.json: connections customers-eastus-to-office: want an IPsec connection with one policy written out",
		},
	},
	{
		name: "pods of an existing cluster shut out", ring: "hybrid",
		edit: swapAfter(template, `"peers-cassandra"`, `"10.30.0.0/16", `, ``),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.30.0.0, a network that a link leads to, does not reach tcp 7000, 7001, 8089, 9042",
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg: 10.30.64.0, a pod of frankfurt, does not reach tcp 7000, 7001, 8089, 9042",
		},
	},
	{
		name: "sources that overlap", ring: "hybrid",
		edit: swapAfter(template, `"peers-icmp"`, `"10.30.0.0/16"`, `"10.30.0.0/16", "10.30.64.0/18"`),
		want: []string{
			"eastus/azure/azuredeploy.json: networkSecurityGroups customers-eastus-nsg peers-icmp: source 10.30.64.0/18 overlaps 10.30.0.0/16; Azure takes no such rule",
		},
	},
	{
		name: "members masked on their way through a link", ring: "link",
		edit: swapAll(template, `RING_CIDRS=''10.1.0.0/16 10.40.0.0/16''`, `RING_CIDRS=''10.1.0.0/16''`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap RING_CIDRS: is \"10.1.0.0/16\"; want \"10.1.0.0/16 10.40.0.0/16\"",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap RING_CIDRS: is \"10.1.0.0/16\"; want \"10.1.0.0/16 10.40.0.0/16\"",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap RING_CIDRS: is \"10.1.0.0/16\"; want \"10.1.0.0/16 10.40.0.0/16\"",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap RING_CIDRS: is \"10.1.0.0/16\"; want \"10.1.0.0/16 10.40.0.0/16\"",
		},
	},
	{
		name: "a cluster's DNS guessed", ring: "hybrid",
		edit: swap(there, "10.30.1.53:53", "10.30.2.53:53"),
		want: []string{
			"frankfurt/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: dns \"10.30.0.53:53 10.30.2.53:53\"; want \"10.30.0.53:53 10.30.1.53:53\"",
		},
	},
	{
		name: "a peer's DNS guessed", ring: "hybrid",
		edit: swap("eastus/30-settings.yaml", "10.30.1.53:53", "10.30.2.53:53"),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer frankfurt: dns 10.30.0.53:53 10.30.2.53:53; want 10.30.0.53:53 10.30.1.53:53, as the spec has it",
		},
	},
	{
		name: "another class than asked for", ring: "hybrid",
		edit: swap(thereSet, "storageClassName: fast", "storageClassName: slow"),
		want: []string{
			"frankfurt/60-cassandra-a.yaml: StatefulSet cassandra-a volumeClaimTemplate data: want storageClassName fast",
		},
	},
	{
		name: "a class of our own in a cluster that exists", ring: "hybrid",
		edit: appendTo(thereServices, "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: customers-frankfurt-fast\nprovisioner: example.com/disk\n"),
		want: []string{
			"frankfurt/40-services.yaml: StorageClass customers-frankfurt-fast: is there; want none in a cluster that exists",
		},
	},
	{
		name: "a volume of our own in a cluster that exists", ring: "hybrid",
		edit: appendTo(thereServices, "---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: customers-frankfurt-one\nspec:\n  hostPath:\n    path: /data\n"),
		want: []string{
			"frankfurt/40-services.yaml: PersistentVolume customers-frankfurt-one: is there; want none in a cluster that exists",
		},
	},
	{
		name: "a service in kube-system of a cluster that exists", ring: "hybrid",
		edit: appendTo(thereServices, "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: ringwright-peer-dns\n  namespace: kube-system\nspec:\n  type: NodePort\n  selector:\n    k8s-app: kube-dns\n  ports:\n    - { name: dns, protocol: UDP, port: 53, targetPort: 53, nodePort: 30053 }\n    - { name: dns-tcp, protocol: TCP, port: 53, targetPort: 53, nodePort: 30053 }\n"),
		want: []string{
			"frankfurt/*.yaml: 1 services in kube-system; want 0, the peers' way to the cluster's DNS",
		},
	},
	{
		name: "one way to write a zone", ring: "hybrid",
		edit: swap(thereSet, "[frankfurt-a,frankfurta]", "[frankfurt-a]"),
		want: []string{
			"frankfurt/60-cassandra-a.yaml: StatefulSet cassandra-a spec.template.spec.affinity: topology.kubernetes.io/zone frankfurt-a; want frankfurt-a or frankfurta, as cassandra-a is called",
		},
	},
	{
		name: "fault domains of an existing cluster as zones", ring: "elsewhere",
		edit: swap("eu-west-1/60-cassandra-0.yaml", "[eu-west-1-fd0]", "[eu-west-1-0]"),
		want: []string{
			"eu-west-1/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: topology.kubernetes.io/zone eu-west-1-0; want eu-west-1-fd0, as cassandra-0 is called",
		},
	},
	{
		name: "racks of an existing cluster told otherwise", ring: "hybrid",
		edit: swap(there, "racks: zone", "racks: faultDomain"),
		want: []string{
			"frankfurt/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: racks \"faultDomain\"; want \"zone\"",
		},
	},
	{
		name: "founder of an existing cluster that is not there", ring: "hybrid",
		edit: swap(there, "founder: none", "founder: cassandra-a-0"),
		want: []string{
			"frankfurt/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-a-0; another region has a founder, too: want one at most",
			"frankfurt/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-a-0; want none, as the spec says eastus",
		},
	},
}
