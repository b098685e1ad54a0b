package plan

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Table prints the plan for people: ring, regions, racks, machines and links,
// each in aligned columns. The error is the writer's.
func (p *Plan) Table(w io.Writer) error {
	t := &table{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.section("RING", "FOUNDER", "REPLICAS", "CASSANDRA", "KUBERNETES", "SERVICES")
	t.row(p.Ring, p.Founder, p.ReplicationFactor, p.CassandraVersion, p.KubernetesVersion, p.ServiceCIDR)

	t.section("REGION", "LOCATION", "RESOURCE GROUP", "DATACENTER", "VNET", "NODES", "GATEWAY SUBNET", "API SERVER")
	for _, r := range p.Regions {
		network := r.Network.VNet
		if r.ARM == nil {
			network = strings.Join(r.Network.Ranges, " ")
		}
		t.row(r.Name, r.Location, r.ResourceGroup, r.Datacenter.Name, network, r.Network.Nodes, orDash(r.Network.Gateway), r.Cluster.APIHost)
	}
	t.section("REGION", "RACK", "STATEFULSET", "NODE LABEL", "MEMBERS")
	for _, r := range p.Regions {
		for _, rack := range r.Cluster.Racks {
			t.row(r.Name, rack.Name, rack.StatefulSet, "topology.kubernetes.io/zone="+rack.Zone, rack.Members)
		}
	}
	t.allMachines(p)
	t.pools(p)
	t.servers(p)
	if p.Peering {
		t.peerings(p)
	} else if len(p.Pairs)+len(p.Links) > 0 {
		t.section("LINK", "GATEWAY", "REACHES", "AT")
		for _, r := range p.Regions {
			for _, tunnel := range r.Network.Tunnels {
				address := tunnel.Address
				for _, name := range tunnel.Parameter {
					address = "parameter " + name
				}
				t.row(r.Name+" to "+tunnel.To, strings.Join(r.Network.GatewayFQDN, ""), strings.Join(tunnel.Ranges, " "), address)
			}
		}
	}
	return t.close()
}

// peerings lists both halves of every pair and whose deployment makes them.
func (t *table) peerings(p *Plan) {
	if len(p.Pairs) > 0 {
		t.section("PEERING", "REACHES", "MADE WITH")
	}
	for _, r := range p.Regions {
		for _, peer := range r.Network.Peers {
			for _, pair := range p.Pairs {
				if pair == (Pair{r.Name, peer.Region}) || pair == (Pair{peer.Region, r.Name}) {
					t.row(r.Name+" to "+peer.Region, strings.Join(peer.Ranges, " "), pair.B)
				}
			}
		}
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type table struct {
	w     *tabwriter.Writer
	begun bool
	err   error
}

// section begins a new table with those headings. Tables do not share their
// columns' widths.
func (t *table) section(headings ...any) {
	if t.begun {
		t.note(t.w.Flush())
		_, err := fmt.Fprintln(t.w)
		t.note(err)
	}
	t.begun = true
	t.row(headings...)
}

func (t *table) row(cells ...any) {
	words := make([]string, 0, len(cells))
	for _, c := range cells {
		word := fmt.Sprint(c)
		if word == "" {
			word = "-"
		}
		words = append(words, word)
	}
	_, err := fmt.Fprintln(t.w, strings.Join(words, "\t"))
	t.note(err)
}

// allMachines are the machines of every region that has any.
func (t *table) allMachines(p *Plan) {
	begun := false
	for _, r := range p.Regions {
		if len(r.Cluster.ControlPlanes)+len(r.Cluster.Members) == 0 {
			continue
		}
		if !begun {
			t.section("MACHINE", "ROLE", "ADDRESS", "PODS", "PLACED BY")
			begun = true
		}
		t.machines("control plane", r.Cluster.ControlPlanes)
		t.machines("member", r.Cluster.Members)
	}
}

// pools are the nodes of every cluster that AKS runs.
func (t *table) pools(p *Plan) {
	begun := false
	for _, r := range p.Regions {
		if len(r.Cluster.System) == 0 {
			continue
		}
		if !begun {
			t.section("CLUSTER ON AKS", "POOL", "NODES", "SIZE", "ZONES", "PODS", "DNS FOR PEERS")
			begun = true
		}
		for _, pool := range append(slices.Clone(r.Cluster.System), r.Cluster.Pools...) {
			t.row(r.Cluster.Name, pool.Name, pool.Nodes, pool.Size, strings.Join(pool.Zones, " "), strings.Join(r.Network.Pods, ""), r.Datacenter.PeerDNSBalancers[0].Address)
		}
	}
}

// servers are the clusters that exist and where their DNS is asked.
func (t *table) servers(p *Plan) {
	begun := false
	for _, r := range p.Regions {
		if r.ARM != nil {
			continue
		}
		if !begun {
			t.section("EXISTING CLUSTER", "DNS", "STORAGE CLASS")
			begun = true
		}
		t.row(r.Name, strings.Join(r.Cluster.DNS, " "), r.Cluster.StorageClass)
	}
}

func (t *table) machines(role string, nodes []Node) {
	for _, n := range nodes {
		placed := "availability set"
		if len(n.Zone) > 0 {
			placed = "zone " + strings.Join(n.Zone, "")
		}
		t.row(n.Name, role, n.Address, n.Block, placed)
	}
}

func (t *table) note(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *table) close() error {
	t.note(t.w.Flush())
	return t.err
}
