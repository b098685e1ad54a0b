// Package acsengine reads API models of acs-engine
// (https://github.com/Azure/acs-engine, version vlabs): those that people wrote
// and the apimodel.json that any release of it wrote. It keeps what says
// something about a ring, names what has no effect, and refuses what a ring
// cannot be. Nothing secret leaves it: neither a model nor a message of it
// holds a private key, a service principal's secret or a part of one.
package acsengine

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
)

// Place is where something stands in a model. Line is 1-based, 0 where the
// model does not have it.
type Place struct {
	Line int
	Path string // such as properties.masterProfile.count; empty where the file as a whole is meant
}

// Problem is one thing in a model that has to change.
type Problem struct {
	Place
	Message string
}

// Field is a value that a model may have.
type Field[T any] struct {
	Value T
	Place
}

// Given reports whether the model has it.
func (f Field[T]) Given() bool { return f.Line > 0 }

// Carried is keys of a model that have no effect on a ring, for one reason.
type Carried struct {
	Why  string
	Keys []string // such as kubernetesConfig.addons, pools not told apart; sorted
}

// Model is what a model says about a region of a ring. What it leaves out, and
// what the deployment scripts used to fill in and is empty, is not given.
type Model struct {
	Location      Field[string] // as Azure names it: lower case, no blanks
	Subscription  Field[string] // of the VNet's id
	ResourceGroup Field[string] // likewise
	VNetCIDR      Field[string] // the range that pods are not masqueraded to
	ServiceCIDR   Field[string]
	ControlPlanes Field[int]
	PlaneSize     Field[string] // the control planes' VM size
	DNSPrefix     Field[string] // lower case
	FirstStaticIP Field[string] // the first control plane's address
	Members       Field[int]    // the machines of all pools
	MemberSize    Field[string]
	FaultDomains  Field[int]
	Zones         Field[[]string]
	DiskGiB       Field[int] // of the one data disk that each machine of a pool has
	AddressesEach Field[int] // a power of two: a machine, its gateway and the pods
	AdminUsername Field[string]
	SSHPublicKey  Field[string]
	Carried       []Carried
}

var indices = regexp.MustCompile(`\[[0-9]+\]`)

// Parse reads a model. Where there are problems the model holds what could be
// read all the same; they are sorted by line.
func Parse(src []byte) (*Model, []Problem) {
	d := &document{values: map[string]*node{}, spoiled: map[string]bool{}, carried: map[string][]string{}}
	m := &Model{}
	root, problem := tree(src)
	switch {
	case problem != nil:
		return m, []Problem{*problem}
	case !d.is(root, object, ""):
	case !d.vlabs(root):
	default:
		d.decode(root, model, "")
		d.read(m)
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
	for why, keys := range d.carried {
		slices.Sort(keys)
		m.Carried = append(m.Carried, Carried{why, keys})
	}
	slices.SortFunc(m.Carried, func(a, b Carried) int { return strings.Compare(a.Keys[0]+a.Why, b.Keys[0]+b.Why) })
	return m, d.problems
}

// vlabs demands the version whose keys are known here: those of another would
// all be unknown.
func (d *document) vlabs(root *node) bool {
	for _, m := range root.members {
		switch {
		case !strings.EqualFold(m.name, "apiVersion"):
		case m.value.kind == text && m.value.text == "vlabs":
			return true
		case m.value.kind == text:
			d.report(m.line, "apiVersion", "%s; want vlabs", spelling.Quoted(m.value.text))
			return false
		default:
			d.report(m.line, "apiVersion", "want vlabs, got %s", m.value.kind)
			return false
		}
	}
	d.report(1, "apiVersion", "missing; want vlabs. Is this an API model of acs-engine?")
	return false
}

// Merge adds keys that the spec overrides to those that have no effect anyway.
func Merge(all []Carried, overridden []string) []Carried {
	if len(overridden) == 0 {
		return all
	}
	c := Carried{Why: whyOverridden}
	for _, path := range overridden {
		if key := short(path); !slices.Contains(c.Keys, key) {
			c.Keys = append(c.Keys, key)
		}
	}
	slices.Sort(c.Keys)
	return append(slices.Clone(all), c)
}

// short is a path as people call it: without the beginning that all paths or all
// of the orchestrator's have, and with pools not told apart.
func short(path string) string {
	path = strings.TrimPrefix(indices.ReplaceAllString(path, ""), "properties.")
	return strings.TrimPrefix(path, "orchestratorProfile.")
}
