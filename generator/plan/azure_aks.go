package plan

// Identity is the managed identity that a cluster on AKS acts as.
type Identity struct{ Resource }

// RoleAssignment gives an identity a role on a VNet.
type RoleAssignment struct {
	Resource
	Scope           string // the VNet's id
	Role, Principal string // expressions
}

// ManagedCluster is a Kubernetes cluster that AKS runs. Its system pool is
// inline, as there is no cluster without one.
type ManagedCluster struct {
	Resource
	Identity          string // id
	KubernetesVersion string
	DNSPrefix         string
	NodeResourceGroup string
	Callers           []string // who may reach the API server; empty, never nil: everybody
	ServiceCIDR       string
	DNSAddress        string
	System            Pool
}

// Pool is the nodes of one pool: what a system pool and those of members have alike.
type Pool struct {
	Name, Size            string
	Nodes                 int
	Zones                 []string
	KubernetesVersion     string
	MaxPods               int
	NodeSubnet, PodSubnet string // ids
	Tags                  map[string]string
}

// AgentPool is the nodes of one rack's members.
type AgentPool struct {
	Resource
	Pool   Pool
	Labels map[string]string
	Taints []string
}

// MaintenanceWindow is when AKS may give the nodes a new image.
type MaintenanceWindow struct {
	Resource
	Day string // of the week
}
