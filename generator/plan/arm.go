package plan

import (
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// GatewaySubnet is the name Azure wants the gateway's subnet to have.
const GatewaySubnet = "GatewaySubnet"

const nodesSubnet = "nodes"

// arm plans the region's resources. Those that deploy first come first.
func (s site) arm(r *Region, before []site) ARM {
	a := ARM{
		SecurityGroups: []SecurityGroup{{Resource: s.resource(s.securityGroup()), Rules: s.rules(r, PeerDNSPort, s.r.Cluster.APIServerCIDRs)}},
		NATGateways:    []NATGateway{{Resource: s.resource(s.nat(), id(typePublicIP, s.natAddress())), PublicIP: id(typePublicIP, s.natAddress())}},
		VNets:          []VNet{s.virtualNetwork()},
		PublicIPs: []PublicIP{
			{Resource: s.resource(s.natAddress())},
			{Resource: s.resource(s.apiAddress()), Zones: s.r.LocationZones(), Label: []string{s.r.Cluster.DNSPrefix}},
		},
		LoadBalancers:    []LoadBalancer{s.loadBalancer()},
		AvailabilitySets: s.availabilitySets(),
		Parameters:       s.parameters(r),
		Variables:        []string{NodeScriptVariable},
	}
	a.Outputs = []Output{{Name: "apiServer", Value: "https://" + s.apiHost() + ":" + strconv.Itoa(APIPort)}}
	s.link(r, before, &a)
	if s.r.Cluster.ControlPlanes > 1 {
		a.InternalLoadBalancers = []InternalLoadBalancer{s.internalLoadBalancer(a.lastPeering()...)}
	}
	s.machines(r, &a)
	return a
}

// resource is the part that every resource has.
func (s site) resource(name string, dependsOn ...string) Resource {
	r := Resource{Name: name, Location: s.r.Location, DependsOn: dependsOn}
	if len(s.ring.Tags) > 0 {
		r.Tags = s.ring.Tags
	}
	return r
}

// APIPort is the port of the Kubernetes API server.
const APIPort = 6443

// memberPorts are those at which the members of other datacenters are reached.
func memberPorts() []int {
	return []int{settings.StoragePort, settings.TLSStoragePort, settings.NativePort, settings.AgentPort}
}

// rules are the inbound rules of the subnets with nodes or pods. dnsBackend is the port
// of the cluster's DNS behind its balancer or node port, callers may reach the
// API server. A rule whose sources are nobody is not there.
func (s site) rules(r *Region, dnsBackend int, callers Match) []Rule {
	peers := Match(r.Network.Outside)
	var cassandra Match
	for _, port := range memberPorts() {
		cassandra = append(cassandra, strconv.Itoa(port))
	}
	dns := Match{strconv.Itoa(dnsBackend)}
	all := []Rule{
		{Name: "vnet", Priority: 100, Access: "Allow", Protocol: "*", Sources: Match{s.r.VNet}, Ports: Match{"*"}},
		{Name: "peers-cassandra", Priority: 110, Access: "Allow", Protocol: "Tcp", Sources: peers, Ports: cassandra},
		{Name: "peers-dns-tcp", Priority: 120, Access: "Allow", Protocol: "Tcp", Sources: peers, Ports: dns},
		{Name: "peers-dns-udp", Priority: 130, Access: "Allow", Protocol: "Udp", Sources: peers, Ports: dns},
		{Name: "peers-icmp", Priority: 140, Access: "Allow", Protocol: "Icmp", Sources: peers, Ports: Match{"*"}},
		{Name: "load-balancer", Priority: 150, Access: "Allow", Protocol: "*", Sources: Match{"AzureLoadBalancer"}, Ports: Match{"*"}},
		{Name: "api-server", Priority: 160, Access: "Allow", Protocol: "Tcp", Sources: callers, Ports: Match{strconv.Itoa(APIPort)}},
		{Name: "deny", Priority: 4096, Access: "Deny", Protocol: "*", Sources: Match{"*"}, Ports: Match{"*"}},
	}
	var rules []Rule
	for _, rule := range all {
		if len(rule.Sources) > 0 {
			rules = append(rules, rule)
		}
	}
	return rules
}

func (s site) virtualNetwork() VNet {
	group, nat := id(typeSecurityGroup, s.securityGroup()), id(typeNAT, s.nat())
	v := VNet{
		Resource: s.resource(s.vnet(), group, nat),
		Prefix:   s.r.VNet,
		Subnets: []Subnet{
			{Name: nodesSubnet, Prefix: s.r.NodeSubnet, SecurityGroup: []string{group}, NATGateway: []string{nat}, Outbound: []bool{false}},
		},
	}
	if s.r.GatewaySubnet != "" {
		v.Subnets = append(v.Subnets, Subnet{Name: GatewaySubnet, Prefix: s.r.GatewaySubnet})
	}
	return v
}

func (s site) loadBalancer() LoadBalancer {
	address := id(typePublicIP, s.apiAddress())
	return LoadBalancer{
		Resource: s.resource(s.api(), address), PublicIP: address,
		Frontend: s.balancerPart("frontendIPConfigurations", s.api()),
		Pool:     s.balancerPart("backendAddressPools", s.api()),
		Probe:    s.balancerPart("probes", s.api()),
	}
}

func (s site) internalLoadBalancer(after ...string) InternalLoadBalancer {
	return InternalLoadBalancer{
		Resource: s.resource(s.apiInternal(), append([]string{id(typeVNet, s.vnet())}, after...)...),
		Address:  network.APIFrontend(s.blocks.Subnet).String(),
		Subnet:   id(typeSubnet, s.vnet(), nodesSubnet),
		Zones:    s.r.LocationZones(),
		Frontend: s.balancerPart("frontendIPConfigurations", s.apiInternal()),
		Pool:     s.balancerPart("backendAddressPools", s.apiInternal()),
		Probe:    s.balancerPart("probes", s.apiInternal()),
	}
}

// balancerPart is the id of a load balancer's only part of that kind.
func (s site) balancerPart(kind, balancer string) string {
	return id(typeLoadBalancer+"/"+kind, balancer, "api-server")
}

// gateways adds what joins the region to its peers. A peer's local network
// gateway comes after the region's own gateway, which takes 30 to 45 minutes:
// by then a peer that is deployed at the same time has its address and its name.
func (s site) gateways(r *Region, a *ARM) {
	address, own := id(typePublicIP, s.gatewayAddress()), id(typeGateway, s.gateway())
	a.PublicIPs = append(a.PublicIPs, PublicIP{
		Resource: s.resource(s.gatewayAddress()), Zones: s.r.LocationZones(), Label: []string{s.gatewayLabel()},
	})
	a.Gateways = []Gateway{{
		Resource: s.resource(s.gateway(), id(typeVNet, s.vnet()), address),
		SKU:      s.ring.Gateway.SKU, Generation: generation(s.ring.Gateway.SKU),
		Subnet: id(typeSubnet, s.vnet(), GatewaySubnet), PublicIP: address,
	}}
	for _, t := range r.Network.Tunnels {
		local := LocalGateway{Resource: s.resource(s.to(t.To), own), AddressKey: t.AddressKey, Address: t.Address, Prefixes: t.Ranges}
		for _, name := range t.Parameter {
			local.Condition = []string{"[not(empty(parameters(" + literal(name) + ")))]"}
		}
		a.LocalGateways = append(a.LocalGateways, local)
		a.Connections = append(a.Connections, Connection{
			Resource: s.resource(s.to(t.To), own, id(typeLocalGateway, s.to(t.To))),
			Gateway:  own, LocalGateway: id(typeLocalGateway, s.to(t.To)),
			SharedKey: parameter(sharedKeyParameter(t.To)), Condition: local.Condition,
		})
	}
	a.Outputs = append(a.Outputs,
		Output{Name: "gatewayName", Value: s.gatewayFQDN()},
		Output{Name: "gatewayIp", Value: "[reference(" + resourceID(typePublicIP, s.gatewayAddress()) + ", " + literal(APIVersion(typePublicIP)) + ").ipAddress]"},
	)
}

// generation of a gateway: VpnGw1AZ exists in the first only, and a gateway
// cannot change it later (https://learn.microsoft.com/azure/vpn-gateway/about-gateway-skus).
func generation(sku string) string {
	if strings.HasPrefix(sku, "VpnGw1") {
		return "Generation1"
	}
	return "Generation2"
}

// updateDomains is Azure's default for an availability set and enough for every ring here.
const updateDomains = 5

func (s site) availabilitySets() []AvailabilitySet {
	if s.r.Racks == spec.RacksZone {
		return nil
	}
	return []AvailabilitySet{
		{Resource: s.resource(s.controlPlaneSet()), FaultDomains: s.r.FaultDomains, UpdateDomains: updateDomains},
		{Resource: s.resource(s.memberSet()), FaultDomains: s.r.FaultDomains, UpdateDomains: updateDomains},
	}
}
