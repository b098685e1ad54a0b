package kubernetes

import (
	"bytes"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ringwright/ringwright/test/rings"
)

const goodRegion = "westeurope"

// goodFile is a file of a region that everything before it has been applied to
// a server of.
func goodFile(t *testing.T, prefix string) (*server, []byte) {
	t.Helper()
	ring := rings.Compile(t, rings.Spec(t, "one-region.yaml"))
	s := mustServer(t)
	for _, file := range ring.Manifests(goodRegion) {
		if strings.HasPrefix(file, goodRegion+"/"+prefix) {
			return s, ring.Files[file]
		}
		if err := s.apply(ring.Files[file]); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the region has no file %s", prefix)
	return nil, nil
}

// edit changes the first document of a file that has that kind.
func edit(t *testing.T, file []byte, kind string, change func(o map[string]any)) []byte {
	t.Helper()
	for document := range bytes.SplitSeq(file, []byte("\n---\n")) {
		var o map[string]any
		if err := yaml.Unmarshal(document, &o); err != nil {
			t.Fatal(err)
		}
		if o["kind"] != kind {
			continue
		}
		change(o)
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	t.Fatalf("the file has no %s", kind)
	return nil
}

// in leads through objects and, by "0", to the first element of an array.
func in(value any, keys ...string) map[string]any {
	for _, key := range keys {
		if key == "0" {
			value = value.([]any)[0]
			continue
		}
		value = value.(map[string]any)[key]
	}
	return value.(map[string]any)
}

// pod is the pod spec of a StatefulSet; cassandra its first container.
func pod(o map[string]any) map[string]any       { return in(o, "spec", "template", "spec") }
func cassandra(o map[string]any) map[string]any { return in(pod(o), "containers", "0") }

// faults are single faults in the first object of a kind in a file of that prefix.
var faults = []struct {
	name, file, kind string
	edit             func(o map[string]any)
	want             string
}{
	{"unknown field", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "spec")["servicename"] = "x"
	}, `unknown field "spec.servicename"`},
	{"unknown field deep down", "60-", "StatefulSet", func(o map[string]any) {
		in(cassandra(o), "readinessProbe")["periodSecond"] = 5
	}, `unknown field "spec.template.spec.containers[0].readinessProbe.periodSecond"`},
	{"string for a number", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "spec")["replicas"] = "3"
	}, "cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas"},
	{"no such version", "60-", "StatefulSet", func(o map[string]any) { o["apiVersion"] = "apps/v1beta9" }, `no kind "StatefulSet" is registered for version "apps/v1beta9"`},
	{"selector absent", "60-", "StatefulSet", func(o map[string]any) { delete(in(o, "spec"), "selector") }, "spec.selector: Required value"},
	{"selector of other pods", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "spec", "selector", "matchLabels")["ringwright/rack"] = "rack-9"
	}, "`selector` does not match template `labels`"},
	{"no such policy", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "spec")["podManagementPolicy"] = "Ordered"
	}, `spec.podManagementPolicy: Invalid value: "Ordered"`},
	{"no such quantity", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "spec", "volumeClaimTemplates", "0", "spec", "resources", "requests")["storage"] = "512Gii"
	}, "unable to parse quantity's suffix"},
	{"name with an underscore", "60-", "StatefulSet", func(o map[string]any) { in(o, "metadata")["name"] = "Cassandra_1" }, "metadata.name: Invalid value"},
	{"name too long for its pods", "60-", "StatefulSet", func(o map[string]any) {
		in(o, "metadata")["name"] = strings.Repeat("a", 64)
	}, "must be no more than"},
	{"mount of no volume", "60-", "StatefulSet", func(o map[string]any) {
		in(cassandra(o), "volumeMounts", "0")["name"] = "agents"
	}, `spec.template.spec.containers[0].volumeMounts[0].name: Not found: "agents"`},
	{"two mounts at one path", "60-", "StatefulSet", func(o map[string]any) {
		mounts := cassandra(o)["volumeMounts"].([]any)
		mounts[1].(map[string]any)["mountPath"] = mounts[0].(map[string]any)["mountPath"]
	}, "must be unique"},
	{"port out of range", "60-", "StatefulSet", func(o map[string]any) {
		in(cassandra(o), "ports", "0")["containerPort"] = 90420
	}, "must be between 1 and 65535"},
	{"limit below the request", "60-", "StatefulSet", func(o map[string]any) {
		in(cassandra(o), "resources", "limits")["memory"] = "1Gi"
	}, "must be less than or equal to memory limit"},
	{"probe of no port", "60-", "StatefulSet", func(o map[string]any) {
		in(cassandra(o), "readinessProbe", "httpGet")["port"] = "No Such Port"
	}, "readinessProbe.httpGet.port: Invalid value"},
	{"init container that never ends", "60-", "StatefulSet", func(o map[string]any) {
		in(pod(o), "initContainers", "0")["livenessProbe"] = in(pod(o)["initContainers"].([]any)[1], "livenessProbe")
	}, "may not be set for init containers without restartPolicy=Always"},
	{"affinity of no operator", "60-", "StatefulSet", func(o map[string]any) {
		in(pod(o), "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", "0", "matchExpressions", "0")["operator"] = "Is"
	}, `operator: Invalid value: "Is"`},
	{"namespace that is not there", "60-", "StatefulSet", func(o map[string]any) { in(o, "metadata")["namespace"] = "cassandra" }, `namespaces "cassandra" not found`},
	{"no namespace", "60-", "StatefulSet", func(o map[string]any) { delete(in(o, "metadata"), "namespace") }, "metadata.namespace: missing"},
	{"node port out of range", "20-", "Service", func(o map[string]any) { in(o, "spec", "ports", "0")["nodePort"] = 130053 }, "spec.ports[0].nodePort: 130053: provided port is not in the valid range"},
	{"two ports of one name", "40-", "Service", func(o map[string]any) { in(o, "spec", "ports", "0")["name"] = "cql" }, `spec.ports[1].name: Duplicate value: "cql"`},
	{"volume without a node", "10-", "PersistentVolume", func(o map[string]any) { delete(in(o, "spec"), "nodeAffinity") }, "spec.nodeAffinity: Required value"},
	{"volume outside its directory", "10-", "PersistentVolume", func(o map[string]any) { in(o, "spec", "local")["path"] = "/mnt/../etc" }, "must not contain '..'"},
	{"no such binding mode", "10-", "StorageClass", func(o map[string]any) { o["volumeBindingMode"] = "Later" }, `volumeBindingMode: Unsupported value: "Later"`},
	{"budget with two numbers", "50-", "PodDisruptionBudget", func(o map[string]any) { in(o, "spec")["minAvailable"] = 2 }, "minAvailable and maxUnavailable cannot be both set"},
	{"configuration under a path", "30-", "ConfigMap", func(o map[string]any) { in(o, "data")["a/b"] = "" }, "a valid config key must consist of"},
	{"label of two words", "00-", "Namespace", func(o map[string]any) { in(o, "metadata", "labels")["app.kubernetes.io/instance"] = "two words" }, "metadata.labels: Invalid value"},
	{"kind that manifests do not have", "00-", "Namespace", func(o map[string]any) { o["kind"] = "Node" }, "no strategy is known for Node"},
}

