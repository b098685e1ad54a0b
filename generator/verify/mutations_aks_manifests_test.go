package verify_test

// managedManifestMutations are faults in the manifests of a region on AKS.
var managedManifestMutations = []mutation{
	{
		name: "disks that change their zone",
		ring: "aks",
		edit: swap(storage, `skuName: Premium_LRS`, `skuName: Premium_ZRS`),
		want: []string{
			`eastus/10-storage.yaml: StorageClass customers-eastus-disks parameters: skuName "Premium_ZRS"; want Premium_LRS or PremiumV2_LRS: a disk that stays in its zone`,
		},
	},
	{
		name: "disks that are cached",
		ring: "aks",
		edit: swap(storage, `cachingMode: None`, `cachingMode: ReadWrite`),
		want: []string{
			`eastus/10-storage.yaml: StorageClass customers-eastus-disks parameters: cachingMode "ReadWrite"; want None`,
		},
	},
	{
		name: "disks of somebody else",
		ring: "aks",
		edit: swap(storage, `provisioner: disk.csi.azure.com`, `provisioner: file.csi.azure.com`),
		want: []string{
			"eastus/10-storage.yaml: StorageClass customers-eastus-disks: provisioner file.csi.azure.com; want disk.csi.azure.com",
		},
	},
	{
		name: "disks before the node is known",
		ring: "aks",
		edit: swap(storage, `WaitForFirstConsumer`, `Immediate`),
		want: []string{
			"eastus/10-storage.yaml: StorageClass customers-eastus-disks: want volumeBindingMode WaitForFirstConsumer: the pod's node decides about its disk's zone",
		},
	},
	{
		name: "disks that go with their claim",
		ring: "aks",
		edit: swap(storage, `reclaimPolicy: Retain`, `reclaimPolicy: Delete`),
		want: []string{
			"eastus/10-storage.yaml: StorageClass customers-eastus-disks: want reclaimPolicy Retain: a disk outlives its claim",
		},
	},
	{
		name: "no class of disks",
		ring: "aks",
		edit: drop(storage),
		want: []string{
			"eastus/*.yaml: 0 StorageClasses and 0 PersistentVolumes; want one class, of which Azure makes the volumes",
		},
	},
	{
		name: "balancer in public",
		ring: "aks",
		edit: swap(peerDNS, `azure-load-balancer-internal: "true"`, `azure-load-balancer-internal: "false"`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns metadata.annotations: want service.beta.kubernetes.io/azure-load-balancer-internal "true": the cluster's DNS is nobody else's`,
		},
	},
	{
		name: "balancer in the subnet of the nodes",
		ring: "aks",
		edit: swap(peerDNS, `internal-subnet: frontends`, `internal-subnet: nodes`),
		want: []string{
			"eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns metadata.annotations: want service.beta.kubernetes.io/azure-load-balancer-internal-subnet frontends",
		},
	},
	{
		name: "balancer at an address that Azure keeps",
		ring: "aks",
		edit: swap(peerDNS, `10.1.129.36`, `10.1.129.35`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns metadata.annotations: service.beta.kubernetes.io/azure-load-balancer-ipv4 "10.1.129.35"; want an address of subnet frontends that Azure does not keep`,
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer eastus: dns 10.1.129.36:53; want 10.1.129.35:53, the address of its balancer",
		},
	},
	{
		name: "balancer at any address",
		ring: "aks",
		edit: swap(peerDNS, "\n    service.beta.kubernetes.io/azure-load-balancer-ipv4: \"10.1.129.36\"", ``),
		want: []string{
			`eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns metadata.annotations: service.beta.kubernetes.io/azure-load-balancer-ipv4 ""; want an address of subnet frontends that Azure does not keep`,
		},
	},
	{
		name: "balancer by the name of all",
		ring: "aks",
		edit: swap(peerDNS, `name: customers-eastus-peer-dns`, `name: ringwright-peer-dns`),
		want: []string{
			"eastus/20-peer-dns.yaml: Service ringwright-peer-dns: want a name that begins with customers-eastus-: applied to another cluster it would move that one's balancer",
		},
	},
	{
		name: "balancer for one protocol",
		ring: "aks",
		edit: swap(peerDNS, `protocol: UDP`, `protocol: TCP`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns spec.ports: LoadBalancer ["TCP 53 to 53" "TCP 53 to 53"]; want a LoadBalancer with ["TCP 53 to 53" "UDP 53 to 53"]`,
		},
	},
	{
		name: "balancer that some pods do not reach",
		ring: "aks",
		edit: swap(peerDNS, `type: LoadBalancer`, "type: LoadBalancer\n  externalTrafficPolicy: Local"),
		want: []string{
			"eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns spec.externalTrafficPolicy: want Cluster: with Local some pods do not reach a balancer inside the VNet",
		},
	},
	{
		name: "balancer in front of somebody else",
		ring: "aks",
		edit: swap(peerDNS, `k8s-app: kube-dns`, `k8s-app: other-dns`),
		want: []string{
			"eastus/20-peer-dns.yaml: Service customers-eastus-peer-dns spec.selector: want k8s-app=kube-dns, the cluster's DNS",
		},
	},
	{
		name: "peers ask elsewhere than the balancer",
		ring: "aks",
		edit: swap(otherConf, `10.1.129.36:53`, `10.1.129.37:53`),
		want: []string{
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer eastus: dns 10.1.129.37:53; want 10.1.129.36:53, the address of its balancer",
		},
	},
	{
		name: "no policy",
		ring: "aks",
		edit: drop(policy),
		want: []string{
			"eastus/*.yaml: 0 NetworkPolicies; want 1",
		},
	},
	{
		name: "policy that nothing enforces",
		edit: put("eastus/55-networkpolicy.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: cassandra, namespace: customers-eastus }\nspec: { podSelector: {} }\n"),
		want: []string{
			"eastus/*.yaml: 1 NetworkPolicies; want 0",
		},
	},
	{
		name: "policy of other pods",
		ring: "aks",
		edit: swapAfter(policy, "podSelector:", `app.kubernetes.io/name: cassandra`, `app.kubernetes.io/name: other`),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.podSelector: does not select the pods of cassandra-1",
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.podSelector: does not select the pods of cassandra-2",
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.podSelector: does not select the pods of cassandra-3",
		},
	},
	{
		name: "policy about what members reach",
		ring: "aks",
		edit: swap(policy, `[Ingress]`, `[Ingress, Egress]`),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.policyTypes: want Ingress only: members ask the metadata service and every peer",
		},
	},
	{
		name: "policy without a peer",
		ring: "aks",
		edit: swap(policy, "\n        - ipBlock:\n            cidr: \"10.2.0.0/16\"", ``),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: 10.2.0.0/16 is missing; want every range of the ring",
		},
	},
	{
		name: "policy for strangers",
		ring: "aks",
		edit: swap(policy, `"10.2.0.0/16"`, `"0.0.0.0/0"`),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: 0.0.0.0/0 is no range of the ring",
		},
	},
	{
		name: "policy for pods of the cluster",
		ring: "aks",
		edit: swap(policy, "- ipBlock:\n            cidr: \"10.2.0.0/16\"", "- podSelector: {}"),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: want ranges only: peers are in no namespace of this cluster",
		},
	},
	{
		name: "policy for a range that is none",
		ring: "aks",
		edit: swap(policy, `"10.2.0.0/16"`, `"10.2.0.1/16"`),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: 10.2.0.1/16 has host bits set; did you mean 10.2.0.0/16?",
		},
	},
	{
		name: "policy without the agent's port",
		ring: "aks",
		edit: swap(policy, "\n        - protocol: TCP\n          port: 8089", ``),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: ports TCP 7000, TCP 7001, TCP 9042; want TCP 7000, TCP 7001, TCP 8089, TCP 9042",
		},
	},
	{
		name: "policy of a range of ports",
		ring: "aks",
		edit: swap(policy, "port: 8089", "port: 8089\n          endPort: 9000"),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: ports TCP 7000, TCP 7001, TCP 9042; want TCP 7000, TCP 7001, TCP 8089, TCP 9042",
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: want a protocol and one port for each",
		},
	},
	{
		name: "policy of two rules",
		ring: "aks",
		edit: swap(policy, "ingress:\n", "ingress:\n    - {}\n"),
		want: []string{
			"eastus/55-networkpolicy.yaml: NetworkPolicy cassandra spec.ingress: 2 rules; want one",
		},
	},
	{
		name: "member on anybody's node",
		ring: "aks",
		edit: swap(member, "nodeSelector:\n        ringwright/rack: rack-1", "nodeSelector:\n        ringwright/rack: rack-2"),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.template.spec.nodeSelector: want ringwright/rack rack-1, the nodes of pool cass1",
		},
	},
	{
		name: "member that its node keeps off",
		ring: "aks",
		edit: swap(member, `value: dc-eastus`, `value: dc-westus`),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.template.spec.tolerations: want one of ringwright/datacenter=dc-eastus:NoSchedule, the taint of pool cass1",
		},
	},
	{
		name: "member that goes anywhere",
		ring: "aks",
		edit: swap(member, "tolerations:\n", "tolerations:\n        - operator: Exists\n"),
		want: []string{
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.template.spec.tolerations: 2; want that of the pool's taint only",
		},
	},
	{
		name: "more members than nodes",
		ring: "aks",
		edit: swap(member, `replicas: 2`, `replicas: 3`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: members 6; want 7, the replicas of all StatefulSets",
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 spec.replicas: 3; want 2, the nodes of pool cass1",
		},
	},
	{
		name: "rack of a zone without pool",
		ring: "aks",
		edit: all(swapAll(member, `rack-1`, `rack-7`), swapAll(member, `eastus-1`, `eastus-7`), swapAll(member, `cassandra-1`, `cassandra-7`)),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-1-0; there is no such pod",
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-7: no pool of the template is in zone 7",
		},
	},
}
