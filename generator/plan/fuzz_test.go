package plan_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
)

// placed is where every machine of a region is, by name.
func placed(r *plan.Region) map[string]plan.Node {
	all := map[string]plan.Node{}
	for _, n := range append(slices.Clone(r.Cluster.ControlPlanes), r.Cluster.Members...) {
		all[n.Name] = n
	}
	return all
}

// unmoved holds that the machines that are in both plans are where they were.
func unmoved(t *testing.T, change string, before, after *plan.Plan) {
	t.Helper()
	for i := range before.Regions {
		was, is := placed(&before.Regions[i]), placed(&after.Regions[i])
		for name := range was {
			if _, ok := is[name]; !ok {
				delete(was, name)
			}
		}
		for name := range is {
			if _, ok := was[name]; !ok {
				delete(is, name)
			}
		}
		if diff := cmp.Diff(was, is); diff != "" || len(was) == 0 {
			t.Errorf("%s moves machines (-before +after):\n%s", change, diff)
		}
	}
}

var (
	locations = []string{"eastus", "westus2", "westus", "polandcentral", "southcentralus"}
	sizes     = []string{"", "Standard_E4ds_v5", "Standard_B1ms", "Standard_E16-4ds_v5"}
	names     = []string{"", "a", "a-gw", "to-b", "links", "a-to-b", "c"}
)

// FuzzPlan builds a ring from small numbers: where the rules let it through,
// New plans it, what it plans holds together, and changes that are allowed on
// a live ring move no machine.
func FuzzPlan(f *testing.F) {
	f.Add(uint8(2), uint8(3), uint8(1), uint8(32), uint8(17), uint8(3), uint8(3), uint8(0), uint16(0))
	f.Add(uint8(3), uint8(6), uint8(5), uint8(8), uint8(24), uint8(3), uint8(3), uint8(1), uint16(0x1234))
	f.Add(uint8(1), uint8(1), uint8(3), uint8(255), uint8(20), uint8(1), uint8(1), uint8(2), uint16(0xffff))
	f.Add(uint8(5), uint8(4), uint8(1), uint8(16), uint8(25), uint8(2), uint8(2), uint8(3), uint16(0x0f0f))
	f.Add(uint8(2), uint8(48), uint8(5), uint8(64), uint8(18), uint8(1), uint8(2), uint8(0), uint16(7))
	f.Add(uint8(5), uint8(3), uint8(3), uint8(5), uint8(1), uint8(3), uint8(3), uint8(0), uint16(0x8002))
	f.Fuzz(func(t *testing.T, regions, members, planes, perNode, bits, replicas, domains, racks uint8, choices uint16) {
		r := ring{
			Name: "customers", Suffix: "3f9a1c", SKU: "VpnGw1AZ", ReplicationFactor: int(replicas % 8),
			PeerAddress: []string{"fqdn", "parameter"}[choices&1],
			Peering:     choices>>15 == 1,
		}
		for i := range int(regions % 6) {
			pick := int(choices>>1) + i*int(choices>>9|1)
			r.Regions = append(r.Regions, region{
				Location: locations[pick%len(locations)], Name: names[pick/2%len(names)], Size: sizes[pick/3%len(sizes)],
				VNet: fmt.Sprintf("10.%d.0.0/16", i), NodeSubnet: fmt.Sprintf("10.%d.0.0/%d", i, 16+bits%13), ResourceGroup: []string{"", "shared"}[pick%2],
				Subscription: []string{"", "00000000-0000-0000-0000-000000000001"}[pick/5%2],
				Members:      int(members) % 50, ControlPlanes: int(planes) % 7, AddressesPerNode: 1 << (perNode % 10),
				FaultDomains: int(domains % 4), Racks: []string{"", "faultDomain", "zone"}[(int(racks)+i)%3],
			})
		}
		if _, err := r.parse(); err != nil {
			return
		}
		parsed, p := r.make(t)
		invariants(t, parsed, &p)
		for _, c := range changes(r) {
			if _, err := c.ring.parse(); err != nil {
				continue
			}
			changed, after := c.ring.make(t)
			invariants(t, changed, &after)
			unmoved(t, c.name, &p, &after)
		}
	})
}

type change struct {
	name string
	ring ring
}

// changes are what a user may do to a live ring.
func changes(r ring) []change {
	var all []change
	with := func(name string, f func(*ring)) {
		c := r
		c.Regions = slices.Clone(r.Regions)
		f(&c)
		all = append(all, change{name, c})
	}
	with("a region at the end", func(r *ring) {
		r.Regions = append(r.Regions, region{Location: "northeurope", Name: "last", VNet: "10.99.0.0/16", Members: r.Regions[0].Members})
	})
	for _, n := range []int{1, 2, 3, 6} {
		with("more members", func(r *ring) { r.Regions[0].Members = max(3, r.Regions[0].Members) + n })
		with("fewer members", func(r *ring) { r.Regions[0].Members = max(3, r.Regions[0].Members) - n })
	}
	for _, n := range []int{1, 3, 5} {
		with("other control planes", func(r *ring) { r.Regions[0].ControlPlanes = n })
	}
	with("another peer address", func(r *ring) { r.PeerAddress = "parameter" })
	return all
}

// TestExample holds the addresses that the design gives for the ring of two regions.
func TestExample(t *testing.T) {
	parsed, p := example().make(t)
	invariants(t, parsed, &p)
	got := placed(&p.Regions[0])
	want := map[string]plan.Node{
		"customers-eastus-cp0": {Name: "customers-eastus-cp0", Address: "10.1.127.250", Block: "10.1.127.160/27"},
		"customers-eastus-m0":  {Name: "customers-eastus-m0", Address: "10.1.0.32", Block: "10.1.0.32/27"},
		"customers-eastus-m1":  {Name: "customers-eastus-m1", Address: "10.1.0.64", Block: "10.1.0.64/27"},
		"customers-eastus-m2":  {Name: "customers-eastus-m2", Address: "10.1.0.96", Block: "10.1.0.96/27"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("machines (-want +got):\n%s", diff)
	}
	peer := plan.Peer{
		Region: "southcentralus", Datacenter: "dc-southcentralus", Location: "southcentralus", Ranges: []string{"10.2.0.0/16"},
		Namespace: "customers-southcentralus", DNS: []string{"10.2.0.32:30053", "10.2.0.64:30053", "10.2.0.96:30053"},
	}
	if diff := cmp.Diff([]plan.Peer{peer}, p.Regions[0].Network.Peers); diff != "" {
		t.Errorf("peers of eastus (-want +got):\n%s", diff)
	}
	tunnel := plan.Tunnel{
		To: "southcentralus", AddressKey: "fqdn", Ranges: []string{"10.2.0.0/16"},
		Address: "customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com",
	}
	if diff := cmp.Diff([]plan.Tunnel{tunnel}, p.Regions[0].Network.Tunnels); diff != "" {
		t.Errorf("tunnels of eastus (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]plan.Pair{{A: "eastus", B: "southcentralus"}}, p.Pairs); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	compared := 0
	for _, c := range changes(example()) {
		if _, err := c.ring.parse(); err != nil {
			continue // racks and replicas allow some numbers of members only
		}
		_, after := c.ring.make(t)
		unmoved(t, c.name, &p, &after)
		compared++
	}
	if compared < 7 {
		t.Errorf("%d changes compared", compared)
	}
}
