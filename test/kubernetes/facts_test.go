package kubernetes

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/ringwright/ringwright/test/rings"
)

// references are the objects that an object names and cannot do without. The
// secret of a private registry is not among them: users make it.
func references(o *object) []key {
	configMap := func(name string) key { return key{schema.GroupKind{Kind: "ConfigMap"}, o.key.namespace, name} }
	class := func(name string) key {
		return key{kind: schema.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}, name: name}
	}
	switch v := o.versioned.(type) {
	case *corev1.PersistentVolume:
		return []key{class(v.Spec.StorageClassName)}
	case *appsv1.StatefulSet:
		all := []key{{schema.GroupKind{Kind: "Service"}, o.key.namespace, v.Spec.ServiceName}}
		for _, claim := range v.Spec.VolumeClaimTemplates {
			all = append(all, class(*claim.Spec.StorageClassName))
		}
		for _, volume := range v.Spec.Template.Spec.Volumes {
			if volume.ConfigMap != nil {
				all = append(all, configMap(volume.ConfigMap.Name))
			}
		}
		return all
	}
	return nil
}

// namedTooEarly are the names of objects that are in no file up to the one with
// the name, in the order in which kubectl applies the files. The StorageClass of
// a cluster that is somebody else's is among what is there.
func namedTooEarly(t *testing.T, ring *rings.Ring, name string, files []string) []string {
	t.Helper()
	template, _ := ring.Template(name)
	there, named := map[key]bool{}, 0
	var problems []string
	for _, file := range files {
		for _, o := range decodeAll(t, ring.Files[file]) {
			there[o.key] = true
			for _, k := range references(o) {
				named++
				if foreign := template == nil && k.kind.Kind == "StorageClass"; !there[k] && !foreign {
					problems = append(problems, fmt.Sprintf("%s names %s too early", o.key, k))
				}
			}
		}
	}
	if named == 0 {
		t.Fatal("no object names another")
	}
	return problems
}

// region is a region's objects by kind.
type region struct {
	sets     []*appsv1.StatefulSet
	services []*corev1.Service
	budgets  []*policyv1.PodDisruptionBudget
	volumes  []*corev1.PersistentVolume
}

func readRegion(t *testing.T, ring *rings.Ring, files []string) region {
	t.Helper()
	var r region
	for _, file := range files {
		for _, o := range decodeAll(t, ring.Files[file]) {
			switch v := o.versioned.(type) {
			case *appsv1.StatefulSet:
				r.sets = append(r.sets, v)
			case *corev1.Service:
				if v.Namespace != metav1.NamespaceSystem {
					r.services = append(r.services, v)
				}
			case *policyv1.PodDisruptionBudget:
				r.budgets = append(r.budgets, v)
			case *corev1.PersistentVolume:
				r.volumes = append(r.volumes, v)
			}
		}
	}
	if len(r.sets) == 0 || len(r.services) == 0 || len(r.budgets) == 0 {
		t.Fatal("the region lacks a StatefulSet, a Service or a PodDisruptionBudget")
	}
	return r
}

// wrongSelectors: every Service and the budget select the members of all racks,
// and no StatefulSet selects another's.
func wrongSelectors(t *testing.T, r region) []string {
	t.Helper()
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, set := range r.sets {
		pod := labels.Set(set.Spec.Template.Labels)
		for _, service := range r.services {
			if service.Namespace != set.Namespace || !labels.SelectorFromSet(service.Spec.Selector).Matches(pod) {
				problem("the Service %s does not select the pods of %s", service.Name, set.Name)
			}
		}
		for _, budget := range r.budgets {
			if budget.Namespace != set.Namespace || !selects(t, budget.Spec.Selector, pod) {
				problem("the budget %s does not select the pods of %s", budget.Name, set.Name)
			}
		}
		for _, other := range r.sets {
			if other.Name != set.Name && selects(t, other.Spec.Selector, pod) {
				problem("%s selects the pods of %s", other.Name, set.Name)
			}
		}
	}
	return problems
}

func selects(t *testing.T, selector *metav1.LabelSelector, pod labels.Set) bool {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return s.Matches(pod)
}

// withoutMachine: the region's machines, with the labels that their node script
// gives them, have room for the members of every rack, and each has one volume
// that a member's claim can have.
func withoutMachine(t *testing.T, r region, nodes []*corev1.Node) []string {
	t.Helper()
	var problems []string
	for _, set := range r.sets {
		affinity := nodeaffinity.GetRequiredNodeAffinity(&corev1.Pod{Spec: set.Spec.Template.Spec})
		fit := 0
		for _, node := range nodes {
			if ok, err := affinity.Match(node); err != nil {
				t.Fatal(err)
			} else if ok {
				fit++
			}
			if n := volumesOn(t, r.volumes, node, &set.Spec.VolumeClaimTemplates[0].Spec); n != 1 {
				problems = append(problems, fmt.Sprintf("%s has %d volumes for a claim of %s", node.Name, n, set.Name))
			}
		}
		if fit != int(*set.Spec.Replicas) {
			problems = append(problems, fmt.Sprintf("%s has %d members and %d machines", set.Name, *set.Spec.Replicas, fit))
		}
	}
	return problems
}

