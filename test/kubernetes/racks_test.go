package kubernetes

import (
	"maps"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/ringwright/ringwright/sidecar/metadata"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/test/rings"
)

// TestRacksByLabel: wherever the scheduler may put a member, the sidecar reads
// the rack of the member's set off the node's label, without the metadata service.
func TestRacksByLabel(t *testing.T) {
	two := 0
	eachRegion(t, func(t *testing.T, ring rings.Ring, region string, files []string) {
		s := settingsOf(t, &ring, files)
		site := metadata.Site{Location: s.Location, Racks: s.Racks}
		for _, set := range readRegion(t, &ring, files).sets {
			labels := zonesOf(t, set)
			if two += len(labels) - 1; len(labels) == 0 {
				t.Errorf("%s takes every node", set.Name)
			}
			for _, label := range labels {
				place, err := site.OfLabels(map[string]string{metadata.ZoneLabel: label})
				if want := set.Labels["ringwright/rack"]; err != nil || place.Rack != want {
					t.Errorf("label %s: rack %s, %v; want %s", label, place.Rack, err, want)
				}
				labels := map[string]string{metadata.ZoneLabel: label}
				maps.Copy(labels, set.Spec.Template.Spec.NodeSelector) // those of a pool's nodes on AKS
				node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node", Labels: labels}}
				if ok, err := nodeaffinity.GetRequiredNodeAffinity(&corev1.Pod{Spec: set.Spec.Template.Spec}).Match(node); err != nil || !ok {
					t.Errorf("%s may not run where the label is %s: %v", set.Name, label, err)
				}
			}
		}
	})
	if two == 0 {
		t.Error("no rack takes more than one label; want a ring with a cluster that exists")
	}
}

// zonesOf are the zones that the set's affinity takes.
func zonesOf(t *testing.T, set *appsv1.StatefulSet) []string {
	t.Helper()
	var zones []string
	for _, term := range set.Spec.Template.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, e := range term.MatchExpressions {
			if e.Key == metadata.ZoneLabel && e.Operator == corev1.NodeSelectorOpIn {
				zones = append(zones, e.Values...)
			}
		}
	}
	return zones
}

// settingsOf are the sidecar's settings of a region.
func settingsOf(t *testing.T, ring *rings.Ring, files []string) *settings.Settings {
	t.Helper()
	for _, file := range files {
		for _, o := range decodeAll(t, ring.Files[file]) {
			if m, ok := o.versioned.(*corev1.ConfigMap); ok {
				s, err := settings.Parse(m.Name, []byte(m.Data["settings.yaml"]))
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
		}
	}
	t.Fatal("no settings")
	return nil
}
