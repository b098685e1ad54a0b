package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
)

// chapter is a region as the runbook tells it.
type chapter struct {
	*plan.Region
	Namespace  string
	Kubeconfig string   // a file, or a variable of the shell
	Variable   string   // its name, where it is one
	Holder     string   // the resource group, or what stands in for one
	Group      string   // the resource group, quoted where the shell asks for it
	Flag       string   // the subscription's, a blank before it; empty where there is none
	Account    string   // the same as one word without the blank
	Parameters string   // what the template takes beside the committed file, a line each
	SizeFilter string   // the VM sizes, for `az vm list-skus`
	Keys       []string // the flag that hands over the file of secrets, where only some regions have one
	Selector   string   // of the nodes that may run members
	NodeGroup  string   // of AKS's machines
	Window     string   // the day on which AKS gives nodes a new image
	APIServer  []string // what stands for its name where AKS makes it
	Pools      []plan.NodePool
	Takes      takes
	Members    int
	Nodes      []placed // control planes, then members
	Pod, Last  string   // the first pod of the first rack and the last of it
	Label      string   // the first rack's on its nodes
	Home       []string // what deploy hands to az so that the template finds regions of the default subscription, where some template has to
	Links      []string // regions that a tunnel leads to
	Answers    []string // where peers ask this region's DNS
	Own        []string // the parameter that tells peers this gateway's address
	Addresses  []string // lines of a parameter file: the peers' addresses from the shell's variables
	Empty      []string // the same, not known yet

	ControlPlanes int
}

// placed is a line of the address plan.
type placed struct {
	plan.Node
	Placement string
}

func newChapter(r *plan.Region) *chapter {
	set := &r.Datacenter.Sets[0]
	c := &chapter{
		Region: r, Namespace: r.Datacenter.Namespace, Group: shellWord(r.ResourceGroup), Members: r.Cluster.Size(), ControlPlanes: len(r.Cluster.ControlPlanes),
		Pod: set.StatefulSet + "-0", Last: fmt.Sprintf("%s-%d", set.StatefulSet, max(0, set.Members-1)), Label: set.Zone,
		Selector:   "'!node-role.kubernetes.io/control-plane'",
		Kubeconfig: "secrets/" + r.Name + "/kubeconfig", Holder: r.ResourceGroup,
		Parameters: " \\\n  --parameters @secrets/" + r.Name + "/parameters.json",
	}
	if r.ARM == nil {
		c.Variable, c.Holder = strings.ReplaceAll(r.Name, "-", "_")+"_kubeconfig", "none: an existing cluster"
		c.Kubeconfig = `"${` + c.Variable + `:?}"`
		return c
	}
	c.Takes, c.SizeFilter = takesOf(r), sizeFilter(r)
	c.aks()
	for _, s := range r.Subscription {
		c.Flag, c.Account = " --subscription "+s, "--subscription="+s
	}
	for _, n := range slices.Concat(r.Cluster.ControlPlanes, r.Cluster.Members) {
		c.Nodes = append(c.Nodes, placed{n, placement(n)})
	}
	for _, t := range r.Network.Tunnels {
		c.Links = append(c.Links, t.To)
	}
	c.gatewayAddresses()
	return c
}

// homeless reports whether the template has to be told which subscription is
// the default one.
func (c *chapter) homeless() bool {
	return slices.ContainsFunc(c.ARM.Parameters, func(p plan.Parameter) bool { return p.Name == plan.DefaultSubscription })
}

// findHome adds the default subscription to the commands that need it.
func (c *chapter) findHome() {
	c.Home = []string{""}
	if !c.homeless() {
		return
	}
	const value = plan.DefaultSubscription + `="$(az account show --query id -o tsv)"`
	c.Home = []string{"--parameters=" + value}
	c.Parameters += " \\\n  --parameters " + value
}

// placement says what decides where a machine is.
func placement(n plan.Node) string {
	for _, zone := range n.Zone {
		return "zone " + zone
	}
	return "availability set"
}

// parameterName finds the parameter in its expression.
var parameterName = regexp.MustCompile(`^\[parameters\('([A-Za-z0-9_]+)'\)\]$`)

// gatewayAddresses adds the parameters that carry gateways' addresses, where
// the template has any. A region's own is what its peers call it, and the
// shell's variables have the names of the parameters.
func (c *chapter) gatewayAddresses() {
	for _, local := range c.ARM.LocalGateways {
		if m := parameterName.FindStringSubmatch(local.Address); m != nil {
			c.Addresses = append(c.Addresses, fmt.Sprintf(`"%s": {"value": "$%s"},`, m[1], m[1]))
			c.Empty = append(c.Empty, fmt.Sprintf(`"%s": {"value": ""},`, m[1]))
		}
	}
	last := len(c.Empty) - 1
	if last < 0 {
		return
	}
	c.Addresses[last], c.Empty[last] = strings.TrimSuffix(c.Addresses[last], ","), strings.TrimSuffix(c.Empty[last], ",")
	c.Parameters += " \\\n  --parameters @secrets/" + c.Name + "/gateways.json"
	c.Own = []string{strings.ReplaceAll(c.Name, "-", "_") + "GatewayIp"}
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// shellWord quotes s where a shell would read it as something else.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + s + "'"
}
