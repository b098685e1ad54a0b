package verify

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
)

// told adds a problem of a line of a machine's prelude.
func (g *region) told(m *machine, name, format string, args ...any) {
	g.add(g.template(), place(m.extension, name), format, args...)
}

// checkPrelude holds what a machine is told about the cluster against the template.
func (g *region) checkPrelude(m *machine) {
	for _, line := range []struct {
		name string
		want []string
	}{
		{"ROLE", []string{roleControlPlane, roleMember}},
		{"NODE_NAME", []string{m.name()}},
		{"NODE_ADDRESS", []string{m.primary.String()}},
		{"NODE_SUBNET", []string{g.subnetOf(m)}},
		{"LOCATION", []string{g.plan.Location}},
		{"RACKS", []string{g.plan.Cluster.RackKind}},
		{"CLUSTER_NAME", []string{g.namespace()}},
		{"SERVICE_CIDR", []string{g.ring.plan.ServiceCIDR}},
		{"DNS_ADDRESS", []string{g.clusterDNS()}},
		{"RING_CIDRS", []string{g.ringRanges(m)}},
		{"API_HOST", g.apiNames()},
		{"API_ADDRESS", []string{g.apiAddress(m)}},
		{"CONTROL_PLANE_ADDRESSES", []string{g.controlPlaneAddresses()}},
		{"API_FRONTEND", []string{g.apiFrontend()}},
	} {
		if have := m.prelude[line.name]; !slices.Contains(line.want, have) {
			g.told(m, line.name, "is %q; want %s", clipped(have), quoted(line.want))
		}
	}
}

func quoted(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, strconv.Quote(w))
	}
	if len(all) == 0 {
		return "something that the template does not have"
	}
	return strings.Join(all, " or ")
}

// subnetOf is the range of the subnet that the machine's first address is in.
// Where the network is not known the machine is taken at its word.
func (g *region) subnetOf(m *machine) string {
	if g.vnet == nil {
		return m.prelude["NODE_SUBNET"]
	}
	for _, s := range g.vnet.subnets {
		if s.prefix.Contains(m.primary) {
			return s.prefix.String()
		}
	}
	return ""
}

// clusterDNSOffset is which address of the service range is the cluster's DNS
// (https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/).
const clusterDNSOffset = 10

func (g *region) clusterDNS() string {
	services, err := network.ParsePrefix(g.ring.plan.ServiceCIDR)
	if err != nil {
		return ""
	}
	return network.Add(services.Addr(), clusterDNSOffset).String()
}

// ringRanges are the ranges of all regions, the own one first, and of all links: what is sent there
// keeps its address. Where one is not known the machine is taken at its word.
func (g *region) ringRanges(m *machine) string {
	if !g.ring.mapped() {
		return m.prelude["RING_CIDRS"]
	}
	var own, peers []string
	for _, other := range g.ring.regions {
		for _, p := range other.ranges() {
			if other == g {
				own = append(own, p.String())
			} else {
				peers = append(peers, p.String())
			}
		}
	}
	outside := slices.Clone(g.ring.behind())
	for _, p := range outside {
		peers = slices.DeleteFunc(peers, func(text string) bool {
			inner, err := network.ParsePrefix(text)
			return err == nil && network.Contains(p, inner)
		})
	}
	for _, p := range outside {
		peers = append(peers, p.String())
	}
	return strings.Join(append(own, peers...), " ")
}

// checkBlock holds the machine's secondary addresses against the block that its
// node is told to give to pods.
func (g *region) checkBlock(m *machine) {
	if len(m.pods) == 0 {
		g.add(g.template(), place(m.nic), "has no addresses for pods")
		return
	}
	first, last := m.pods[0], m.pods[len(m.pods)-1]
	for i, a := range m.pods {
		if want := network.Add(first, i); a != want {
			g.add(g.template(), place(m.nic), "address %s follows %s; want %s: a node's pods have one block", a, m.pods[max(i-1, 0)], want)
			return
		}
	}
	block, err := network.ParsePrefix(m.prelude["POD_BLOCK"])
	if err != nil {
		g.errors(g.template(), place(m.extension, "POD_BLOCK"), err)
		return
	}
	for _, line := range []struct{ name, want string }{
		{"POD_FIRST", first.String()},
		{"POD_LAST", last.String()},
		{"MAX_PODS", itoa(len(m.pods))},
		{"POD_GATEWAY", network.Add(block.Addr(), 1).String()},
	} {
		if have := m.prelude[line.name]; have != line.want {
			g.told(m, line.name, "is %q; want %q", have, line.want)
		}
	}
	if first != network.Add(block.Addr(), 2) || last != network.Last(block) || m.isMember() && m.primary != block.Addr() {
		g.told(m, "POD_BLOCK", "is %s; want the block whose third to last address are %s to %s and, on a member, whose first is %s", block, first, last, m.primary)
	}
	for _, other := range g.machines {
		if other != m && block.Contains(other.primary) || other == m && m.isControlPlane() && block.Contains(m.primary) {
			g.told(m, "POD_BLOCK", "%s holds the address of %s", block, other.name())
		}
	}
}

