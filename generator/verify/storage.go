package verify

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// manned reports whether the region's members are on machines that are planned
// one by one, and whether it is known which those are.
func (g *region) manned() bool {
	return g.deployment != nil && len(g.plan.Cluster.Members) > 0 && !slices.ContainsFunc(g.machines, func(m *machine) bool { return !m.isMember() && !m.isControlPlane() })
}

// members are the machines that run a member.
func (g *region) members() []*machine {
	return slices.DeleteFunc(slices.Clone(g.machines), func(m *machine) bool { return !m.isMember() })
}

// isZoned reports whether zones, and not fault domains, are the region's racks.
// Where no machine is told, what was asked for counts.
func (g *region) isZoned() bool {
	if len(g.members()) == 0 {
		return g.plan.Cluster.RackKind == settings.RacksZone
	}
	return slices.ContainsFunc(g.members(), func(m *machine) bool { return m.prelude["RACKS"] == "zone" })
}

// zoneOf is the node label of the rack with that value, as the node script writes it.
func (g *region) zoneOf(value string) string {
	if g.isZoned() {
		return g.plan.Location + "-" + value
	}
	return g.plan.Location + "-fd" + value
}

// zonesOf are the labels that the rack's nodes may have: where others label
// them, with and without the - between location and zone.
func (g *region) zonesOf(value string) []string {
	zones := []string{g.zoneOf(value)}
	if !g.deploys() && g.isZoned() {
		zones = append(zones, g.plan.Location+value)
	}
	return zones
}

var faultDomain = regexp.MustCompile(`^fd([0-9]+)$`)

// nodesIn are the machines whose node may have that zone as its label: those of
// the zone, or, as Azure alone picks the fault domain, all of an availability
// set that has such a one.
func (g *region) nodesIn(zone string) []string {
	value, ok := strings.CutPrefix(zone, g.plan.Location+"-")
	if !ok {
		return nil
	}
	var names []string
	for _, m := range g.members() {
		if g.isZoned() {
			if slices.Equal(m.resource.Zones, []string{value}) {
				names = append(names, m.name())
			}
			continue
		}
		set := g.deployment.find(textAt(m.resource.Properties, "availabilitySet", "id"))
		if digits := faultDomain.FindStringSubmatch(value); set != nil && digits != nil {
			if n, ok := number(digits[1]); ok && n < numberAt(set.Properties, "platformFaultDomainCount") {
				names = append(names, m.name())
			}
		}
	}
	return names
}

// checkStorage holds volumes, claims and disks against each other.
func (g *region) checkStorage() {
	if !g.deploys() {
		g.checkForeignStorage()
		return
	}
	if g.managed() {
		g.checkDisksClass()
		return
	}
	if len(g.plan.Datacenter.LocalStorage) == 0 {
		return
	}
	if len(g.objects.classes) != 1 {
		g.add(g.file("*.yaml"), "", "%d StorageClasses; want one", len(g.objects.classes))
		return
	}
	class := g.objects.classes[0]
	if mode := class.value.VolumeBindingMode; mode == nil || *mode != storagev1.VolumeBindingWaitForFirstConsumer {
		g.add(class.file, class.where(), "want volumeBindingMode WaitForFirstConsumer: the pod's node decides about its volume")
	}
	if class.value.Provisioner != "kubernetes.io/no-provisioner" {
		g.add(class.file, class.where(), "provisioner %s; want kubernetes.io/no-provisioner, as the volumes are there", class.value.Provisioner)
	}
	largest := g.checkClaims(class.name)
	g.checkVolumes(class.name, largest)
}

// checkForeignStorage sees that the volumes of a cluster that exists are of the
// class that was asked for, and that nothing of the cluster's own is touched.
func (g *region) checkForeignStorage() {
	for _, c := range g.objects.classes {
		g.add(c.file, c.where(), "is there; want none in a cluster that exists")
	}
	for _, v := range g.objects.volumes {
		g.add(v.file, v.where(), "is there; want none in a cluster that exists")
	}
	g.checkClaims(g.plan.Cluster.StorageClass)
}

