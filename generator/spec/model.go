package spec

import (
	"bytes"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/acsengine"
	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

// Model is an acs-engine API model that a spec names.
type Model struct {
	Path string // as the spec has it, or what messages call it where there is no spec
	Data []byte
	Err  error // why it could not be read
}

// MaxModelBytes bounds an API model.
const MaxModelBytes = acsengine.MaxBytes

// Carried is keys of an API model that have no effect on the ring.
type Carried = acsengine.Carried

// ModelPaths are the API models that a spec names, each once, for whoever reads
// the files. Of a spec that cannot be parsed it gives what it finds.
func ModelPaths(src []byte) []string {
	if !bytes.Contains(src, []byte("apiModel")) || len(src) > maxBytes {
		return nil // most specs have none and need not be read twice
	}
	var ring struct {
		Regions []struct {
			Cluster struct {
				APIModel string `yaml:"apiModel"`
			}
		}
	}
	_ = yaml.Unmarshal(src, &ring) // Parse says what is wrong with it
	var paths []string
	for _, r := range ring.Regions {
		if p := r.Cluster.APIModel; p != "" && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	return paths
}

// modelPaths are relative paths that can be printed anywhere. A path of one
// machine has no place in a spec that is compiled on many.
var modelPaths = sized{1, 200, regexp.MustCompile(`^[A-Za-z0-9_.][A-Za-z0-9_./ -]*$`)}

// origin is where in an API model a value of the spec comes from.
type origin struct {
	file string
	acsengine.Place
}

// origin finds where the value at a path, or that of a list it is an element
// of, was given by a model.
func (d *document) origin(where string) (origin, bool) {
	for ; where != ""; where = parent(where) {
		if from, ok := d.given[where]; ok {
			return from, true
		}
		if d.written(where) {
			break
		}
	}
	return origin{}, false
}

// reading is the models of a spec while it is parsed.
type reading struct {
	*document
	files map[string]Model
	read  map[string]*acsengine.Model
}

// apply gives every region what its API model says and the spec itself does not.
func (d *document) apply(ring *Ring, models []Model) {
	r := reading{d, map[string]Model{}, map[string]*acsengine.Model{}}
	for _, m := range models {
		r.files[m.Path] = m
	}
	for i := range ring.Regions {
		region := item("regions", i)
		if name := ring.Regions[i].Cluster.APIModel; name != "" {
			r.region(ring, region, &ring.Regions[i])
		}
	}
}

func (r reading) region(ring *Ring, path string, region *Region) {
	where := at(at(path, "cluster"), "apiModel")
	k := &region.Cluster
	if k.Type == ClusterExisting {
		return // it has rules of its own about keys of the others
	}
	if r.written(at(at(path, "cluster"), "type")) && k.Type != ClusterVM {
		r.errorf(where, "an API model describes virtual machines; want cluster.type vm, or leave it out")
		return
	}
	m := r.model(where, k.APIModel)
	if m == nil {
		r.spoiled[at(path, "location")] = region.Location == "" // the model may have it
		return
	}
	t := transfer{r.document, r.file(k.APIModel), nil}
	t.give(at(path, "location"), &region.Location, m.Location.Value, m.Location.Place)
	t.location(at(path, "location"), region.Location, m)
	t.give(at(path, "subscription"), &region.Subscription, m.Subscription.Value, m.Subscription.Place)
	t.give(at(path, "resourceGroup"), &region.ResourceGroup, m.ResourceGroup.Value, m.ResourceGroup.Place)
	t.give(at(path, "members"), &region.Members, m.Members.Value, m.Members.Place)
	t.give(at(path, "faultDomains"), &region.FaultDomains, m.FaultDomains.Value, m.FaultDomains.Place)
	t.give(at(path, "zones"), &region.Zones, m.Zones.Value, m.Zones.Place)
	t.give(at(path, "racks"), &region.Racks, RacksZone, m.Zones.Place)
	t.cluster(at(path, "cluster"), k, m)
	t.give("kubernetes.serviceCidr", &ring.Kubernetes.ServiceCIDR, m.ServiceCIDR.Value, m.ServiceCIDR.Place)
	t.give("cassandra.storage", &ring.Cassandra.Storage, itoa(m.DiskGiB.Value)+"Gi", m.DiskGiB.Place)
	t.vnet(at(path, "vnet"), region.VNet, m)
	k.Carried = acsengine.Merge(m.Carried, t.overridden)
}

// model reads the file of that path, once for all regions that name it. It is
// nil where nothing could be read.
func (r reading) model(where, name string) *acsengine.Model {
	if m, ok := r.read[name]; ok {
		return m
	}
	file, found := r.files[name]
	switch {
	case !modelPaths.MatchString(name):
		r.errorf(where, "%s; want a path relative to the spec, of letters, digits, blanks, / . _ and -, such as models/kubernetes.json", spelling.Quoted(name))
		return nil
	case !found:
		r.errorf(where, "%s was not read; want it beside the spec", name)
		return nil
	case file.Err != nil:
		r.errorf(where, "%v", file.Err)
		return nil
	}
	m, problems := acsengine.Parse(file.Data)
	r.problems.add(r.file(name), problems)
	r.read[name] = m
	return m
}

// file is what messages call a model.
func (r reading) file(name string) string { return path.Join(path.Dir(r.problems.File), name) }

// add takes over the problems of a model.
func (p *Problems) add(file string, problems []acsengine.Problem) {
	for _, problem := range problems {
		p.List = append(p.List, Problem{file, problem.Line, problem.Path, problem.Message})
	}
}

// transfer is what one region takes from its model.
type transfer struct {
	*document
	file       string
	overridden []string
}

// give sets a field of the spec that the spec itself leaves out, if the model
// has a value for it. field points to a value of the same type.
func (t *transfer) give(path string, field, value any, from acsengine.Place) {
	if from.Line == 0 {
		return
	}
	target := reflect.ValueOf(field).Elem()
	same := reflect.DeepEqual(target.Interface(), value)
	switch first, given := t.given[path]; {
	case given && !same: // by the model of another region: such a field is the ring's
		t.problems.List = append(t.problems.List, Problem{t.file, from.Line, from.Path,
			fmt.Sprintf("%v; %s:%d says %v, and a ring has one; write %s into the spec", value, first.file, first.Line, target.Interface(), path)})
	case given:
	case t.written(path):
		if !same {
			t.overridden = append(t.overridden, from.Path)
		}
	default:
		target.Set(reflect.ValueOf(value))
		t.given[path] = origin{t.file, from}
		t.lines[path] = t.line(path)
	}
}

func (t *transfer) cluster(path string, k *Cluster, m *acsengine.Model) {
	t.give(at(path, "controlPlanes"), &k.ControlPlanes, m.ControlPlanes.Value, m.ControlPlanes.Place)
	t.give(at(path, "controlPlaneSize"), &k.ControlPlaneSize, m.PlaneSize.Value, m.PlaneSize.Place)
	t.give(at(path, "memberSize"), &k.MemberSize, m.MemberSize.Value, m.MemberSize.Place)
	t.give(at(path, "adminUsername"), &k.AdminUsername, m.AdminUsername.Value, m.AdminUsername.Place)
	t.give(at(path, "sshPublicKey"), &k.SSHPublicKey, m.SSHPublicKey.Value, m.SSHPublicKey.Place)
	t.give(at(path, "dnsPrefix"), &k.DNSPrefix, m.DNSPrefix.Value, m.DNSPrefix.Place)
	t.give(at(path, "addressesPerNode"), &k.AddressesPerNode, m.AddressesEach.Value, m.AddressesEach.Place)
	t.give(at(path, "firstConsecutiveStaticIP"), &k.FirstConsecutiveStaticIP, m.FirstStaticIP.Value, m.FirstStaticIP.Place)
	if _, given := t.given[at(path, "memberSize")]; given && vmSize.MatchString(k.MemberSize) && !PremiumDisks(k.MemberSize) && !t.written(at(path, "dataDiskSku")) {
		// acs-engine, too, gave such sizes standard disks.
		t.give(at(path, "dataDiskSku"), &k.DataDiskSku, standardDisk, m.MemberSize.Place)
	}
}

// location demands that spec and model mean the same place.
func (t *transfer) location(where, location string, m *acsengine.Model) {
	if m.Location.Given() && location != m.Location.Value && t.written(where) && !t.spoiled[where] {
		t.errorf(where, "%s, and %s:%d says %s; want the same in both", spelling.Quoted(location), t.file, m.Location.Line, m.Location.Value)
	}
	t.overridden = slices.DeleteFunc(t.overridden, func(p string) bool { return p == m.Location.Path })
}

// vnet demands that the model is one of this network.
func (t *transfer) vnet(where, vnet string, m *acsengine.Model) {
	own, err := network.ParsePrefix(vnet)
	if err != nil || !m.VNetCIDR.Given() {
		return
	}
	if theirs, err := network.ParsePrefix(m.VNetCIDR.Value); err == nil && !theirs.Overlaps(own) {
		t.errorf(where, "%s has nothing in common with vnetCidr %s of %s:%d; want the range that the model is of, or a model without it",
			own, theirs, t.file, m.VNetCIDR.Line)
	}
}
