package plan_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
)

// managed is the spec of a ring whose regions are on AKS. What is zero is left out.
type managed struct {
	Name, Suffix      string
	ReplicationFactor int
	Regions           []managedRegion
}

type managedRegion struct {
	Name, VNet, PodSubnet, NodeSubnet string
	Members                           int
	Zones                             []string
}

func (m managed) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: ringwright/v1\nkind: Ring\nname: %q\ndnsSuffix: %q\n", m.Name, m.Suffix)
	b.WriteString("sidecar: { image: registry.example.com/ringwright-sidecar:1 }\nkubernetes: { serviceCidr: 172.16.0.0/16 }\n")
	fmt.Fprintf(&b, "cassandra: { replicationFactor: %d }\nregions:\n", m.ReplicationFactor)
	for _, r := range m.Regions {
		fmt.Fprintf(&b, "- location: eastus\n  name: %q\n  vnet: %s\n  members: %d\n  zones: [%s]\n", r.Name, r.VNet, r.Members, strings.Join(r.Zones, ", "))
		if r.NodeSubnet != "" {
			fmt.Fprintf(&b, "  nodeSubnet: %s\n", r.NodeSubnet)
		}
		b.WriteString("  cluster:\n    type: aks\n    apiServerCIDRs: [203.0.113.0/24]\n")
		if r.PodSubnet != "" {
			fmt.Fprintf(&b, "    podSubnet: %s\n", r.PodSubnet)
		}
	}
	return []byte(b.String())
}

func (m managed) make(t *testing.T) (*spec.Ring, plan.Plan) {
	t.Helper()
	parsed, err := spec.Parse("ring.yaml", m.text())
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(parsed)
	if err != nil {
		t.Fatalf("New fails where Parse did not: %v", err)
	}
	return parsed, p
}

var threeZones = []string{`"1"`, `"2"`, `"3"`}

// managedOf holds what is planned for a region on AKS: subnets apart and inside
// the VNet, addresses for every node and pod, a pool for each rack with a node
// for each member, and a balancer at an address that is free.
func managedOf(t *testing.T, region *plan.Region, from *spec.Region) {
	t.Helper()
	vnet := region.ARM.VNets[0]
	outer := netip.MustParsePrefix(vnet.Prefix)
	subnets := map[string]netip.Prefix{}
	for _, s := range vnet.Subnets {
		p := netip.MustParsePrefix(s.Prefix)
		if !outer.Contains(p.Addr()) || p.Bits() < outer.Bits() {
			t.Errorf("%s: subnet %s, %s, is outside %s", region.Name, s.Name, p, outer)
		}
		for name, other := range subnets {
			if p.Overlaps(other) {
				t.Errorf("%s: subnet %s, %s, overlaps %s, %s", region.Name, s.Name, p, name, other)
			}
		}
		subnets[s.Name] = p
		if delegated := len(s.Delegation) > 0; delegated != (s.Name == "pods") {
			t.Errorf("%s: subnet %s is delegated: %v", region.Name, s.Name, delegated)
		}
	}
	pools := region.ARM.AgentPools
	if len(pools) != len(region.Cluster.Racks) || len(region.Datacenter.Sets) != len(pools) {
		t.Fatalf("%s: %d pools and %d sets for %d racks", region.Name, len(pools), len(region.Datacenter.Sets), len(region.Cluster.Racks))
	}
	members, nodes := 0, region.ARM.ManagedClusters[0].System.Nodes+1
	for i, p := range pools {
		rack := region.Cluster.Racks[i]
		if p.Pool.Nodes != rack.Members || p.Labels["ringwright/rack"] != rack.Name || p.Pool.Zones[0] != rack.Value {
			t.Errorf("%s: pool %s of %d nodes in zone %v for rack %+v", region.Name, p.Name, p.Pool.Nodes, p.Pool.Zones, rack)
		}
		members += p.Pool.Nodes
		nodes += p.Pool.Nodes + 1
	}
	if members != from.Members || region.Cluster.Size() != from.Members {
		t.Errorf("%s: pools of %d nodes for %d members", region.Name, members, from.Members)
	}
	// 30 pods take two batches of 16 addresses.
	for name, need := range map[string]int{"nodes": nodes + 5, "pods": 32*nodes + 5} {
		if have := 1 << (32 - subnets[name].Bits()); have < need {
			t.Errorf("%s: subnet %s has %d addresses of %d", region.Name, name, have, need)
		}
	}
	want := subnets["frontends"].Addr()
	for range 4 {
		want = want.Next()
	}
	if got := region.Datacenter.PeerDNSBalancers[0].Address; got != want.String() || subnets["frontends"].Bits() != 28 {
		t.Errorf("%s: balancer at %s of %s, want %s of a /28", region.Name, got, subnets["frontends"], want)
	}
}

