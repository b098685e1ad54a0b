package spec

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/ringwright/ringwright/generator/acsengine"
	"github.com/ringwright/ringwright/generator/network"
)

// Import writes a spec of what API models say, a region for each. What no model
// says and nobody but the user can know is left to fill in and marked: the
// sidecar's image, who may reach the API servers, and locations and ranges where
// a model has none. The error is a *Problems with everything that is wrong in
// the models.
func Import(dnsSuffix string, models ...Model) (string, error) {
	var problems Problems
	var read []imported
	for _, file := range models {
		if file.Err != nil {
			problems.List = append(problems.List, Problem{file.Path, 1, "", file.Err.Error()})
			continue
		}
		m, wrong := acsengine.Parse(file.Data)
		problems.add(file.Path, wrong)
		read = append(read, imported{Model: m, file: file.Path})
	}
	ring := convert(read)
	problems.List = append(problems.List, ring.problems...)
	if len(problems.List) > 0 {
		problems.sort()
		return "", &problems
	}
	return ring.text(dnsSuffix), nil
}

// imported is a model on its way to a region.
type imported struct {
	*acsengine.Model
	file                 string
	name                 string // empty where the location is one
	vnet, nodes, gateway string // empty where the model has no range
	racks                int    // how many fault domains are written; 0 for none
	zones                []string
	static               string
	key                  string
}

// conversion is a spec while it is made of models.
type conversion struct {
	regions  []imported
	replicas int
	services string
	storage  string
	cpu      string // empty for the default; so are memory and heap
	memory   string
	heap     string
	problems []Problem
}

func convert(models []imported) conversion {
	c := conversion{regions: models, replicas: defaultReplicas}
	for _, m := range models {
		c.replicas = min(c.replicas, max(1, m.Members.Value))
		c.ringWide(m)
	}
	c.fit()
	c.ranges()
	named := map[string]bool{}
	for i := range c.regions {
		r := &c.regions[i]
		r.name = regionOf(r.Model, named)
		r.spread(c.replicas)
		r.address()
		if _, ok := sshKey(r.SSHPublicKey.Value); ok {
			r.key = r.SSHPublicKey.Value
		}
	}
	return c
}

// ringWide takes what all regions share, and refuses models that differ in it.
func (c *conversion) ringWide(m imported) {
	for _, shared := range []struct {
		field *string
		value string
		at    acsengine.Place
	}{
		{&c.services, m.ServiceCIDR.Value, m.ServiceCIDR.Place},
		{&c.storage, fmt.Sprintf("%dGi", m.DiskGiB.Value), m.DiskGiB.Place},
	} {
		switch {
		case shared.at.Line == 0:
		case *shared.field == "":
			*shared.field = shared.value
		case *shared.field != shared.value:
			c.problems = append(c.problems, Problem{m.file, shared.at.Line, shared.at.Path,
				fmt.Sprintf("%s, and another model says %s; a ring has one", shared.value, *shared.field)})
		}
	}
}

// fit lowers what a member asks for to what the smallest machine has room for.
func (c *conversion) fit() {
	for _, m := range c.regions {
		// Half a vCPU and 2 GiB stay with the node.
		if n := vCPUs(m.MemberSize.Value); n > 0 && n <= 2 {
			c.cpu = fmt.Sprintf("%dm", 1000*n-500)
		}
		if n := memoryGiB(m.MemberSize.Value); n > 2 && n <= 8 && (c.memory == "" || mebibytes(c.memory) > 1024*(n-2)) {
			c.memory, c.heap = fmt.Sprintf("%dGi", n-2), fmt.Sprintf("%dGi", (n-2)/2)
		}
	}
}

// ranges derives a VNet of each vnetCidr, which is the VNet's range or, as the
// first scripts for several regions wrote it, that of the nodes' subnet. It is
// taken for the subnet where it is smaller than a /16 and the lower half of
// something; then as much again has room for the gateway. A range that is not
// free is no VNet's: models may say all of 10.0.0.0/8.
func (c *conversion) ranges() {
	for i := range c.regions {
		r := &c.regions[i]
		theirs, err := network.ParsePrefix(r.VNetCIDR.Value)
		if err != nil || theirs.Bits() > 24 || !c.free(theirs, i) {
			continue
		}
		wider := netip.PrefixFrom(theirs.Addr(), theirs.Bits()-1)
		if theirs.Bits() > 16 && wider == wider.Masked() && c.free(wider, i) {
			r.vnet, r.nodes = wider.String(), theirs.String()
			continue
		}
		r.vnet = theirs.String()
		half, _ := network.LowerHalf(theirs)
		if first, err := netip.ParseAddr(r.FirstStaticIP.Value); err == nil && first.Is4() && theirs.Contains(first) && !half.Contains(first) {
			upper := netip.PrefixFrom(network.Add(network.Last(half), 1), half.Bits())
			r.nodes, r.gateway = upper.String(), netip.PrefixFrom(theirs.Addr(), gatewaySubnetBits).String()
		}
	}
}

// free reports whether a range may be a region's VNet: private, and neither the
// services' nor what another model says.
func (c *conversion) free(p netip.Prefix, region int) bool {
	services, err := network.ParsePrefix(cmp.Or(c.services, defaultServices))
	if !network.IsPrivate(p) || err == nil && services.Overlaps(p) {
		return false
	}
	for i, other := range c.regions {
		if theirs, err := network.ParsePrefix(other.VNetCIDR.Value); i != region && err == nil && theirs.Overlaps(p) {
			return false
		}
	}
	return true
}

// regionOf is the name of a region: none where its location is one that no
// other has, else the old cluster's.
func regionOf(m *acsengine.Model, named map[string]bool) string {
	location := m.Location.Value
	if location == "" || !named[location] {
		named[location] = true
		return ""
	}
	name := cmp.Or(m.DNSPrefix.Value, location)
	for i, first := 2, name; named[name]; i++ {
		name = fmt.Sprintf("%s-%d", first, i)
	}
	named[name] = true
	if !regionNames.MatchString(name) {
		return ""
	}
	return name
}

// spread writes racks out where the members cannot be shared by all that there are.
func (r *imported) spread(replicas int) {
	r.zones = r.Zones.Value
	members := r.Members.Value
	racks := len(r.zones)
	if racks == 0 {
		racks = r.FaultDomains.Value
		r.racks = racks
	}
	if racks == 0 {
		racks = maxFaultDomains
		if known, ok := locations[r.Location.Value]; ok && known.faultDomains > 0 {
			racks = known.faultDomains
		}
	}
	if members == replicas || racks == 1 || racks >= replicas && members%racks == 0 {
		return
	}
	if len(r.zones) > 0 {
		r.zones = r.zones[:1]
	} else {
		r.racks = 1
	}
}

// address keeps the control planes' address where a ring can have it there.
func (r *imported) address() {
	vnet, err := network.ParsePrefix(r.vnet)
	if err != nil {
		return
	}
	nodes, _ := network.LowerHalf(vnet)
	if r.nodes != "" {
		nodes = netip.MustParsePrefix(r.nodes)
	}
	size := r.AddressesEach.Value
	if size == 0 {
		size = defaultAddresses
	}
	first, err := netip.ParseAddr(r.FirstStaticIP.Value)
	if err != nil || !first.Is4() {
		return
	}
	if _, problem := staticProblem(network.Blocks{Subnet: nodes, Size: size}, first, r.ControlPlanes.Value); problem == "" {
		r.static = first.String()
	}
}
