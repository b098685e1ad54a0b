package verify

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/plan"
)

// deployment is a region's template, evaluated as Azure would with a value for
// every parameter.
type deployment struct {
	source *arm.Template
	usage  arm.Usage
	*arm.Evaluated
	byID map[string]int // places in Resources by key of the id; of two with one id, the first
	// peerAddress are the values given to the parameters of peers' addresses, by parameter.
	peerAddress map[string]string
}

// The types of resources that rules ask for, without their namespace.
const (
	vnets           = "virtualNetworks"
	securityGroups  = "networkSecurityGroups"
	publicIPs       = "publicIPAddresses"
	gateways        = "virtualNetworkGateways"
	localGateways   = "localNetworkGateways"
	connections     = "connections"
	balancers       = "loadBalancers"
	nics            = "networkInterfaces"
	disks           = "disks"
	availability    = "availabilitySets"
	virtualMachine  = "virtualMachines"
	extensions      = "extensions"
	peerings        = "virtualNetworkPeerings"
	deployments     = "deployments"
	clusters        = "managedClusters"
	agentPools      = "agentPools"
	windows         = "maintenanceConfigurations"
	roleAssignments = "roleAssignments"
)

// of are the resources of a type.
func (d *deployment) of(kind string) []*arm.EvaluatedResource {
	var all []*arm.EvaluatedResource
	for i := range d.Resources {
		if strings.EqualFold(short(d.Resources[i].Type), kind) {
			all = append(all, &d.Resources[i])
		}
	}
	return all
}

// find is the resource of that id, or nil.
func (d *deployment) find(id string) *arm.EvaluatedResource {
	if i, ok := d.byID[key(id)]; ok {
		return &d.Resources[i]
	}
	return nil
}

// The subscription of regions whose spec names none is nobody's: ids are
// compared with each other only.
const subscription = "00000000-0000-0000-0000-000000000000"

// readTemplate parses and evaluates the region's template.
func (g *region) readTemplate() {
	data, ok := g.files[templateFile]
	if !ok {
		g.add(g.template(), "", "is missing")
		return
	}
	source, err := arm.Parse(data)
	if err != nil {
		g.errors(g.template(), "", err)
		return
	}
	d := &deployment{source: source, usage: source.Usage(), byID: map[string]int{}, peerAddress: peerAddresses(source)}
	given := g.arguments(source)
	for name, address := range d.peerAddress {
		given.Parameters[name] = address
	}
	if d.Evaluated, err = source.Evaluate(given); err != nil {
		g.errors(g.template(), "", err)
		return
	}
	for i := range d.Resources {
		if _, taken := d.byID[key(d.Resources[i].ID)]; !taken {
			d.byID[key(d.Resources[i].ID)] = i
		}
	}
	g.deployment = d
	if len(d.peerAddress) > 0 {
		g.checkFirstPass(source)
	}
}

// arguments deploy the template with values for what has no default. A string
// is its parameter's name, so that what holds it says where it is from.
func (g *region) arguments(t *arm.Template) arm.Deployment {
	own := subscription
	for _, s := range g.plan.Subscription {
		own = s
	}
	d := arm.Deployment{
		SubscriptionID: own, ResourceGroup: g.plan.ResourceGroup, Location: g.plan.Location,
		Parameters: map[string]any{},
	}
	for _, p := range t.Parameters {
		if p.Name == plan.DefaultSubscription {
			d.Parameters[p.Name] = subscription
		}
		if p.DefaultValue != nil {
			continue
		}
		switch strings.ToLower(p.Type) {
		case "int":
			d.Parameters[p.Name] = 1
		case "bool":
			d.Parameters[p.Name] = true
		case "array":
			d.Parameters[p.Name] = []any{}
		case "object", "secureobject":
			d.Parameters[p.Name] = map[string]any{}
		default:
			d.Parameters[p.Name] = p.Name
		}
	}
	return d
}

// peerAddressSuffix ends the parameters that take a peer's public address, which
// is empty until the peer has one.
const peerAddressSuffix = "GatewayIp"

// peerAddresses gives each of those parameters an address of its own, out of
// the range for documentation (https://www.rfc-editor.org/rfc/rfc5737).
func peerAddresses(t *arm.Template) map[string]string {
	all := map[string]string{}
	for i, p := range t.Parameters {
		if strings.HasSuffix(p.Name, peerAddressSuffix) {
			all[p.Name] = "192.0.2." + strconv.Itoa(i%256)
		}
	}
	return all
}

// checkFirstPass evaluates the template as it is deployed first, with no peer's
// address known: then nothing may be deployed that needs one.
func (g *region) checkFirstPass(t *arm.Template) {
	first, err := t.Evaluate(g.arguments(t))
	if err != nil {
		g.errors(g.template(), "without peers' addresses", err)
		return
	}
	for i := range first.Resources {
		r := &first.Resources[i]
		peers := (strings.EqualFold(short(r.Type), localGateways) || strings.EqualFold(short(r.Type), connections)) && !g.isOutside(r.Name)
		switch {
		case !g.deployment.Resources[i].Condition:
			g.add(g.template(), place(r), "its condition is false with every peer's address given; want it deployed")
		case peers && r.Condition:
			g.add(g.template(), place(r), "is deployed without its peer's address; want the condition [not(empty(parameters('<peer>%s')))]", peerAddressSuffix)
		case !peers && !r.Condition:
			g.add(g.template(), place(r), "is not deployed without a peer's address; want no condition")
		}
	}
}

// isOutside reports whether a local network gateway or connection of that name
// leads out of Azure, where gateways have their address from the spec.
func (g *region) isOutside(name string) bool {
	return slices.ContainsFunc(g.ring.plan.Links, func(l plan.Link) bool { return strings.HasSuffix(name, "-to-"+l.Name) })
}

// nowhere are the types that have no location.
var nowhere = map[string]bool{"virtualnetworkpeerings": true, "subnets": true, "roleassignments": true, "deployments": true, "agentpools": true, "maintenanceconfigurations": true}

// checkResources holds every resource, nested ones too, against what is the
// same for all.
func (g *region) checkResources() {
	d := g.deployment
	seen := map[string]bool{}
	for r := range d.All() {
		where := place(r)
		switch want := plan.APIVersion(r.Type); want {
		case "":
			g.add(g.template(), where, "no API version is pinned for %s", r.Type)
		case r.APIVersion:
		default:
			g.add(g.template(), where, "API version %s; want %s, to which %s is pinned", r.APIVersion, want, r.Type)
		}
		if id := key(r.ID); seen[id] {
			g.add(g.template(), where, "is there twice; want each resource once")
		} else {
			seen[id] = true
		}
		g.checkName(r)
	}
	for i := range d.Resources {
		r := &d.Resources[i]
		if raw := d.source.Resources[i].Location; raw != g.plan.Location && (raw != "" || !nowhere[strings.ToLower(short(r.Type))]) {
			g.add(g.template(), place(r), "location %q; want the literal %s", raw, g.plan.Location)
		}
	}
}