func TestFaults(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			s, file := goodFile(t, tt.file)
			err := s.apply(edit(t, file, tt.kind, tt.edit))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v; want one with %q", err, tt.want)
			}
			if err := s.apply(file); err != nil {
				t.Errorf("without the fault: %v", err)
			}
		})
	}
}

func TestDuplicateFieldIsRefused(t *testing.T) {
	s, file := goodFile(t, "60-")
	const once, twice = "  replicas: 1\n", "  replicas: 1\n  replicas: 1\n"
	if !bytes.Contains(file, []byte(once)) {
		t.Fatalf("the manifest has no line %q", once)
	}
	err := s.apply(bytes.Replace(file, []byte(once), []byte(twice), 1))
	if err == nil || !strings.Contains(err.Error(), `"replicas" already set`) {
		t.Errorf("error %v; want one about a key that is there twice", err)
	}
}

// TestPodSecurityFaults: the level is the one that the namespace's own label
// asks for.
func TestPodSecurityFaults(t *testing.T) {
	tests := []struct {
		name string
		edit func(o map[string]any)
		want string
	}{
		{"root", func(o map[string]any) { in(pod(o), "securityContext")["runAsNonRoot"] = false }, "runAsNonRoot"},
		{"user 0", func(o map[string]any) { in(pod(o), "securityContext")["runAsUser"] = 0 }, "runAsUser=0"},
		{"no seccomp profile", func(o map[string]any) { delete(in(pod(o), "securityContext"), "seccompProfile") }, "seccompProfile"},
		{"capability", func(o map[string]any) {
			in(cassandra(o), "securityContext", "capabilities")["add"] = []any{"IPC_LOCK"}
		}, `must not include "IPC_LOCK"`},
		{"capabilities of an init container", func(o map[string]any) {
			delete(in(pod(o), "initContainers", "0", "securityContext"), "capabilities")
		}, "unrestricted capabilities"},
		{"privilege escalation", func(o map[string]any) {
			in(cassandra(o), "securityContext")["allowPrivilegeEscalation"] = true
		}, "allowPrivilegeEscalation != false"},
		{"host network", func(o map[string]any) { pod(o)["hostNetwork"] = true }, "hostNetwork=true"},
		{"host path", func(o map[string]any) {
			in(pod(o), "volumes", "0")["hostPath"] = map[string]any{"path": "/var/lib/cassandra"}
			delete(in(pod(o), "volumes", "0"), "emptyDir")
		}, "hostPath"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, file := goodFile(t, "60-")
			err := s.apply(edit(t, file, "StatefulSet", tt.edit))
			want := `violates PodSecurity "restricted:latest"`
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v; want one with %q and %q", err, want, tt.want)
			}
		})
	}
}
