package plan

// Datacenter is what a region's Kubernetes cluster runs, one field or slice for each object.
type Datacenter struct {
	Name             string // Cassandra's name of the region
	Ring             string
	Namespace        string
	Settings         string // the sidecar's settings file, without the last newline
	SeedsService     string // the headless service of every member
	StoragePort      int
	NativePort       int
	AgentPort        int
	LocalStorage     []LocalStorage    // one, or none where volumes come from elsewhere
	PeerDNS          []PeerDNS         // one, or none where the cluster's DNS is within reach as it is
	DiskStorage      []DiskStorage     // one on AKS
	PeerDNSBalancers []PeerDNSBalancer // one on AKS
	NetworkPolicies  []NetworkPolicy   // one on AKS
	Sets             []StatefulSet
}

// LocalStorage is the members' disks and the class that they are of.
type LocalStorage struct {
	Ring, Datacenter string
	StorageClass     string
	Volumes          []Volume
}

// PeerDNS is the Service through which peers ask the cluster's DNS.
type PeerDNS struct{ NodePort int }

// Volume is a member's disk as a local PersistentVolume.
type Volume struct {
	Name, Node, Path string
	Storage          string
}

// StatefulSet is one rack's members. Nothing in it depends on peers, on the
// number of members elsewhere or on the founder, so that none of these restarts a pod.
type StatefulSet struct {
	Rack
	Pools            []string // of AKS, one with the rack's nodes; none elsewhere
	Ring, Datacenter string
	Namespace        string
	Image            string
	SidecarImage     string
	PullSecrets      []string
	CPU, Memory      string
	Storage          string
	StorageClass     string
	Checksum         string // of what a member reads at its start only
	SeedsService     string
	Install          []string // the sidecar's command lines
	Init, Run        []string
	AgentPort        int
	StoragePort      int
	TLSStoragePort   int
	NativePort       int
	Data, Conf       string // mount paths
	SettingsPath     string
	LabelsPath       string
	AgentPath        string
}
