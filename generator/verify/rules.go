package verify

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// flowRule is an inbound security rule.
type flowRule struct {
	name     string
	priority int64
	allow    bool
	protocol string // lower case; * is every one
	any      bool   // every source
	tag      string // a service tag as the only source
	sources  []netip.Prefix
	ports    []portRange
}

type portRange struct{ first, last int }

// balancerTag is the source of Azure's health probes
// (https://learn.microsoft.com/azure/virtual-network/service-tags-overview).
const balancerTag = "AzureLoadBalancer"

func (g *region) readRules(r *arm.EvaluatedResource) []flowRule {
	var rules []flowRule
	for _, o := range objectsAt(r.Properties, "securityRules") {
		p, _ := at(o, "properties").(arm.Object)
		rule := flowRule{name: textAt(o, "name"), priority: numberAt(p, "priority"), protocol: strings.ToLower(textAt(p, "protocol"))}
		where := place(r, rule.name)
		access := textAt(p, "access")
		rule.allow = access == "Allow"
		switch {
		case rule.name == "":
			g.add(g.template(), where, "a rule has no name")
		case access != "Allow" && access != "Deny":
			g.add(g.template(), where, "access %q; want Allow or Deny", access)
		case textAt(p, "direction") != "Inbound":
			g.add(g.template(), where, "direction %q; want Inbound rules only", textAt(p, "direction"))
		case textAt(p, "sourcePortRange") != "*" || textAt(p, "destinationAddressPrefix") != "*":
			g.add(g.template(), where, "want sourcePortRange * and destinationAddressPrefix *")
		case rule.priority < 100 || rule.priority > 4096:
			g.add(g.template(), where, "priority %d; Azure takes 100 to 4096", rule.priority)
		}
		for _, source := range oneOrMore(p, "sourceAddressPrefix", "sourceAddressPrefixes") {
			g.readSource(where, source, &rule)
		}
		for _, port := range oneOrMore(p, "destinationPortRange", "destinationPortRanges") {
			if ports, ok := parsePorts(port); ok {
				rule.ports = append(rule.ports, ports)
			} else {
				g.add(g.template(), where, "port %q; want a number, two joined by - or *", port)
			}
		}
		rules = append(rules, rule)
	}
	return rules
}

func (g *region) readSource(where, source string, rule *flowRule) {
	switch {
	case source == "*":
		rule.any = true
	case source == balancerTag:
		rule.tag = source
	case strings.ContainsAny(source, "./"):
		if p, ok := g.prefix(where, source); ok {
			rule.sources = append(rule.sources, p)
		}
	default:
		g.add(g.template(), where, "source %s; want address ranges, %s or *", source, balancerTag)
	}
}

func parsePorts(text string) (portRange, bool) {
	if text == "*" {
		return portRange{0, 65535}, true
	}
	first, last, ranged := strings.Cut(text, "-")
	a, err := strconv.ParseUint(first, 10, 16)
	b, errLast := a, error(nil)
	if ranged {
		b, errLast = strconv.ParseUint(last, 10, 16)
	}
	return portRange{int(a), int(b)}, err == nil && errLast == nil && a <= b
}