// TestManagedExample holds what is decided for a region on AKS beside machines.
func TestManagedExample(t *testing.T) {
	src := strings.Replace(string(example().text()), "vnet: 10.1.0.0/16\n  cluster:", "vnet: 10.1.0.0/16\n  cluster:\n    type: aks", 1)
	parsed, err := spec.Parse("ring.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	invariants(t, parsed, &p)
	here, there := &p.Regions[0], &p.Regions[1]
	pool := func(zone string) plan.NodePool {
		return plan.NodePool{Name: "cass" + zone, Nodes: 1, Size: "Standard_E4ds_v5", Zones: []string{zone}}
	}
	got := map[string]any{
		"pools": here.Cluster.Pools, "system": here.Cluster.System, "machines": len(here.Cluster.Members) + len(here.ARM.Machines),
		"peers ask": there.Network.Peers[0].DNS, "it asks": here.Network.Peers[0].DNS,
		"keys":    []any{here.Cluster.APIHost, here.Secrets.MakeSSHKey, here.Secrets.Peers},
		"tunnels": here.Network.Tunnels, "policy": here.Datacenter.NetworkPolicies[0].Sources,
		"policies elsewhere": len(there.Datacenter.NetworkPolicies), "scripts": here.ARM.Variables,
		"subnets": []any{here.Network.Pods, here.Network.Nodes, here.Network.Gateway, here.Network.Frontends},
		"ports":   rules(here, "peers-dns-tcp", "peers-dns-udp", "api-server"), "ports elsewhere": rules(there, "peers-dns-tcp", "api-server"),
	}
	want := map[string]any{
		"pools":  []plan.NodePool{pool("1"), pool("2"), pool("3")},
		"system": []plan.NodePool{{Name: "system", Nodes: 3, Size: "Standard_D4ds_v5", Zones: []string{"1", "2", "3"}}}, "machines": 0,
		"peers ask": []string{"10.1.129.36:53"}, "it asks": []string{"10.2.0.32:30053", "10.2.0.64:30053", "10.2.0.96:30053"},
		"keys": []any{"", false, []string{"southcentralus"}},
		"tunnels": []plan.Tunnel{{
			To: "southcentralus", AddressKey: "fqdn", Address: "customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com", Ranges: []string{"10.2.0.0/16"},
		}},
		"policy": []string{"10.1.0.0/16", "10.2.0.0/16"}, "policies elsewhere": 0, "scripts": []string(nil),
		"subnets": []any{[]string{"10.1.0.0/17"}, "10.1.128.0/24", "10.1.129.0/27", []string{"10.1.129.32/28"}},
		"ports":   []string{"peers-dns-tcp 53", "peers-dns-udp 53"}, "ports elsewhere": []string{"peers-dns-tcp 30053", "api-server 6443"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a region on AKS (-want +got):\n%s", diff)
	}
}

// rules are those of the region of these names, with their ports.
func rules(r *plan.Region, names ...string) []string {
	var all []string
	for _, name := range names {
		for _, rule := range r.ARM.SecurityGroups[0].Rules {
			if rule.Name == name {
				all = append(all, name+" "+strings.Join(rule.Ports, " "))
			}
		}
	}
	return all
}

// TestCallers: AKS takes an empty list for everybody, and none for no change.
func TestCallers(t *testing.T) {
	m := managed{Name: "customers", Suffix: "3f9a1c", ReplicationFactor: 3, Regions: []managedRegion{{Name: "a", VNet: "10.1.0.0/16", Members: 3, Zones: threeZones}}}
	for ranges, want := range map[string][]string{
		"[203.0.113.0/24, 198.51.100.7/32]": {"203.0.113.0/24", "198.51.100.7/32"}, "[0.0.0.0/0]": {},
	} {
		parsed, err := spec.Parse("ring.yaml", []byte(strings.Replace(string(m.text()), "[203.0.113.0/24]", ranges, 1)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.New(parsed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, p.Regions[0].ARM.ManagedClusters[0].Callers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ranges, diff)
		}
	}
}

// TestWindowsAreApart: no two of seven regions are maintained on one day.
func TestWindowsAreApart(t *testing.T) {
	m := managed{Name: "customers", Suffix: "3f9a1c", ReplicationFactor: 3}
	for i := range 7 {
		m.Regions = append(m.Regions, managedRegion{Name: fmt.Sprintf("r%d", i), VNet: fmt.Sprintf("10.%d.0.0/16", i), Members: 3, Zones: threeZones})
	}
	_, p := m.make(t)
	days := map[string]string{}
	for i := range p.Regions {
		unique(t, days, p.Regions[i].ARM.MaintenanceWindows[0].Day, p.Regions[i].Name)
	}
}

// TestLargestManagedRing holds the longest names of a ring on AKS against the limits.
func TestLargestManagedRing(t *testing.T) {
	m := managed{
		Name: "a" + strings.Repeat("0", 19), Suffix: strings.Repeat("z", 10), ReplicationFactor: 1,
		Regions: []managedRegion{{Name: "a-" + strings.Repeat("r", 22), VNet: "10.0.0.0/8", NodeSubnet: "10.128.0.0/16", Members: 250, Zones: []string{`"1"`}}},
	}
	parsed, p := m.make(t)
	invariants(t, parsed, &p)
	r := &p.Regions[0]
	for _, n := range resources(r.ARM) {
		f, ok := forms[n.Type]
		if !ok {
			t.Fatalf("no form for %s", n.Type)
		}
		f.hold(t, n.Type, n.Name)
	}
	cluster := r.ARM.ManagedClusters[0]
	// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcontainerservice
	form{54, regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)}.hold(t, "DNS prefix", cluster.DNSPrefix)
	form{80, regexp.MustCompile(`^[\w.()-]*[\w()-]$`)}.hold(t, "group of nodes", cluster.NodeResourceGroup)
	form{253, label}.hold(t, "storage class", r.Datacenter.DiskStorage[0].StorageClass)
	form{63, regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)}.hold(t, "Service", r.Datacenter.PeerDNSBalancers[0].Name)
	for _, pool := range r.ARM.AgentPools {
		for _, value := range pool.Labels {
			labelValue.hold(t, "label", value)
		}
		for _, taint := range pool.Taints {
			_, value, _ := strings.Cut(strings.TrimSuffix(taint, ":NoSchedule"), "=")
			labelValue.hold(t, "taint", value)
		}
	}
}

// FuzzManaged builds a ring on AKS from small numbers: where the rules let it
// through, what is planned holds together, and changes that are allowed on a live
// ring leave subnets, pools and the peers' DNS where they are.
func FuzzManaged(f *testing.F) {
	f.Add(uint8(2), uint8(3), uint8(3), uint8(16), uint8(0), uint8(0), uint8(3))
	f.Add(uint8(1), uint8(48), uint8(1), uint8(19), uint8(21), uint8(26), uint8(3))
	f.Add(uint8(3), uint8(6), uint8(2), uint8(22), uint8(23), uint8(28), uint8(2))
	f.Add(uint8(1), uint8(1), uint8(3), uint8(23), uint8(24), uint8(27), uint8(1))
	f.Fuzz(func(t *testing.T, regions, members, zones, vnet, pods, nodes, replicas uint8) {
		m := managed{Name: "customers", Suffix: "3f9a1c", ReplicationFactor: int(replicas % 6)}
		for i := range int(regions % 5) {
			r := managedRegion{
				Name: fmt.Sprintf("r%d", i), VNet: fmt.Sprintf("10.%d.0.0/%d", 16*i, 12+vnet%16), Members: int(members), Zones: threeZones[:zones%4],
			}
			if pods%2 == 1 {
				r.PodSubnet = fmt.Sprintf("10.%d.0.0/%d", 16*i, 12+pods%18)
			}
			if nodes%2 == 1 {
				r.NodeSubnet = fmt.Sprintf("10.%d.8.0/%d", 16*i, 16+nodes%14)
			}
			m.Regions = append(m.Regions, r)
		}
		if _, err := spec.Parse("ring.yaml", m.text()); err != nil {
			return
		}
		parsed, before := m.make(t)
		invariants(t, parsed, &before)
		grown := m
		grown.Regions = append([]managedRegion(nil), m.Regions...)
		grown.Regions[0].Members += len(m.Regions[0].Zones)
		grown.Regions = append(grown.Regions, managedRegion{Name: "last", VNet: "10.200.0.0/16", Members: grown.Regions[0].Members, Zones: threeZones})
		if _, err := spec.Parse("ring.yaml", grown.text()); err != nil {
			return
		}
		parsed, after := grown.make(t)
		invariants(t, parsed, &after)
		for i := range before.Regions {
			was, is := &before.Regions[i], &after.Regions[i]
			if diff := cmp.Diff(was.ARM.VNets, is.ARM.VNets); diff != "" {
				t.Errorf("more members move subnets (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(was.Datacenter.PeerDNSBalancers, is.Datacenter.PeerDNSBalancers); diff != "" {
				t.Errorf("more members move the peers' DNS (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(was.ARM.MaintenanceWindows, is.ARM.MaintenanceWindows); diff != "" {
				t.Errorf("another region moves a window (-before +after):\n%s", diff)
			}
		}
	})
}
