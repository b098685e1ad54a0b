package kubernetes

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/ringwright/ringwright/test/rings"
)

const sidecar = "sidecar: { image: registry.example.com/ringwright-sidecar:1 }\n"

// line puts a line into a spec.
func line(text string) func(string) string { return first(sidecar, text+"\n"+sidecar) }

// first replaces the first occurrence of a text in a spec.
func first(old, replacement string) func(string) string {
	return func(spec string) string { return strings.Replace(spec, old, replacement, 1) }
}

// updates are changes of two-regions.yaml: whether the members of eastus have to
// be restarted for them, and what the API server says where it refuses.
var updates = []struct {
	name    string
	change  func(spec string) string
	restart bool
	refused string
}{
	{"nobody founds any more", line("founder: none"), false, ""},
	{"a region is appended", func(spec string) string {
		return spec + "- location: westeurope\n  vnet: 10.3.0.0/16\n  cluster: { apiServerCIDRs: [203.0.113.0/24] }\n"
	}, false, ""},
	{"members are added", first("vnet: 10.1.0.0/16\n", "vnet: 10.1.0.0/16\n  members: 6\n"), false, ""},
	{"members are added elsewhere", first("vnet: 10.2.0.0/16\n", "vnet: 10.2.0.0/16\n  members: 6\n"), false, ""},
	{"a member is replaced", first("vnet: 10.1.0.0/16\n",
		"vnet: 10.1.0.0/16\n  replace: { cassandra-1-0: 6f0cf1d1-2b1c-4a3e-9d8b-8d6f3c2f1a10 }\n"), false, ""},
	{"tags", line("tags: { owner: data }"), false, ""},
	{"configuration", line("cassandra: { config: { concurrent_reads: 64 } }"), true, ""},
	{"options of the JVM", line("cassandra: { jvmOptions: [-XX:MaxGCPauseMillis=200] }"), true, ""},
	{"heap", line("cassandra: { heap: 3Gi }"), true, ""},
	{"memory", line("cassandra: { memory: 16Gi }"), true, ""},
	{"version of Cassandra", line("cassandra: { version: 5.0.8 }"), true, ""},
	{"image of the sidecar", first("ringwright-sidecar:1", "ringwright-sidecar:2"), true, ""},
	{"pull secret", first(" }\nregions", ", pullSecret: registry-login }\nregions"), true, ""},
	// The claims of a StatefulSet cannot change: a larger disk is another member.
	{"storage", line("cassandra: { storage: 1024Gi }"), false, "field is immutable"},
}

// TestUpdates applies a ring, changes its spec and applies it again.
func TestUpdates(t *testing.T) {
	base := rings.Spec(t, "two-regions.yaml")
	before := rings.Compile(t, base)
	for _, tt := range updates {
		t.Run(tt.name, func(t *testing.T) {
			spec := tt.change(base)
			if spec == base {
				t.Fatal("the change changes nothing")
			}
			after := rings.Compile(t, spec)
			s := mustServer(t)
			applyAll(t, s, &before, before.Manifests("eastus"))
			var refusals []string
			for _, file := range after.Manifests("eastus") {
				if err := s.apply(after.Files[file]); err != nil {
					refusals = append(refusals, err.Error())
				}
			}
			all := strings.Join(refusals, "\n")
			if (all == "") != (tt.refused == "") || !strings.Contains(all, tt.refused) {
				t.Errorf("refused: %q; want %q", all, tt.refused)
			}
			if difference := cmp.Diff(podTemplates(t, &before), podTemplates(t, &after)); tt.restart != (difference != "") {
				t.Errorf("restart %t; the pod templates differ by (-before +after):\n%s", tt.restart, difference)
			}
		})
	}
}

// podTemplates are those of eastus by StatefulSet. A pod is outdated where its
// template has changed, and then only.
func podTemplates(t *testing.T, ring *rings.Ring) map[string]any {
	t.Helper()
	templates := map[string]any{}
	for _, file := range ring.Manifests("eastus") {
		for _, o := range decodeAll(t, ring.Files[file]) {
			if set, ok := o.versioned.(*appsv1.StatefulSet); ok {
				templates[set.Name] = set.Spec.Template
			}
		}
	}
	return templates
}
