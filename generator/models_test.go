package generator_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/spec"
)

const modelsDir = "acsengine/testdata/good"

// modelSpec is a ring whose one region is described by an API model.
func modelSpec(model, region string) string {
	return "apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\n" +
		"sidecar: { image: \"registry.example.com/ringwright-sidecar:1\" }\nregions:\n- " + region +
		"\n  cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: " + model + " }\n"
}

// withModels compiles a spec as if it lay in the folder of the models.
func withModels(t *testing.T, src string) generator.Files {
	t.Helper()
	file := filepath.Join(modelsDir, "ring.yaml")
	files, err := generator.Generate(file, []byte(src), generator.ReadModels(file, []byte(src))...)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestImportSaysWhatTheModelSays holds the two ways to use a model against one
// another: naming it in the spec, and importing it. Only the runbook differs,
// which lists what a model in use says in vain.
func TestImportSaysWhatTheModelSays(t *testing.T) {
	for model, region := range map[string]string{
		"east.json":            "vnet: 10.1.0.0/16",
		"zones.json":           "vnet: 10.1.0.0/16",
		"unfilled.json":        "{ location: eastus, vnet: 10.1.0.0/16",
		"apimodel-v0.9.4.json": "{ location: eastus, vnet: 10.2.0.0/16",
		"apimodel-last.json":   "vnet: 10.3.0.0/16",
	} {
		region = strings.ReplaceAll(strings.TrimPrefix(region, "{ "), ", ", "\n  ")
		named := withModels(t, modelSpec(model, region))
		text, err := spec.Import("3f9a1c", spec.Model{Path: model, Data: readFile(t, filepath.Join(modelsDir, model))})
		if err != nil {
			t.Fatal(err)
		}
		for from, to := range map[string]string{
			`image: "" `: "image: registry.example.com/ringwright-sidecar:1 ", "apiServerCIDRs: [] ": "apiServerCIDRs: [203.0.113.0/24] ",
			`location: "" `: "location: eastus ", `vnet: "" `: "vnet: 10.1.0.0/16 ",
		} {
			text = strings.ReplaceAll(text, from, to)
		}
		imported := generate(t, []byte(text))
		delete(named, "README.md")
		delete(imported, "README.md")
		if diff := cmp.Diff(named, imported); diff != "" {
			t.Errorf("%s (-named +imported):\n%s", model, diff)
		}
	}
}

// TestModelSecretsStayOut compiles models full of private keys and looks for
// them in what comes out.
func TestModelSecretsStayOut(t *testing.T) {
	for model, vnet := range map[string]string{"apimodel-last.json": "10.3.0.0/16", "apimodel-v0.9.4.json": "10.2.0.0/16"} {
		src := readFile(t, filepath.Join(modelsDir, model))
		if !strings.Contains(string(src), "MARKER-ca-key") {
			t.Fatalf("%s has no secrets", model)
		}
		location := map[bool]string{true: "location: southcentralus\n  "}[model != "east.json"]
		out := joined(withModels(t, modelSpec(model, location+"vnet: "+vnet)))
		imported, err := spec.Import("3f9a1c", spec.Model{Path: model, Data: src})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{out, imported} {
			if i := strings.Index(text, "MARKER"); i >= 0 {
				t.Errorf("%s: a secret at %q", model, text[max(0, i-80):i+20])
			}
		}
	}
}

// TestCarriedIsSaidOnce holds that the runbook says what a model says in vain:
// once for regions and models that say the same, and what the spec overrides.
func TestCarriedIsSaidOnce(t *testing.T) {
	src := modelSpec("unfilled.json", "{}")
	src = src[:strings.Index(src, "- {}")] +
		"- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: apimodel-v0.9.4.json, firstConsecutiveStaticIP: 10.1.127.250 } }\n" +
		"- { location: westus2, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: apimodel-v0.9.4.json, firstConsecutiveStaticIP: 10.2.127.240 } }\n" +
		"- { location: westeurope, vnet: 10.4.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: unfilled.json } }\n"
	src = strings.Replace(src, "vnet: 10.1.0.0/16", "vnet: 10.2.0.0/17, nodeSubnet: 10.2.0.0/18", 1)
	src = strings.Replace(src, "10.1.127.250", "10.2.63.250", 1)
	src = strings.Replace(src, "vnet: 10.2.0.0/16", "vnet: 10.2.128.0/17, nodeSubnet: 10.2.128.0/18", 1)
	src = strings.Replace(src, "10.2.127.240", "10.2.191.250", 1)
	_, err := generator.Generate(filepath.Join(modelsDir, "ring.yaml"), []byte(src), generator.ReadModels(filepath.Join(modelsDir, "ring.yaml"), []byte(src))...)
	var problems *spec.Problems
	if !errors.As(err, &problems) || !strings.Contains(err.Error(), "has nothing in common with vnetCidr 10.2.0.0/17") {
		t.Fatalf("the second region is in another network than its model: %v", err)
	}
	src = strings.Replace(src, "10.2.128.0/17, nodeSubnet: 10.2.128.0/18", "10.5.0.0/16", 1)
	src = strings.Replace(src, "10.2.191.250", "10.5.127.250", 1)
	model := strings.Replace(string(readFile(t, filepath.Join(modelsDir, "apimodel-v0.9.4.json"))), `"vnetCidr": "10.2.0.0/17",`, "", 1)
	models := []spec.Model{
		{Path: "apimodel-v0.9.4.json", Data: []byte(model)},
		{Path: "unfilled.json", Data: readFile(t, filepath.Join(modelsDir, "unfilled.json"))},
	}
	files, err := generator.Generate("ring.yaml", []byte(src), models...)
	if err != nil {
		t.Fatal(err)
	}
	page := string(files["README.md"])
	for _, phrase := range []string{
		"* **eastus, westus2**: what API models (`apimodel-v0.9.4.json`) say here may stay and has no effect:\n",
		"\n  * `certificateProfile`: `ringwright secrets` makes the certificates",
		"`kubernetesConfig.addons`, ",
		"\n  * `masterProfile.firstConsecutiveStaticIP`: the spec says otherwise",
	} {
		if n := strings.Count(page, phrase); n != 1 {
			t.Errorf("%d times: %q", n, phrase)
		}
	}
	if strings.Contains(page, "unfilled.json") {
		t.Error("the runbook has something to say of a model that says nothing in vain")
	}
}

// TestReadModels holds that what cannot be read is a problem of the spec.
func TestReadModels(t *testing.T) {
	dir := t.TempDir()
	src := []byte(modelSpec("missing.json", "location: eastus\n  vnet: 10.1.0.0/16") +
		"- { location: westus2, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: . } }\n" +
		"- { location: westus3, vnet: 10.3.0.0/16, faultDomains: 3, cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: large.json } }\n")
	if err := os.WriteFile(filepath.Join(dir, "large.json"), make([]byte, 2<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "ring.yaml")
	_, err := generator.Generate(file, src, generator.ReadModels(file, src)...)
	for _, want := range []string{
		":9: regions[0].cluster.apiModel: " + filepath.Join(dir, "missing.json") + ": there is no such file\n",
		":10: regions[1].cluster.apiModel: read " + dir + ": is a directory\n",
		filepath.Join(dir, "large.json") + fmt.Sprintf(":1: %d bytes; an API model has at most %d", spec.MaxModelBytes+1, spec.MaxModelBytes),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in\n%v", want, err)
		}
	}
}
