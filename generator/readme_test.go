package generator_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
)

// fences are the code blocks of a Markdown file.
var fences = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

// readmeSpecs are the short spec that README shows and the complete one.
func readmeSpecs(t *testing.T) (short, complete string) {
	t.Helper()
	var specs []string
	for _, m := range fences.FindAllStringSubmatch(string(readFile(t, "../README.md")), -1) {
		if m[1] == "yaml" {
			specs = append(specs, m[2])
		}
	}
	if len(specs) != 2 {
		t.Fatalf("README shows %d specs, want the short one and the complete one", len(specs))
	}
	return specs[0], specs[1]
}

// TestReadmeSpecs compiles what README shows, and holds the complete spec, in
// which every default is written, against the same region with all of them left out.
func TestReadmeSpecs(t *testing.T) {
	short, complete := readmeSpecs(t)
	generate(t, []byte(short))
	oneRegion, _, _ := strings.Cut(short, "- location: southcentralus")
	if diff := cmp.Diff(generate(t, []byte(oneRegion)), generate(t, []byte(complete))); diff != "" {
		t.Errorf("a default in README is not one (-left out +written):\n%s", diff)
	}
}

// TestReadmeProblems compiles what README shows a report of.
func TestReadmeProblems(t *testing.T) {
	src := strings.Join([]string{
		"apiVersion: ringwright/v1", "kind: Ring", "name: customers", "dnsSuffix: 3f9a1c",
		"sidecar: { image: \"r/s:1\" }", "regions:",
		"- { location: eastus, vnets: 1, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }",
		"", "", "", "- location: southcentralus",
		"  vnet: 10.1.0.0/16", "  cluster: { apiServerCIDRs: [203.0.113.0/24] }", "",
	}, "\n")
	_, err := generator.Generate("ring.yaml", []byte(src))
	if err == nil {
		t.Fatal("compiles")
	}
	readme := string(readFile(t, "../README.md"))
	if !strings.Contains(readme, "\n```\n"+err.Error()+"\n```\n") {
		t.Errorf("README does not show this report:\n%s", err)
	}
}
