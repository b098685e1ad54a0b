package verify

import (
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// half is one direction of a pair of peered VNets: a peering, and the resource
// of the template that deploys it, which is the peering itself or a deployment
// to another resource group.
type half struct {
	peering, by *arm.EvaluatedResource
}

// halves are all peerings that a region's template deploys, in its order.
func (g *region) halves() []half {
	var all []half
	for i := range g.deployment.Resources {
		r := &g.deployment.Resources[i]
		if strings.EqualFold(short(r.Type), peerings) {
			all = append(all, half{r, r})
		}
		if r.Nested == nil {
			continue
		}
		for inner := range r.Nested.All() {
			if strings.EqualFold(short(inner.Type), peerings) {
				all = append(all, half{inner, r})
			} else {
				g.add(g.template(), place(inner), "is deployed by %s; want peerings only in other resource groups", place(r))
			}
		}
	}
	return all
}

// checkPeerings holds that both halves of every pair are there, each once, made
// by the later region of the two, and no other.
func (r *ring) checkPeerings() {
	made := map[*region]map[int]bool{} // the halves that a pair has, by their place
	lacking := map[*region]bool{}      // a half of some pair
	byName := map[string]*region{}
	halves := map[*region][]half{}
	for _, g := range r.regions {
		if g.deployment != nil {
			byName[g.name], halves[g], made[g] = g, g.halves(), map[int]bool{}
			g.checkNoGateways()
		}
	}
	for _, pair := range r.plan.Pairs {
		a, b := byName[pair.A], byName[pair.B]
		if a == nil || b == nil || a.vnet == nil || b.vnet == nil {
			continue
		}
		own, reverse := b.checkHalf(halves[b], made[b], b, a), b.checkHalf(halves[b], made[b], a, b)
		lacking[b] = lacking[b] || !own || !reverse
	}
	if !r.mapped() {
		return
	}
	for _, g := range r.regions {
		for j, h := range halves[g] {
			if !made[g][j] {
				g.add(g.template(), place(h.peering), "joins %s to %s; want a peering for each pair with a region before this one, and no other",
					located(holderOf(h.peering)), located(remoteOf(h.peering)))
			}
		}
		if !lacking[g] && len(made[g]) == len(halves[g]) {
			g.checkPeeringOrder(halves[g])
		}
	}
}

// located is a VNet's id in words that tell it from one of the same name elsewhere.
func located(id string) string {
	parts := strings.Split(id, "/") // "", subscriptions, its id, resourceGroups, its name, providers, ...
	if len(parts) < 9 {
		return "nothing"
	}
	words := parts[8] + " in group " + parts[4]
	if parts[2] != subscription {
		words += " of subscription " + parts[2]
	}
	return words
}

// checkHalf looks for the half that leads from one region's VNet to another's,
// and for nothing in it that would keep traffic back. It reports whether it is there.
func (g *region) checkHalf(all []half, made map[int]bool, from, to *region) bool {
	found := 0
	for i, h := range all {
		if !arm.SameID(holderOf(h.peering), from.vnet.resource.ID) || !arm.SameID(remoteOf(h.peering), to.vnet.resource.ID) {
			continue
		}
		made[i] = true
		if found++; found > 1 {
			g.add(g.template(), place(h.peering), "is the second peering from %s to %s; want one", from.name, to.name)
		}
		g.checkPeering(h)
	}
	if found == 0 {
		g.add(g.template(), "", "has no peering from %s to %s", from.name, to.name)
	}
	return found > 0
}

// holderOf is the id of the VNet that the peering is a part of, remoteOf that
// of the one it leads to.
func holderOf(peering *arm.EvaluatedResource) string {
	id, _ := arm.ParentID(peering.ID)
	return id
}

func remoteOf(peering *arm.EvaluatedResource) string {
	return textAt(peering.Properties, "remoteVirtualNetwork", "id")
}

// peeringFlags are what a peering does, each written out: members reach each
// other, machines forward for nobody, and there is no gateway to lend
// (https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview).
var peeringFlags = []struct {
	name string
	want bool
}{
	{"allowVirtualNetworkAccess", true}, {"allowForwardedTraffic", false}, {"allowGatewayTransit", false}, {"useRemoteGateways", false},
}

func (g *region) checkPeering(h half) {
	where := place(h.peering)
	for _, flag := range peeringFlags {
		if at(h.peering.Properties, flag.name) != flag.want {
			g.add(g.template(), where, "want %s written out as %t", flag.name, flag.want)
		}
	}
	for _, m := range h.peering.Properties {
		known := m.Name == "remoteVirtualNetwork"
		for _, flag := range peeringFlags {
			known = known || m.Name == flag.name
		}
		if !known {
			g.add(g.template(), where, "has %s; want the whole of both VNets joined, by nothing else", m.Name)
		}
	}
	if !h.peering.Condition || !h.by.Condition {
		g.add(g.template(), where, "is not deployed, by its condition; want none")
	}
}

// checkPeeringOrder sees that peerings are made one after another, pair by pair
// in the spec's order and the own half first, and before anything else is put
// into the VNet: each changes both VNets, and Azure refuses to refer to one that
// is being changed (ReferencedResourceNotProvisioned).
func (g *region) checkPeeringOrder(all []half) {
	o := g.order
	if o == nil {
		return
	}
	var chain []int
	for _, other := range g.ring.regions {
		if other == g || !other.deploys() {
			continue
		}
		for _, from := range []*region{g, other} {
			for _, h := range all {
				to := map[bool]*region{true: other, false: g}[from == g]
				if arm.SameID(holderOf(h.peering), from.vnet.resource.ID) && arm.SameID(remoteOf(h.peering), to.vnet.resource.ID) {
					chain = append(chain, h.by.Index)
				}
			}
		}
	}
	for i := 1; i < len(chain); i++ {
		if before, after := chain[i-1], chain[i]; before != after && !o.isAfter(after, before) {
			g.add(g.template(), place(&o.d.Resources[after]), "does not come after %s; both change a VNet", place(&o.d.Resources[before]))
		}
	}
	for i := range o.d.Resources {
		if kind := short(o.d.Resources[i].Type); len(chain) == 0 || !g.entersSubnet(&o.d.Resources[i]) ||
			strings.EqualFold(kind, clusters) || strings.EqualFold(kind, agentPools) { // checkClusters has these
			continue
		}
		if last := chain[len(chain)-1]; !o.isAfter(i, last) {
			g.add(g.template(), place(&o.d.Resources[i]), "does not come after %s, the last peering; both change the VNet", place(&o.d.Resources[last]))
		}
	}
}

// entersSubnet reports whether the resource refers to a subnet of the region's VNet.
func (g *region) entersSubnet(r *arm.EvaluatedResource) bool {
	prefix := key(g.vnet.resource.ID) + "/subnets/"
	return slices.ContainsFunc(r.Uses, func(u arm.Use) bool { return strings.HasPrefix(key(u.ID), prefix) })
}

// checkNoGateways sees that peered regions have none: a gateway is paid by the
// hour, and a tunnel beside a peering carries nothing.
func (g *region) checkNoGateways() {
	for _, kind := range []string{gateways, localGateways, connections} {
		for _, r := range g.deployment.of(kind) {
			g.add(g.template(), place(r), "want none, as the spec says link: peering")
		}
	}
}

// checkNoPeerings is the other side: what a tunnel leads to is not peered, too.
func (r *ring) checkNoPeerings() {
	for _, g := range r.regions {
		if g.deployment == nil {
			continue
		}
		for _, h := range g.halves() {
			g.add(g.template(), place(h.peering), "want no peering, as the spec says link: gateway")
		}
	}
}