// pools are the ids of the pools of all load balancers, as keys.
func (g *region) pools() map[string]bool {
	all := map[string]bool{}
	for _, r := range g.deployment.of(balancers) {
		for _, pool := range objectsAt(r.Properties, "backendAddressPools") {
			all[key(r.ID+"/backendAddressPools/"+textAt(pool, "name"))] = true
		}
	}
	return all
}

// checkPools sees that exactly the control planes are behind the load balancers.
func (g *region) checkPools(m *machine) {
	joined := map[string]bool{}
	for _, c := range objectsAt(m.nic.Properties, "ipConfigurations") {
		for _, pool := range objectsAt(c, "properties", "loadBalancerBackendAddressPools") {
			joined[key(textAt(pool, "id"))] = true
		}
	}
	switch {
	case !m.isControlPlane() && len(joined) > 0:
		g.add(g.template(), place(m.nic), "is in a load balancer's pool; want control planes only there")
	case m.isControlPlane():
		for pool := range g.pools() {
			if !joined[pool] {
				g.add(g.template(), place(m.nic), "is not in every load balancer's pool, as a control plane is")
			}
		}
	}
}

// apiNames are the public names behind which load balancers are.
func (g *region) apiNames() []string {
	var names []string
	for _, r := range g.deployment.of(balancers) {
		for _, c := range objectsAt(r.Properties, "frontendIPConfigurations") {
			if address := g.deployment.find(textAt(c, "properties", "publicIPAddress", "id")); address != nil {
				names = append(names, publicName(address))
			}
		}
	}
	return names
}

// apiFrontend is the address of the internal load balancer, empty where there is none.
func (g *region) apiFrontend() string {
	for _, r := range g.deployment.of(balancers) {
		for _, c := range objectsAt(r.Properties, "frontendIPConfigurations") {
			if address := textAt(c, "properties", "privateIPAddress"); address != "" {
				return address
			}
		}
	}
	return ""
}

// controlPlaneAddresses are those of the control planes, in their order.
func (g *region) controlPlaneAddresses() string {
	planes := slices.DeleteFunc(slices.Clone(g.machines), func(m *machine) bool { return !m.isControlPlane() })
	slices.SortStableFunc(planes, func(a, b *machine) int { return a.index - b.index })
	var addresses []string
	for _, m := range planes {
		addresses = append(addresses, m.primary.String())
	}
	return strings.Join(addresses, " ")
}

// apiAddress is where a machine has to look for the API server: the frontend,
// but a control plane cannot reach itself through that.
func (g *region) apiAddress(m *machine) string {
	if frontend := g.apiFrontend(); frontend != "" && m.isMember() {
		return frontend
	}
	first, _, _ := strings.Cut(g.controlPlaneAddresses(), " ")
	return first
}

// joinSecrets are what every machine is told as base64, keySecrets what control
// planes are told, too. Each is named as its parameter.
var (
	joinSecrets = []string{"JOIN_TOKEN", "CLUSTER_CA_HASH"}
	keySecrets  = []string{
		"CLUSTER_CA_CERTIFICATE", "CLUSTER_CA_KEY", "FRONT_PROXY_CA_CERTIFICATE", "FRONT_PROXY_CA_KEY",
		"ETCD_CA_CERTIFICATE", "ETCD_CA_KEY", "SERVICE_ACCOUNT_PUBLIC_KEY", "SERVICE_ACCOUNT_KEY",
	}
)

// checkSecrets sees that a machine is given the secrets of its role and no others.
func (g *region) checkSecrets(m *machine) {
	for i, name := range slices.Concat(joinSecrets, keySecrets) {
		parameter := camel(name)
		name += "_B64"
		have, given := m.prelude[name]
		want := i < len(joinSecrets) || m.isControlPlane()
		switch {
		case given && !want:
			g.told(m, name, "is given to a member; want it on control planes only")
		case want && have != base64.StdEncoding.EncodeToString([]byte(parameter)):
			g.told(m, name, "want base64(parameters('%s'))", parameter)
		}
	}
}

// camel is a name of the shell as a parameter's.
func camel(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}
