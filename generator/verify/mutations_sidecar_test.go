package verify_test

var sidecarMutations = []mutation{
	{
		name: "settings that the sidecar refuses",
		edit: all(swap(config, `members: 3`, `members: three`), swap(config, `heap: 4Gi`, `heap: 4G`)),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings: settings.yaml:25: heap: is "4G"; it takes a whole number of Mi or Gi, such as 4Gi or 512Mi`,
			"eastus/30-settings.yaml: ConfigMap ringwright-settings: settings.yaml:7: members: is a string; it takes a whole number, at least 1",
		},
	},
	{
		name: "key beside the settings",
		edit: swap(config, "\ndata:\n", "\ndata:\n  jvm.options: -Xmx1g\n"),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings jvm.options: want settings.yaml only",
		},
	},
	{
		name: "settings of another region",
		edit: all(swap(config, `region: eastus`, `region: eastus2`), swap(config, `location: eastus`, `location: eastus2`), swap(config, `racks: faultDomain`, `racks: zone`)),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: location "eastus2"; want "eastus"`,
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: racks "zone"; want "faultDomain"`,
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: region "eastus2"; want "eastus"`,
		},
	},
	{
		name: "other seeds and DNS",
		edit: all(swap(config, `seedsService: cassandra-seeds.customers-eastus.`, `seedsService: seeds.customers-eastus.`), swap(config, `"10.0.0.10:53"`, `"10.0.0.10:5353"`)),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: dns "10.0.0.10:5353"; want "10.0.0.10:53"`,
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: seedsService "seeds.customers-eastus.svc.cluster.local"; want "cassandra-seeds.customers-eastus.svc.cluster.local"`,
		},
	},
	{
		name: "fewer members than there are",
		edit: swap(config, `members: 3`, `members: 2`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: members 2; want 3, the replicas of all StatefulSets",
		},
	},
	{
		name: "founder that there is not",
		edit: swap(config, `founder: cassandra-0-0`, `founder: cassandra-0-1`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-0-1; there is no such pod",
		},
	},
	{
		name: "nobody founds",
		edit: swap(config, `founder: cassandra-0-0`, `founder: none`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder none; want a pod, as the spec has this region found the ring",
		},
	},
	{
		name: "two founders",
		edit: swap(otherConf, `founder: none`, `founder: cassandra-0-0`),
		want: []string{
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-0-0; another region has a founder, too: want one at most",
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: founder cassandra-0-0; want none, as the spec says eastus",
		},
	},
	{
		name: "another order",
		edit: swap(otherConf, "- dc-eastus\n      - dc-southcentralus", "- dc-southcentralus\n      - dc-eastus"),
		want: []string{
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: order dc-southcentralus, dc-eastus; eastus has dc-eastus, dc-southcentralus: want the same everywhere",
		},
	},
	{
		name: "another ring",
		edit: swap(otherConf, `ring: customers`, `ring: clients`),
		want: []string{
			`southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: ring "clients"; want "customers"`,
		},
	},
	{
		name: "peer under another datacenter",
		edit: all(swapAll(otherConf, `dc-eastus`, `dc-east`)),
		want: []string{
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: order dc-east, dc-southcentralus; eastus has dc-eastus, dc-southcentralus: want the same everywhere",
			"southcentralus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer eastus: datacenter dc-east; want dc-eastus",
		},
	},
	{
		name: "datacenter renamed everywhere but in the plan",
		edit: all(swapAll(otherConf, `dc-eastus`, `dc-east`), swapAll(config, `dc-eastus`, `dc-east`)),
		want: []string{
			`eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: datacenter "dc-east"; want "dc-eastus"`,
		},
	},
	{
		name: "peer's seeds under another name",
		edit: swap(config, `cassandra-seeds.customers-southcentralus.`, `cassandra-seeds.customers-eastus.`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentralus: seedsService cassandra-seeds.customers-eastus.svc.cluster.local; want cassandra-seeds.customers-southcentralus.svc.cluster.local",
		},
	},
	{
		name: "peer's DNS at a control plane, and at another port",
		edit: all(swap(config, `"10.2.0.32:30053"`, `"10.2.127.250:30053"`), swap(config, `"10.2.0.64:30053"`, `"10.2.0.64:53"`)),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentralus: dns 10.2.0.64:53; want the address of one of its members and port 30053",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentralus: dns 10.2.127.250:30053; want the address of one of its members and port 30053",
		},
	},
	{
		name: "peer that there is not",
		edit: swap(config, `region: southcentralus`, `region: southcentral`),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentral is no region of this ring",
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentralus is missing",
		},
	},
	{
		name: "sidecar started with a flag it does not know",
		edit: swap(set, `--image-conf=`, `--image-config=`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: 0 containers run run; want one",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: run: unknown flag: --image-config; it takes --settings, --image-conf, --conf, --data, --rack, --pod-name, --pod-ip, --labels, --listen",
		},
	},
	{
		name: "sidecar started by its arguments",
		edit: swap(set, "          command:\n            - /agent/ringwright-sidecar\n            - run", "          args:\n            - /agent/ringwright-sidecar\n            - run"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: 0 containers run run; want one",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: want the command line of the sidecar in command, and no args",
		},
	},
	{
		name: "name of the pod that nobody fills in",
		edit: swapAfter(set, `- name: agent`, `- name: POD_NAME`, `- name: POD`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: 0 containers run run; want one",
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --pod-name is "$(POD_NAME)", which Kubernetes fills in only where the container's env declares it; it takes the pod's name, such as cassandra-0-0`,
		},
	},
	{
		name: "rack of another set",
		edit: swapAll(set, `--rack=rack-0`, `--rack=rack-1`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: 0 containers run init; want one",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: 0 containers run run; want one",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --rack is rack-1, but pod cassandra-0-0 is of rack-0; it takes the rack of the pod's StatefulSet",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: --rack is rack-1, but pod cassandra-0-0 is of rack-0; it takes the rack of the pod's StatefulSet",
		},
	},
	{
		name: "installed where nobody looks",
		edit: swap(set, "- install\n            - /agent\n", "- install\n            - /bin\n"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install command: want to install into an emptyDir that is mounted",
		},
	},
	{
		name: "started from elsewhere",
		edit: swapAfter(set, `- name: agent`, `- /agent/ringwright-sidecar`, `- /usr/bin/ringwright-sidecar`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: /usr/bin/ringwright-sidecar is not where install puts it",
		},
	},
	{
		name: "init that becomes nothing",
		edit: swap(set, "            - \"--\"\n            - /opt/cassandra/bin/cassandra\n            - \"-f\"\n", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: init becomes []; want Cassandra by its path, in the foreground with -f",
		},
	},
	{
		name: "settings looked for under another name",
		edit: swap(set, `--settings=/etc/ringwright/settings/settings.yaml`, `--settings=/etc/ringwright/settings/settings.yml`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --settings /etc/ringwright/settings/settings.yml is no key of a mounted ConfigMap",
		},
	},
	{
		name: "labels looked for elsewhere",
		edit: swap(set, `--labels=/etc/ringwright/pod/labels`, `--labels=/etc/ringwright/pod/label`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --labels /etc/ringwright/pod/label is no file of the pod's labels",
		},
	},
	{
		name: "configuration written to what cannot be written",
		edit: swap(set, `--conf=/etc/ringwright/cassandra`, `--conf=/etc/ringwright/conf`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --conf /etc/ringwright/conf is in no emptyDir that can be written",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --conf /etc/ringwright/conf; want the same in env CASSANDRA_CONF, where Cassandra and its tools look",
		},
	},
	{
		name: "data beside the volume",
		edit: swap(set, `--data=/var/lib/cassandra`, `--data=/var/lib/cassandra/data`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --data /var/lib/cassandra/data is not where the claim is mounted",
		},
	},
	{
		name: "run and init with different flags",
		edit: swap(set, `--image-conf=/etc/cassandra`, `--image-conf=/var/log/cassandra`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
		},
	},
	{
		name: "image's configuration under a volume of its own",
		edit: swapAfter(set, `- name: cassandra`, `mountPath: /var/log/cassandra`, `mountPath: /etc/cassandra`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: --image-conf /etc/cassandra is hidden by a volume",
		},
	},
	{
		name: "agent at a port that nobody asks",
		edit: swap(set, `--listen=:8089`, `--listen=:8090`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0: init and run have different flags; want the same",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --listen :8090; want :8089, which security rules and peers count on",
		},
	},
	{
		name: "agent's port not declared",
		edit: swap(set, "          ports:\n            - name: agent\n              containerPort: 8089\n", "          ports:\n            - name: agent\n              containerPort: 8088\n"),
		want: []string{
			"eastus/40-services.yaml: Service cassandra-seeds port agent: no container of cassandra-0 has the port 8089",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --listen :8089 is no port of the container",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: readinessProbe asks port 8089, which there is not",
		},
	},
	{
		name: "heap that leaves nothing",
		edit: swapAll(config, `heap: 4Gi`, `heap: 5Gi`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: memory limit 8Gi; want at least twice the heap of 5Gi",
			"eastus/60-cassandra-1.yaml: StatefulSet cassandra-1 container cassandra: memory limit 8Gi; want at least twice the heap of 5Gi",
			"eastus/60-cassandra-2.yaml: StatefulSet cassandra-2 container cassandra: memory limit 8Gi; want at least twice the heap of 5Gi",
		},
	},
}
