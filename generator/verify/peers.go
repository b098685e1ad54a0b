package verify

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// checkSettings holds the regions' settings against each other: what they
// disagree about would make two rings of one.
func (r *ring) checkSettings() {
	var first *region
	founders := map[string]bool{}
	for _, g := range r.regions {
		if g.settings == nil {
			continue
		}
		if first == nil {
			first = g
		}
		file, where := g.settingsPlace()
		if !slices.Equal(g.settings.Order, first.settings.Order) {
			g.add(file, where, "order %s; %s has %s: want the same everywhere",
				strings.Join(g.settings.Order, ", "), first.name, strings.Join(first.settings.Order, ", "))
		}
		if g.settings.Founder != settings.NoFounder {
			founders[g.name] = true
			if len(founders) > 1 {
				g.add(file, where, "founder %s; another region has a founder, too: want one at most", g.settings.Founder)
			}
			if r.plan.Founder != g.name {
				g.add(file, where, "founder %s; want none, as the spec says %s", g.settings.Founder, r.plan.Founder)
			}
		}
		g.checkPeers(file, where)
	}
	for _, g := range r.regions {
		if g.settings != nil && g.name == r.plan.Founder && !founders[g.name] {
			file, where := g.settingsPlace()
			g.add(file, where, "founder none; want a pod, as the spec has this region found the ring")
		}
	}
}

// dnsServers is how many members of a region its peers ask for names.
const dnsServers = 3

// checkPeers holds what the settings say of each peer against that peer's files.
func (g *region) checkPeers(file, where string) {
	known := map[string]bool{}
	for _, p := range g.settings.Peers {
		known[p.Region] = true
		i := slices.IndexFunc(g.ring.regions, func(o *region) bool { return o != g && o.name == p.Region })
		if i < 0 {
			g.add(file, where, "peer %s is no region of this ring", p.Region)
			continue
		}
		peer := g.ring.regions[i]
		if peer.settings == nil || peer.objects.broken {
			continue
		}
		if want := peer.settings.Datacenter; p.Datacenter != want {
			g.add(file, where, "peer %s: datacenter %s; want %s", p.Region, p.Datacenter, want)
		}
		if want := peer.seedsName(); p.SeedsService != want {
			g.add(file, where, "peer %s: seedsService %s; want %s", p.Region, p.SeedsService, want)
		}
		if want := strings.Join(peer.plan.Cluster.DNS, " "); !peer.deploys() && strings.Join(p.DNS, " ") != want {
			g.add(file, where, "peer %s: dns %s; want %s, as the spec has it", p.Region, strings.Join(p.DNS, " "), want)
		}
		if peer.managed() {
			if want := peer.balancerDNS(); want != "" && !slices.Equal(p.DNS, []string{want}) {
				g.add(file, where, "peer %s: dns %s; want %s, the address of its balancer", p.Region, strings.Join(p.DNS, ", "), want)
			}
			continue
		}
		if !peer.manned() {
			continue
		}
		if want := min(dnsServers, len(peer.members())); len(p.DNS) < want {
			g.add(file, where, "peer %s: %d dns servers; want %d, as one may be away and another lost", p.Region, len(p.DNS), want)
		}
		for _, server := range p.DNS {
			a, err := netip.ParseAddrPort(server)
			if err != nil || a.Port() != plan.PeerDNSPort || !slices.ContainsFunc(peer.members(), func(m *machine) bool { return m.primary == a.Addr() }) {
				g.add(file, where, "peer %s: dns %s; want the address of one of its members and port %d", p.Region, server, plan.PeerDNSPort)
			}
		}
	}
	for _, other := range g.ring.regions {
		if other != g && !known[other.name] {
			g.add(file, where, "peer %s is missing", other.name)
		}
	}
}
