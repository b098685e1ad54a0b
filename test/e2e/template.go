package e2e

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/compute/armcompute/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"

	"github.com/ringwright/ringwright/generator/arm"
)

// site is what one region's template describes, as far as a world builds it.
type site struct {
	Name      string // of the region's folder
	Location  string
	Prefixes  []netip.Prefix // of the VNet
	Subnets   []subnet
	Machines  []machineModel
	Balancers []balancer
	// PublicNames are the names of public addresses that a name leads to, by the
	// address's resource id.
	PublicNames map[string]string
	Gateways    []gatewayModel
	// GatewayNames are the public names of its VPN gateways.
	GatewayNames []string

	network string // the VNet's name
	byID    map[string]*arm.EvaluatedResource
	bad     []error
}

// subnet is a subnet and what its security group says of what comes in.
type subnet struct {
	ID     string
	Prefix netip.Prefix
	Rules  []*armnetwork.SecurityRule // nil: no security group
}

// machineModel is a virtual machine with its NIC, its disks and what its
// extension would run.
type machineModel struct {
	Name              string
	Primary           netip.Addr
	Addresses         []netip.Addr // every ipConfiguration, the primary one first
	Subnet            netip.Prefix
	Pools             []string // ids of the balancers' backend pools that the primary is in
	Disks             []diskModel
	FaultDomain, Zone string
	Script            string            // prelude and node script
	Prelude           map[string]string // of the script
}

// diskModel is a data disk; Size is in GiB.
type diskModel struct {
	Name string
	LUN  int32
	Size int32
}

// balancer is one rule of a load balancer with one frontend.
type balancer struct {
	Name string
	// Public is the id of a public address; Private the address of an internal
	// frontend. One of them is there.
	Public            string
	Private           netip.Addr
	Port, BackendPort int32
	Pool              string
}

// Azure wants ids; a world has one subscription and a resource group for each region.
const subscription = "00000000-0000-0000-0000-000000000000"

// readSite evaluates the template of a region with the parameters that are
// committed beside it and those of its secrets.
func readSite(out, secrets, region string) (*site, error) {
	template, err := os.ReadFile(filepath.Join(out, region, "azure", "azuredeploy.json"))
	if err != nil {
		return nil, err
	}
	parsed, err := arm.Parse(template)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", region, err)
	}
	values := map[string]any{}
	for _, file := range []string{filepath.Join(out, region, "azure", "azuredeploy.parameters.json"), filepath.Join(secrets, region, "parameters.json")} {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		given, err := arm.ParseParameters(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for name, value := range given {
			values[name] = value
		}
	}
	evaluated, err := parsed.Evaluate(arm.Deployment{SubscriptionID: subscription, ResourceGroup: region, Location: region, Parameters: values})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", region, err)
	}
	s := &site{Name: region, PublicNames: map[string]string{}, byID: map[string]*arm.EvaluatedResource{}}
	for r := range evaluated.All() {
		if r.Condition {
			s.byID[strings.ToLower(r.ID)] = r
		}
	}
	s.read(evaluated)
	if len(s.bad) > 0 {
		return nil, fmt.Errorf("%s: %w", region, errors.Join(s.bad...))
	}
	return s, nil
}

// each calls f for every resource of a type with its properties in the SDK's
// model of them.
func each[P any](s *site, e *arm.Evaluated, kind string, f func(r *arm.EvaluatedResource, p P)) {
	for r := range e.All() {
		if !r.Condition || !strings.EqualFold(r.Type, kind) {
			continue
		}
		p, err := properties[P](r)
		if err != nil {
			s.bad = append(s.bad, err)
			continue
		}
		f(r, p)
	}
}

func properties[P any](r *arm.EvaluatedResource) (P, error) {
	var p P
	data, err := r.Properties.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", r.Type, r.Name, err)
	}
	return p, err
}

// find is the resource of that id with its properties.
func find[P any](s *site, id *string) (r *arm.EvaluatedResource, p P, ok bool) {
	if id == nil {
		return nil, p, false
	}
	r = s.byID[strings.ToLower(*id)]
	if r == nil {
		s.bad = append(s.bad, fmt.Errorf("nothing in the template has the id %s", *id))
		return nil, p, false
	}
	p, err := properties[P](r)
	if err != nil {
		s.bad = append(s.bad, err)
	}
	return r, p, err == nil
}

