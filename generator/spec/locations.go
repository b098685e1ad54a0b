package spec

import (
	"slices"
	"sort"
	"strings"
)

// threeZones are the Azure locations with availability zones 1, 2 and 3
// (https://learn.microsoft.com/azure/reliability/regions-list, read through
// Azure/terraform-azurerm-avm-utl-regions of 2026-08-21).
const threeZones = `australiaeast austriaeast belgiumcentral brazilsouth canadacentral centralindia centralus chilecentral
denmarkeast eastasia eastus eastus2 francecentral germanywestcentral indonesiacentral israelcentral italynorth japaneast
japanwest koreacentral malaysiawest mexicocentral newzealandnorth northeurope norwayeast polandcentral qatarcentral
southafricanorth southcentralus southeastasia spaincentral swedencentral switzerlandnorth uaenorth uksouth westeurope
westus2 westus3`

// noZones are the Azure locations without availability zones (same source).
const noZones = `australiacentral australiacentral2 australiasoutheast brazilsoutheast canadaeast francesouth germanynorth
jioindiacentral jioindiawest koreasouth northcentralus norwaywest southafricawest southindia switzerlandwest uaecentral
ukwest westcentralus westindia westus`

// How many fault domains an availability set with managed disks can have
// (azure-docs, includes/managed-disks-common-fault-domain-region-list.md).
const (
	threeFaultDomains = `eastus eastus2 westus centralus northcentralus southcentralus northeurope westeurope eastasia`
	twoFaultDomains   = `westus2 westcentralus canadacentral canadaeast uksouth ukwest japaneast japanwest centralindia
southindia westindia australiaeast australiasoutheast brazilsouth southeastasia`
)

// location is what is known of an Azure location.
type location struct {
	zones        []string
	faultDomains int // 0: not published, the spec has to say it
}

var locations = func() map[string]location {
	all := map[string]location{}
	for _, name := range strings.Fields(threeZones) {
		all[name] = location{zones: []string{"1", "2", "3"}}
	}
	for _, name := range strings.Fields(noZones) {
		all[name] = location{}
	}
	for n, names := range map[int]string{3: threeFaultDomains, 2: twoFaultDomains} {
		for _, name := range strings.Fields(names) {
			l := all[name]
			l.faultDomains = n
			all[name] = l
		}
	}
	return all
}()

// locationNames are the known locations, sorted.
func locationNames() []string {
	names := make([]string, 0, len(locations))
	for name := range locations {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// LocationZones are all zones of the region's location: what a zone-redundant
// address spans; nil where there are none. A location that is not in the table has those the spec declares.
func (r *Region) LocationZones() []string {
	zones := r.Zones
	if l, ok := locations[r.Location]; ok {
		zones = l.zones
	}
	if len(zones) == 0 {
		return nil
	}
	return slices.Clone(zones)
}

// sovereignClouds are the clouds that are Azure's by make and apart by law, by
// how the names of their locations begin (https://github.com/Azure/AgentBaker
// tells them by the same beginnings; those of the two secret clouds are in
// https://github.com/Azure/azure-sdk-for-java, and Azure Germany closed in 2021).
var sovereignClouds = []struct{ prefix, name string }{
	{"china", "Azure China"},
	{"usgov", "Azure Government"},
	{"usdod", "Azure Government"},
	{"ussec", "Azure Government Secret"},
	{"usnat", "Azure Government Top Secret"},
	{"germanycentral", "Azure Germany"},
	{"germanynortheast", "Azure Germany"},
	{"bleu", "Bleu"},
	{"delos", "Delos Cloud"},
	{"singapore", "Azure Singapore"},
}

// sovereignCloud is the cloud of a location that is not in public Azure.
func sovereignCloud(location string) (string, bool) {
	for _, cloud := range sovereignClouds {
		if strings.HasPrefix(location, cloud.prefix) {
			return cloud.name, true
		}
	}
	return "", false
}
