package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// takes is what a region has of everything that is limited or paid for.
type takes struct{ Machines, OSDisks, DataDisks, Gateways, PublicIPs, NAT, Balancers string }

// takesOf counts what a region's template makes, in kind: what quotas limit
// and invoices list.
func takesOf(r *plan.Region) takes {
	a := r.ARM
	var osDisks, gateways []string
	machines, disks := machinesOf(r)
	for range machines {
		osDisks = append(osDisks, managedDisk)
	}
	for _, m := range a.Machines {
		machines, osDisks = append(machines, m.Size), append(osDisks, m.OSDisk)
	}
	for _, d := range a.Disks {
		disks = append(disks, fmt.Sprintf("%d GiB %s", d.GiB, d.SKU))
	}
	for _, g := range a.Gateways {
		gateways = append(gateways, g.SKU)
	}
	return takes{
		Machines: tally(machines), OSDisks: tally(osDisks), DataDisks: tally(disks), Gateways: tally(gateways),
		PublicIPs: fmt.Sprint(len(a.PublicIPs) + len(a.ManagedClusters)), NAT: fmt.Sprint(len(a.NATGateways)),
		Balancers: fmt.Sprint(len(a.LoadBalancers) + len(a.InternalLoadBalancers) + balancersOfAKS*len(a.ManagedClusters)),
	}
}

// managedDisk is the OS disk of a node of AKS. A cluster there has one load
// balancer, with one public address, as the way out and one inside the VNet.
const (
	managedDisk    = "Premium_LRS"
	balancersOfAKS = 2
)