func (s *site) read(e *arm.Evaluated) {
	each(s, e, "Microsoft.Network/virtualNetworks", s.readNetwork)
	each(s, e, "Microsoft.Network/publicIPAddresses", func(r *arm.EvaluatedResource, p armnetwork.PublicIPAddressPropertiesFormat) {
		name := ""
		if p.DNSSettings != nil && p.DNSSettings.DomainNameLabel != nil {
			name = *p.DNSSettings.DomainNameLabel + "." + r.Location + ".cloudapp.azure.com"
		}
		s.PublicNames[strings.ToLower(r.ID)] = name
	})
	each(s, e, "Microsoft.Network/loadBalancers", s.readBalancer)
	each(s, e, "Microsoft.Compute/virtualMachines", s.readMachine)
	each(s, e, "Microsoft.Compute/virtualMachines/extensions", s.readExtension)
	s.readGateways(e)
	for _, m := range s.Machines {
		if m.Script == "" {
			s.bad = append(s.bad, fmt.Errorf("machine %s has no extension that makes it a node", m.Name))
		}
	}
}

func (s *site) readNetwork(r *arm.EvaluatedResource, p armnetwork.VirtualNetworkPropertiesFormat) {
	s.network, s.Location = r.Name, r.Location
	if p.AddressSpace != nil {
		for _, prefix := range p.AddressSpace.AddressPrefixes {
			s.Prefixes = append(s.Prefixes, s.prefix(prefix))
		}
	}
	for _, sub := range p.Subnets {
		made := subnet{ID: strings.ToLower(r.ID + "/subnets/" + *sub.Name), Prefix: s.prefix(sub.Properties.AddressPrefix)}
		if group := sub.Properties.NetworkSecurityGroup; group != nil {
			if _, g, ok := find[armnetwork.SecurityGroupPropertiesFormat](s, group.ID); ok {
				made.Rules = append([]*armnetwork.SecurityRule{}, g.SecurityRules...)
			}
		}
		s.Subnets = append(s.Subnets, made)
	}
}

