package verify_test

var lifecycleMutations = []mutation{
	{
		name: "agent that has to end before Cassandra starts",
		edit: swap(set, "          restartPolicy: Always\n", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container agent: want it as an init container behind install, with restartPolicy Always",
		},
	},
	{
		name: "install over and over",
		edit: swapAfter(set, `- name: install`, `imagePullPolicy: IfNotPresent`, "imagePullPolicy: IfNotPresent\n          restartPolicy: Always"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install: want it as the first init container, to run once",
		},
	},
	{
		name: "Cassandra before the pod starts",
		edit: swap(set, "      containers:\n", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: want it as a container, not as an init container",
		},
	},
	{
		name: "Cassandra killed where it is slow",
		edit: swap(set, `readinessProbe:`, `livenessProbe:`),
		want: []string{
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: livenessProbe asks "/ready"; want /live`,
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: want a readiness probe",
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: want no liveness or startup probe: it would kill a member that streams or replays its log",
		},
	},
	{
		name: "end without a drain",
		edit: swap(set, "              exec:\n                # Clients leave first; the drain flushes what is in memory.\n                command: [/bin/sh, -c, nodetool disablebinary && sleep 5; nodetool drain]", "              sleep:\n                seconds: 5"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: want a preStop hook that drains the member",
		},
	},
	{
		name: "no time to drain",
		edit: swap(set, `terminationGracePeriodSeconds: 300`, `terminationGracePeriodSeconds: 30`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 spec.template.spec: want terminationGracePeriodSeconds 300 at least: a drain takes its time",
		},
	},
	{
		name: "Cassandra in the background",
		edit: swap(set, "            - \"-f\"\n", ""),
		want: []string{
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: init becomes ["/opt/cassandra/bin/cassandra"]; want Cassandra by its path, in the foreground with -f`,
		},
	},
	{
		name: "probe of another path",
		edit: swap(set, `path: /ready`, `path: /readyz`),
		want: []string{
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra: readinessProbe asks "/readyz"; want /ready`,
		},
	},
	{
		name: "configuration that nodetool does not find",
		edit: swapAfter(set, `- name: cassandra`, `- name: CASSANDRA_CONF`, `- name: CASSANDRA_HOME`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container cassandra command: --conf /etc/ringwright/cassandra; want the same in env CASSANDRA_CONF, where Cassandra and its tools look",
		},
	},
	{
		name: "mount at no path",
		edit: swap(set, "\n              mountPath: /agent", ""),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install command: want to install into an emptyDir that is mounted",
			`eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 container install volumeMount agent: mountPath ""; want an absolute path`,
		},
	},
	{
		name: "claim of no size",
		edit: swapAfter(set, `volumeClaimTemplates`, "\n            storage: \"512Gi\"", " {}"),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 volumeClaimTemplate data: want a size and the access mode ReadWriteOnce",
		},
	},
	{
		name: "volume for many nodes",
		edit: swap(storage, `accessModes: [ReadWriteOnce]`, `accessModes: [ReadWriteMany]`),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0 spec.accessModes: want ReadWriteOnce, as the claims have it",
		},
	},
	{
		name: "set that the restart script does not find",
		edit: swap(set, `app.kubernetes.io/name: cassandra`, `app.kubernetes.io/part-of: cassandra`),
		want: []string{
			"eastus/60-cassandra-0.yaml: StatefulSet cassandra-0 metadata.labels: want app.kubernetes.io/name cassandra, by which restart.sh finds the set",
		},
	},
	{
		name: "namespace of everything",
		edit: swap("eastus/00-namespace.yaml", `enforce: restricted`, `enforce: privileged`),
		want: []string{
			`eastus/00-namespace.yaml: Namespace customers-eastus: pod-security.kubernetes.io/enforce is "privileged"; want restricted`,
		},
	},
	{
		name: "object without a name",
		edit: swap(budget, "  name: cassandra\n", ""),
		want: []string{
			"eastus/50-poddisruptionbudget.yaml: PodDisruptionBudget: has no name",
		},
	},
	{
		name: "peer with one server",
		edit: swap(config, "\n          - \"10.2.0.64:30053\"\n          - \"10.2.0.96:30053\"", ""),
		want: []string{
			"eastus/30-settings.yaml: ConfigMap ringwright-settings settings.yaml: peer southcentralus: 1 dns servers; want 3, as one may be away and another lost",
		},
	},
}
