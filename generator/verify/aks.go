package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// managed reports whether AKS runs the region's cluster.
func (g *region) managed() bool { return g.plan.ARM != nil && len(g.plan.ARM.ManagedClusters) > 0 }

// cluster is the region's only managed cluster, or nil.
func (g *region) cluster() *arm.EvaluatedResource {
	if g.deployment == nil {
		return nil
	}
	if all := g.deployment.of(clusters); len(all) == 1 {
		return all[0]
	}
	return nil
}

// checkManaged holds a cluster that AKS runs against what the ring needs of it.
func (g *region) checkManaged() {
	if !g.managed() {
		return
	}
	c := g.cluster()
	if c == nil {
		g.add(g.template(), "", "%d managed clusters; want one", len(g.deployment.of(clusters)))
		return
	}
	g.checkCluster(c)
	g.checkCallers(c)
	g.checkIdentity(c)
	g.checkWindow(c)
	g.checkNodePools(c)
	g.checkDelegations()
}

// fixed is a property that has one value, and why.
type fixed struct {
	path string // of names joined by full stops
	want any
	why  string
}

func (g *region) checkFixed(r *arm.EvaluatedResource, in arm.Object, where string, all []fixed) {
	for _, f := range all {
		if have := at(in, strings.Split(f.path, ".")...); have != f.want {
			g.add(g.template(), place(r, where+f.path), "is %s; want %s: %s", worded(have), worded(f.want), f.why)
		}
	}
}

// worded is a value of a document as people write it.
func worded(v any) string {
	switch v := v.(type) {
	case nil:
		return "not there"
	case string:
		if v != "" {
			return clipped(v)
		}
		return "empty"
	}
	return clipped(fmt.Sprint(v))
}

// checkCluster holds the properties of the cluster itself.
func (g *region) checkCluster(c *arm.EvaluatedResource) {
	if textAt(c.SKU, "name") != "Base" || textAt(c.SKU, "tier") != "Standard" {
		g.add(g.template(), place(c, "sku"), "want Base, Standard: the Free tier's API server has no agreed uptime")
	}
	g.checkFixed(c, c.Properties, "properties.", []fixed{
		{"kubernetesVersion", g.ring.plan.KubernetesVersion, "that is what the spec says"},
		{"dnsPrefix", g.namespace(), "the API server's name begins with it"},
		{"nodeResourceGroup", g.plan.ResourceGroup + "-nodes", "else AKS invents a name"},
		{"enableRBAC", true, "without it every account may do everything"},
		{"oidcIssuerProfile.enabled", true, "it cannot be switched off again, so it is on from the start"},
		{"apiServerAccessProfile.disableRunCommand", true, "it is a way in that needs no credentials of the cluster"},
		{"autoUpgradeProfile.upgradeChannel", "none", "a version changes when the spec does"},
		{"autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage", "nodes get security fixes, in the window"},
		{"networkProfile.networkPlugin", "azure", "members need addresses that other regions reach"},
		{"networkProfile.networkPluginMode", nil, "an overlay's addresses end at the cluster"},
		{"networkProfile.networkDataplane", "azure", "it is the one that keeps pods' addresses and reaches the metadata service"},
		{"networkProfile.networkPolicy", "calico", "something has to enforce the NetworkPolicy"},
		{"networkProfile.serviceCidr", g.ring.plan.ServiceCIDR, "that is what the spec says"},
		{"networkProfile.dnsServiceIP", g.clusterDNS(), "the sidecars ask there"},
		{"networkProfile.outboundType", "loadBalancer", "there is no NAT gateway and no route table"},
		{"networkProfile.loadBalancerSku", "standard", "there is no other any more"},
		{"storageProfile.diskCSIDriver.enabled", true, "members' disks are its"},
	})
}

// checkCallers sees that AKS lets in who was asked for. It takes an empty list
// for everybody, and without a list keeps the one that it has.
func (g *region) checkCallers(c *arm.EvaluatedResource) {
	want := g.plan.ARM.ManagedClusters[0].Callers
	where := place(c, "properties.apiServerAccessProfile.authorizedIPRanges")
	list, isList := at(c.Properties, "apiServerAccessProfile", "authorizedIPRanges").([]any)
	have := textsAt(c.Properties, "apiServerAccessProfile", "authorizedIPRanges")
	switch {
	case !isList:
		g.add(g.template(), where, "no list; want one, if only an empty one: without it a second deployment keeps an older list")
	case len(list) != len(have) || !slices.Equal(have, want):
		g.add(g.template(), where, "%s; want %s, where none is everybody", listed(have), listed(want))
	}
}

