package verify

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// checkFlows evaluates the security rules for every source that matters and
// holds what may pass against what has to.
func (g *region) checkFlows() {
	for _, r := range g.deployment.of(securityGroups) {
		rules := g.readRules(r)
		slices.SortStableFunc(rules, func(a, b flowRule) int { return int(a.priority - b.priority) })
		for i := 1; i < len(rules); i++ {
			if rules[i].priority == rules[i-1].priority {
				g.add(g.template(), place(r, rules[i].name), "has the priority %d of %s, too", rules[i].priority, rules[i-1].name)
			}
		}
		g.checkOverlaps(r, rules)
		g.checkSources(r, rules)
	}
}

// checkOverlaps sees that no rule has sources that overlap, which Azure refuses
// (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#security-rules).
func (g *region) checkOverlaps(r *arm.EvaluatedResource, rules []flowRule) {
	for _, rule := range rules {
		for i, a := range rule.sources {
			for _, b := range rule.sources[:i] {
				if a.Overlaps(b) {
					g.add(g.template(), place(r, rule.name), "source %s overlaps %s; Azure takes no such rule", a, b)
				}
			}
		}
	}
}

// source is where a packet is from: an address, or the load balancer.
type source struct {
	address  netip.Addr
	balancer bool
}

// matches reports whether the rule is for packets of the source.
func (r *flowRule) matches(s source) bool {
	if r.any || s.balancer && r.tag != "" {
		return true
	}
	return !s.balancer && slices.ContainsFunc(r.sources, func(p netip.Prefix) bool { return p.Contains(s.address) })
}

// decides reports whether the rule is for that protocol and port; ICMP has none.
func (r *flowRule) decides(protocol string, port int) bool {
	if r.protocol != "*" && r.protocol != protocol {
		return false
	}
	return protocol == icmp || slices.ContainsFunc(r.ports, func(p portRange) bool { return p.first <= port && port <= p.last })
}

const (
	tcp  = "tcp"
	udp  = "udp"
	icmp = "icmp"
)

// allowed decides as Azure does: by the first rule in order of priority. Behind
// all of them Azure has its own, which let in the whole virtual network, with
// all that is joined to it
// (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules).
func allowed(rules []*flowRule, inside bool, protocol string, port int) bool {
	for _, r := range rules {
		if r.decides(protocol, port) {
			return r.allow
		}
	}
	return inside
}

// origin is a set of sources that may all reach the same.
type origin struct {
	name   string
	inside bool // Azure counts it to the virtual network
	all    bool // it may reach everything
	tcp    []int
	udp    []int
	icmp   bool
}

// apiPort is behind apiServerCIDRs, the only sources that may lie outside the ring.
const apiPort = plan.APIPort

