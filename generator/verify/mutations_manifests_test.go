package verify_test

var manifestMutations = []mutation{
	{
		name: "no manifests",
		ring: "one",
		edit: all(drop("eastus/00-namespace.yaml"), drop(storage), drop(peerDNS), drop(config), drop(services), drop(budget),
			drop(set), drop("eastus/60-cassandra-1.yaml"), drop("eastus/60-cassandra-2.yaml")),
		want: []string{
			"eastus/*.yaml: no manifests; want those of the datacenter",
		},
	},
	{
		name: "manifest that is no YAML",
		edit: swap(budget, `spec:`, `spec: [`),
		want: []string{
			"eastus/50-poddisruptionbudget.yaml: yaml: line 14: did not find expected ',' or ']'",
		},
	},
	{
		name: "key twice",
		edit: swap(budget, `  maxUnavailable: 1`, "  maxUnavailable: 1\n  maxUnavailable: 1"),
		want: []string{
			`eastus/50-poddisruptionbudget.yaml: yaml: unmarshal errors: line 15: key "maxUnavailable" already set in map`,
		},
	},
	{
		name: "key in the wrong case",
		edit: swap(set, `serviceName:`, `servicename:`),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: seedsService "cassandra-seeds.customers-eastus.svc.cluster.local"; want ".customers-eastus.svc.cluster.local"`,
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: unknown field "spec.servicename"`,
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.serviceName: there is no service ",
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer eastus: seedsService cassandra-seeds.customers-eastus.svc.cluster.local; want .customers-eastus.svc.cluster.local",
		},
	},
	{
		name: "unknown key, deep down",
		edit: swap(set, `periodSeconds: 10`, `periodSecond: 10`),
		want: []string{
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: unknown field "spec.template.spec.initContainers[1].livenessProbe.periodSecond"`,
		},
	},
	{
		name: "number as a string",
		edit: swap(set, `replicas: 1`, `replicas: "1"`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32",
		},
	},
	{
		name: "quantity that is none",
		edit: swapAfter(set, `volumeClaimTemplates`, `512Gi`, `512Gii`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: unable to parse quantity's suffix",
		},
	},
	{
		name: "kind that is not for a datacenter",
		edit: swap(set, `apiVersion: apps/v1`, `apiVersion: apps/v1beta9`),
		want: []string{
			`eastus/60-cassandra-0.yaml: kind "StatefulSet" of "apps/v1beta9" is none that a datacenter has`,
		},
	},
	{
		name: "manifest of a list",
		edit: appendTo(budget, "---\n- 1\n"),
		want: []string{
			"eastus/50-poddisruptionbudget.yaml: want a mapping",
		},
	},
	{
		name: "object twice",
		edit: appendTo(config, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ringwright-settings\n  namespace: customers-eastus\n"),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings: is in eastus/30-settings.yaml, too",
		},
	},
	{
		name: "object in another namespace",
		edit: swap(budget, `namespace: customers-eastus`, `namespace: default`),
		want: []string{
			`eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget cassandra: namespace "default"; want customers-eastus`,
		},
	},
	{
		name: "namespace under another name",
		edit: swap("eastus/00-namespace.yaml", `name: customers-eastus`, `name: customers`),
		want: []string{
			"eastus/00-namespace.yaml: Namespace customers: want the name customers-eastus, which carries ring and region",
		},
	},
	{
		name: "no namespace",
		edit: drop("eastus/00-namespace.yaml"),
		want: []string{
			"eastus/*.yaml: 0 namespaces; want one",
		},
	},
	{
		name: "cluster-scoped object in a namespace, under a name of every ring",
		edit: swap(storage, "kind: PersistentVolume\nmetadata:\n  name: customers-eastus-m0", "kind: PersistentVolume\nmetadata:\n  namespace: customers-eastus\n  name: m0"),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume m0: namespace customers-eastus; a PersistentVolume has none",
			"eastus/10-storage.yaml: PersistentVolume m0: want a name that begins with customers-eastus-: it is the cluster's, not a namespace's",
		},
	},
	{
		name: "service that selects nothing",
		edit: swapAfter(services, "name: cassandra\n  namespace", `app.kubernetes.io/name: cassandra`+"\n    app.kubernetes.io/instance: customers\n  ports", `app.kubernetes.io/name: cassandre`+"\n    app.kubernetes.io/instance: customers\n  ports"),
		want: []string{
			"eastus/40-services.yaml: Service cassandra spec.selector: does not select the pods of cassandra-0",
			"eastus/40-services.yaml: Service cassandra spec.selector: does not select the pods of cassandra-1",
			"eastus/40-services.yaml: Service cassandra spec.selector: does not select the pods of cassandra-2",
		},
	},
	{
		name: "service of a port that nobody listens to",
		edit: swap(services, `port: 8089`, `port: 8090`),
		want: []string{
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-0 has the port 8090",
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-1 has the port 8090",
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-2 has the port 8090",
		},
	},
	{
		name: "service of a port by a wrong name",
		edit: swap(services, `port: 8089`, "port: 8089\n      targetPort: sidecar"),
		want: []string{
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-0 has the port sidecar",
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-1 has the port sidecar",
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-2 has the port sidecar",
		},
	},
	{
		name: "no DNS for the peers",
		edit: drop(peerDNS),
		want: []string{
			"eastus/*.yaml: 0 services in kube-system; want 1, the peers' way to the cluster's DNS",
		},
	},
	{
		name: "DNS for the peers of another deployment",
		edit: swap(peerDNS, `k8s-app: kube-dns`, `k8s-app: coredns`),
		want: []string{
			"eastus/20-peer-dns.yaml: Service ringwright-peer-dns spec.selector: want k8s-app=kube-dns, the cluster's DNS",
		},
	},
	{
		name: "DNS for the peers by UDP only",
		edit: swap(peerDNS, `protocol: TCP`, `protocol: SCTP`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service ringwright-peer-dns spec.ports: NodePort ["SCTP 53 to 53 at 30053" "UDP 53 to 53 at 30053"]; want a NodePort with ["TCP 53 to 53 at 30053" "UDP 53 to 53 at 30053"]`,
		},
	},
	{
		name: "DNS for the peers at another port",
		edit: swapAfter(peerDNS, `dns-tcp`, `30053`, `30054`),
		want: []string{
			`eastus/20-peer-dns.yaml: Service ringwright-peer-dns spec.ports: NodePort ["TCP 53 to 53 at 30054" "UDP 53 to 53 at 30053"]; want a NodePort with ["TCP 53 to 53 at 30053" "UDP 53 to 53 at 30053"]`,
		},
	},
	{
		name: "governing service that hides who starts",
		edit: swap(services, `publishNotReadyAddresses: true`, `publishNotReadyAddresses: false`),
		want: []string{
			"eastus/40-services.yaml: Service cassandra-seeds: governs cassandra-0; want clusterIP None and publishNotReadyAddresses",
			"eastus/40-services.yaml: Service cassandra-seeds: governs cassandra-1; want clusterIP None and publishNotReadyAddresses",
			"eastus/40-services.yaml: Service cassandra-seeds: governs cassandra-2; want clusterIP None and publishNotReadyAddresses",
		},
	},
	{
		name: "no governing service",
		edit: swap(set, `serviceName: cassandra-seeds`, `serviceName: cassandra-seed`),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: seedsService "cassandra-seeds.customers-eastus.svc.cluster.local"; want "cassandra-seed.customers-eastus.svc.cluster.local"`,
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.serviceName: there is no service cassandra-seed",
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer eastus: seedsService cassandra-seeds.customers-eastus.svc.cluster.local; want cassandra-seed.customers-eastus.svc.cluster.local",
		},
	},
	{
		name: "no budget",
		edit: drop(budget),
		want: []string{
			"eastus/*.yaml: 0 PodDisruptionBudgets; want one over the datacenter",
		},
	},
	{
		name: "budget of two",
		edit: swap(budget, `maxUnavailable: 1`, `maxUnavailable: 2`),
		want: []string{
			"eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget cassandra: want maxUnavailable 1 and no minAvailable",
		},
	},
	{
		name: "budget over nothing",
		edit: swapAfter(budget, `selector`, `app.kubernetes.io/instance: customers`, `app.kubernetes.io/instance: clients`),
		want: []string{
			"eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget cassandra spec.selector: does not select the pods of cassandra-0",
			"eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget cassandra spec.selector: does not select the pods of cassandra-1",
			"eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget cassandra spec.selector: does not select the pods of cassandra-2",
		},
	},
	{
		name: "no restart script",
		edit: drop("eastus/restart.sh"),
		want: []string{
			"eastus/restart.sh: is missing",
		},
	},
	{
		name: "restart script of another region",
		edit: swap("eastus/restart.sh", `namespace="customers-eastus"`, `namespace="customers-southcentralus"`),
		want: []string{
			"eastus/restart.sh: want it to work in namespace customers-eastus",
		},
	},
	{
		name: "no storage class",
		edit: swap(storage, "apiVersion: storage.k8s.io/v1\nkind: StorageClass", "apiVersion: v1\nkind: ConfigMap"),
		want: []string{
			"eastus/*.yaml: 0 StorageClasses; want one",
			`eastus/10-storage.yaml: ConfigMap customers-eastus-local: namespace ""; want customers-eastus`,
			`eastus/10-storage.yaml: ConfigMap customers-eastus-local: unknown field "provisioner"`,
			`eastus/10-storage.yaml: ConfigMap customers-eastus-local: unknown field "reclaimPolicy"`,
			`eastus/10-storage.yaml: ConfigMap customers-eastus-local: unknown field "volumeBindingMode"`,
		},
	},
	{
		name: "storage class that binds at once, with a provisioner",
		edit: all(swap(storage, `WaitForFirstConsumer`, `Immediate`), swap(storage, `kubernetes.io/no-provisioner`, `disk.csi.azure.com`)),
		want: []string{
			"eastus/10-storage.yaml: StorageClass customers-eastus-local: provisioner disk.csi.azure.com; want kubernetes.io/no-provisioner, as the volumes are there",
			"eastus/10-storage.yaml: StorageClass customers-eastus-local: want volumeBindingMode WaitForFirstConsumer: the pod's node decides about its volume",
		},
	},
	{
		name: "claim of another class",
		edit: swapAfter(set, `volumeClaimTemplates`, `storageClassName: customers-eastus-local`, `storageClassName: default`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 volumeClaimTemplate data: want storageClassName customers-eastus-local",
		},
	},
	{
		name: "volume on a machine that is no member",
		edit: swap(storage, `values: [customers-eastus-m1]`, `values: [customers-eastus-cp0]`),
		want: []string{
			"eastus/*.yaml: no PersistentVolume is on customers-eastus-m1",
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m1: want node affinity to the kubernetes.io/hostname of one member machine",
		},
	},
	{
		name: "volume without a node",
		edit: swap(storage, `key: kubernetes.io/hostname`, `key: kubernetes.io/os`),
		want: []string{
			"eastus/*.yaml: no PersistentVolume is on customers-eastus-m0",
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0: want node affinity to the kubernetes.io/hostname of one member machine",
		},
	},
	{
		name: "two volumes on one machine",
		edit: swap(storage, `values: [customers-eastus-m1]`, `values: [customers-eastus-m0]`),
		want: []string{
			"eastus/*.yaml: no PersistentVolume is on customers-eastus-m1",
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m1: is on customers-eastus-m0, where customers-eastus-m0 is",
		},
	},
	{
		name: "volume at the mount",
		edit: swap(storage, `path: /var/lib/ringwright/disk/cassandra`, `path: /var/lib/ringwright/disk`),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0 spec.local: want the path /var/lib/ringwright/disk/cassandra, DATA_DIRECTORY of customers-eastus-m0",
		},
	},
	{
		name: "volume that is deleted with its claim",
		edit: swap(storage, `persistentVolumeReclaimPolicy: Retain`, `persistentVolumeReclaimPolicy: Delete`),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0: want storageClassName customers-eastus-local and persistentVolumeReclaimPolicy Retain",
		},
	},
	{
		name: "volume smaller than the claim",
		edit: swap(storage, `512Gi`, `511Gi`),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0 spec.capacity: 511Gi; the claim is 512Gi",
		},
	},
	{
		name: "volume larger than the disk",
		edit: swapAfter(template, `"customers-eastus-m0-data",`, `"diskSizeGB": 512`, `"diskSizeGB": 256`),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0 spec.capacity: 512Gi; the disk of customers-eastus-m0 has 256 GiB",
		},
	},
}
