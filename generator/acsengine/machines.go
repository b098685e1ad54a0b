package acsengine

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
)

var (
	dnsPrefixes = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{1,43}[A-Za-z0-9]$`)
	poolNames   = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	// subnetIDs is the id of a subnet. Azure takes ids in any case
	// (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
	subnetIDs = regexp.MustCompile(`(?i)^(/subscriptions/([^/\s]+)/resourceGroups/([^/\s]+)/providers/Microsoft\.Network/virtualNetworks/[^/\s]+)/subnets/[^/\s]+$`)
	uuids     = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	// Labels and their keys: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
	labelKeys   = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$`)
	labelValues = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$`)
)

const (
	availabilitySet = "AvailabilitySet"
	scaleSets       = "VirtualMachineScaleSets"
	managedDisks    = "ManagedDisks"
	storageAccount  = "StorageAccount"
)

// The limits of acs-engine itself (pkg/api/vlabs/types.go).
const (
	maxOSDisk   = 1023 // GB
	maxDataDisk = 1023 // GB
	maxDisks    = 4
	maxPool     = 100 // machines
	maxEach     = 256 // addresses of a machine
)

// shared reads what control planes and pools have in common.
func (d *document) shared(path string) {
	d.within(path+".osDiskSizeGB", 0, maxOSDisk)
	if f := d.number(path + ".osDiskSizeGB"); f.Given() {
		d.note(whyImage, f.Path)
	}
	d.within(path+".ipAddressCount", 1, maxEach)
	if !d.text(path + ".vmSize").Given() {
		d.missing(path+".vmSize", "a VM size such as Standard_D2ds_v5")
	}
	if d.one(path+".storageProfile", managedDisks, storageAccount) == storageAccount {
		d.note(whyDisks, path+".storageProfile")
	}
}

func (d *document) master(m *Model) {
	if d.values[master] == nil {
		return
	}
	d.shared(master)
	m.ControlPlanes, m.PlaneSize = d.number(master+".count"), d.text(master+".vmSize")
	if !m.ControlPlanes.Given() {
		d.missing(master+".count", "1, 3 or 5")
	}
	m.DNSPrefix = d.text(master + ".dnsPrefix")
	if m.DNSPrefix.Given() && !dnsPrefixes.MatchString(m.DNSPrefix.Value) {
		d.errorf(m.DNSPrefix.Path, "%s; want 3 to 45 letters, digits and -, a letter first and no - last", spelling.Quoted(m.DNSPrefix.Value))
		m.DNSPrefix = Field[string]{}
	}
	m.DNSPrefix.Value = strings.ToLower(m.DNSPrefix.Value)
	if d.one(master+".availabilityProfile", availabilitySet, scaleSets) == scaleSets {
		d.errorf(master+".availabilityProfile", "%s", noScaleSets)
	}
}

// pools reads the pools, which together are the region's members: those of a
// region are all alike.
func (d *document) pools(m *Model) {
	n := d.values[pools]
	if n == nil {
		return
	}
	if len(n.items) == 0 {
		d.missing(pools, "the pool that becomes the members")
	}
	named := map[string]bool{}
	for i := range n.items {
		path := item(pools, i)
		if d.values[path] == nil {
			continue
		}
		d.shared(path)
		d.pool(path)
		name := d.text(path + ".name")
		switch {
		case !poolNames.MatchString(name.Value):
			d.errorf(path+".name", "%s; want at most 12 of a-z and 0-9, a letter first", spelling.Quoted(name.Value))
		case named[name.Value]:
			d.errorf(path+".name", "%s is the name of another pool", name.Value)
		}
		named[name.Value] = true
		d.alike(m, path, i == 0)
	}
}

func (d *document) pool(path string) {
	if f := d.number(path + ".count"); !f.Given() {
		d.missing(path+".count", "1 to 100")
	}
	d.within(path+".count", 1, maxPool)
	if d.one(path+".osType", "Linux", "Windows") == "Windows" {
		d.errorf(path+".osType", "%s", noWindows)
	}
	if d.one(path+".availabilityProfile", availabilitySet, scaleSets) == scaleSets {
		d.note(whyScaleSet, path+".availabilityProfile")
	}
	if d.one(path+".scaleSetPriority", "Regular", "Low") == "Low" {
		d.errorf(path+".scaleSetPriority", "Low; Azure takes such a machine away whenever it likes, and a member with it; leave it out")
	}
	d.labels(path + ".customNodeLabels")
	if n := d.values[path+".diskSizesGB"]; n != nil {
		if len(n.items) > maxDisks {
			d.errorf(path+".diskSizesGB", "%d disks; want at most %d", len(n.items), maxDisks)
		}
		for i := range n.items {
			if size := d.element(path+".diskSizesGB", i); size < 1 || size > maxDataDisk {
				d.errorf(path+".diskSizesGB", "%d; want 1 to %d", size, maxDataDisk)
			}
		}
	}
}

// element is a number of a list, 0 where it is none.
func (d *document) element(path string, i int) int {
	n := d.values[path].items[i]
	size, err := strconv.Atoi(n.text)
	if n.kind != number || err != nil {
		return 0
	}
	return size
}

func (d *document) labels(path string) {
	n := d.values[path]
	if n == nil || len(n.members) == 0 {
		return
	}
	d.note(whyLabels, path)
	for _, m := range n.members {
		if !labelKeys.MatchString(m.name) || m.value.kind == text && !labelValues.MatchString(m.value.text) {
			d.report(m.value.line, at(path, plainKey(m.name)), "not a label; want a key and a value of at most 63 letters, digits, - _ and ., a letter or digit at both ends")
		}
	}
}

// alike takes what a pool says, and demands that all pools say the same.
func (d *document) alike(m *Model, path string, first bool) {
	size, count := d.text(path+".vmSize"), d.number(path+".count")
	domains, zones, disk := d.number(path+".platformFaultDomainCount"), d.zones(path), d.disk(path)
	if first {
		m.MemberSize, m.Members, m.FaultDomains, m.Zones, m.DiskGiB = size, count, domains, zones, disk
		return
	}
	m.Members.Value += count.Value
	const alike = "; the members of a region are alike, so leave out the pools that are something else"
	switch {
	case size.Value != m.MemberSize.Value && size.Given() && m.MemberSize.Given():
		d.errorf(size.Path, "%s, and the pool before has %s%s", size.Value, m.MemberSize.Value, alike)
	case !slices.Equal(zones.Value, m.Zones.Value):
		d.errorf(path+".availabilityZones", "not those of the pool before%s", alike)
	case domains.Value != m.FaultDomains.Value:
		d.errorf(path+".platformFaultDomainCount", "not that of the pool before%s", alike)
	case disk.Value != m.DiskGiB.Value:
		d.errorf(path+".diskSizesGB", "not those of the pool before%s", alike)
	}
}

// disk is the size of a pool's data disk where it has one. One that has several
// is like one that has none.
func (d *document) disk(path string) Field[int] {
	n := d.values[path+".diskSizesGB"]
	switch {
	case n == nil || len(n.items) == 0:
		return Field[int]{}
	case len(n.items) > 1:
		d.note(whyDisks, path+".diskSizesGB")
		return Field[int]{}
	}
	return Field[int]{d.element(path+".diskSizesGB", 0), Place{n.line, path + ".diskSizesGB"}}
}

func (d *document) zones(path string) Field[[]string] {
	n := d.values[path+".availabilityZones"]
	if n == nil || len(n.items) == 0 {
		return Field[[]string]{}
	}
	f := Field[[]string]{Place: Place{n.line, path + ".availabilityZones"}}
	for _, zone := range n.items {
		f.Value = append(f.Value, zone.text)
	}
	return f
}

// subnets reads the ids of subnets, which say where the cluster was, and the
// addresses. All machines have one or none has.
func (d *document) subnets(m *Model) {
	profiles := []string{master}
	if n := d.values[pools]; n != nil {
		for i := range n.items {
			profiles = append(profiles, item(pools, i))
		}
	}
	own := d.text(master + ".vnetSubnetID")
	for _, profile := range profiles {
		d.subnet(m, profile+".vnetSubnetID", own)
	}
	m.VNetCIDR = d.text(master + ".vnetCidr")
	if m.VNetCIDR.Given() {
		d.note(whyNetwork, m.VNetCIDR.Path)
		if _, err := netip.ParsePrefix(m.VNetCIDR.Value); err != nil {
			d.errorf(m.VNetCIDR.Path, "%s is not an address range; want one such as 10.1.0.0/16", spelling.Quoted(m.VNetCIDR.Value))
			m.VNetCIDR = Field[string]{}
		}
	}
	address := d.text(master + ".firstConsecutiveStaticIP")
	if d.values[master+".vnetSubnetID"] != nil {
		m.FirstStaticIP = address
	} else if address.Given() {
		d.note(whyStatic, address.Path)
	}
	switch domains := d.number(master + ".platformFaultDomainCount"); {
	case domains.Given() && !m.FaultDomains.Given():
		m.FaultDomains = domains
	case domains.Given() && domains.Value != m.FaultDomains.Value:
		d.errorf(domains.Path, "not that of the pools; the availability sets of a region have the same")
	}
	if zones := d.zones(master); zones.Given() && !slices.Equal(zones.Value, m.Zones.Value) {
		d.errorf(zones.Path, "not those of the pools; the machines of a region are in the same zones")
	}
}

// subnet reads the id of a profile's subnet; own is the control planes'.
func (d *document) subnet(m *Model, path string, own Field[string]) {
	f := d.text(path)
	if !f.Given() {
		if own.Given() && d.values[path[:strings.LastIndexByte(path, '.')]] != nil {
			d.missing(path, "a subnet of the VNet that the control planes are in, or none for either")
		}
		return
	}
	parts := subnetIDs.FindStringSubmatch(f.Value)
	if parts == nil {
		d.errorf(path, "not the id of a subnet; want /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<vnet>/subnets/<subnet>, or nothing")
		return
	}
	d.note(whyNetwork, path)
	if d.spoiled[own.Path] {
		return // there is nothing to compare with
	}
	if other := subnetIDs.FindStringSubmatch(own.Value); path != own.Path && (other == nil || !strings.EqualFold(parts[1], other[1])) {
		d.errorf(path, "not of the VNet that the control planes are in")
		return
	}
	// What documentation writes in place of a subscription says nothing of the group either.
	if path == own.Path && uuids.MatchString(parts[2]) {
		m.Subscription = Field[string]{strings.ToLower(parts[2]), f.Place}
		m.ResourceGroup = Field[string]{parts[3], f.Place}
	}
}
