package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestConfigReachesTheSettings holds that what the rules let through as
// cassandra.config is what the sidecar reads, however odd, and that the most
// of it fits a ConfigMap.
func TestConfigReachesTheSettings(t *testing.T) {
	tests := []struct{ name, config string }{
		{"words of YAML 1.1", `{ a: yes, b: "no", c: on, d: 0777, e: 1e3, f: 1_000, g: "null", h: "1.30", i: .5, j: "2026-11-22" }`},
		{"odd text", `{ a: "\u0000\u0085\u2028\uFEFF\n\t", b: "<<", c: "# x", d: "- x", e: "a: b", f: "{{ .X }}", g: "😀", h: "'", "i": '"' }`},
		{"odd keys", `{ a: { "": 1, "a\nb": 2, "<<": 3, "x.y": 4, "true": 5, "😀": 6 } }`},
		{"the deepest", `{ a: [[[[[[[1]]]]]]] }`},
		{"the largest", `{ a: [[[[[[[` + strings.Repeat("1, ", 16000) + `1]]]]]]] }`},
		{"the largest text", `{ a: ["` + strings.Repeat(`\u0007`, 5000) + `", "` + strings.Repeat("😀", 500) + `"] }`},
	}
	one := example()
	one.Regions = one.Regions[:1]
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := strings.Replace(string(one.text()), "cassandra: {", "cassandra: { config: "+tt.config+",", 1)
			parsed, err := spec.Parse("ring.yaml", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			p, err := plan.New(parsed)
			if err != nil {
				t.Fatalf("New fails where Parse did not: %v", err)
			}
			s, err := settings.Parse("settings.yaml", []byte(p.Regions[0].Datacenter.Settings))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parsed.Cassandra.Config, s.Config); diff != "" {
				t.Errorf("config (-spec +settings):\n%.2000s", diff)
			}
		})
	}
}
