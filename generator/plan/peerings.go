package plan

import (
	"slices"

	"github.com/ringwright/ringwright/generator/spec"
)

// earlier are, with link peering, the regions joined to this one that are
// deployed before it. Its VNet is there when theirs are, so its deployment makes
// both halves of each pair: Azure refuses a half whose other VNet does not exist.
func (s site) earlier(all []site) []site {
	if s.ring.Link != spec.LinkPeering {
		return nil
	}
	var before []site
	for _, o := range all {
		if o.r == s.r {
			break
		}
		if o.joins(s) {
			before = append(before, o)
		}
	}
	return before
}

// peer adds both halves of every pair, one after another: each of them changes
// both VNets, and Azure refuses what refers to a VNet that is being changed.
func (s site) peer(before []site, a *ARM) {
	vnet := id(typeVNet, s.vnet())
	for _, o := range before {
		local := Peering{
			Resource:   s.resource(s.peering(o.r.Name), append([]string{vnet}, a.lastPeering()...)...),
			RemoteVNet: scopedID(s.subscriptionOf(o), o.r.ResourceGroup, typeVNet, o.vnet()),
		}
		a.Peerings = append(a.Peerings, local)
		a.ReversePeerings = append(a.ReversePeerings, ReversePeering{
			Resource: s.resource(s.reverse(o.r.Name), id(typePeering, s.vnet(), s.to(o.r.Name))),
			Group:    o.r.ResourceGroup, Subscription: s.subscriptionOf(o),
			Peering: o.peering(s.r.Name), OwnVNet: vnet,
		})
	}
	if slices.ContainsFunc(before, s.strayed) {
		a.Parameters = append(a.Parameters, Parameter{
			Name: DefaultSubscription, Type: "string", Default: []string{"[subscription().subscriptionId]"},
			Description: "subscription of the regions whose spec names none",
		})
	}
}

// lastPeering is what comes before all that is put into the VNet's subnets: the
// last half of the last pair.
func (a *ARM) lastPeering() []string {
	if n := len(a.ReversePeerings); n > 0 {
		last := a.ReversePeerings[n-1]
		return []string{scopedID(last.Subscription, last.Group, typeDeployment, last.Name)}
	}
	return nil
}

// DefaultSubscription is the parameter that says where regions are which the
// spec puts into no subscription: the one that az acts on by itself. A template
// needs it where its own region is deployed to another one.
const DefaultSubscription = "defaultSubscription"

// strayed reports whether the other region's subscription is not in the spec
// and not this one's either.
func (s site) strayed(o site) bool { return s.r.Subscription != "" && o.r.Subscription == "" }

// subscriptionOf is the other region's subscription, none where it is that of
// the deployment.
func (s site) subscriptionOf(o site) []string {
	switch {
	case s.strayed(o):
		return []string{parameter(DefaultSubscription)}
	case o.r.Subscription != "":
		return []string{o.r.Subscription}
	}
	return nil
}