// listed are the first few of words, or that there are none.
func listed(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return some(words)
}

// networkContributor is what AKS needs on a VNet that is not its own
// (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/networking#network-contributor).
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7"

// checkIdentity sees that the cluster acts as an identity of this template that
// may join the VNet.
func (g *region) checkIdentity(c *arm.EvaluatedResource) {
	d := g.deployment
	identities, _ := at(c.Identity, "userAssignedIdentities").(arm.Object)
	if textAt(c.Identity, "type") != "UserAssigned" || len(identities) != 1 || d.find(identities[0].Name) == nil {
		g.add(g.template(), place(c, "identity"), "want one user-assigned identity of this template: the right to the VNet has to be there before the cluster")
		return
	}
	identity := d.find(identities[0].Name)
	if g.vnet == nil {
		return
	}
	for _, r := range d.of(roleAssignments) {
		role := strings.ToLower(textAt(r.Properties, "roleDefinitionId"))
		principal := slices.ContainsFunc(r.Uses, func(u arm.Use) bool {
			return u.Reference && u.Path == "properties.principalId" && key(u.ID) == key(identity.ID)
		})
		switch {
		case key(r.Scope) != key(g.vnet.resource.ID):
			g.add(g.template(), place(r, "scope"), "is %s; want the VNet and no more", tail(r.Scope))
		case !strings.HasSuffix(role, "/"+networkContributor):
			g.add(g.template(), place(r, "properties.roleDefinitionId"), "want Network Contributor, %s", networkContributor)
		case !principal:
			g.add(g.template(), place(r, "properties.principalId"), "want that of %s", place(identity))
		case textAt(r.Properties, "principalType") != "ServicePrincipal":
			g.add(g.template(), place(r, "properties.principalType"), "want ServicePrincipal: the directory may not know the identity yet")
		}
	}
	if have := len(d.of(roleAssignments)); have != 1 {
		g.add(g.template(), "", "%d role assignments; want one, of the cluster's identity on the VNet", have)
	}
}

// windowName is what AKS calls the time for new images of nodes, in which a
// window is 4 hours or more
// (https://learn.microsoft.com/azure/aks/planned-maintenance).
const (
	windowName  = "aksManagedNodeOSUpgradeSchedule"
	windowHours = 4
)

// checkWindow sees that nodes are given a new image in a window of the week only.
func (g *region) checkWindow(c *arm.EvaluatedResource) {
	all := g.deployment.of(windows)
	if len(all) != 1 || all[0].Name != c.Name+"/"+windowName {
		g.add(g.template(), place(c), "want one maintenance window, %s: without it nodes are drained at any time", windowName)
		return
	}
	p := all[0].Properties
	if textAt(p, "maintenanceWindow", "schedule", "weekly", "dayOfWeek") == "" || numberAt(p, "maintenanceWindow", "schedule", "weekly", "intervalWeeks") != 1 ||
		numberAt(p, "maintenanceWindow", "durationHours") < windowHours {
		g.add(g.template(), place(all[0]), "want a day of every week and %d hours at least", windowHours)
	}
}

// checkManagedOrder sees that the right to the VNet is there before the cluster,
// and that no two pools are changed at a time, which AKS refuses.
func (g *region) checkManagedOrder(o *order) {
	if !g.managed() {
		return
	}
	for _, c := range o.d.of(clusters) {
		for _, r := range o.d.of(roleAssignments) {
			if !o.isAfter(c.Index, r.Index) {
				g.add(g.template(), place(c), "does not come after %s; it could not join the VNet", place(r))
			}
		}
	}
	pools := o.d.of(agentPools)
	for i, p := range pools {
		for _, other := range pools[:i] {
			if !o.isAfter(p.Index, other.Index) && !o.isAfter(other.Index, p.Index) {
				g.add(g.template(), place(p), "is made together with %s; want one after the other: AKS changes one pool at a time", place(other))
			}
		}
	}
}
