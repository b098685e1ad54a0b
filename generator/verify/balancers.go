package verify

import (
	"slices"

	"github.com/ringwright/ringwright/generator/arm"
)

// natGateways are the ways out of subnets.
const natGateways = "natGateways"

// checkBalancers holds what is between the network and the world against what
// it is for. Of public addresses, load balancers and NAT gateways only the
// Standard kind is left
// (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-basic-upgrade-guidance).
func (g *region) checkBalancers() {
	for _, kind := range []string{publicIPs, balancers, natGateways} {
		for _, r := range g.deployment.of(kind) {
			if name := textAt(r.SKU, "name"); name != "Standard" {
				g.add(g.template(), place(r), "sku %q; want Standard", name)
			}
		}
	}
	for _, r := range g.deployment.of(publicIPs) {
		if method := textAt(r.Properties, "publicIPAllocationMethod"); method != "Static" {
			g.add(g.template(), place(r), "publicIPAllocationMethod %q; want Static", method)
		}
	}
	for _, r := range g.deployment.of(natGateways) {
		if len(objectsAt(r.Properties, "publicIpAddresses")) == 0 {
			g.add(g.template(), place(r), "has no public address")
		}
	}
	for _, r := range g.deployment.of(balancers) {
		g.checkBalancer(r)
	}
}

// checkBalancer sees that a load balancer passes the API server's port on to
// those of its pool that are ready, and is nobody's way out.
func (g *region) checkBalancer(r *arm.EvaluatedResource) {
	rules, probes := objectsAt(r.Properties, "loadBalancingRules"), objectsAt(r.Properties, "probes")
	if len(rules) != 1 || len(probes) != 1 {
		g.add(g.template(), place(r), "%d rules and %d probes; want one of each, for the API server", len(rules), len(probes))
		return
	}
	p, _ := at(rules[0], "properties").(arm.Object)
	if textAt(p, "protocol") != "Tcp" || numberAt(p, "frontendPort") != apiPort || numberAt(p, "backendPort") != apiPort {
		g.add(g.template(), place(r), "want a rule for TCP, from %d to %d", apiPort, apiPort)
	}
	if at(p, "disableOutboundSnat") != true {
		g.add(g.template(), place(r), "want disableOutboundSnat: the NAT gateway is the way out")
	}
	for _, part := range []string{"frontendIPConfiguration", "backendAddressPool", "probe"} {
		if textAt(p, part, "id") == "" {
			g.add(g.template(), place(r), "its rule has no %s", part)
		}
	}
	probe, _ := at(probes[0], "properties").(arm.Object)
	if textAt(probe, "protocol") != "Https" || numberAt(probe, "port") != apiPort || textAt(probe, "requestPath") != "/readyz" {
		g.add(g.template(), place(r), "want a probe for /readyz by Https at %d", apiPort)
	}
}

// attemptParameter makes extensions run again.
const attemptParameter = "attempt"

// checkExtension sees that Azure runs the script, and again when it is told so
// (https://github.com/Azure/custom-script-extension-linux).
func (g *region) checkExtension(m *machine) {
	p := m.extension.Properties
	if textAt(p, "publisher") != "Microsoft.Azure.Extensions" || textAt(p, "type") != "CustomScript" || textAt(p, "typeHandlerVersion") != "2.1" {
		g.add(g.template(), place(m.extension), "want CustomScript 2.1 of Microsoft.Azure.Extensions")
	}
	path := "resources[" + itoa(m.extension.Index) + "].properties.forceUpdateTag"
	if !slices.Contains(g.deployment.usage.Parameters[attemptParameter], path) {
		g.add(g.template(), place(m.extension), "want the parameter %s as forceUpdateTag: the same settings never run twice", attemptParameter)
	}
}

// checkPlacement sees that a machine is where its rack is read from, that its
// data outlives it, and that nobody logs in by password.
func (g *region) checkPlacement(m *machine) {
	p, zones := m.resource.Properties, len(m.resource.Zones)
	set := textAt(p, "availabilitySet", "id") != ""
	switch zoned := m.prelude["RACKS"] == "zone"; {
	case zoned && (zones != 1 || set):
		g.add(g.template(), place(m.resource), "want one zone and no availability set, as zones are the racks")
	case !zoned && (zones != 0 || !set):
		g.add(g.template(), place(m.resource), "want an availability set and no zone, as fault domains are the racks")
	}
	for _, d := range objectsAt(p, "storageProfile", "dataDisks") {
		if textAt(d, "createOption") != "Attach" || textAt(d, "deleteOption") != "Detach" {
			g.add(g.template(), place(m.resource), "want data disks with createOption Attach and deleteOption Detach")
		}
	}
	linux, _ := at(p, "osProfile", "linuxConfiguration").(arm.Object)
	if at(linux, "disablePasswordAuthentication") != true || len(objectsAt(linux, "ssh", "publicKeys")) == 0 {
		g.add(g.template(), place(m.resource), "want disablePasswordAuthentication and an SSH key")
	}
}
