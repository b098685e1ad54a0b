// Package plan is the arithmetic between the spec and the templates: every
// address, name, peer and order is decided here, without I/O. What may be
// absent is an element that is not in a slice, so that no template decides.
package plan

// Plan is a whole ring, ready to be printed.
type Plan struct {
	Ring    string
	Founder string // a region's name or none
	Regions []Region
	Pairs   []Pair // every two regions that are joined, in the spec's order

	CassandraVersion  string
	KubernetesVersion string
	ReplicationFactor int
	ServiceCIDR       string
}

// Pair is two joined regions.
type Pair struct{ A, B string }

// Region is one location: what its template deploys and what its cluster runs.
type Region struct {
	Name          string
	Location      string
	ResourceGroup string
	Subscription  []string // one, or none where it is the deployment's own
	Network       Network
	Cluster       Cluster
	ARM           ARM
	Datacenter    Datacenter
	Secrets       Secrets
}

// Network is the address plan of a region.
type Network struct {
	VNet, Nodes, Gateway string // ranges
	GatewayFQDN          []string
	Peers                []Peer
}

// Peer is a region at the other end of a link.
type Peer struct {
	Region, Datacenter, Location string
	VNet                         string
	FQDN                         string
	Namespace                    string
	DNS                          []string // host:port
}

// Cluster is the Kubernetes cluster of a region in words and numbers.
type Cluster struct {
	Name          string
	APIHost       string
	APIFrontend   []string // the internal one; none with one control plane
	ControlPlanes []Node
	Members       []Node
	Racks         []Rack
	RackKind      string // faultDomain or zone
}

// Node is one virtual machine and the Kubernetes node it becomes.
type Node struct {
	Name    string
	Address string
	Block   string   // the range of its pods
	Zone    []string // one, or none where an availability set places it
}

// Rack is one fault domain or zone and the StatefulSet of its members.
type Rack struct {
	Name        string // rack-0
	Value       string // 0
	StatefulSet string // cassandra-0
	Zone        string // the value of the node label topology.kubernetes.io/zone
	Members     int
}

// Secrets is what a region's deployment needs and what is never in out/.
type Secrets struct {
	MakeSSHKey bool     // the spec gives no public key
	Peers      []string // regions that share a VPN key with this one
}
