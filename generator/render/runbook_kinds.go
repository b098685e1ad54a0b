package render

import (
	"fmt"
	"strings"
)

// kind is the regions whose clusters are of one kind, and what each of them is.
type kind struct {
	regions []*chapter
	is      string
	more    string // what follows at the end of the sentence
}

// kinds are those that the ring has.
func (b *runbook) kinds() []kind {
	var all []kind
	for _, k := range []kind{
		{b.VM, "one VNet with one self-managed Kubernetes " + b.KubernetesVersion + " cluster", ""},
		{b.AKS, "one VNet with one Kubernetes " + b.KubernetesVersion + " cluster on AKS", ""},
		{b.Exist, "one Kubernetes cluster of somebody else's", ": [what it has to offer](#clusters-that-exist)"},
	} {
		if len(k.regions) > 0 {
			all = append(all, k)
		}
	}
	return all
}

// opening are the lines that say what a region of this ring is.
func (b *runbook) opening() []string {
	kinds := b.kinds()
	if len(kinds) == 1 {
		return []string{"A region is " + kinds[0].is + " that runs one datacenter" + kinds[0].more + "."}
	}
	lines := []string{"A region is one Kubernetes cluster that runs one datacenter:", ""}
	for _, k := range kinds {
		each := ""
		if len(k.regions) > 1 {
			each = "each "
		}
		lines = append(lines, "* `"+strings.Join(namesOf(k.regions), "`, `")+"`: "+each+k.is+k.more+".")
	}
	return lines
}

// kubectl is which one the clusters take.
func (b *runbook) kubectl() string {
	if len(b.Azure) == 0 {
		return "`kubectl`, at most one minor older or newer than each of the clusters"
	}
	text := fmt.Sprintf("`kubectl` %s to %s, one minor either side of ", b.Kubernetes.Oldest, b.Kubernetes.Newest)
	if len(b.Exist) == 0 {
		return text + "the clusters' " + b.Kubernetes.Minor
	}
	return text + "the " + b.Kubernetes.Minor + " of the clusters that are made here; for one that exists, of its own version"
}

func namesOf(regions []*chapter) []string {
	names := make([]string, 0, len(regions))
	for _, c := range regions {
		names = append(names, c.Name)
	}
	return names
}

// later decides what the page says of changes and losses by the kinds of clusters.
func (b *runbook) later() {
	onMachines, onAKS, exist := len(b.VM) > 0, len(b.AKS) > 0, len(b.Exist) > 0
	if onMachines && len(b.VM) < len(b.Regions) {
		b.MachinesOf = []string{strings.Join(namesOf(b.VM), ", ")}
	}
	b.Together, b.Apart = when(len(b.Azure) > 0 && !exist), when(len(b.Azure) > 0 && exist)
	switch {
	case len(b.Azure) == 0:
		b.Growth = "the nodes, which the clusters' people add"
	case exist:
		b.Growth = "the nodes (where a cluster exists its people add them, without `deploy`)"
	case onAKS:
		b.Growth = "the nodes"
	default:
		b.Growth = "the machines"
	}
	switch {
	case onMachines && onAKS && exist:
		b.Provisioned = []string{"On AKS and where a cluster exists a"}
	case onMachines && onAKS:
		b.Provisioned = []string{"On AKS a"}
	case onMachines && exist:
		b.Provisioned = []string{"Where a cluster exists a"}
	case onAKS || exist:
		b.Provisioned = []string{"A"}
	}
	switch {
	case onMachines && onAKS:
		b.Asked = "the addresses of its first members,\non AKS at that of a load balancer"
	case onAKS:
		b.Asked = "the address of a load balancer in its VNet"
	default:
		b.Asked = "the addresses of its first members"
	}
	b.Gains = "a tunnel"
	if len(b.Gateways) == 0 {
		b.Gains = "a gateway and a tunnel"
	}
}
