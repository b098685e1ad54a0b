package spec

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
)

// maxLinks is how many tunnels the largest gateway carries.
const maxLinks = maxRegions - 1

// maxPeered is how many regions peering joins. Azure has room for more, 500
// peerings of a VNet
// (https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-resource-manager-virtual-networking-limits),
// but they deploy one after another, and 20 is what the tests hold.
const maxPeered = 20

// regionCount demands no more regions than can be joined. Peering leads to no
// cluster that exists.
func (c *checker) regionCount() bool {
	if n := len(c.ring.Regions); n > maxRegions {
		c.errorf("regions", "%d; want at most %d, as no gateway carries more than %d tunnels", n, maxRegions, maxRegions-1)
		return false
	}
	if n := len(c.ring.deployed()); c.ring.Link == LinkPeering && n > maxPeered {
		c.errorf("regions", "%d are made here; want at most %d with link: peering, as they deploy one after another; gateways join up to %d", n, maxPeered, maxRegions)
		return false
	}
	return true
}

func (c *checker) links() {
	c.choice("link", c.ring.Link, LinkGateway, LinkPeering)
	c.outsideLinks()
	if c.ring.Link == LinkPeering {
		c.peering()
		return
	}
	c.gateway()
}

// peering refuses what only a VPN gateway can do.
func (c *checker) peering() {
	for _, key := range []string{"sku", "peerAddress"} {
		if path := at("gateway", key); c.written(path) {
			c.errorf(path, "link: peering makes no gateways; leave it out")
		}
	}
}

func (c *checker) gateway() {
	r := c.ring
	c.choice("gateway.peerAddress", r.Gateway.PeerAddress, PeerFQDN, PeerParameter)
	if !c.choice("gateway.sku", r.Gateway.SKU, gatewaySKUs...) {
		return
	}
	tunnels, needed, what := gatewayTunnels[r.Gateway.SKU], len(r.deployed())-1+len(r.Links), "one for each other region"
	if len(r.Links) > 0 {
		what += " and link"
	}
	if needed <= tunnels {
		return
	}
	larger := slices.IndexFunc(gatewaySKUs, func(sku string) bool { return gatewayTunnels[sku] >= needed })
	if larger < 0 {
		c.errorf("links", "%d with %d regions, and no gateway carries more than %d tunnels; want fewer", len(r.Links), len(r.deployed()), maxLinks)
		return
	}
	c.errorf("gateway.sku", "%s carries %d tunnels and each gateway needs %d, %s; want %s or larger",
		r.Gateway.SKU, tunnels, needed, what, gatewaySKUs[larger])
}

// outsideLinks checks the networks outside Azure that every gateway is joined to.
func (c *checker) outsideLinks() {
	r := c.ring
	if len(r.Links) == 0 {
		return
	}
	switch {
	case r.Link == LinkPeering:
		c.errorf("links", "they are joined to gateways, and peering has none; want link: gateway, or no links")
	case len(r.Links) > maxLinks:
		c.errorf("links", "%d; want at most %d, as no gateway carries more tunnels", len(r.Links), maxLinks)
	case len(r.deployed()) == 0 && len(r.Regions) > 0:
		c.errorf("links", "they are joined to gateways, and no region of this ring has one; leave it out")
	default:
		for i := range r.Links {
			c.link(item("links", i), i)
		}
		return
	}
	c.spoiled["links"] = true
}

func (c *checker) link(path string, i int) {
	l := &c.ring.Links[i]
	where := at(path, "name")
	if c.match(where, l.Name, regionNames, "at most 24 of a-z, 0-9 and single -, the first a letter, such as frankfurt") {
		c.linkName(where, i)
	}
	ip, fqdn := at(path, "gatewayIp"), at(path, "fqdn")
	switch {
	case l.GatewayIP == "" && l.FQDN == "":
		c.errorf(path, "no gateway; want gatewayIp or fqdn, where the other end of the tunnel answers")
	case l.GatewayIP != "" && l.FQDN != "":
		c.errorf(fqdn, "there is a gatewayIp, too; want one of them")
	case l.GatewayIP != "":
		if a, err := netip.ParseAddr(l.GatewayIP); err != nil || !a.Is4() || !public(a) {
			c.errorf(ip, "%s; want the public IPv4 address of the gateway there, such as 203.0.113.7", spelling.Quoted(l.GatewayIP))
		}
	default:
		c.name(fqdn, l.FQDN, 253, "the public name of the gateway there")
		if !strings.Contains(l.FQDN, ".") && dnsSubdomain.MatchString(l.FQDN) {
			c.errorf(fqdn, "%s; want a whole name, such as vpn.example.com", spelling.Quoted(l.FQDN))
		}
	}
	c.rangesOf(at(path, "prefixes"), l.Prefixes, "the ranges behind the gateway there, such as [10.3.0.0/16]")
}

// linkName demands a name that no other tunnel has. A cluster that exists has
// no gateway of ours, so the link that leads to it may have its name.
func (c *checker) linkName(where string, i int) {
	name := c.ring.Links[i].Name
	switch {
	case slices.Contains(strings.Split(name, "-"), "to"):
		c.errorf(where, "%s has the word to, which stands between the two names of a link; want another", name)
	case slices.ContainsFunc(c.ring.Links[:i], func(l Link) bool { return l.Name == name }):
		c.errorf(where, "%s is the name of another link, too", name)
	case slices.ContainsFunc(c.ring.deployed(), func(r *Region) bool { return r.Name == name }):
		c.errorf(where, "%s is the name of a region that is made here; want another", name)
	}
}

// public reports whether the internet may lead to an address.
func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedSpace.Contains(a)
}

// sharedSpace is carriers' own (https://www.rfc-editor.org/rfc/rfc6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
