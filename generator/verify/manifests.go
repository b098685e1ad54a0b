package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strict "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// objects are the Kubernetes objects of a region, by kind and in the order of
// their files.
type objects struct {
	namespaces []object[corev1.Namespace]
	services   []object[corev1.Service]
	configMaps []object[corev1.ConfigMap]
	volumes    []object[corev1.PersistentVolume]
	classes    []object[storagev1.StorageClass]
	budgets    []object[policyv1.PodDisruptionBudget]
	policies   []object[networkingv1.NetworkPolicy]
	sets       []object[appsv1.StatefulSet]

	all []identity
	// broken says that a document could not be read, so that nothing can be said
	// about what there is and what is missing.
	broken bool
}

// object is an object and the file it is in.
type object[T any] struct {
	identity
	value *T
}

// identity is what tells objects apart.
type identity struct {
	file, kind      string
	namespace, name string
}

// where is how problems name the object, and with a path a value in it.
func (i identity) where(path ...string) string {
	return strings.TrimSpace(strings.Join(append([]string{i.kind, i.name}, path...), " "))
}

// clusterScoped are the kinds that are in no namespace.
var clusterScoped = map[string]bool{"Namespace": true, "PersistentVolume": true, "StorageClass": true}

// readObjects decodes every manifest as the API server would, but refuses what
// that would ignore: a key it does not know, one that is there twice, one in the
// wrong case.
func (g *region) readObjects() {
	g.objects = &objects{}
	names := g.manifestNames()
	if len(names) == 0 {
		g.add(g.file("*.yaml"), "", "no manifests; want those of the datacenter")
		g.objects.broken = true
	}
	for _, name := range names {
		for _, document := range bytes.Split(g.files[name], []byte("\n---\n")) {
			g.readObject(g.file(name), document)
		}
	}
	g.readSettings()
}

func (g *region) readObject(file string, document []byte) {
	var kind metav1.TypeMeta
	data, err := yaml.YAMLToJSONStrict(document)
	if err == nil {
		kind, err = kindOf(data)
	}
	if err != nil {
		g.errors(file, "", err)
		g.objects.broken = true
		return
	}
	o := g.objects
	switch kind.APIVersion + " " + kind.Kind {
	case "v1 Namespace":
		decode(g, file, kind.Kind, data, &o.namespaces)
	case "v1 Service":
		decode(g, file, kind.Kind, data, &o.services)
	case "v1 ConfigMap":
		decode(g, file, kind.Kind, data, &o.configMaps)
	case "v1 PersistentVolume":
		decode(g, file, kind.Kind, data, &o.volumes)
	case "storage.k8s.io/v1 StorageClass":
		decode(g, file, kind.Kind, data, &o.classes)
	case "policy/v1 PodDisruptionBudget":
		decode(g, file, kind.Kind, data, &o.budgets)
	case "networking.k8s.io/v1 NetworkPolicy":
		decode(g, file, kind.Kind, data, &o.policies)
	case "apps/v1 StatefulSet":
		decode(g, file, kind.Kind, data, &o.sets)
	default:
		g.add(file, "", "kind %q of %q is none that a datacenter has", kind.Kind, kind.APIVersion)
		o.broken = true
	}
}

// kindOf reads an object no further than it says what it is: YAMLToJSONStrict
// sorts its keys, and apiVersion and kind are among the first.
func kindOf(data []byte) (metav1.TypeMeta, error) {
	var kind metav1.TypeMeta
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return kind, errors.Join(err, errors.New("want a mapping"))
	}
	for d.More() && (kind.APIVersion == "" || kind.Kind == "") {
		key, err := d.Token()
		if err != nil {
			return kind, err
		}
		var value any = new(json.RawMessage)
		switch key {
		case "apiVersion":
			value = &kind.APIVersion
		case "kind":
			value = &kind.Kind
		}
		if err := d.Decode(value); err != nil {
			return kind, err
		}
	}
	return kind, nil
}

// decode reads an object strictly and puts it into its list, unless it is no
// such object at all.
func decode[T any](g *region, file, kind string, data []byte, list *[]object[T]) {
	into := new(T)
	problems, err := strict.UnmarshalStrict(data, into)
	meta, _ := any(into).(metav1.Object)
	id := identity{file: file, kind: kind, namespace: meta.GetNamespace(), name: meta.GetName()}
	for _, p := range problems {
		g.errors(file, id.where(), p)
	}
	if err != nil {
		g.errors(file, id.where(), err)
		g.objects.broken = true
		return
	}
	*list = append(*list, object[T]{id, into})
	g.objects.all = append(g.objects.all, id)
}

// checkObjects sees that objects have a name of their own and are where they belong.
func (g *region) checkObjects() {
	seen := map[identity]string{}
	for _, id := range g.objects.all {
		same := id
		same.file = ""
		if file, taken := seen[same]; taken {
			g.add(id.file, id.where(), "is in %s, too", file)
		}
		seen[same] = id.file
		switch {
		case id.name == "":
			g.add(id.file, id.where(), "has no name")
		case id.kind == "Namespace":
			if id.name != g.namespace() {
				g.add(id.file, id.where(), "want the name %s, which carries ring and region", g.namespace())
			}
		case clusterScoped[id.kind]:
			if id.namespace != "" {
				g.add(id.file, id.where(), "namespace %s; a %s has none", id.namespace, id.kind)
			}
			if !strings.HasPrefix(id.name, g.namespace()+"-") {
				g.add(id.file, id.where(), "want a name that begins with %s-: it is the cluster's, not a namespace's", g.namespace())
			}
		case id.kind == "Service" && id.namespace == systemNamespace: // the peers' DNS
		case id.namespace != g.namespace():
			g.add(id.file, id.where(), "namespace %q; want %s", id.namespace, g.namespace())
		}
	}
	for _, n := range g.objects.namespaces {
		if level := n.value.Labels[securityLabel]; level != "restricted" {
			g.add(n.file, n.where(), "%s is %q; want restricted", securityLabel, level)
		}
	}
	if len(g.objects.namespaces) != 1 {
		g.add(g.file("*.yaml"), "", "%d namespaces; want one", len(g.objects.namespaces))
	}
}

// securityLabel says what pods of a namespace may do
// (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
const securityLabel = "pod-security.kubernetes.io/enforce"

// systemNamespace is where a cluster's own parts are.
const systemNamespace = "kube-system"