// tally counts equal words, in the order in which they are first seen.
func tally(words []string) string {
	var order, parts []string
	number := map[string]int{}
	for _, w := range words {
		if number[w]++; number[w] == 1 {
			order = append(order, w)
		}
	}
	for _, w := range order {
		parts = append(parts, fmt.Sprintf("%d x %s", number[w], w))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// sizeFilter is the region's VM sizes as a condition in JMESPath.
func sizeFilter(r *plan.Region) string {
	var parts []string
	sizes, _ := machinesOf(r)
	for _, m := range r.ARM.Machines {
		sizes = append(sizes, m.Size)
	}
	for _, size := range sizes {
		if part := "name=='" + size + "'"; !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " || ")
}

// price is something the spec allows that has its price, and where it applies.
type price struct {
	applies func(r *plan.Region, replicas int) bool
	text    string
}

// prices hold for single regions; the regions they hold for are put in front.
var prices = []price{
	{func(r *plan.Region, _ int) bool { return len(r.Cluster.ControlPlanes) == 1 },
		"one control plane, so no spare. While it is away members keep serving, but nothing is scheduled, no pod is restarted elsewhere and kubectl is blind; 3 survive the loss of one."},
	{func(r *plan.Region, _ int) bool { return slices.Contains(apiSources(r), "0.0.0.0/0") },
		"the API server answers the whole internet (`apiServerCIDRs` holds 0.0.0.0/0). Its certificates are then all that stands in front of it."},
	{func(r *plan.Region, _ int) bool {
		return r.ARM != nil && r.Cluster.RackKind == settings.RacksFaultDomain
	},
		"Azure chooses the fault domain of every machine and may start one in another after it was deallocated. The rack stays what it was at first, so it may cease to be the machine's fault domain; `racks: zone` has no such freedom."},
	{func(r *plan.Region, replicas int) bool { return used(r) > 1 && used(r) < replicas },
		"fewer racks than replicas: one rack that fails takes several replicas of the same row."},
	{func(r *plan.Region, replicas int) bool { return used(r) == 1 && replicas > 1 },
		"one rack only: nothing keeps the replicas of a row in different fault domains or zones."},
	{func(r *plan.Region, _ int) bool { return used(r) < len(r.Cluster.Racks) },
		"some racks have no member, because there are fewer members than racks."},
	{func(r *plan.Region, _ int) bool { return r.ARM == nil },
		"the cluster is somebody else's. Who may reach its pods, who may read its volumes and when its nodes restart is decided there, and nothing here checks it. No NetworkPolicy and no network security group is written there: who reaches ports 7000, 7001, 9042 and 8089 of its members is yours to limit."},
	{func(r *plan.Region, _ int) bool { return r.ARM == nil && len(r.Cluster.DNS) == 1 },
		"one DNS server answers for the cluster; with it away, neither its members nor their peers find seeds there."},
	{func(r *plan.Region, _ int) bool {
		return r.ARM == nil && r.Cluster.RackKind == settings.RacksFaultDomain
	},
		"its fault domains are what somebody has written on the nodes."},
	{func(r *plan.Region, _ int) bool {
		return len(r.Cluster.Members) > 0 && len(r.Cluster.Members) < 3 && len(r.Network.Peers) > 0
	},
		"fewer than three members answer the peers' DNS questions; with none of them up the peers cannot find seeds here."},
	{func(r *plan.Region, _ int) bool { return onAKS(r) },
		"the members' disks are in the group that AKS made for its machines, and go with the cluster when that is deleted. Its weekly new images restart every member, one at a time."},
	{func(r *plan.Region, _ int) bool { return onAKS(r) && len(r.ARM.ManagedClusters[0].Callers) == 0 },
		"the API server answers the whole internet (`apiServerCIDRs` is 0.0.0.0/0). Azure's and the cluster's own credentials are then all that stands in front of it."},
	{func(r *plan.Region, _ int) bool { return diskOf(r, "Standard_LRS") },
		"the data disks are magnetic (Standard_LRS): far too slow for Cassandra under load."},
}

// costs are what this ring allows and pays for, each said once. How long a
// gateway is away: https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable
func costs(b *runbook, auth bool) []string {
	var all []string
	for _, p := range prices {
		var names []string
		for _, r := range b.Regions {
			if p.applies(r.Region, b.ReplicationFactor) {
				names = append(names, r.Name)
			}
		}
		if len(names) > 0 {
			all = append(all, "**"+strings.Join(names, ", ")+"**: "+p.text)
		}
	}
	all = append(all, unheeded(b)...)
	add := func(applies bool, text string) {
		if applies {
			all = append(all, text)
		}
	}
	add(b.ReplicationFactor == 1, "**replicationFactor 1**: every row is on one member of each datacenter; while that one is away so are its rows, and a lost disk loses them there.")
	add(b.ReplicationFactor == 2, "**replicationFactor 2**: a quorum is both replicas, so LOCAL_QUORUM fails while one member is away.")
	add(len(b.Regions) == 1 && len(b.Links) == 0, "**One region**: there is no link and no second copy anywhere; the region lost is the ring lost.")
	add(len(b.Regions) == 1 && len(b.Links) > 0, "**One region**: there is no second copy anywhere; the region lost is the ring lost.")
	add(len(b.Peerings) > 0, "**Peering** is paid by the gigabyte, in and out, at both ends: every write crosses to every region. Nothing is paid by the hour. Traffic stays in Microsoft's network but in no tunnel; `server_encryption_options` under `cassandra.config` encrypts it.")
	add(len(b.Gateways) > 0, "**Gateways** are active-standby: Azure's maintenance breaks all tunnels of a region for seconds, a failure for up to three minutes. Members keep hints for each other meanwhile.")
	add(!auth, "**No passwords**: Cassandra's `authenticator` is its default, so whoever reaches port 9042 from "+networks(b)+" reads and writes. `authenticator` under `cassandra.config` changes that, best before the ring is founded.")
	add(len(b.VM) > 0, "**No NetworkPolicy**"+onMachines(b)+": nothing enforces one in these clusters. Every pod and machine in "+networks(b)+" reaches the members; the network security groups keep everybody else out.")
	return all
}

// onAKS reports whether AKS runs the region's cluster.
func onAKS(r *plan.Region) bool { return r.ARM != nil && len(r.ARM.ManagedClusters) > 0 }

// onMachines names the regions on machines, where those are not all.
func onMachines(b *runbook) string {
	if len(b.VM) == len(b.Regions) {
		return ""
	}
	return " in " + strings.Join(namesOf(b.VM), ", ")
}

// networks are where those may be who reach members.
func networks(b *runbook) string {
	var all []string
	if len(b.Azure) > 0 {
		all = append(all, "any VNet of the ring")
	}
	if len(b.Exist) > 0 {
		all = append(all, "any network of an existing cluster")
	}
	if len(b.Links) > 0 {
		all = append(all, "any range behind a link")
	}
	return strings.Join(all, " or ")
}

// used is how many racks have members.
func used(r *plan.Region) int {
	n := 0
	for _, rack := range r.Cluster.Racks {
		if rack.Members > 0 {
			n++
		}
	}
	return n
}

// apiSources are who may reach the API server.
func apiSources(r *plan.Region) []string {
	if r.ARM == nil {
		return nil
	}
	for _, group := range r.ARM.SecurityGroups {
		for _, rule := range group.Rules {
			if rule.Name == "api-server" {
				return rule.Sources
			}
		}
	}
	return nil
}

func diskOf(r *plan.Region, sku string) bool {
	return r.ARM != nil && slices.ContainsFunc(r.ARM.Disks, func(d plan.Disk) bool { return d.SKU == sku })
}
