package render

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/templates/node"
)

// envelope is what a resource has beside its properties, in the order in which
// it is printed.
var envelope = []string{
	"type", "apiVersion", "name", "subscriptionId", "resourceGroup", "location", "scope", "condition", "dependsOn", "tags", "sku", "zones", "identity", "properties",
}

// ARM is a region's template and its committed parameter file. The parameter
// file is empty: everything that has no default is secret or made by
// `ringwright secrets`. Where the region deploys nothing there are no files.
func (p *Press) ARM(r *plan.Region) ([]File, error) {
	if r.ARM == nil {
		return nil, nil
	}
	var frame strings.Builder
	if err := p.frames.print(&frame, "arm/azuredeploy.yaml.tmpl", r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	head, tail, ok := strings.Cut(frame.String(), noResources)
	if !ok {
		return nil, fmt.Errorf("template arm/azuredeploy.yaml.tmpl: no %s", noResources)
	}
	a := &resources{printer: p.fragments}
	a.text.Grow(frame.Len() + len(r.ARM.NICs)*nicSize)
	a.text.WriteString(head)
	a.text.WriteString(`"resources": [`)
	addAll(a, "network-security-group", r.ARM.SecurityGroups)
	addAll(a, "public-ip", r.ARM.PublicIPs)
	addAll(a, "nat-gateway", r.ARM.NATGateways)
	addAll(a, "virtual-network", r.ARM.VNets)
	addAll(a, "virtual-network-gateway", r.ARM.Gateways)
	addAll(a, "local-network-gateway", r.ARM.LocalGateways)
	addAll(a, "connection", r.ARM.Connections)
	for i := range r.ARM.Peerings {
		addAll(a, "peering", r.ARM.Peerings[i:i+1])
		addAll(a, "peering-reverse", r.ARM.ReversePeerings[i:i+1])
	}
	addAll(a, "availability-set", r.ARM.AvailabilitySets)
	addAll(a, "load-balancer-public", r.ARM.LoadBalancers)
	addAll(a, "load-balancer-internal", r.ARM.InternalLoadBalancers)
	addAll(a, "disk", r.ARM.Disks)
	addAll(a, "network-interface", r.ARM.NICs)
	addAll(a, "virtual-machine", r.ARM.Machines)
	addAll(a, "custom-script-extension", r.ARM.Extensions)
	addAll(a, "user-assigned-identity", r.ARM.Identities)
	addAll(a, "role-assignment", r.ARM.RoleAssignments)
	addAll(a, "managed-cluster", r.ARM.ManagedClusters)
	addAll(a, "maintenance-configuration", r.ARM.MaintenanceWindows)
	addAll(a, "agent-pool", r.ARM.AgentPools)
	if a.err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, a.err)
	}
	a.text.WriteString("\n  ]")
	a.text.WriteString(tail)
	a.text.WriteString("\n")
	dir := r.Name + "/azure/"
	return []File{
		{Path: dir + "azuredeploy.json", Data: a.text.Bytes()},
		{Path: dir + "azuredeploy.parameters.json", Data: []byte(emptyParameters)},
	}, nil
}

// nicSize is about what a machine adds to a template, in bytes, so that its
// text is seldom moved while it grows.
const nicSize = 16 << 10

// noResources is how the frame says where the resources go, and resourceDepth
// how far they are indented there.
const (
	noResources   = `"resources": []`
	resourceDepth = 2
)

const emptyParameters = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {}
}
`

func layFrame(shape string) (string, error) {
	root, err := document(shape)
	if err != nil {
		return "", err
	}
	if variables := child(root, "variables"); variables != nil {
		for i := 1; i < len(variables.Content); i += 2 {
			variables.Content[i] = text(node.Script())
		}
	}
	return encodeJSON(root, 0)
}

// resources puts resources one behind the other until the first one that fails.
type resources struct {
	printer *printer
	text    bytes.Buffer
	begun   bool
	err     error
}

// addAll prints one resource for each element with the template of that name.
func addAll[T any](a *resources, name string, elements []T) {
	for i := range elements {
		if a.err != nil {
			return
		}
		if a.begun {
			a.text.WriteByte(',')
		}
		a.begun = true
		a.text.WriteString("\n    ")
		a.err = a.printer.print(&a.text, "arm/"+name+".yaml.tmpl", &elements[i])
	}
}

// layResource lays one resource out and gives it the version its type is pinned
// to. A key that the envelope does not know is an error: a misspelt one would
// be ignored by Azure or, worse, mean something.
func layResource(shape string) (string, error) {
	n, err := document(shape)
	if err != nil {
		return "", err
	}
	if err := complete(n); err != nil {
		return "", err
	}
	return encodeJSON(n, resourceDepth)
}

// complete gives a resource, and those of a template in it, their versions and
// their order.
func complete(n *yaml.Node) error {
	kind := child(n, "type")
	if kind == nil {
		return errors.New("no type")
	}
	version := plan.APIVersion(kind.Value)
	if version == "" {
		return fmt.Errorf("no API version is pinned for %s", kind.Value)
	}
	if child(n, "apiVersion") != nil {
		return errors.New("apiVersion comes from the table, not from a template")
	}
	n.Content = append(n.Content, text("apiVersion"), text(version))
	if list := child(n, "dependsOn"); list != nil {
		list.Style = 0 // one to a line: they are long
	}
	for _, inner := range nested(n) {
		if err := complete(inner); err != nil {
			return fmt.Errorf("nested: %w", err)
		}
	}
	return order(n)
}

// nested are the resources of a nested deployment's template.
func nested(n *yaml.Node) []*yaml.Node {
	for _, key := range []string{"properties", "template", "resources"} {
		if n = child(n, key); n == nil {
			return nil
		}
	}
	return n.Content
}

// order puts the keys of a resource into the envelope's order.
func order(n *yaml.Node) error {
	type pair struct{ key, value *yaml.Node }
	pairs := make([]pair, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains(envelope, n.Content[i].Value) {
			return fmt.Errorf("%s is no key of a resource; want one of %s", n.Content[i].Value, strings.Join(envelope, ", "))
		}
		pairs = append(pairs, pair{n.Content[i], n.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return slices.Index(envelope, a.key.Value) - slices.Index(envelope, b.key.Value)
	})
	n.Content = n.Content[:0]
	for _, p := range pairs {
		n.Content = append(n.Content, p.key, p.value)
	}
	return nil
}

// child is the value of a key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
