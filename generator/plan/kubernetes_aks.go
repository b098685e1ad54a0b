package plan

// DiskStorage is the class of disks that Azure makes when a member asks for one.
type DiskStorage struct {
	Ring, Datacenter  string
	StorageClass, SKU string
}

// PeerDNSBalancer is the load balancer inside the VNet at which peers ask the
// cluster's DNS.
type PeerDNSBalancer struct {
	Ring, Datacenter      string
	Name, Subnet, Address string
}

// NetworkPolicy says who reaches the members. It is there only where the
// cluster enforces it.
type NetworkPolicy struct {
	Ring, Datacenter, Namespace string
	Sources                     []string // ranges
	Ports                       []int
}
