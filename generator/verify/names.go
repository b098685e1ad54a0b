package verify

import (
	"regexp"
	"strings"
	"sync"

	"github.com/ringwright/ringwright/generator/arm"
)

// nameRule is what Azure takes as a name, in words and as a test. The length is
// apart from the form: counted out in a regular expression it is slow to compile.
type nameRule struct {
	want     string
	min, max int
	form     func() *regexp.Regexp
}

func rule(want string, min, max int, form string) nameRule {
	return nameRule{want, min, max, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^" + form + "$") })}
}

func (r nameRule) holds(name string) bool {
	return r.min <= len(name) && len(name) <= r.max && r.form().MatchString(name)
}

var (
	network80 = rule("1 to 80 of letters, digits, ., _ and -, first a letter or digit, last no . or -", 1, 80, `[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?`)
	network64 = rule("2 to 64 of letters, digits, ., _ and -, first a letter or digit, last no . or -", 2, 64, `[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9_]`)
	disk80    = rule("1 to 80 of letters, digits, _ and -", 1, 80, `[A-Za-z0-9_-]*`)
	// A machine's name is its computer's and its Kubernetes node's too, so it is lower-case
	// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names).
	machine63   = rule("1 to 63 of a-z, 0-9 and -, first and last no -", 1, 63, `[a-z0-9]([a-z0-9-]*[a-z0-9])?`)
	extension80 = rule("1 to 80 of letters, digits, _ and -", 1, 80, `[A-Za-z0-9_-]*`)
	cluster63   = rule("1 to 63 of letters, digits, _ and -, first and last a letter or digit", 1, 63, `[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?`)
	pool12      = rule("1 to 12 of a-z and 0-9, first a letter", 1, 12, `[a-z][a-z0-9]*`)
	identity128 = rule("3 to 128 of letters, digits, _ and -, first a letter or digit", 3, 128, `[A-Za-z0-9][A-Za-z0-9_-]*`)
	window      = rule("a window that AKS knows, such as aksManagedNodeOSUpgradeSchedule", 7, 31, `(default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule)`)
	nested64    = rule("1 to 64 of letters, digits, ., _, - and ()", 1, 64, `[A-Za-z0-9._()-]*`)
	guid        = rule("a GUID", 36, 36, `[0-9a-fA-F]+(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
)

// nameRules hold the last part of a resource's name, by its type
// (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
var nameRules = map[string]nameRule{
	"microsoft.network/networksecuritygroups":                              network80,
	"microsoft.network/publicipaddresses":                                  network80,
	"microsoft.network/natgateways":                                        network80,
	"microsoft.network/virtualnetworks":                                    network64,
	"microsoft.network/virtualnetworks/subnets":                            network80,
	"microsoft.network/virtualnetworks/virtualnetworkpeerings":             network80,
	"microsoft.network/virtualnetworkgateways":                             network80,
	"microsoft.network/localnetworkgateways":                               network80,
	"microsoft.network/connections":                                        network80,
	"microsoft.network/loadbalancers":                                      network80,
	"microsoft.network/networkinterfaces":                                  network80,
	"microsoft.compute/availabilitysets":                                   network80,
	"microsoft.compute/disks":                                              disk80,
	"microsoft.compute/virtualmachines":                                    machine63,
	"microsoft.compute/virtualmachines/extensions":                         extension80,
	"microsoft.containerservice/managedclusters":                           cluster63,
	"microsoft.containerservice/managedclusters/agentpools":                pool12,
	"microsoft.containerservice/managedclusters/maintenanceconfigurations": window,
	"microsoft.managedidentity/userassignedidentities":                     identity128,
	"microsoft.resources/deployments":                                      nested64,
	"microsoft.authorization/roleassignments":                              guid,
}

// dnsLabel is the domain name label of a public address
// (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#domain-name-label).
var dnsLabel = rule("3 to 63 of a-z, 0-9 and -, first a letter, last no -", 3, 63, `[a-z][a-z0-9-]*[a-z0-9]`)

func (g *region) checkName(r *arm.EvaluatedResource) {
	name := r.Name[strings.LastIndexByte(r.Name, '/')+1:]
	if rule, ok := nameRules[strings.ToLower(r.Type)]; !ok {
		g.add(g.template(), place(r), "no rule for the names of %s is known", r.Type)
	} else if !rule.holds(name) {
		g.add(g.template(), place(r), "name %q; want %s", name, rule.want)
	}
	if label := textAt(r.Properties, "dnsSettings", "domainNameLabel"); label != "" && !dnsLabel.holds(label) {
		g.add(g.template(), place(r), "domain name label %q; want %s", label, dnsLabel.want)
	}
}
