package verify

import (
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/plan"
)

// link is a region's connection to a peer with what belongs to it.
type link struct {
	connection *arm.EvaluatedResource
	local      *arm.EvaluatedResource // the peer as this region knows it
	parameter  string                 // of the shared key
}

// sharedKeySuffix ends the parameters of the keys; before it is the peer, with _ for -.
const sharedKeySuffix = "SharedKey"

func sharedKeyParameter(peer string) string {
	return strings.ReplaceAll(peer, "-", "_") + sharedKeySuffix
}

// links are the region's connections, by peer.
func (g *region) links() map[string]link {
	d := g.deployment
	all := map[string]link{}
	used := map[int]bool{}
	for _, r := range d.of(connections) {
		l := link{connection: r, local: d.find(textAt(r.Properties, "localNetworkGateway2", "id"))}
		for name, paths := range d.usage.Parameters {
			if slices.Contains(paths, "resources["+itoa(r.Index)+"].properties.sharedKey") {
				l.parameter = name
			}
		}
		peer := ""
		for _, name := range g.tunnelNames() {
			if l.parameter == sharedKeyParameter(name) {
				peer = name
			}
		}
		own := d.find(textAt(r.Properties, "virtualNetworkGateway1", "id"))
		switch {
		case peer == "":
			g.add(g.template(), place(r), "want as sharedKey the parameter <peer>%s of a region or link of this ring", sharedKeySuffix)
		case all[peer].connection != nil:
			g.add(g.template(), place(r), "is the second connection to %s, after %s", peer, all[peer].connection.Name)
		case own == nil || l.local == nil:
			g.add(g.template(), place(r), "want a gateway and a local network gateway of this template")
		default:
			all[peer] = l
		}
		if l.local != nil {
			used[l.local.Index] = true
		}
	}
	for _, r := range d.of(localGateways) {
		if !used[r.Index] {
			g.add(g.template(), place(r), "is used by no connection")
		}
	}
	return all
}

// checkLinks holds the two ends of every link against each other.
func (r *ring) checkLinks() {
	links := map[string]map[string]link{}
	byName := map[string]*region{}
	for _, g := range r.regions {
		if g.deployment != nil {
			links[g.name], byName[g.name] = g.links(), g
			g.checkGateways()
		}
	}
	for _, pair := range r.plan.Pairs {
		a, b := byName[pair.A], byName[pair.B]
		if a == nil || b == nil {
			continue
		}
		there, back := links[a.name][b.name], links[b.name][a.name]
		a.checkEnd(b, there)
		b.checkEnd(a, back)
		if there.connection != nil && back.connection != nil {
			b.checkPolicy(a, back.connection, there.connection)
		}
	}
	for _, g := range byName {
		for i := range r.plan.Links {
			g.checkOutside(&r.plan.Links[i], links[g.name][r.plan.Links[i].Name])
		}
		g.checkRanges()
	}
}

// tunnelNames are what a gateway of the region can be joined to: the other
// regions that deploy one, and the links.
func (g *region) tunnelNames() []string {
	var names []string
	for _, other := range g.ring.regions {
		if other != g && other.deploys() {
			names = append(names, other.name)
		}
	}
	for _, l := range g.ring.plan.Links {
		names = append(names, l.Name)
	}
	return names
}

// checkOutside holds what a region knows of a network outside Azure against
// what was asked for.
func (g *region) checkOutside(asked *plan.Link, l link) {
	if l.connection == nil {
		g.add(g.template(), "", "has no connection to %s", asked.Name)
		return
	}
	if have := textsAt(l.local.Properties, "localNetworkAddressSpace", "addressPrefixes"); !slices.Equal(have, asked.Ranges) {
		g.add(g.template(), place(l.local), "ranges %s; want those behind %s, %s", strings.Join(have, ", "), asked.Name, strings.Join(asked.Ranges, ", "))
	}
	if have := textAt(l.local.Properties, "fqdn") + textAt(l.local.Properties, "gatewayIpAddress"); have != asked.Address {
		g.add(g.template(), place(l.local), "leads to %s; want the gateway of %s, %s", have, asked.Name, asked.Address)
	}
	g.checkIPsec(l.connection)
}