// asked are the ranges that the spec lets reach the API server.
func (g *region) asked() []netip.Prefix {
	var all []netip.Prefix
	for _, group := range g.plan.ARM.SecurityGroups {
		for _, rule := range group.Rules {
			if !slices.Contains(rule.Ports, strconv.Itoa(apiPort)) {
				continue
			}
			for _, text := range rule.Sources {
				if p, err := network.ParsePrefix(text); err == nil {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// origin says what an address may reach.
func (g *region) origin(s source, asked []netip.Prefix) origin {
	if s.balancer {
		return origin{name: "the load balancer", inside: true, all: true}
	}
	o := origin{name: "outside the ring"}
	for _, other := range g.ring.regions {
		if !within(other.ranges(), netip.PrefixFrom(s.address, 32)) {
			continue
		}
		if other == g {
			return origin{name: "the own VNet", inside: true, all: true}
		}
		if o = g.peer("the VNet of " + other.name); !other.deploys() {
			o.name = "a pod of " + other.name
		}
	}
	if o.tcp == nil && within(g.ring.behind(), netip.PrefixFrom(s.address, 32)) {
		o = g.peer("a network that a link leads to")
	}
	if slices.ContainsFunc(asked, func(p netip.Prefix) bool { return p.Contains(s.address) }) {
		if o.name += " and in apiServerCIDRs"; !slices.Contains(o.tcp, apiPort) {
			o.tcp = append(slices.Clone(o.tcp), apiPort)
		}
	}
	return o
}

// peer is an origin with members of the ring, or clients of them. Azure counts
// to a virtual network what its gateway leads to.
func (g *region) peer(name string) origin {
	return origin{
		name: name, inside: true, icmp: true,
		tcp: []int{settings.StoragePort, settings.TLSStoragePort, settings.NativePort, settings.AgentPort, g.dnsPort()},
		udp: []int{g.dnsPort()},
	}
}

// sources are an address on each side of every border that a rule or a network
// has: between two borders all addresses fare alike.
func (g *region) sources(rules []flowRule, asked []netip.Prefix) []source {
	borders := slices.Concat(asked, g.ring.behind())
	for _, other := range g.ring.regions {
		borders = append(borders, other.ranges()...)
	}
	for _, r := range rules {
		borders = append(borders, r.sources...)
	}
	all := []source{{balancer: true}, {address: netip.AddrFrom4([4]byte{8, 8, 8, 8})}, {address: netip.AddrFrom4([4]byte{0, 0, 0, 1})}}
	seen := map[netip.Addr]bool{}
	for _, p := range borders {
		first, last := p.Addr(), network.Last(p)
		for _, a := range []netip.Addr{first.Prev(), first, last, last.Next()} {
			if a.IsValid() && !seen[a] {
				seen[a] = true
				all = append(all, source{address: a})
			}
		}
	}
	return all
}

// ports are the numbers on each side of every border that a rule or an origin has.
func (g *region) ports(rules []flowRule) []int {
	borders := []portRange{{22, 22}, {settings.StoragePort, settings.TLSStoragePort}, {settings.NativePort, settings.NativePort},
		{settings.AgentPort, settings.AgentPort}, {plan.PeerDNSPort, plan.PeerDNSPort}, {apiPort, apiPort}}
	if g.managed() {
		borders = append(borders, portRange{domainPort, domainPort})
	}
	for _, r := range rules {
		borders = append(borders, r.ports...)
	}
	var all []int
	for _, p := range borders {
		for _, n := range []int{p.first - 1, p.first, p.last, p.last + 1} {
			if n >= 1 && n <= 65535 {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// checkSources tries every source with every port.
func (g *region) checkSources(r *arm.EvaluatedResource, rules []flowRule) {
	asked, numbers := g.asked(), g.ports(rules)
	reported := map[string]bool{}
	for _, s := range g.sources(rules, asked) {
		var matching []*flowRule
		for i := range rules {
			if rules[i].matches(s) {
				matching = append(matching, &rules[i])
			}
		}
		o := g.origin(s, asked)
		compare := func(protocol string, ports, want []int, all bool) {
			var missing, extra []string
			for _, port := range ports {
				wanted := all || slices.Contains(want, port)
				if ok := allowed(matching, o.inside, protocol, port); wanted && !ok {
					missing = append(missing, strconv.Itoa(port))
				} else if !wanted && ok {
					extra = append(extra, strconv.Itoa(port))
				}
			}
			for _, wrong := range []struct {
				ports []string
				what  string
			}{{missing, "does not reach"}, {extra, "reaches"}} {
				about := o.name + protocol + wrong.what
				if len(wrong.ports) == 0 || reported[about] {
					continue
				}
				reported[about] = true
				what := protocol
				if protocol != icmp {
					what += " " + some(wrong.ports)
				}
				g.add(g.template(), place(r), "%s %s %s", sender(o, s), wrong.what, what)
			}
		}
		compare(tcp, numbers, o.tcp, o.all)
		compare(udp, numbers, o.udp, o.all)
		compare(icmp, []int{0}, nil, o.all || o.icmp)
	}
}

func sender(o origin, s source) string {
	if s.balancer {
		return o.name
	}
	return s.address.String() + ", " + o.name + ","
}

// some lists the first few of many.
func some(words []string) string {
	const most = 6
	if len(words) > most {
		return strings.Join(words[:most], ", ") + " and others"
	}
	return strings.Join(words, ", ")
}