// volumesOn counts the volumes on a node that a claim can be bound to.
func volumesOn(t *testing.T, volumes []*corev1.PersistentVolume, node *corev1.Node, claim *corev1.PersistentVolumeClaimSpec) int {
	t.Helper()
	n := 0
	for _, v := range volumes {
		selector, err := nodeaffinity.NewNodeSelector(v.Spec.NodeAffinity.Required)
		if err != nil {
			t.Fatal(err)
		}
		size, want := v.Spec.Capacity[corev1.ResourceStorage], claim.Resources.Requests[corev1.ResourceStorage]
		if selector.Match(node) && v.Spec.StorageClassName == *claim.StorageClassName && size.Cmp(want) >= 0 {
			n++
		}
	}
	return n
}

// facts adds up what no single object can be wrong about.
func facts(t *testing.T, ring *rings.Ring, name string, files []string) []string {
	t.Helper()
	r := readRegion(t, ring, files)
	problems := append(namedTooEarly(t, ring, name, files), wrongSelectors(t, r)...)
	template, _ := ring.Template(name)
	if nodes := poolNodes(t, template); len(nodes) > 0 {
		return append(problems, withoutNode(t, r, nodes)...)
	}
	if template != nil { // else the machines are somebody else's
		problems = append(problems, withoutMachine(t, r, memberNodes(t, template))...)
	}
	return problems
}

func TestFacts(t *testing.T) {
	eachRegion(t, func(t *testing.T, ring rings.Ring, region string, files []string) {
		for _, problem := range facts(t, &ring, region, files) {
			t.Error(problem)
		}
	})
}

func TestFactFaults(t *testing.T) {
	tests := []struct {
		name, file, old, replacement string
		want                         string
	}{
		{"configuration of another name", "30-settings.yaml", "name: ringwright-settings", "name: settings",
			"StatefulSet customers-westeurope/cassandra-0 names ConfigMap customers-westeurope/ringwright-settings too early"},
		{"Service of another name", "40-services.yaml", "name: cassandra-seeds", "name: seeds",
			"StatefulSet customers-westeurope/cassandra-0 names Service customers-westeurope/cassandra-seeds too early"},
		{"class of another name", "10-storage.yaml", "kind: StorageClass\nmetadata:\n  name: ", "kind: StorageClass\nmetadata:\n  name: x-",
			"names StorageClass customers-westeurope-local too early"},
		{"Service of nobody", "40-services.yaml", "selector:\n    app.kubernetes.io/name: cassandra", "selector:\n    app.kubernetes.io/name: x",
			"the Service cassandra-seeds does not select the pods of cassandra-0"},
		{"budget of nobody", "50-poddisruptionbudget.yaml", "matchLabels:\n      app.kubernetes.io/name: cassandra", "matchLabels:\n      app.kubernetes.io/name: x",
			"the budget cassandra does not select the pods of cassandra-0"},
		{"rack without machines", "60-cassandra-0.yaml", "westeurope-fd0", "westeurope-fd7", "cassandra-0 has 1 members and 0 machines"},
		{"too many members", "60-cassandra-0.yaml", "replicas: 1", "replicas: 2", "cassandra-0 has 2 members and 1 machines"},
		{"volume too small", "10-storage.yaml", `storage: "512Gi"`, `storage: "511Gi"`, "customers-westeurope-m0 has 0 volumes for a claim of cassandra-0"},
		{"volume of no machine", "10-storage.yaml", "values: [customers-westeurope-m0]", "values: [customers-westeurope-m9]",
			"customers-westeurope-m0 has 0 volumes for a claim of cassandra-0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ring := rings.Compile(t, rings.Spec(t, "one-region.yaml"))
			file := goodRegion + "/" + tt.file
			if !bytes.Contains(ring.Files[file], []byte(tt.old)) {
				t.Fatalf("%s has no %q", file, tt.old)
			}
			ring.Files[file] = bytes.Replace(ring.Files[file], []byte(tt.old), []byte(tt.replacement), 1)
			problems := facts(t, &ring, goodRegion, ring.Manifests(goodRegion))
			if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, tt.want) }) {
				t.Errorf("problems %q; want %q", problems, tt.want)
			}
		})
	}
}