// onceOnly is how a disk can be mounted.
var onceOnly = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}

// checkClaims is the largest claim of all sets.
func (g *region) checkClaims(class string) resource.Quantity {
	var largest resource.Quantity
	var replicas int
	for _, set := range g.objects.sets {
		if set.value.Spec.Replicas != nil {
			replicas += int(*set.value.Spec.Replicas)
		}
		for _, claim := range set.value.Spec.VolumeClaimTemplates {
			if name := claim.Spec.StorageClassName; name == nil || *name != class {
				g.add(set.file, set.where("volumeClaimTemplate "+claim.Name), "want storageClassName %s", class)
			}
			size := claim.Spec.Resources.Requests.Storage()
			if size.IsZero() || !slices.Equal(claim.Spec.AccessModes, onceOnly) {
				g.add(set.file, set.where("volumeClaimTemplate "+claim.Name), "want a size and the access mode ReadWriteOnce")
			}
			if size.Cmp(largest) > 0 {
				largest = *size
			}
		}
	}
	if g.manned() && replicas != len(g.members()) {
		g.add(g.file("*.yaml"), "", "%d replicas of all StatefulSets; want %d, the member machines of the template", replicas, len(g.members()))
	}
	return largest
}

// checkVolumes sees that each member machine has one volume, on its own disk and
// large enough.
func (g *region) checkVolumes(class string, claim resource.Quantity) {
	if !g.manned() {
		return
	}
	byName := map[string]*machine{}
	for _, m := range g.members() {
		byName[m.name()] = m
	}
	taken := map[string]string{}
	for _, v := range g.objects.volumes {
		node, ok := volumeNode(v.value)
		m := byName[node]
		switch {
		case !ok || m == nil:
			g.add(v.file, v.where(), "want node affinity to the %s of one member machine", hostnameLabel)
			continue
		case taken[node] != "":
			g.add(v.file, v.where(), "is on %s, where %s is", node, taken[node])
		}
		taken[node] = v.name
		g.checkVolume(v, m, class, claim)
	}
	for _, m := range g.members() {
		if taken[m.name()] == "" {
			g.add(g.file("*.yaml"), "", "no PersistentVolume is on %s", m.name())
		}
	}
}

func (g *region) checkVolume(v object[corev1.PersistentVolume], m *machine, class string, claim resource.Quantity) {
	spec := &v.value.Spec
	if path := m.prelude["DATA_DIRECTORY"]; spec.Local == nil || spec.Local.Path != path {
		g.add(v.file, v.where("spec.local"), "want the path %s, DATA_DIRECTORY of %s", path, m.name())
	}
	if !slices.Equal(spec.AccessModes, onceOnly) {
		g.add(v.file, v.where("spec.accessModes"), "want ReadWriteOnce, as the claims have it")
	}
	if spec.StorageClassName != class || spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
		g.add(v.file, v.where(), "want storageClassName %s and persistentVolumeReclaimPolicy Retain", class)
	}
	size := spec.Capacity.Storage()
	if size.Cmp(claim) < 0 {
		g.add(v.file, v.where("spec.capacity"), "%s; the claim is %s", size, claim.String())
	}
	if len(m.disks) == 1 && size.Value() > m.disks[0].gib<<30 {
		g.add(v.file, v.where("spec.capacity"), "%s; the disk of %s has %d GiB", size, m.name(), m.disks[0].gib)
	}
}

// volumeNode is the one host that the volume is on.
func volumeNode(v *corev1.PersistentVolume) (string, bool) {
	a := v.Spec.NodeAffinity
	if a == nil || a.Required == nil || len(a.Required.NodeSelectorTerms) != 1 || len(a.Required.NodeSelectorTerms[0].MatchExpressions) != 1 {
		return "", false
	}
	e := a.Required.NodeSelectorTerms[0].MatchExpressions[0]
	if e.Key != hostnameLabel || e.Operator != corev1.NodeSelectorOpIn || len(e.Values) != 1 {
		return "", false
	}
	return e.Values[0], true
}
