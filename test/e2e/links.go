package e2e

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"
	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
)

// gatewayModel is one side of a link: what a region's template says of one peer.
type gatewayModel struct {
	Name      string
	PeerName  string // the public name under which it looks for its peer
	SharedKey string
	Policies  []*armnetwork.IPSecPolicy
	// Peering is the VNet that a peering names, in place of all the above; Own the
	// one that it is of, and Connected whether it lets traffic through.
	Peering, Own string
	Connected    bool
	Prefixes     []netip.Prefix // of the peer, as this side has them
}

func (s *site) readGateways(e *arm.Evaluated) {
	each(s, e, "Microsoft.Network/virtualNetworkGateways", func(_ *arm.EvaluatedResource, p armnetwork.VirtualNetworkGatewayPropertiesFormat) {
		for _, c := range p.IPConfigurations {
			s.GatewayNames = append(s.GatewayNames, s.PublicNames[strings.ToLower(*c.Properties.PublicIPAddress.ID)])
		}
	})
	each(s, e, "Microsoft.Network/connections", func(r *arm.EvaluatedResource, p armnetwork.VirtualNetworkGatewayConnectionPropertiesFormat) {
		g := gatewayModel{Name: r.Name, Policies: p.IPSecPolicies}
		if p.SharedKey != nil {
			g.SharedKey = *p.SharedKey
		}
		_, _, _ = find[armnetwork.VirtualNetworkGatewayPropertiesFormat](s, p.VirtualNetworkGateway1.ID)
		if _, peer, ok := find[armnetwork.LocalNetworkGatewayPropertiesFormat](s, p.LocalNetworkGateway2.ID); ok {
			if peer.Fqdn != nil {
				g.PeerName = *peer.Fqdn
			}
			for _, prefix := range peer.LocalNetworkAddressSpace.AddressPrefixes {
				g.Prefixes = append(g.Prefixes, s.prefix(prefix))
			}
		}
		s.Gateways = append(s.Gateways, g)
	})
	each(s, e, "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", func(r *arm.EvaluatedResource, p armnetwork.VirtualNetworkPeeringPropertiesFormat) {
		g := gatewayModel{Name: r.Name, Connected: p.AllowVirtualNetworkAccess == nil || *p.AllowVirtualNetworkAccess}
		if p.RemoteVirtualNetwork != nil && p.RemoteVirtualNetwork.ID != nil {
			g.Peering = (*p.RemoteVirtualNetwork.ID)[strings.LastIndex(*p.RemoteVirtualNetwork.ID, "/")+1:]
		}
		// A nested deployment makes the other side's: it belongs to that VNet.
		g.Own, _, _ = strings.Cut(r.Name, "/")
		s.Gateways = append(s.Gateways, g)
	})
}

// joined says whether two sites are linked, and else what is missing. The link
// is there where each side names the other and both agree.
func joined(a, b *site, all []*site) []string {
	there, missing := a.side(b, all)
	back, also := b.side(a, all)
	missing = append(missing, also...)
	if there == nil || back == nil || there.Peering != "" {
		return missing
	}
	if there.SharedKey != back.SharedKey || there.SharedKey == "" {
		missing = append(missing, fmt.Sprintf("%s and %s do not have the same shared key", there.Name, back.Name))
	}
	if diff := cmp.Diff(there.Policies, back.Policies); diff != "" {
		missing = append(missing, fmt.Sprintf("%s and %s do not have the same IPsec policies", there.Name, back.Name))
	}
	return missing
}

// side is what a has of a link to b, and what is wrong with it.
func (s *site) side(b *site, all []*site) (*gatewayModel, []string) {
	for _, from := range all {
		for i := range from.Gateways {
			g := &from.Gateways[i]
			if g.Peering == "" || g.Own != s.network || g.Peering != b.network {
				continue
			}
			if !g.Connected {
				return g, []string{fmt.Sprintf("the peering %s allows no access", g.Name)}
			}
			return g, nil
		}
	}
	var misses []string
	for i := range s.Gateways {
		g := &s.Gateways[i]
		if g.Peering != "" {
			continue
		}
		if !b.isGateway(g.PeerName) {
			if slices.ContainsFunc(all, func(other *site) bool { return other.isGateway(g.PeerName) }) {
				continue // a link to another
			}
			misses = append(misses, fmt.Sprintf("%s of %s looks for its peer at %q, which is no gateway's name", g.Name, s.Name, g.PeerName))
			continue
		}
		if !slices.Equal(g.Prefixes, b.Prefixes) {
			return g, []string{fmt.Sprintf("%s of %s says that its peer has %v; %s has %v", g.Name, s.Name, g.Prefixes, b.Name, b.Prefixes)}
		}
		return g, nil
	}
	return nil, append([]string{fmt.Sprintf("%s has no link to %s", s.Name, b.Name)}, misses...)
}

// isGateway says whether a public name is that of a VPN gateway of the site.
func (s *site) isGateway(name string) bool {
	return name != "" && slices.ContainsFunc(s.GatewayNames, func(own string) bool { return strings.EqualFold(own, name) })
}
