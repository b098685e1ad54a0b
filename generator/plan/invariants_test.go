package plan_test

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// identifiers are what parameters('...') finds.
var identifiers = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*$`)

// invariants hold for the plan of every ring that the rules let through.
func invariants(t *testing.T, r *spec.Ring, p *plan.Plan) {
	t.Helper()
	addresses, taken, labels := map[netip.Addr]string{}, map[string]string{}, map[string]string{}
	founders := 0
	for i := range p.Regions {
		region, from := &p.Regions[i], &r.Regions[i]
		if region.Cluster.Size() != from.Members || (region.ARM == nil) != (from.Cluster.Type == spec.ClusterExisting) {
			t.Errorf("%s: %d members of %d, something deployed: %v", region.Name, region.Cluster.Size(), from.Members, region.ARM != nil)
		}
		switch from.Cluster.Type {
		case spec.ClusterExisting:
			region.ARM = &plan.ARM{}
		case spec.ClusterAKS:
			managedOf(t, region, from)
			parametersOf(t, region)
		default:
			addressesOf(t, region, from, addresses)
			racksOf(t, region, from)
			parametersOf(t, region)
		}
		peeringsOf(t, r, p, i)
		for _, n := range resources(region.ARM) {
			group := from.Subscription + "/" + from.ResourceGroup + "/" + n.Type + "/" + n.Name
			unique(t, taken, strings.ToLower(group), region.Name)
		}
		for _, reverse := range region.ARM.ReversePeerings {
			unique(t, taken, strings.ToLower(strings.Join(reverse.Subscription, "")+"/"+reverse.Group+"/"+reverse.Peering), region.Name)
			unique(t, taken, strings.ToLower(strings.Join(reverse.Subscription, "")+"/"+reverse.Group+"/"+reverse.Name), region.Name)
		}
		for _, address := range region.ARM.PublicIPs {
			for _, l := range address.Label {
				unique(t, labels, from.Location+"/"+l, region.Name)
			}
		}
		s, err := settings.Parse("settings.yaml", []byte(region.Datacenter.Settings))
		if err != nil {
			t.Fatalf("settings of %s: %v", region.Name, err)
		}
		if s.Founder != settings.NoFounder {
			founders++
		}
		if len(s.Peers) != len(p.Regions)-1 || len(region.Network.Peers) != len(p.Regions)-1 {
			t.Errorf("%s has %d peers in its settings and %d in its network, of %d", region.Name, len(s.Peers), len(region.Network.Peers), len(p.Regions)-1)
		}
	}
	if want := map[bool]int{true: 0, false: 1}[r.Founder == spec.None]; founders != want {
		t.Errorf("%d regions found the ring, want %d", founders, want)
	}
}

// peeringsOf holds that a region makes both halves of its pair with every region
// before it that is made, too, and no other, in the spec's order, each where that region is,
// and that there are gateways and keys or peerings.
func peeringsOf(t *testing.T, r *spec.Ring, p *plan.Plan, i int) {
	t.Helper()
	a, own := p.Regions[i].ARM, r.Regions[i]
	if p.Peering != (r.Link == spec.LinkPeering) {
		t.Errorf("peering is %t, the link %s", p.Peering, r.Link)
	}
	if !p.Peering {
		if len(a.Peerings)+len(a.ReversePeerings) > 0 {
			t.Errorf("%s has peerings", own.Name)
		}
		return
	}
	var before []spec.Region
	addresses := 0
	if own.Cluster.Type == spec.ClusterVM {
		addresses = 2 // of the NAT gateway and the API server
	}
	if own.Deployed() {
		before = slices.DeleteFunc(slices.Clone(r.Regions[:i]), func(o spec.Region) bool { return !o.Deployed() })
	}
	if len(a.Gateways)+len(a.LocalGateways)+len(a.Connections)+len(p.Regions[i].Secrets.Peers) > 0 || len(a.PublicIPs) != addresses {
		t.Errorf("%s has gateways, keys or their addresses", own.Name)
	}
	if len(a.Peerings) != len(before) || len(a.ReversePeerings) != len(before) {
		t.Fatalf("%s makes %d halves and %d others, with %d regions before it", own.Name, len(a.Peerings), len(a.ReversePeerings), len(before))
	}
	for j, other := range before {
		half, reverse := a.Peerings[j], a.ReversePeerings[j]
		subscription := other.Subscription
		if subscription == "" && own.Subscription != "" {
			subscription = "[parameters('defaultSubscription')]"
		}
		if half.Name != "customers-"+own.Name+"-vnet/customers-"+own.Name+"-to-"+other.Name ||
			reverse.Peering != "customers-"+other.Name+"-vnet/customers-"+other.Name+"-to-"+own.Name ||
			reverse.Group != other.ResourceGroup || strings.Join(reverse.Subscription, "") != subscription {
			t.Errorf("%s and %s are joined by %+v and %+v", own.Name, other.Name, half, reverse)
		}
		if len(reverse.Name) > 64 {
			t.Errorf("deployment %s has more than the 64 characters that Azure takes", reverse.Name)
		}
	}
}

func unique(t *testing.T, taken map[string]string, key, owner string) {
	t.Helper()
	if other, ok := taken[key]; ok {
		t.Errorf("%s of %s is there already, of %s", key, owner, other)
	}
	taken[key] = owner
}

// addressesOf holds that every address is inside the node subnet, none of the
// five that Azure keeps, and one resource's only; that a block's gateway is
// nobody's; and that a NIC has what its node's block promises.
func addressesOf(t *testing.T, region *plan.Region, from *spec.Region, all map[netip.Addr]string) {
	t.Helper()
	subnet := netip.MustParsePrefix(region.Network.Nodes)
	first := subnet.Addr()
	last := first
	for a := first; subnet.Contains(a); a = a.Next() {
		last = a
	}
	kept := map[netip.Addr]bool{first: true, first.Next(): true, first.Next().Next(): true, first.Next().Next().Next(): true, last: true}
	own := func(address, owner string) netip.Addr {
		a := netip.MustParseAddr(address)
		if !subnet.Contains(a) || kept[a] {
			t.Errorf("%s of %s is outside %s, or Azure's", a, owner, subnet)
		}
		if other, ok := all[a]; ok {
			t.Errorf("%s belongs to %s and to %s", a, owner, other)
		}
		all[a] = owner
		return a
	}
	for _, balancer := range region.ARM.InternalLoadBalancers {
		own(balancer.Address, balancer.Name)
	}
	nodes := append(append([]plan.Node{}, region.Cluster.ControlPlanes...), region.Cluster.Members...)
	if len(nodes) != len(region.ARM.NICs) || len(nodes) != from.Members+from.Cluster.ControlPlanes {
		t.Fatalf("%s: %d nodes and %d NICs for %d members", region.Name, len(nodes), len(region.ARM.NICs), from.Members)
	}
	blocks := map[netip.Prefix]string{}
	for i, nic := range region.ARM.NICs {
		own(nic.Host, nic.Name)
		block := netip.MustParsePrefix(nodes[i].Block)
		if other, ok := blocks[block]; ok || block != block.Masked() || !subnet.Contains(block.Addr()) {
			t.Errorf("block %s of %s is not aligned, outside, or that of %s", block, nic.Name, other)
		}
		blocks[block] = nic.Name
		if nodes[i].Address != nic.Host || len(nic.Pods) != from.Cluster.AddressesPerNode-2 {
			t.Errorf("%s: host %s for %s, %d pods of %d", nic.Name, nic.Host, nodes[i].Address, len(nic.Pods), from.Cluster.AddressesPerNode-2)
		}
		for _, pod := range nic.Pods {
			if a := own(pod.Address, nic.Name); !block.Contains(a) {
				t.Errorf("%s of %s is not in its block %s", a, nic.Name, block)
			}
		}
	}
	for block, owner := range blocks {
		if gateway := block.Addr().Next(); all[gateway] != "" {
			t.Errorf("%s, the pods' gateway on %s, belongs to %s", gateway, owner, all[gateway])
		}
	}
}

// racksOf holds that the racks have all members between them, and the first has the founder's pod.
func racksOf(t *testing.T, region *plan.Region, from *spec.Region) {
	t.Helper()
	total, names := 0, map[string]string{}
	for i, rack := range region.Cluster.Racks {
		total += rack.Members
		unique(t, names, rack.Name, region.Name)
		if before := region.Cluster.Racks[max(0, i-1)].Members; rack.Members > before || rack.Members < before-1 {
			t.Errorf("%s: rack %s has %d members after one of %d", region.Name, rack.Name, rack.Members, before)
		}
	}
	if total != from.Members || region.Cluster.Racks[0].Members == 0 || len(region.Datacenter.LocalStorage[0].Volumes) != total || len(region.ARM.Disks) != total {
		t.Errorf("%s: racks have %d members of %d, %d volumes and %d disks", region.Name, total, from.Members, len(region.Datacenter.LocalStorage[0].Volumes), len(region.ARM.Disks))
	}
}

// parametersOf holds that parameters are identifiers and, as the template
// language ignores case, differ by more than that.
func parametersOf(t *testing.T, region *plan.Region) {
	t.Helper()
	names := map[string]string{}
	for _, p := range region.ARM.Parameters {
		if !identifiers.MatchString(p.Name) {
			t.Errorf("parameter %q is no identifier", p.Name)
		}
		unique(t, names, strings.ToLower(p.Name), region.Name)
	}
}
