package e2e

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"
)

// filter lays the site's security groups and load balancers over its network, in
// place of those before; linked are the prefixes of the VNets that it is linked to.
func (n *network) filter(linked []netip.Prefix) error {
	var b strings.Builder
	b.WriteString("*filter\n")
	for i := range n.site.Subnets {
		fmt.Fprintf(&b, ":SUBNET-%d - [0:0]\n", i)
	}
	b.WriteString("-F FORWARD\n-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n")
	for _, m := range n.site.Machines {
		for j, sub := range n.site.Subnets {
			if sub.Prefix == m.Subnet {
				fmt.Fprintf(&b, "-A FORWARD -o %s -j SUBNET-%d\n", n.nic(m.Name), j)
			}
		}
	}
	for i, sub := range n.site.Subnets {
		lines, err := subnetRules(sub, n.site.Prefixes, linked)
		if err != nil {
			return fmt.Errorf("%s: %w", n.site.Name, err)
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "-A SUBNET-%d %s\n", i, line)
		}
	}
	b.WriteString("COMMIT\n*nat\n-F PREROUTING\n")
	for _, balancer := range n.site.Balancers {
		if err := n.balance(&b, balancer); err != nil {
			return err
		}
	}
	b.WriteString("COMMIT\n")
	return n.router.Run(b.String(), "iptables-restore", "-w", "--noflush")
}

// balance has a frontend's packets go to the backends in turn, each flow to one.
// The source stays, and who is a backend does not reach itself through it, as in
// Azure. Backends are not probed.
func (n *network) balance(b *strings.Builder, l balancer) error {
	frontend := l.Private
	if l.Public != "" {
		frontend = n.public[l.Public]
	} else if err := n.router.IP(fmt.Sprintf("addr replace %s/32 dev lo", frontend)); err != nil {
		return err
	}
	backends := n.site.pool(l.Pool)
	for i, backend := range backends {
		turn := ""
		if left := len(backends) - i; left > 1 {
			turn = fmt.Sprintf("-m statistic --mode nth --every %d --packet 0 ", left)
		}
		fmt.Fprintf(b, "-A PREROUTING -d %s -p tcp --dport %d %s-j DNAT --to-destination %s:%d\n", frontend, l.Port, turn, backend, l.BackendPort)
	}
	return nil
}

// defaultRules are those that every security group ends with.
// https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
var defaultRules = []securityRule{
	{priority: 65000, source: []string{"VirtualNetwork"}, allow: true},
	{priority: 65001, source: []string{"AzureLoadBalancer"}, allow: true},
	{priority: 65500},
}

// securityRule is a rule of a security group; what is empty is any.
type securityRule struct {
	name                string
	priority            int32
	protocol            string // tcp, udp, icmp
	source, destination []string
	ports               []string
	allow               bool
}

// subnetRules are iptables' rules for what enters a subnet.
func subnetRules(sub subnet, own, linked []netip.Prefix) ([]string, error) {
	if sub.Rules == nil {
		return []string{"-j ACCEPT"}, nil
	}
	rules := slices.Clone(defaultRules)
	for _, r := range sub.Rules {
		rule, err := readRule(r)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b securityRule) int { return cmp.Compare(a.priority, b.priority) })
	var lines []string
	for _, r := range rules {
		made, err := r.lines(own, linked)
		if err != nil {
			return nil, err
		}
		lines = append(lines, made...)
	}
	return lines, nil
}

func readRule(r *armnetwork.SecurityRule) (securityRule, error) {
	p := r.Properties
	rule := securityRule{
		name: *r.Name, priority: *p.Priority, allow: *p.Access == armnetwork.SecurityRuleAccessAllow,
		source:      texts(p.SourceAddressPrefix, p.SourceAddressPrefixes),
		destination: texts(p.DestinationAddressPrefix, p.DestinationAddressPrefixes),
		ports:       texts(p.DestinationPortRange, p.DestinationPortRanges),
	}
	if *p.Protocol != armnetwork.SecurityRuleProtocolAsterisk {
		rule.protocol = strings.ToLower(string(*p.Protocol))
	}
	if *p.Direction != armnetwork.SecurityRuleDirectionInbound {
		return rule, fmt.Errorf("security rule %s is outbound; a world has none of these", rule.name)
	}
	if len(texts(p.SourcePortRange, p.SourcePortRanges)) > 0 {
		return rule, fmt.Errorf("security rule %s asks for source ports; a world has none of these", rule.name)
	}
	return rule, nil
}

// texts are the values of a property and of its plural; any value is none.
func texts(one *string, many []*string) []string {
	var all []string
	for _, text := range append([]*string{one}, many...) {
		if text != nil && *text != "*" && *text != "" {
			all = append(all, *text)
		}
	}
	return all
}

// lines are the rule's in iptables.
func (r securityRule) lines(own, linked []netip.Prefix) ([]string, error) {
	sources, err := prefixes(r.source, own, linked)
	if err != nil {
		return nil, fmt.Errorf("security rule %s: %w", r.name, err)
	}
	destinations, err := prefixes(r.destination, own, linked)
	if err != nil {
		return nil, fmt.Errorf("security rule %s: %w", r.name, err)
	}
	target := "DROP"
	if r.allow {
		target = "ACCEPT"
	}
	var lines []string
	for _, source := range sources {
		for _, destination := range destinations {
			for _, flow := range r.flows() {
				lines = append(lines, strings.Join(strings.Fields("-s "+source+" -d "+destination+" "+flow+" -j "+target), " "))
			}
		}
	}
	return lines, nil
}

// flows are the protocol and the ports, in iptables' words.
func (r securityRule) flows() []string {
	if len(r.ports) == 0 {
		if r.protocol == "" {
			return []string{""}
		}
		return []string{"-p " + r.protocol}
	}
	protocols := []string{r.protocol}
	if r.protocol == "" {
		protocols = []string{"tcp", "udp"}
	}
	var all []string
	for _, protocol := range protocols {
		for _, port := range r.ports {
			all = append(all, fmt.Sprintf("-p %s --dport %s", protocol, strings.Replace(port, "-", ":", 1)))
		}
	}
	return all
}

// prefixes are what addresses and Azure's service tags stand for.
func prefixes(names []string, own, linked []netip.Prefix) ([]string, error) {
	if len(names) == 0 {
		return []string{"0.0.0.0/0"}, nil
	}
	var all []string
	for _, name := range names {
		switch name {
		case "VirtualNetwork":
			for _, p := range slices.Concat(own, linked) {
				all = append(all, p.String())
			}
		case "AzureLoadBalancer":
			all = append(all, platformAddress+"/32")
		default:
			if _, err := netip.ParsePrefix(name); err != nil {
				if _, err := netip.ParseAddr(name); err != nil {
					return nil, fmt.Errorf("%s is neither an address prefix nor a service tag that a world knows", name)
				}
			}
			all = append(all, name)
		}
	}
	return all, nil
}
