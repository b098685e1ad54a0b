package settings

import "time"

// MaxSize is the largest settings file in bytes: Kubernetes keeps it in a
// ConfigMap, which holds at most 1 MiB.
// https://kubernetes.io/docs/concepts/configuration/configmap/
const MaxSize = 1 << 20

// NoFounder is the value of Settings.Founder under which no pod may found.
const NoFounder = "none"

// Values of Settings.Racks: which fact about the machine names the rack.
const (
	RacksFaultDomain = "faultDomain"
	RacksZone        = "zone"
)

// Settings is the settings file of one datacenter. Every pod of the
// datacenter reads the same file. Replace, Config and JVMOptions may be
// missing; every other key must be there. A list or mapping without entries
// is nil once parsed.
type Settings struct {
	// Ring is Cassandra's cluster name, the same in every region:
	// 2-20 characters of a-z, 0-9 and -, a letter first.
	Ring string `yaml:"ring"`
	// Region is this region's name in ring.yaml.
	Region string `yaml:"region"`
	// Location is what the metadata service must report as the machine's
	// location, in lower case and without blanks.
	Location string `yaml:"location"`
	// Datacenter is Cassandra's name of this region.
	Datacenter string `yaml:"datacenter"`
	// Racks is RacksFaultDomain or RacksZone.
	Racks string `yaml:"racks"`
	// Founder is the one pod that may found the ring, or NoFounder, which it
	// is in every region but one and, once the ring exists, in all of them.
	Founder string `yaml:"founder"`
	// Members is the number of pods of this datacenter, at least 1.
	Members int `yaml:"members"`
	// Order holds every datacenter of the ring once, in the order in which
	// they join.
	Order []string `yaml:"order"`
	// Replace maps a pod of this datacenter to the host id, a UUID, of the
	// lost member whose place it takes. Default: none.
	Replace map[string]string `yaml:"replace"`
	// SeedsService is the DNS name whose A records are the pods of this
	// datacenter, ready or not.
	SeedsService string `yaml:"seedsService"`
	// DNS holds this cluster's DNS servers as address:port, asked in order.
	DNS []string `yaml:"dns"`
	// Peers are the other regions of the ring.
	Peers []Peer `yaml:"peers"`
	// IMDS is the base URL of the metadata service, without a path; empty
	// means that there is none and the pod's labels say where it is.
	IMDS string `yaml:"imds"`
	// IMDSTimeout is how long all tries to reach the metadata service may
	// take together: above 0, in whole milliseconds.
	IMDSTimeout time.Duration `yaml:"imdsTimeout"`
	// Heap is the size of Cassandra's heap, initial and maximal: a whole
	// number of Mi or Gi.
	Heap string `yaml:"heap"`
	// NumTokens is Cassandra's num_tokens, 1 to MaxNumTokens.
	NumTokens int `yaml:"numTokens"`
	// AllocationReplicationFactor is Cassandra's
	// allocate_tokens_for_local_replication_factor, at least 1.
	AllocationReplicationFactor int `yaml:"allocationReplicationFactor"`
	// Config holds keys of cassandra.yaml and their values: nil, bool, int,
	// uint64 (above the largest int), float64, string, []any and
	// map[string]any. Keys that the ring owns are refused. Default: none.
	Config map[string]any `yaml:"config"`
	// JVMOptions are further options of Cassandra's Java machine, one per
	// entry. Those that the ring owns are refused. Default: none.
	JVMOptions []string `yaml:"jvmOptions"`
}

// Peer is another region of the ring.
type Peer struct {
	// Region is the peer's name in ring.yaml.
	Region string `yaml:"region"`
	// Datacenter is Cassandra's name of the peer.
	Datacenter string `yaml:"datacenter"`
	// SeedsService is the DNS name whose A records are the peer's pods.
	// Default: the own one.
	SeedsService string `yaml:"seedsService"`
	// DNS holds the peer cluster's DNS servers as address:port, asked in order.
	DNS []string `yaml:"dns"`
}

// MaxNumTokens is the most tokens a member may have. It was Cassandra's
// default up to 3.11; more has only ever cost availability and repair time.
// Cassandra itself would stop at 1536.
// https://issues.apache.org/jira/browse/CASSANDRA-13701
// https://cassandra.apache.org/doc/latest/cassandra/getting-started/production.html#tokens
const MaxNumTokens = 256
