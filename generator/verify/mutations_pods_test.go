package verify_test

var podMutations = []mutation{
	{
		name: "no replicas",
		edit: swap(set, "  replicas: 1\n", ""),
		want: []string{
			"eastus/*.yaml: 2 replicas of all StatefulSets; want 3, the member machines of the template",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-0-0; there is no such pod",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: members 3; want 2, the replicas of all StatefulSets",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.replicas: want the rack's members",
		},
	},
	{
		name: "a replica too many",
		edit: swap(set, "replicas: 1", "replicas: 2"),
		want: []string{
			"eastus/*.yaml: 4 replicas of all StatefulSets; want 3, the member machines of the template",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: members 3; want 4, the replicas of all StatefulSets",
		},
	},
	{
		name: "no members at all",
		ring: "one",
		edit: all(drop(set), drop("eastus/60-cassandra-1.yaml"), drop("eastus/60-cassandra-2.yaml")),
		want: []string{
			"eastus/*.yaml: 0 replicas of all StatefulSets; want 3, the member machines of the template",
			"eastus/*.yaml: no StatefulSet; want one for each rack",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-0-0; there is no such pod",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: members 3; want 0, the replicas of all StatefulSets",
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: seedsService "cassandra-seeds.customers-eastus.svc.cluster.local"; want ""`,
		},
	},
	{
		name: "set that does not select its pods",
		edit: swapAfter(set, `matchLabels:`, `ringwright/rack: rack-0`, `ringwright/rack: rack-1`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.selector: does not select the pods of its template",
		},
	},
	{
		name: "set that selects other racks' pods",
		edit: swapAfter(set, `matchLabels:`, "\n      ringwright/rack: rack-0", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.selector: selects the pods of cassandra-1, too",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.selector: selects the pods of cassandra-2, too",
		},
	},
	{
		name: "set that restarts its pods",
		edit: swap(set, `type: OnDelete`, `type: RollingUpdate`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.updateStrategy: want OnDelete: applying a manifest restarts nothing",
		},
	},
	{
		name: "pods one after another",
		edit: swap(set, `podManagementPolicy: Parallel`, `podManagementPolicy: OrderedReady`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.podManagementPolicy: want Parallel: a member that cannot start holds up no other",
		},
	},
	{
		name: "claims that go with their pods",
		edit: swap(set, `whenScaled: Retain`, `whenScaled: Delete`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.persistentVolumeClaimRetentionPolicy: want Retain, when deleted and when scaled",
		},
	},
	{
		name: "annotation that restarts on every change",
		edit: swap(set, `        ringwright/config:`, "        ringwright/settings: x\n        ringwright/config:"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.metadata.annotations: ringwright/settings; want ringwright/config only: a change here restarts members",
		},
	},
	{
		name: "no checksum",
		edit: swap(set, `ringwright/config:`, `ringwright/conf:`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.metadata.annotations: lacks ringwright/config, which tells who runs with an old configuration",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.metadata.annotations: ringwright/conf; want ringwright/config only: a change here restarts members",
		},
	},
	{
		name: "two members on one host",
		edit: swap(set, `topologyKey: kubernetes.io/hostname`, `topologyKey: topology.kubernetes.io/zone`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-0's pods",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-1's pods",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-2's pods",
		},
	},
	{
		name: "hosts apart within a rack only",
		edit: swapAfter(set, `topologyKey`, `app.kubernetes.io/instance: customers`, `ringwright/rack: rack-0`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-1's pods",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-2's pods",
		},
	},
	{
		name: "hosts apart where possible",
		edit: swapAfter(set, `podAntiAffinity:`, `requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app.kubernetes.io/name: cassandra
                  app.kubernetes.io/instance: customers`, `preferredDuringSchedulingIgnoredDuringExecution: []`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-0's pods",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-1's pods",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want a host other than those of cassandra-2's pods",
		},
	},
	{
		name: "no affinity",
		edit: swap(set, `affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - key: topology.kubernetes.io/zone
                    operator: In
                    values: [eastus-fd0]
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app.kubernetes.io/name: cassandra
                  app.kubernetes.io/instance: customers`, `affinity: {}`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want every member on a host of its own",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want the one value of topology.kubernetes.io/zone that is the rack's",
		},
	},
	{
		name: "rack in another fault domain",
		edit: swap(set, `eastus-fd0`, `eastus-fd1`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: topology.kubernetes.io/zone eastus-fd1; want eastus-fd0, as cassandra-0 is called",
		},
	},
	{
		name: "rack in a zone where there are fault domains",
		edit: swap(set, `eastus-fd0`, `eastus-1`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: no machine of the template can be in eastus-1",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: topology.kubernetes.io/zone eastus-1; want eastus-fd0, as cassandra-0 is called",
		},
	},
	{
		name: "rack by another label",
		edit: swap(set, `key: topology.kubernetes.io/zone`, `key: topology.kubernetes.io/region`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want the one value of topology.kubernetes.io/zone that is the rack's",
		},
	},
	{
		name: "rack anywhere but in its fault domain",
		edit: swap(set, `operator: In`, `operator: NotIn`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: want the one value of topology.kubernetes.io/zone that is the rack's",
		},
	},
	{
		name: "rack in one of two fault domains",
		edit: swap(set, `values: [eastus-fd0]`, `values: [eastus-fd0, eastus-fd1]`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.affinity: topology.kubernetes.io/zone eastus-fd0 or eastus-fd1; want eastus-fd0, as cassandra-0 is called",
		},
	},
	{
		name: "fewer fault domains than racks",
		edit: swapAfter(template, `"customers-eastus-members",`, `"platformFaultDomainCount": 3`, `"platformFaultDomainCount": 2`),
		want: []string{
			"eastus/60-cassandra-2.yaml: StatefulSet cassandra-2 spec.template.spec.affinity: no machine of the template can be in eastus-fd2",
		},
	},
	{
		name: "machine in another zone",
		ring: "zones",
		edit: swapAfter(template, `"customers-eastus-m4",`, `"zones": ["2"]`, `"zones": ["3"]`),
		want: []string{
			"eastus/60-cassandra-2.yaml: StatefulSet cassandra-2 spec.replicas: 2; want 1, the machines in eastus-2",
			"eastus/60-cassandra-3.yaml: StatefulSet cassandra-3 spec.replicas: 2; want 3, the machines in eastus-3",
			`eastus/azure/azuredeploy.json: disks customers-eastus-m4-data: zones ["2"]; want those of its machine, ["3"]`,
		},
	},
	{
		name: "pod with a token",
		edit: swap(set, `automountServiceAccountToken: false`, `automountServiceAccountToken: true`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec: want automountServiceAccountToken false",
		},
	},
	{
		name: "pod in the host's network",
		edit: swap(set, `enableServiceLinks: false`, `hostNetwork: true`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec: shares the host's network, processes or memory",
		},
	},
	{
		name: "pod as root",
		edit: swap(set, `runAsUser: 999`, `runAsUser: 0`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.securityContext: want runAsNonRoot, and 999 as runAsUser, runAsGroup and fsGroup",
		},
	},
	{
		name: "data of another group",
		edit: swap(set, "        fsGroup: 999\n", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.securityContext: want runAsNonRoot, and 999 as runAsUser, runAsGroup and fsGroup",
		},
	},
	{
		name: "pod with every system call",
		edit: swap(set, `type: RuntimeDefault`, `type: Unconfined`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec.securityContext: want the seccomp profile RuntimeDefault",
		},
	},
}
