package plan

import "encoding/json"

// ARM is what the region's template holds, one slice for each kind of resource.
type ARM struct {
	Parameters            []Parameter
	Variables             []string // each holds the node script; none where no machine runs it
	Outputs               []Output
	SecurityGroups        []SecurityGroup
	PublicIPs             []PublicIP
	NATGateways           []NATGateway
	VNets                 []VNet
	Gateways              []Gateway
	LocalGateways         []LocalGateway
	Connections           []Connection
	Peerings              []Peering
	ReversePeerings       []ReversePeering // one for each of Peerings
	AvailabilitySets      []AvailabilitySet
	LoadBalancers         []LoadBalancer
	InternalLoadBalancers []InternalLoadBalancer
	NICs                  []NIC
	Disks                 []Disk
	Machines              []Machine
	Extensions            []Extension
	Identities            []Identity
	RoleAssignments       []RoleAssignment
	ManagedClusters       []ManagedCluster
	MaintenanceWindows    []MaintenanceWindow
	AgentPools            []AgentPool
}

// Parameter is a template parameter. Secure ones have no default.
type Parameter struct {
	Name, Type, Description string
	Default                 []string // one, or none where a value has to be given
}

// Output is a value that the deployment shows when it is done.
type Output struct{ Name, Value string }

// Resource is what every Azure resource has.
type Resource struct {
	Name, Location string
	Tags           map[string]string // printed in the order of its keys
	DependsOn      []string          // resourceId expressions
}

// SecurityGroup is a network security group with its rules in order of priority.
type SecurityGroup struct {
	Resource
	Rules []Rule
}

// Rule is one inbound security rule.
type Rule struct {
	Name, Access, Protocol string
	Priority               int
	Sources                Match // ranges, a service tag or *
	Ports                  Match // destination ports or *
}

// Match is one value or several. Azure wants one under a singular key and
// several, as a list, under the plural.
type Match []string

// MarshalJSON writes one value alone and several as a list.
func (m Match) MarshalJSON() ([]byte, error) {
	if len(m) == 1 {
		return json.Marshal(m[0])
	}
	return json.Marshal([]string(m))
}

// SourceKey is the property that holds the rule's sources.
func (r Rule) SourceKey() string {
	return r.Sources.key("sourceAddressPrefix", "sourceAddressPrefixes")
}

// PortKey is the property that holds the rule's ports.
func (r Rule) PortKey() string { return r.Ports.key("destinationPortRange", "destinationPortRanges") }

func (m Match) key(singular, plural string) string {
	if len(m) == 1 {
		return singular
	}
	return plural
}

// PublicIP is a Standard static address. Zones make it zone-redundant.
type PublicIP struct {
	Resource
	Zones []string
	Label []string // the DNS label, one or none
}

// NATGateway is the way out for machines that have no public address.
type NATGateway struct {
	Resource
	PublicIP string // id
}

// VNet is a virtual network with its subnets inline.
type VNet struct {
	Resource
	Prefix  string
	Subnets []Subnet
}

// Subnet is one range of a VNet; its ids are there for node subnets only.
type Subnet struct {
	Name, Prefix  string
	SecurityGroup []string // id, one or none
	NATGateway    []string // id, one or none
	Outbound      []bool   // defaultOutboundAccess, one or none
	Delegation    []string // to which service's type of resource, one or none
}

// Gateway is a VPN gateway.
type Gateway struct {
	Resource
	SKU, Generation  string
	Subnet, PublicIP string // ids
}

// LocalGateway is a region's picture of a peer's gateway.
type LocalGateway struct {
	Resource
	AddressKey, Address string   // fqdn and a name, or gatewayIpAddress and a parameter
	Prefixes            []string // what lies behind the peer's gateway
	Condition           []string // an expression, or none: always
}

// Connection is the tunnel to a peer.
type Connection struct {
	Resource
	Gateway, LocalGateway string // ids
	SharedKey             string // the expression of a parameter
	Condition             []string
}

// Peering is the region's half of a pair of peered VNets.
type Peering struct {
	Resource
	RemoteVNet string // id
}

// ReversePeering is the other half, in a deployment of its own to the resource
// group of the other region.
type ReversePeering struct {
	Resource
	Group        string
	Subscription []string // one, or none where it is that of the template
	Peering      string   // the name of the half, below that of the other VNet
	OwnVNet      string   // id of this region's
}

// AvailabilitySet spreads machines over fault domains.
type AvailabilitySet struct {
	Resource
	FaultDomains, UpdateDomains int
}

// LoadBalancer is the public one in front of the API server.
type LoadBalancer struct {
	Resource
	PublicIP              string // id
	Frontend, Pool, Probe string // ids of its own parts
}

// InternalLoadBalancer is the private one in front of several control planes.
type InternalLoadBalancer struct {
	Resource
	Address, Subnet       string
	Zones                 []string
	Frontend, Pool, Probe string
}

// NIC is a machine's network card with every address of its block.
type NIC struct {
	Resource
	Accelerated bool
	Subnet      string   // id
	Host        string   // the primary address
	Pools       []string // ids of the load balancers' pools; none on members
	Pods        []PodAddress
}

// PodAddress is a secondary address, which one pod of the node gets.
type PodAddress struct{ Name, Address string }

// Disk is a member's data disk.
type Disk struct {
	Resource
	SKU   string
	GiB   int
	Zones []string
}

// Machine is a virtual machine.
type Machine struct {
	Resource
	Size, Image, OSDisk string
	AdminUsername       string
	AuthorizedKeys      string // path on the machine
	SSHKey              string // the key or the expression of a parameter
	NIC                 string // id
	Zones               []string
	AvailabilitySet     []string // id, one or none
	DataDisks           []string // ids, by LUN
}

// Extension runs the node script on a machine.
type Extension struct {
	Resource
	Attempt string // the expression of a parameter
	Script  string // an expression
}