// checkEnd holds what a region knows of a peer against that peer's template.
func (g *region) checkEnd(peer *region, l link) {
	if l.connection == nil {
		g.add(g.template(), "", "has no connection to %s", peer.name)
		return
	}
	if peer.vnet == nil {
		return
	}
	var want []string
	for _, p := range peer.ranges() {
		want = append(want, p.String())
	}
	if have := textsAt(l.local.Properties, "localNetworkAddressSpace", "addressPrefixes"); !slices.Equal(have, want) {
		g.add(g.template(), place(l.local), "ranges %s; want those of %s's VNet, %s", strings.Join(have, ", "), peer.name, strings.Join(want, ", "))
	}
	names := peer.gatewayNames()
	fqdn, ip := textAt(l.local.Properties, "fqdn"), textAt(l.local.Properties, "gatewayIpAddress")
	given := g.deployment.peerAddress[strings.TrimSuffix(sharedKeyParameter(peer.name), sharedKeySuffix)+peerAddressSuffix]
	switch {
	case (fqdn == "") == (ip == ""):
		g.add(g.template(), place(l.local), "want either fqdn or gatewayIpAddress")
	case fqdn != "" && !slices.Contains(names, strings.ToLower(fqdn)):
		g.add(g.template(), place(l.local), "fqdn %s; want the name of %s's gateway, %s", fqdn, peer.name, strings.Join(names, " or "))
	case ip != "" && ip != given:
		g.add(g.template(), place(l.local), "gatewayIpAddress is not that of %s; want its parameter", peer.name)
	}
}

// gatewayNames are the public names of the region's gateways.
func (g *region) gatewayNames() []string {
	var names []string
	for _, r := range g.deployment.of(gateways) {
		for _, c := range objectsAt(r.Properties, "ipConfigurations") {
			if address := g.deployment.find(textAt(c, "properties", "publicIPAddress", "id")); address != nil {
				names = append(names, publicName(address))
			}
		}
	}
	return names
}

// agreed are the properties of a connection that both ends have to share.
var agreed = []string{"connectionType", "connectionProtocol", "connectionMode", "enableBgp", "ipsecPolicies", "usePolicyBasedTrafficSelectors"}

func (g *region) checkPolicy(peer *region, own, theirs *arm.EvaluatedResource) {
	for _, name := range agreed {
		if encoded(at(own.Properties, name)) != encoded(at(theirs.Properties, name)) {
			g.add(g.template(), place(own), "%s differs from that of %s's %s; want both ends the same", name, peer.name, theirs.Name)
		}
	}
	g.checkIPsec(own)
}

func (g *region) checkIPsec(own *arm.EvaluatedResource) {
	if textAt(own.Properties, "connectionType") != "IPsec" || len(objectsAt(own.Properties, "ipsecPolicies")) != 1 {
		g.add(g.template(), place(own), "want an IPsec connection with one policy written out")
	}
}

func encoded(v any) string {
	data, err := arm.Object{{Name: "value", Value: v}}.MarshalJSON()
	if err != nil {
		panic("verify: " + err.Error()) // a value that Evaluate made
	}
	return string(data)
}

// checkGateways holds the region's gateway against what Azure makes of each SKU:
// VpnGw1AZ is of the first generation only, the larger ones here of the second
// (https://learn.microsoft.com/azure/vpn-gateway/about-gateway-skus).
func (g *region) checkGateways() {
	all := g.deployment.of(gateways)
	if len(all) > 1 {
		g.add(g.template(), "", "%d VPN gateways; want one", len(all))
	}
	for _, r := range all {
		name, tier := textAt(r.Properties, "sku", "name"), textAt(r.Properties, "sku", "tier")
		want := "Generation2"
		if name == "VpnGw1AZ" {
			want = "Generation1"
		}
		if !strings.HasPrefix(name, "VpnGw") || !strings.HasSuffix(name, "AZ") || tier != name {
			g.add(g.template(), place(r), "sku %s, tier %s; want VpnGw1AZ to VpnGw5AZ in both", name, tier)
		}
		if generation := textAt(r.Properties, "vpnGatewayGeneration"); generation != want {
			g.add(g.template(), place(r), "vpnGatewayGeneration %s; want %s with %s", generation, want, name)
		}
		if textAt(r.Properties, "gatewayType") != "Vpn" || textAt(r.Properties, "vpnType") != "RouteBased" {
			g.add(g.template(), place(r), "want gatewayType Vpn and vpnType RouteBased")
		}
	}
}

// checkRanges sees that no two local network gateways lead to the same range.
func (g *region) checkRanges() {
	owners := map[string]string{}
	for _, r := range g.deployment.of(localGateways) {
		for _, p := range textsAt(r.Properties, "localNetworkAddressSpace", "addressPrefixes") {
			if owner, taken := owners[p]; taken {
				g.add(g.template(), place(r), "%s is the range of %s, too", p, owner)
			}
			owners[p] = r.Name
		}
	}
}
