package settings

// TCP ports that both sides agree on. They are constants rather than settings
// because members of other regions, security rules and probes count on them.
const (
	// StoragePort carries gossip and data between members, TLS or not: one
	// port serves both since Cassandra 4.0.
	// https://cassandra.apache.org/doc/4.1/cassandra/configuration/cass_yaml_file.html#storage_port
	StoragePort = 7000
	// TLSStoragePort is Cassandra's older port for members that speak TLS only.
	// https://cassandra.apache.org/doc/4.1/cassandra/configuration/cass_yaml_file.html#ssl_storage_port
	TLSStoragePort = 7001
	// NativePort is where clients speak CQL.
	// https://cassandra.apache.org/doc/4.1/cassandra/configuration/cass_yaml_file.html#native_transport_port
	NativePort = 9042
	// AgentPort is where the sidecar answers kubelets, peers and Prometheus.
	AgentPort = 8089
	// JMXPort is where nodetool reaches Cassandra, on loopback only.
	// https://cassandra.apache.org/doc/4.1/cassandra/operating/security.html#jmx-access
	JMXPort = 7199
)
