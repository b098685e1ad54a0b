package verify_test

var containerMutations = []mutation{
	{
		name: "container that can write anywhere",
		edit: swap(set, `readOnlyRootFilesystem: true`, `readOnlyRootFilesystem: false`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install: want a read-only root, no privilege escalation, all capabilities dropped, and the pod's user",
		},
	},
	{
		name: "container with a capability",
		edit: swap(set, `drop: [ALL]`, `drop: [ALL, NET_RAW]`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install: want a read-only root, no privilege escalation, all capabilities dropped, and the pod's user",
		},
	},
	{
		name: "limit over the request",
		edit: swapAfter(set, `name: cassandra`+"\n          image", `limits:
              memory: "8Gi"`, `limits:
              memory: "9Gi"`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: memory limit 9Gi, request 8Gi; want the same, as the heap is taken at once",
		},
	},
	{
		name: "no limit",
		edit: swapAfter(set, `- name: agent`, `limits:
              memory: 384Mi`, `limits: {}`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent: memory limit 0, request 192Mi; want both, the limit no lower",
		},
	},
	{
		name: "heap in the environment",
		edit: swap(set, `- name: CASSANDRA_CONF`, "- name: MAX_HEAP_SIZE\n              value: 4G\n            - name: CASSANDRA_CONF"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent: env MAX_HEAP_SIZE; want heap and options in the configuration only",
		},
	},
	{
		name: "environment from elsewhere",
		edit: swapAfter(set, `name: cassandra`+"\n          image", `          env:`, "          envFrom: [{configMapRef: {name: ringwright-settings}}]\n          env:"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: envFrom; want every variable written out",
		},
	},
	{
		name: "variable from the settings",
		edit: swap(set, "- name: CASSANDRA_CONF", "- name: RING\n              valueFrom: {configMapKeyRef: {name: ringwright-settings, key: settings.yaml}}\n            - name: CASSANDRA_CONF"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent: env RING from elsewhere; want fields of the pod only: a process never sees a change",
		},
	},
	{
		name: "image of yesterday or today",
		edit: swapAfter(set, `- name: agent`, `cassandra:5.0.9`, `cassandra:latest`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent: image cassandra:latest; want a tag other than latest, or a digest",
		},
	},
	{
		name: "image without a tag, at a registry with a port",
		edit: swap(set, `registry.example/ringwright-sidecar:1`, `registry.example:5000/ringwright-sidecar`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install: image registry.example:5000/ringwright-sidecar; want a tag other than latest, or a digest",
		},
	},
	{
		name: "probe of a port that there is not",
		edit: swapAfter(set, `readinessProbe`, `port: 8089`, `port: 8090`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: readinessProbe asks port 8090, which there is not",
		},
	},
	{
		name: "probe of a port by the name of another container's",
		edit: swapAfter(set, `readinessProbe`, `port: 8089`, `port: agent`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: readinessProbe asks port agent, which there is not",
		},
	},
	{
		name: "volume twice",
		edit: swap(set, "        - name: tmp\n          emptyDir: {}\n", "        - name: tmp\n          emptyDir: {}\n        - name: tmp\n          emptyDir: {}\n"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 volume tmp: is there twice",
		},
	},
	{
		name: "ConfigMap that there is not",
		edit: swapAfter(set, `configMap:`, `name: ringwright-settings`, `name: ringwright-config`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --settings /etc/ringwright/settings/settings.yaml is no key of a mounted ConfigMap",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: --settings /etc/ringwright/settings/settings.yaml is no key of a mounted ConfigMap",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 volume settings: there is no ConfigMap ringwright-config",
		},
	},
	{
		name: "mount of a volume that there is not",
		edit: swap(set, "            - name: tmp\n              mountPath: /tmp\n", "            - name: temp\n              mountPath: /tmp\n"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent volumeMount temp: there is no such volume",
		},
	},
	{
		name: "volume that nobody mounts",
		edit: swap(set, "        - name: tmp\n          emptyDir: {}\n", "        - name: tmp\n          emptyDir: {}\n        - name: temp\n          emptyDir: {}\n"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 volume temp: is mounted nowhere",
		},
	},
	{
		name: "settings as a file",
		edit: swap(set, "            - name: settings\n              mountPath: /etc/ringwright/settings\n", "            - name: settings\n              subPath: settings.yaml\n              mountPath: /etc/ringwright/settings/settings.yaml\n"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent command: --settings /etc/ringwright/settings/settings.yaml is no key of a mounted ConfigMap",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent volumeMount settings: subPath; a file mounted so is never updated: mount the directory",
		},
	},
	{
		name: "two volumes at one path",
		edit: swap(set, `mountPath: /var/log/cassandra`, `mountPath: /tmp`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra volumeMount log: /tmp is mounted twice",
		},
	},
}
