// Package spec is the language of ring.yaml: its types, strict parsing,
// defaults and every rule about what a user may write. Nothing after this
// package may fail because of the user.
package spec

// Ring is a whole ring.yaml after parsing: every optional field has its default.
type Ring struct {
	APIVersion string            `yaml:"apiVersion"` // ringwright/v1
	Kind       string            `yaml:"kind"`       // Ring
	Name       string            `yaml:"name"`       // Cassandra's cluster name and the prefix of every Azure name
	DNSSuffix  string            `yaml:"dnsSuffix"`  // ends every public DNS label; makes it unique in Azure
	Founder    string            `yaml:"founder"`    // a region's name, or none once the ring exists
	Link       string            `yaml:"link"`       // gateway or peering
	Gateway    Gateway           `yaml:"gateway"`
	Links      []Link            `yaml:"links"`
	Kubernetes Kubernetes        `yaml:"kubernetes"`
	Cassandra  Cassandra         `yaml:"cassandra"`
	Sidecar    Sidecar           `yaml:"sidecar"`
	Tags       map[string]string `yaml:"tags"` // on every Azure resource that takes tags
	Regions    []Region          `yaml:"regions"`
}

// Gateway says which VPN gateways join the regions.
type Gateway struct {
	SKU         string `yaml:"sku"`         // VpnGw1AZ to VpnGw5AZ
	PeerAddress string `yaml:"peerAddress"` // fqdn: peers are found by name; parameter: by an address given at a second deployment
}

// Link is a network outside Azure that every gateway of the ring is joined to.
type Link struct {
	Name      string   `yaml:"name"`
	GatewayIP string   `yaml:"gatewayIp"`
	FQDN      string   `yaml:"fqdn"`
	Prefixes  []string `yaml:"prefixes"`
}

// Kubernetes is what all clusters of the ring share.
type Kubernetes struct {
	Version     string `yaml:"version"`     // a minor (1.36) or a full patch (1.36.3)
	ServiceCIDR string `yaml:"serviceCidr"` // the same in every cluster; address 10 of it is the cluster's DNS
}

// Cassandra is what all members of the ring share.
type Cassandra struct {
	Version           string         `yaml:"version"`
	Image             string         `yaml:"image"`
	Storage           string         `yaml:"storage"` // of each member, whole GiB
	CPU               string         `yaml:"cpu"`     // a request; there is no limit
	Memory            string         `yaml:"memory"`  // request and limit
	Heap              string         `yaml:"heap"`
	ReplicationFactor int            `yaml:"replicationFactor"` // in each datacenter
	NumTokens         int            `yaml:"numTokens"`
	Config            map[string]any `yaml:"config"` // laid over cassandra.yaml
	JVMOptions        []string       `yaml:"jvmOptions"`
}

// Sidecar is the image that runs beside every member.
type Sidecar struct {
	Image      string `yaml:"image"`
	PullSecret string `yaml:"pullSecret"` // a Secret of type kubernetes.io/dockerconfigjson in the members' namespace
}

// Region is one location with one network, one Kubernetes cluster and one datacenter.
type Region struct {
	Location      string            `yaml:"location"`
	Name          string            `yaml:"name"`
	Subscription  string            `yaml:"subscription"` // only where it differs from the deployment's
	ResourceGroup string            `yaml:"resourceGroup"`
	Datacenter    string            `yaml:"datacenter"`
	VNet          string            `yaml:"vnet"`
	NodeSubnet    string            `yaml:"nodeSubnet"`
	GatewaySubnet string            `yaml:"gatewaySubnet"`
	Members       int               `yaml:"members"`
	Racks         string            `yaml:"racks"` // faultDomain or zone
	FaultDomains  int               `yaml:"faultDomains"`
	Zones         []string          `yaml:"zones"`
	Replace       map[string]string `yaml:"replace"` // pod: host id of the member it takes the place of
	Cluster       Cluster           `yaml:"cluster"`
}

// Cluster is the Kubernetes cluster of one region.
type Cluster struct {
	Type                     string    `yaml:"type"` // vm, aks or existing
	ControlPlanes            int       `yaml:"controlPlanes"`
	ControlPlaneSize         string    `yaml:"controlPlaneSize"`
	MemberSize               string    `yaml:"memberSize"`
	AdminUsername            string    `yaml:"adminUsername"`
	SSHPublicKey             string    `yaml:"sshPublicKey"`   // empty: a deployment parameter
	APIServerCIDRs           []string  `yaml:"apiServerCIDRs"` // who may reach the API server: port 6443, on AKS 443
	DNSPrefix                string    `yaml:"dnsPrefix"`
	AddressesPerNode         int       `yaml:"addressesPerNode"`
	FirstConsecutiveStaticIP string    `yaml:"firstConsecutiveStaticIP"`
	DataDiskSku              string    `yaml:"dataDiskSku"`
	PackageMirror            string    `yaml:"packageMirror"` // an apt repository in place of the Kubernetes community's
	APIModel                 string    `yaml:"apiModel"`      // an acs-engine API model, relative to the spec
	Carried                  []Carried `yaml:"-"`             // what that says in vain

	NetworkPlugin     string `yaml:"networkPlugin"`     // aks: azure
	NetworkPluginMode string `yaml:"networkPluginMode"` // aks: empty, which is Pod Subnet
	PodSubnet         string `yaml:"podSubnet"`         // aks
	SystemSize        string `yaml:"systemSize"`        // aks: of the nodes that run what is AKS's own
	StorageSku        string `yaml:"storageSku"`        // aks: of the members' disks

	DNS          []string `yaml:"dns"`          // existing
	PodCIDRs     []string `yaml:"podCIDRs"`     // existing
	StorageClass string   `yaml:"storageClass"` // existing
}

// The values that fields with a fixed choice take.
const (
	None = "none" // of founder: nobody may found

	LinkGateway = "gateway"
	LinkPeering = "peering"

	PeerFQDN      = "fqdn"
	PeerParameter = "parameter"

	RacksFaultDomain = "faultDomain"
	RacksZone        = "zone"

	ClusterVM       = "vm"
	ClusterAKS      = "aks"
	ClusterExisting = "existing"

	NetworkPluginAzure = "azure"
)

// RackValues are the fault domains or zones that the region's members are
// spread over, in order. A rack is named rack-<value>, its StatefulSet
// cassandra-<value>.
func (r *Region) RackValues() []string {
	if r.Racks == RacksZone {
		return r.Zones
	}
	values := make([]string, 0, r.FaultDomains)
	for i := range r.FaultDomains {
		values = append(values, string(rune('0'+i)))
	}
	return values
}

// Replicas is how many members rack number i has: equal shares, the remainder
// to the first racks, one each.
func (r *Region) Replicas(i int) int {
	racks := len(r.RackValues())
	n := r.Members / racks
	if i < r.Members%racks {
		n++
	}
	return n
}

// PodName is the name of the pod with that ordinal in the rack of that value.
func PodName(rackValue string, ordinal int) string {
	return "cassandra-" + rackValue + "-" + itoa(ordinal)
}
