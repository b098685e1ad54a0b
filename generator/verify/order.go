package verify

import (
	"math/big"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// order is what deploys after what.
type order struct {
	d     *deployment
	on    [][]int    // what each resource's dependsOn names
	after []*big.Int // the same and what those come after, as bits
}

// checkOrder holds every id that a resource uses, and every order that has to
// be kept, against dependsOn.
func (g *region) checkOrder() {
	o := &order{d: g.deployment}
	g.readDependsOn(o)
	if !g.sortOrder(o) {
		return
	}
	g.order = o
	for i := range o.d.Resources {
		g.checkUses(o, i)
	}
	g.checkSequence(o)
	g.checkClusters(o)
	g.checkManagedOrder(o)
}

func (g *region) readDependsOn(o *order) {
	d := o.d
	o.on = make([][]int, len(d.Resources))
	for i := range d.Resources {
		r := &d.Resources[i]
		for _, id := range r.DependsOn {
			if j, ok := d.byID[key(id)]; ok {
				o.on[i] = append(o.on[i], j)
			} else {
				g.add(g.template(), place(r), "depends on %s, which is no resource of this template", tail(id))
			}
		}
	}
}

// tail is an id from its last provider on, which is what a reader needs of it.
func tail(id string) string {
	const providers = "/providers/"
	if i := strings.LastIndex(id, providers); i >= 0 {
		return id[i+len(providers):]
	}
	return id
}

// sortOrder finds what each resource comes after, and reports a cycle.
func (g *region) sortOrder(o *order) bool {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(o.on))
	o.after = make([]*big.Int, len(o.on))
	var trail []int
	var visit func(i int) bool
	visit = func(i int) bool {
		switch state[i] {
		case done:
			return true
		case open:
			g.add(g.template(), place(&o.d.Resources[i]), "comes after itself, by %s", o.circle(trail, i))
			return false
		}
		state[i] = open
		trail = append(trail, i)
		o.after[i] = new(big.Int)
		for _, j := range o.on[i] {
			if !visit(j) {
				return false
			}
			o.after[i].Or(o.after[i], o.after[j]).SetBit(o.after[i], j, 1)
		}
		trail = trail[:len(trail)-1]
		state[i] = done
		return true
	}
	for i := range o.on {
		if !visit(i) {
			return false
		}
	}
	return true
}

// circle names the resources from i back to i.
func (o *order) circle(trail []int, i int) string {
	for len(trail) > 0 && trail[0] != i {
		trail = trail[1:]
	}
	var names []string
	for _, j := range append(trail, i) {
		names = append(names, place(&o.d.Resources[j]))
	}
	return strings.Join(names, ", ")
}

// isAfter reports whether resource i deploys when resource j is there.
func (o *order) isAfter(i, j int) bool { return o.after[i].Bit(j) == 1 }

// checkUses sees that what a resource refers to is in the template and there first.
func (g *region) checkUses(o *order, i int) {
	r := &o.d.Resources[i]
	needs := map[int]bool{}
	if parent, ok := arm.ParentID(r.ID); ok && r.Scope == "" {
		if j, known := o.d.byID[key(parent)]; known {
			needs[j] = true
		} else {
			g.add(g.template(), place(r), "its %s is not in this template", tail(parent))
		}
	}
	checked := map[string]bool{}
	for _, use := range r.Uses {
		if checked[use.ID] || isKnown(use.ID) || isRemote(r, use) {
			continue
		}
		checked[use.ID] = true
		j, found := o.holder(use.ID)
		switch {
		case j < 0:
			g.add(g.template(), place(r, use.Path), "refers to %s, which is not in this template", tail(use.ID))
		case !found:
			g.add(g.template(), place(r, use.Path), "refers to %s, which %s does not have", tail(use.ID), place(&o.d.Resources[j]))
		case j != i:
			needs[j] = true
		}
	}
	for j := range o.d.Resources {
		if needs[j] && !o.isAfter(i, j) {
			g.add(g.template(), place(r), "refers to %s but does not depend on it", place(&o.d.Resources[j]))
		}
	}
}

// isKnown reports whether Azure itself has what the id names.
func isKnown(id string) bool {
	return strings.HasPrefix(tail(id), "Microsoft.Authorization/roleDefinitions/")
}

// isRemote reports whether a peering uses the id of the VNet it leads to, which
// another region's template has: checkPeerings holds it against that.
func isRemote(r *arm.EvaluatedResource, use arm.Use) bool {
	return strings.EqualFold(short(r.Type), peerings) && use.Path == "properties.remoteVirtualNetwork.id"
}

// inline are the lists that hold a resource's parts, by the type of the part.
var inline = map[string]string{
	"microsoft.network/virtualnetworks/subnets":                "subnets",
	"microsoft.network/loadbalancers/frontendipconfigurations": "frontendIPConfigurations",
	"microsoft.network/loadbalancers/backendaddresspools":      "backendAddressPools",
	"microsoft.network/loadbalancers/probes":                   "probes",
}

// holder is the place of the resource that the id names, or that holds the part
// it names; whether there is that part is the second result.
func (o *order) holder(id string) (int, bool) {
	if j, ok := o.d.byID[key(id)]; ok {
		return j, true
	}
	parent, _ := arm.ParentID(id)
	j, ok := o.d.byID[key(parent)]
	if !ok {
		return -1, false
	}
	r := &o.d.Resources[j]
	parts := strings.Split(strings.TrimPrefix(id[len(parent):], "/"), "/")
	list := inline[strings.ToLower(r.Type+"/"+parts[0])]
	for _, part := range objectsAt(r.Properties, list) {
		if strings.EqualFold(textAt(part, "name"), parts[1]) {
			return j, true
		}
	}
	return j, false
}

// checkSequence sees to the orders that no reference shows. Control planes join
// etcd one by one. Peers' gateways have their addresses and names by the time
// the own gateway is made.
func (g *region) checkSequence(o *order) {
	var first *machine
	previous := map[int]*machine{}
	for _, m := range g.machines {
		if m.isControlPlane() && m.extension != nil {
			if previous[m.index] = m; m.index == 0 {
				first = m
			}
		}
	}
	for _, m := range g.machines {
		before := first
		if m.isControlPlane() {
			before = previous[m.index-1]
		}
		if m.extension != nil && before != nil && !o.isAfter(m.extension.Index, before.extension.Index) {
			g.add(g.template(), place(m.extension), "does not come after %s, which has to be a node first", place(before.extension))
		}
	}
	for _, local := range o.d.of(localGateways) {
		for _, own := range o.d.of(gateways) {
			if !o.isAfter(local.Index, own.Index) {
				g.add(g.template(), place(local), "does not come after %s; a peer deployed at the same time would have no name yet", place(own))
			}
		}
	}
}

// checkClusters keeps writes to the VNet from meeting: a managed cluster joins
// it when all peerings are made.
func (g *region) checkClusters(o *order) {
	for _, cluster := range o.d.of(clusters) {
		for _, kind := range []string{peerings, deployments} {
			for _, peering := range o.d.of(kind) {
				if !o.isAfter(cluster.Index, peering.Index) {
					g.add(g.template(), place(cluster), "does not come after %s; both write to the VNet", place(peering))
				}
			}
		}
	}
}
