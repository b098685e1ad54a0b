package rings_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/templates"
	"github.com/ringwright/ringwright/test/rings"
)

var (
	typeLine = regexp.MustCompile(`(?m)^type: *(\S+)$`)
	number   = regexp.MustCompile(`^[0-9]+-`) // in front of a manifest's name
)

// TestSpecsReachEveryTemplate: a template that no spec reaches is one that no
// check of this module has seen.
func TestSpecsReachEveryTemplate(t *testing.T) {
	types, manifests := map[string]bool{}, map[string]bool{}
	for _, ring := range rings.All(t) {
		for _, region := range ring.Regions() {
			for _, name := range resourceTypes(t, &ring, region) {
				types[name] = true
			}
			for _, file := range ring.Manifests(region) {
				manifests[number.FindString(path.Base(file))] = true
			}
		}
	}
	each(t, "arm/*.yaml.tmpl", func(name, text string) {
		if kind := typeLine.FindStringSubmatch(text); kind != nil && !types[kind[1]] {
			t.Errorf("%s: no spec has a %s", name, kind[1])
		}
	})
	each(t, "manifests/*.yaml.tmpl", func(name, _ string) {
		if n := number.FindString(path.Base(name)); !manifests[n] {
			t.Errorf("%s: no spec has a file %s*.yaml", name, n)
		}
	})
}

func resourceTypes(t *testing.T, ring *rings.Ring, region string) []string {
	t.Helper()
	text, _ := ring.Template(region)
	if text == nil {
		return nil
	}
	var template struct {
		Resources []struct{ Type string }
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatalf("%s: %s: %v", ring.Name, region, err)
	}
	var names []string
	for _, r := range template.Resources {
		names = append(names, r.Type)
	}
	return names
}

func each(t *testing.T, pattern string, check func(name, text string)) {
	t.Helper()
	names, err := fs.Glob(templates.FS, pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no template is called %s", pattern)
	}
	for _, name := range names {
		text, err := fs.ReadFile(templates.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		check(name, string(text))
	}
}

// TestManifestsAreWhatKubectlApplies: azure's files and the script are not, and
// the order is that of the names.
func TestManifestsAreWhatKubectlApplies(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "one-region.yaml"))
	files := ring.Manifests("westeurope")
	if len(files) == 0 || !strings.HasPrefix(files[0], "westeurope/00-namespace") {
		t.Fatalf("%q; want the namespace first", files)
	}
	for _, file := range files {
		if strings.Contains(file, "/azure/") || strings.HasSuffix(file, ".sh") {
			t.Errorf("%s is no manifest", file)
		}
	}
}
