package azure

import (
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// joined are the subnets of a VNet after AKS has joined it, as far as AKS
// changes them: it delegates those that its pools take pods' addresses from
// (https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation).
func joined(e *arm.Evaluated) ([]any, error) {
	subnets, found := subnetsOf(e)
	if !found {
		return nil, fmt.Errorf("no virtual network")
	}
	var after []any
	for _, s := range subnets {
		if !strings.Contains(podSubnets(e), strings.ToLower("/subnets/"+name(s))+"\n") {
			after = append(after, s)
			continue
		}
		after = append(after, delegated(s))
	}
	return after, nil
}

// delegate is whom AKS delegates a subnet of pods to.
const delegate = "Microsoft.ContainerService/managedClusters"

func delegated(subnet arm.Object) arm.Object {
	properties, _ := subnet.Get("properties")
	p, _ := properties.(arm.Object)
	list, _ := p.Get("delegations")
	all, _ := list.([]any)
	for _, d := range all {
		if to, _ := d.(arm.Object).Get("properties", "serviceName"); to == delegate {
			return subnet
		}
	}
	added := arm.Object{{Name: "name", Value: "aks-delegation"}, {Name: "properties", Value: arm.Object{{Name: "serviceName", Value: delegate}}}}
	p = append(append(arm.Object{}, p...), arm.Member{Name: "delegations", Value: append(append([]any{}, all...), added)})
	return arm.Object{{Name: "name", Value: name(subnet)}, {Name: "properties", Value: p}}
}

func name(o arm.Object) string {
	value, _ := o.Get("name")
	text, _ := value.(string)
	return text
}

func subnetsOf(e *arm.Evaluated) ([]arm.Object, bool) {
	for r := range e.All() {
		if r.Type != "Microsoft.Network/virtualNetworks" {
			continue
		}
		list, _ := r.Properties.Get("subnets")
		elements, _ := list.([]any)
		var all []arm.Object
		for _, element := range elements {
			if o, ok := element.(arm.Object); ok {
				all = append(all, o)
			}
		}
		return all, true
	}
	return nil, false
}

// podSubnets are the ids of the subnets of pods, in lower case, one to a line.
func podSubnets(e *arm.Evaluated) string {
	var b strings.Builder
	add := func(o arm.Object) {
		if id, _ := o.Get("podSubnetID"); id != nil {
			fmt.Fprintln(&b, strings.ToLower(fmt.Sprint(id)))
		}
	}
	for r := range e.All() {
		switch r.Type {
		case "Microsoft.ContainerService/managedClusters":
			list, _ := r.Properties.Get("agentPoolProfiles")
			pools, _ := list.([]any)
			for _, pool := range pools {
				if o, ok := pool.(arm.Object); ok {
					add(o)
				}
			}
		case "Microsoft.ContainerService/managedClusters/agentPools":
			add(r.Properties)
		}
	}
	return b.String()
}
