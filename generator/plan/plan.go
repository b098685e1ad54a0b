// Package plan is the arithmetic between the spec and the templates: every
// address, name, peer and order is decided here, without I/O. What may be
// absent is an element that is not in a slice, so that no template decides.
package plan

import "github.com/ringwright/ringwright/generator/spec"

// Plan is a whole ring, ready to be printed.
type Plan struct {
	Ring    string
	Founder string // a region's name or none
	Peering bool   // VNets are peered; else VPN gateways join them
	Regions []Region
	Pairs   []Pair // every two regions that are joined, in the spec's order
	Links   []Link // networks outside Azure that every gateway is joined to

	CassandraVersion  string
	KubernetesVersion string
	ReplicationFactor int
	ServiceCIDR       string
}

// Link is a network outside Azure.
type Link struct {
	Name, Address string   // of the gateway there
	Ranges        []string // what lies behind it
	Leads         []string // regions whose members are there
}

// Pair is two joined regions. With peering the deployment of B makes both halves.
type Pair struct{ A, B string }

// Joined are the regions that a link joins to the one of that name, in the spec's order.
func (p *Plan) Joined(region string) []string {
	var all []string
	for _, pair := range p.Pairs {
		switch region {
		case pair.A:
			all = append(all, pair.B)
		case pair.B:
			all = append(all, pair.A)
		}
	}
	return all
}

// Region is one location: what its template deploys and what its cluster runs.
type Region struct {
	Name          string
	Location      string
	ResourceGroup string   // empty where ARM is nil
	Subscription  []string // one, or none where it is the deployment's own
	Network       Network
	Cluster       Cluster
	ARM           *ARM // nil where nothing is deployed
	Datacenter    Datacenter
	Secrets       Secrets
	Models        []Model // the API model its cluster was described by, one or none
}

// Model is an acs-engine API model with what it says in vain.
type Model struct {
	File    string // as the spec names it
	Carried []spec.Carried
}

// Network is the address plan of a region.
type Network struct {
	Ranges               []string // where its members are
	VNet, Nodes, Gateway string   // ranges; empty where ARM is nil, with peering Gateway may be
	Pods, Frontends      []string // ranges of subnets on AKS, one or none
	GatewayFQDN          []string
	Peers                []Peer
	Tunnels              []Tunnel // of the region's gateway
	Outside              []string // ranges beyond the own that members and their peers are in, none inside another
}

// Peer is another region of the ring.
type Peer struct {
	Region, Datacenter, Location string
	Ranges                       []string // where its members are
	Namespace                    string
	DNS                          []string // host:port
}

// Tunnel is what a region's gateway is joined to.
type Tunnel struct {
	To                  string   // a region's name, or a link's
	Link                bool     // it leads out of Azure
	AddressKey, Address string   // fqdn and a name, or gatewayIpAddress and an address or the expression of a parameter
	Parameter           []string // the parameter of the address, where it is one
	Ranges              []string // what lies behind the gateway there
}

// Cluster is the Kubernetes cluster of a region in words and numbers.
type Cluster struct {
	Name          string
	Type          string     // vm, aks or existing
	DNS           []string   // host:port, as the spec has it; none where the cluster is made here
	StorageClass  string     // of the members' claims, likewise
	APIHost       string     // empty where ringwright makes no keys of the cluster
	APIFrontend   []string   // the internal one; none with one control plane
	ControlPlanes []Node     // machines, where those are planned one by one
	Members       []Node     // likewise
	System        []NodePool // of AKS's own pods; one, or none where the cluster is not AKS's
	Pools         []NodePool // of members on AKS, one for each rack
	Racks         []Rack
	RackKind      string // faultDomain or zone
}

// Size is how many members the cluster has, whether or not its machines are planned.
func (c *Cluster) Size() int {
	n := 0
	for _, rack := range c.Racks {
		n += rack.Members
	}
	return n
}

// Node is one virtual machine and the Kubernetes node it becomes.
type Node struct {
	Name    string
	Address string
	Block   string   // the range of its pods
	Zone    []string // one, or none where an availability set places it
}

// NodePool is machines of one kind that AKS keeps.
type NodePool struct {
	Name, Size string
	Nodes      int
	Zones      []string
}

// Rack is one fault domain or zone and the StatefulSet of its members.
type Rack struct {
	Name        string   // rack-0
	Value       string   // 0
	StatefulSet string   // cassandra-0
	Zone        string   // the value of the node label topology.kubernetes.io/zone
	Zones       []string // the same, with the other ways in which clouds write it
	Members     int
}

// Secrets is what a region's deployment needs and what is never in out/.
type Secrets struct {
	MakeSSHKey bool     // the spec gives no public key
	Peers      []string // regions that share a VPN key with this one; none with peering
}
