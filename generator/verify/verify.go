// Package verify proof-reads what the generator compiled, on every run: the
// documents of a ring are parsed and evaluated as Azure and Kubernetes would
// and held against each other, within a region and across regions. The plan
// says only which regions there are and what was asked for; everything else is
// read from the documents, so that a mistake in the plan, in a template or in
// the printing is seen alike.
//
// It knows no resource provider: whether Azure has a property of that name is
// a question for the tests that hold the templates against Azure's models. Of
// nested deployments it knows the one use there is for them: peerings.
package verify

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// Ring proof-reads the files of a ring, by their paths below out/. The error is
// a *Problems that holds everything that is wrong.
func Ring(p *plan.Plan, files map[string][]byte) error {
	r := &ring{plan: p}
	for i := range p.Regions {
		r.regions = append(r.regions, &region{ring: r, plan: &p.Regions[i], name: p.Regions[i].Name, files: map[string][]byte{}})
	}
	r.share(files)
	r.each((*region).read)
	r.each((*region).check)
	r.across()
	all := r.problems
	for _, g := range r.regions {
		all = append(all, g.problems...)
	}
	return result(all)
}

// ring is every region, and the problems of files that belong to none.
type ring struct {
	report
	plan    *plan.Plan
	regions []*region
}

// region is what the files of one region say. What could not be read is nil or
// broken, and whatever needs it is not checked: the reason has been reported.
type region struct {
	report
	ring  *ring
	plan  *plan.Region
	name  string
	files map[string][]byte

	deployment *deployment
	order      *order // nil where it goes round
	vnet       *vnet
	machines   []*machine
	objects    *objects
	settings   *settings.Settings
}

// The files of a region that are no manifests.
const (
	templateFile   = "azure/azuredeploy.json"
	parametersFile = "azure/azuredeploy.parameters.json"
	restartFile    = "restart.sh"
)

// file is the path below out/ of a file of the region.
func (g *region) file(name string) string { return g.name + "/" + name }

func (g *region) template() string { return g.file(templateFile) }

// share gives every region its files, and looks into each file for keys.
func (r *ring) share(files map[string][]byte) {
	var paths []string
	for p := range files {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		r.keys(p, files[p])
		top, name, inside := strings.Cut(p, "/")
		for _, g := range r.regions {
			if inside && g.name == top {
				g.files[name] = files[p]
			}
		}
	}
}

// each does something with all regions at once.
func (r *ring) each(do func(*region)) {
	var wait sync.WaitGroup
	for _, g := range r.regions {
		wait.Go(func() { do(g) })
	}
	wait.Wait()
}

func (g *region) read() {
	var wait sync.WaitGroup
	manifests := &region{ring: g.ring, plan: g.plan, name: g.name, files: g.files}
	wait.Go(manifests.readObjects)
	if g.deploys() {
		g.readTemplate()
	}
	if g.deployment != nil {
		g.vnet = g.readNetwork()
		g.machines = g.readMachines()
	}
	wait.Wait()
	g.objects, g.settings = manifests.objects, manifests.settings
	g.problems = append(g.problems, manifests.problems...)
}

func (g *region) check() {
	if !g.deploys() {
		g.checkNothingDeployed()
	}
	if g.deployment != nil {
		g.checkResources()
		g.checkOrder()
		g.checkParameters()
		g.checkLimits()
		g.checkNetwork()
		g.checkBalancers()
		if g.ring.mapped() {
			g.checkFlows()
		}
		g.checkMachines()
		g.checkManaged()
	}
	if !g.objects.broken {
		g.checkObjects()
		g.checkServices()
		g.checkPods()
		g.checkStorage()
		g.checkSidecar()
		g.checkPolicies()
	}
	g.checkRestart()
}

// mapped reports whether every region's network is known: only then it can be
// said who is a peer and who a stranger.
func (r *ring) mapped() bool {
	return !slices.ContainsFunc(r.regions, func(g *region) bool { return g.deploys() && g.vnet == nil })
}

// deploys reports whether the region has a template at all.
func (g *region) deploys() bool { return g.plan.ARM != nil }

// checkNothingDeployed sees that a region without a template has none.
func (g *region) checkNothingDeployed() {
	for name := range g.files {
		if path.Dir(name) == path.Dir(templateFile) {
			g.add(g.file(name), "", "is there; want nothing deployed, as the cluster exists")
		}
	}
}

// across holds the regions against each other.
func (r *ring) across() {
	r.checkNetworks()
	r.checkLabels()
	if r.plan.Peering {
		r.checkPeerings()
	} else {
		r.checkNoPeerings()
		r.checkLinks()
	}
	r.checkSettings()
}

// checkRestart sees that the script works on this region's members.
func (g *region) checkRestart() {
	data, ok := g.files[restartFile]
	if !ok {
		g.add(g.file(restartFile), "", "is missing")
		return
	}
	if namespace := g.namespace(); !strings.Contains(string(data), `namespace="`+namespace+`"`) {
		g.add(g.file(restartFile), "", "want it to work in namespace %s", namespace)
	}
}

// namespace is where the region's objects are. What is applied to the cluster
// of another region finds no such namespace in use there.
func (g *region) namespace() string { return g.ring.plan.Ring + "-" + g.name }

// manifestNames are the region's manifests, sorted.
func (g *region) manifestNames() []string {
	var names []string
	for name := range g.files {
		if ok, _ := path.Match("*.yaml", name); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