func (s *site) prefix(text *string) netip.Prefix {
	if text == nil {
		s.bad = append(s.bad, errors.New("an address prefix is missing"))
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(*text)
	if err != nil {
		s.bad = append(s.bad, err)
	}
	return p
}

func (s *site) address(text *string) netip.Addr {
	if text == nil {
		s.bad = append(s.bad, errors.New("a static address is missing"))
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(*text)
	if err != nil {
		s.bad = append(s.bad, err)
	}
	return a
}

func (s *site) readBalancer(r *arm.EvaluatedResource, p armnetwork.LoadBalancerPropertiesFormat) {
	for _, rule := range p.LoadBalancingRules {
		b := balancer{Name: r.Name, Port: *rule.Properties.FrontendPort, BackendPort: *rule.Properties.BackendPort, Pool: strings.ToLower(*rule.Properties.BackendAddressPool.ID)}
		for _, f := range p.FrontendIPConfigurations {
			if !arm.SameID(r.ID+"/frontendIPConfigurations/"+*f.Name, *rule.Properties.FrontendIPConfiguration.ID) {
				continue
			}
			if f.Properties.PublicIPAddress != nil {
				b.Public = strings.ToLower(*f.Properties.PublicIPAddress.ID)
			} else {
				b.Private = s.address(f.Properties.PrivateIPAddress)
			}
		}
		s.Balancers = append(s.Balancers, b)
	}
}

func (s *site) readMachine(r *arm.EvaluatedResource, p armcompute.VirtualMachineProperties) {
	m := machineModel{Name: *p.OSProfile.ComputerName}
	if len(r.Zones) > 0 {
		m.Zone = r.Zones[0]
	}
	if p.NetworkProfile == nil || len(p.NetworkProfile.NetworkInterfaces) != 1 {
		s.bad = append(s.bad, fmt.Errorf("machine %s has not one NIC", m.Name))
		return
	}
	nic, n, ok := find[armnetwork.InterfacePropertiesFormat](s, p.NetworkProfile.NetworkInterfaces[0].ID)
	if !ok {
		return
	}
	for _, c := range n.IPConfigurations {
		a := s.address(c.Properties.PrivateIPAddress)
		if c.Properties.Primary == nil || !*c.Properties.Primary {
			m.Addresses = append(m.Addresses, a)
			continue
		}
		m.Primary, m.Addresses = a, append([]netip.Addr{a}, m.Addresses...)
		for _, sub := range s.Subnets {
			if sub.ID == strings.ToLower(*c.Properties.Subnet.ID) {
				m.Subnet = sub.Prefix
			}
		}
		for _, pool := range c.Properties.LoadBalancerBackendAddressPools {
			m.Pools = append(m.Pools, strings.ToLower(*pool.ID))
		}
	}
	if !m.Primary.IsValid() || !m.Subnet.IsValid() {
		s.bad = append(s.bad, fmt.Errorf("NIC %s has no primary ipConfiguration in a subnet of the template", nic.Name))
	}
	m.FaultDomain = s.faultDomain(p.AvailabilitySet)
	for _, d := range p.StorageProfile.DataDisks {
		if disk, dp, ok := find[armcompute.DiskProperties](s, d.ManagedDisk.ID); ok {
			m.Disks = append(m.Disks, diskModel{Name: disk.Name, LUN: *d.Lun, Size: *dp.DiskSizeGB})
		}
	}
	s.Machines = append(s.Machines, m)
}

// faultDomain is where Azure would put the next machine of an availability set:
// round robin over its fault domains. Without a set it is nowhere.
func (s *site) faultDomain(set *armcompute.SubResource) string {
	_, p, ok := find[armcompute.AvailabilitySetProperties](s, idOf(set))
	if !ok {
		return ""
	}
	before := 0
	for _, m := range s.Machines {
		if m.FaultDomain != "" && s.setOf(m.Name) == strings.ToLower(*set.ID) {
			before++
		}
	}
	return fmt.Sprint(before % int(*p.PlatformFaultDomainCount))
}

func idOf(r *armcompute.SubResource) *string {
	if r == nil {
		return nil
	}
	return r.ID
}

// setOf is the id of a machine's availability set.
func (s *site) setOf(machine string) string {
	for _, r := range s.byID {
		if strings.EqualFold(r.Type, "Microsoft.Compute/virtualMachines") && r.Name == machine {
			id, _ := r.Properties.Get("availabilitySet", "id")
			text, _ := id.(string)
			return strings.ToLower(text)
		}
	}
	return ""
}

var preludeLine = regexp.MustCompile(`(?m)^([A-Z][A-Z0-9_]*)='([^']*)'$`)

func (s *site) readExtension(r *arm.EvaluatedResource, p armcompute.VirtualMachineExtensionProperties) {
	machine, _, _ := strings.Cut(r.Name, "/")
	encoded, _ := r.Properties.Get("protectedSettings", "script")
	text, _ := encoded.(string)
	script, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(script) == 0 {
		s.bad = append(s.bad, fmt.Errorf("extension %s: its script is no base64 of a text", r.Name))
		return
	}
	i := slices.IndexFunc(s.Machines, func(m machineModel) bool { return m.Name == machine })
	if i < 0 {
		s.bad = append(s.bad, fmt.Errorf("extension %s is of no machine", r.Name))
		return
	}
	m := &s.Machines[i]
	m.Script, m.Prelude = string(script), map[string]string{}
	for _, line := range preludeLine.FindAllStringSubmatch(m.Script, -1) {
		if _, there := m.Prelude[line[1]]; !there {
			m.Prelude[line[1]] = line[2]
		}
	}
}

// pool are the primary addresses in a balancer's backend pool.
func (s *site) pool(id string) []netip.Addr {
	var all []netip.Addr
	for _, m := range s.Machines {
		if slices.Contains(m.Pools, id) {
			all = append(all, m.Primary)
		}
	}
	return all
}

// check says what of a machine's script its NIC contradicts: what the script
// would do by these addresses the fabric would not carry.
func (m *machineModel) check() []error {
	var bad []error
	if got := m.Prelude["NODE_ADDRESS"]; got != m.Primary.String() {
		bad = append(bad, fmt.Errorf("%s: its script says the node's address is %s, its NIC has %s", m.Name, got, m.Primary))
	}
	if got := m.Prelude["NODE_SUBNET"]; got != m.Subnet.String() {
		bad = append(bad, fmt.Errorf("%s: its script says the subnet is %s, its NIC is in %s", m.Name, got, m.Subnet))
	}
	first, err1 := netip.ParseAddr(m.Prelude["POD_FIRST"])
	last, err2 := netip.ParseAddr(m.Prelude["POD_LAST"])
	if err := errors.Join(err1, err2); err != nil {
		return append(bad, fmt.Errorf("%s: the pods' addresses: %w", m.Name, err))
	}
	for a := first; a.Compare(last) <= 0; a = a.Next() {
		if !slices.Contains(m.Addresses, a) {
			bad = append(bad, fmt.Errorf("%s: its script gives pods the address %s, which no ipConfiguration of its NIC has", m.Name, a))
		}
	}
	return bad
}
