package plan_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
)

// form is how long a name of a kind may be and what it may hold.
type form struct {
	most  int
	holds *regexp.Regexp
}

var (
	network = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9_]$`)
	compute = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$`)
	label   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// forms are Azure's, by type
// (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
// A machine's name is its computer's and its Kubernetes node's too: 64
// characters for a Linux computer, of which a node's name takes less than 253.
var forms = map[string]form{
	"Microsoft.Network/networkSecurityGroups":                              {80, network},
	"Microsoft.Network/publicIPAddresses":                                  {80, network},
	"Microsoft.Network/natGateways":                                        {80, network},
	"Microsoft.Network/virtualNetworks":                                    {64, network},
	"Microsoft.Network/virtualNetworkGateways":                             {80, network},
	"Microsoft.Network/localNetworkGateways":                               {80, network},
	"Microsoft.Network/connections":                                        {80, network},
	"Microsoft.Network/loadBalancers":                                      {80, network},
	"Microsoft.Network/networkInterfaces":                                  {80, network},
	"Microsoft.Compute/availabilitySets":                                   {80, compute},
	"Microsoft.Compute/disks":                                              {80, compute},
	"Microsoft.Compute/virtualMachines":                                    {64, label},
	"Microsoft.ManagedIdentity/userAssignedIdentities":                     {128, regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{2,}$`)},
	"Microsoft.Authorization/roleAssignments":                              {500, regexp.MustCompile(`^\[guid\(.*\)\]$`)},
	"Microsoft.ContainerService/managedClusters":                           {63, compute},
	"Microsoft.ContainerService/managedClusters/maintenanceConfigurations": {63 + len("/aksManagedNodeOSUpgradeSchedule"), regexp.MustCompile(`^[a-z0-9-]+/aksManagedNodeOSUpgradeSchedule$`)},
	"Microsoft.ContainerService/managedClusters/agentPools":                {63 + 13, regexp.MustCompile(`^[a-z0-9-]+/[a-z][a-z0-9]{0,11}$`)},
	"Microsoft.Compute/virtualMachines/extensions":                         {64 + len("/bootstrap"), regexp.MustCompile(`^[a-z0-9-]+/bootstrap$`)},
}

// Limits of Kubernetes' names and of the values of its labels
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/,
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
var labelValue = form{63, regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$`)}

func (f form) hold(t *testing.T, what, name string) {
	t.Helper()
	if len(name) > f.most || !f.holds.MatchString(name) {
		t.Errorf("%s %q has %d characters of %d, or one that is refused (%s)", what, name, len(name), f.most, f.holds)
	}
}

// largest is the ring with the longest names, the most regions, members and control planes.
func largest() ring {
	r := ring{Name: "a" + strings.Repeat("0", 19), Suffix: strings.Repeat("z", 10), SKU: "VpnGw5AZ", PeerAddress: "parameter", ReplicationFactor: 1}
	for i := range 101 {
		r.Regions = append(r.Regions, region{
			Location: "southcentralus", Name: fmt.Sprintf("a-%s%03d", strings.Repeat("r", 19), i),
			VNet: fmt.Sprintf("10.%d.0.0/16", i), Members: 1, AddressesPerNode: 8, FaultDomains: 1,
		})
	}
	r.Regions[0].Members, r.Regions[0].ControlPlanes, r.Regions[0].AddressesPerNode, r.Regions[0].FaultDomains = 48, 5, 64, 3
	return r
}

// TestLargestRing holds the largest ring against the limits of names and templates.
func TestLargestRing(t *testing.T) {
	parsed, p := largest().make(t)
	t.Run("names", func(t *testing.T) { longestNames(t, parsed, &p) })
	t.Run("template", func(t *testing.T) { templateLimits(t, &p.Regions[0]) })
}

// longestNames holds every name against the limits of Azure and Kubernetes.
func longestNames(t *testing.T, parsed *spec.Ring, p *plan.Plan) {
	if len(parsed.Name) != 20 || len(parsed.DNSSuffix) != 10 || len(p.Regions[0].Name) != 24 {
		t.Fatalf("not the longest: %s, %s, %s", parsed.Name, parsed.DNSSuffix, p.Regions[0].Name)
	}
	dnsLabel, kubernetesLabel := form{63, regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`)}, form{63, label}
	for _, r := range []plan.Region{p.Regions[0], p.Regions[100]} {
		for _, n := range resources(r.ARM) {
			f, ok := forms[n.Type]
			if !ok {
				t.Fatalf("no form for %s", n.Type)
			}
			f.hold(t, n.Type, n.Name)
		}
		for _, address := range r.ARM.PublicIPs {
			for _, l := range address.Label {
				dnsLabel.hold(t, "DNS label", l)
			}
		}
		form{90, regexp.MustCompile(`^[\w.()-]*[\w()-]$`)}.hold(t, "resource group", r.ResourceGroup)
		form{64, network}.hold(t, "deployment", "ringwright-"+r.Name)
		kubernetesLabel.hold(t, "namespace", r.Datacenter.Namespace)
		form{253, label}.hold(t, "storage class", r.Datacenter.LocalStorage[0].StorageClass)
		labelValue.hold(t, "datacenter", r.Datacenter.Name)
		labelValue.hold(t, "ring", r.Datacenter.Ring)
		for _, set := range r.Datacenter.Sets {
			labelValue.hold(t, "rack", set.Rack.Name)
			labelValue.hold(t, "zone", set.Zone)
			// The controller labels pods with their name and with the set's and a hash of up to 10.
			labelValue.hold(t, "pod", set.StatefulSet+"-47")
			labelValue.hold(t, "revision", set.StatefulSet+"-"+strings.Repeat("f", 10))
		}
	}
}

// templateLimits holds a region against what a template takes
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits).
func templateLimits(t *testing.T, r *plan.Region) {
	for _, limit := range []struct {
		what      string
		got, most int
	}{
		{"parameters", len(r.ARM.Parameters), 256},
		{"outputs", len(r.ARM.Outputs), 64},
		{"resources", len(resources(r.ARM)), 800},
		{"addresses of a NIC", 1 + len(r.ARM.NICs[0].Pods), 256},
		{"rules", len(r.ARM.SecurityGroups[0].Rules), 1000},
	} {
		if limit.got == 0 || limit.got > limit.most {
			t.Errorf("%d %s; Azure takes %d", limit.got, limit.what, limit.most)
		}
	}
	expressions := 0
	walk(reflect.ValueOf(*r.ARM), func(s string) {
		if arm.IsExpression(s) {
			if expressions++; len(s) > arm.ExpressionLimit {
				t.Errorf("an expression of %d characters: %.100s...", len(s), s)
			}
		}
	})
	if expressions < 1000 {
		t.Errorf("%d expressions; the walk misses some", expressions)
	}
}

// walk calls f for every string in v.
func walk(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), f)
		}
	}
}
