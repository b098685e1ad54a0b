package render

import (
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
)

// registryOf is a registry of Azure's and the clusters on AKS that pull from it.
type registryOf struct {
	Registry string // its host
	Account  string // its name
	Clusters []attachment
}

type attachment struct{ Group, Namespace, Flag string }

// registrySuffix ends the names of Azure's container registries
// (https://learn.microsoft.com/azure/container-registry/container-registry-concepts).
const registrySuffix = ".azurecr.io"

// managed decides what the page says where AKS runs clusters.
func (b *runbook) managed() {
	b.Managed, b.Deployed = when(len(b.AKS) > 0), "machines"
	if len(b.VM) == 0 {
		b.Deployed = "clusters"
	}
	for _, c := range b.VM[:min(1, len(b.VM))] {
		b.Machine = []*chapter{c}
		if c != b.First {
			b.OtherFirst = []string{c.Name}
		}
	}
	keyed := 0
	for _, c := range b.Azure {
		if c.keyed() {
			keyed++
		}
	}
	b.AllKeys = when(keyed > 0 && keyed == len(b.Azure))
	b.SomeKeys = when(keyed > 0 && keyed < len(b.Azure))
	for _, c := range b.Azure {
		file := "--parameters=@secrets/" + c.Name + "/parameters.json"
		if !c.keyed() {
			c.Parameters, file = "", ""
		}
		if len(b.SomeKeys) > 0 {
			c.Keys = []string{file}
		}
	}
}

// attach says how clusters on AKS may pull from a registry of Azure's.
func (b *runbook) attach() {
	host := registry(b.SidecarImage)
	account, ok := strings.CutSuffix(host, registrySuffix)
	if !ok || len(b.AKS) == 0 || len(b.PullSecrets) > 0 {
		return
	}
	r := registryOf{Registry: host, Account: account}
	for _, c := range b.AKS {
		r.Clusters = append(r.Clusters, attachment{c.Group, c.Namespace, c.Flag})
	}
	b.Attached = []registryOf{r}
}

// keyed reports whether the region's deployment takes a file of secrets.
func (c *chapter) keyed() bool {
	return c.Cluster.APIHost != "" || len(c.Secrets.Peers) > 0 || c.Secrets.MakeSSHKey
}

// memberLabel is on nodes that are there for members.
const memberLabel = "ringwright/rack"

// aks adds what is said of a cluster that AKS runs.
func (c *chapter) aks() {
	for _, m := range c.ARM.ManagedClusters {
		c.NodeGroup = m.NodeResourceGroup
		c.Selector = memberLabel
		c.APIServer = []string{"named by AKS, port 443"}
		c.Pools = slices.Concat(c.Cluster.System, c.Cluster.Pools)
	}
	for _, w := range c.ARM.MaintenanceWindows {
		c.Window = w.Day
	}
}

// machinesOf are the sizes of all nodes, and how many disks of members there are.
func machinesOf(r *plan.Region) (sizes, disks []string) {
	for _, p := range slices.Concat(r.Cluster.System, r.Cluster.Pools) {
		for range p.Nodes {
			sizes = append(sizes, p.Size)
		}
	}
	for _, s := range r.Datacenter.DiskStorage {
		for _, set := range r.Datacenter.Sets {
			for range set.Members {
				disks = append(disks, strings.TrimSuffix(set.Storage, "Gi")+" GiB "+s.SKU)
			}
		}
	}
	return sizes, disks
}
