package generator_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator"
)

const hybrid = "../examples/hybrid/ring.yaml"

// TestExistingCluster holds every file of a datacenter in a cluster that exists
// against recorded ones.
func TestExistingCluster(t *testing.T) {
	files := generate(t, readFile(t, hybrid))
	wantRegion(t, "testdata/existing.txtar", "All files of frankfurt in examples/hybrid.\n", files, "frankfurt")
	if strings.Contains(string(files["frankfurt/restart.sh"]), "secrets/frankfurt") {
		t.Error("restart.sh names a file that is never made: the cluster's people have its kubeconfig")
	}
}

// TestEveryFieldOfAnExistingCluster changes what a spec says of one: each change
// is seen where it has to be, and by the peers.
func TestEveryFieldOfAnExistingCluster(t *testing.T) {
	base := string(readFile(t, hybrid))
	const here, peer, template = "frankfurt/30-settings.yaml", "eastus/30-settings.yaml", "eastus/azure/azuredeploy.json"
	tests := []struct {
		name, old, new string
		want           map[string]string // file: words
	}{
		{"dns", `"10.30.1.53:53"`, `"10.30.2.53:5353"`, map[string]string{here: "10.30.2.53:5353", peer: "10.30.2.53:5353"}},
		{"podCIDRs", "[10.30.64.0/18]", "[10.30.128.0/18]", map[string]string{"README.md": "10.30.128.0/18"}},
		{"podCIDRs as wide as the link", "[10.30.64.0/18]", "[10.30.0.0/16]", map[string]string{"README.md": "| frankfurt | 10.30.0.0/16 | 10.30.0.53:53"}},
		{"storageClass", "fast-local", "premium", map[string]string{"frankfurt/60-cassandra-a.yaml": "storageClassName: premium\n"}},
		{"zones", "[a, b, c]               #", "[1a, b, c] #", map[string]string{"frankfurt/60-cassandra-1a.yaml": `values: [frankfurt-1a,frankfurt1a]`}},
		{"racks", "zones: [a, b, c] ", "racks: faultDomain\n  faultDomains: 3 ", map[string]string{"frankfurt/60-cassandra-2.yaml": "values: [frankfurt-fd2]", here: "racks: faultDomain"}},
		{"a location of Azure's", "- location: frankfurt", "- name: frankfurt\n  location: westeurope", map[string]string{here: "imds: http://169.254.169.254"}},
		{"founder", "founder: eastus", "founder: frankfurt", map[string]string{here: "founder: cassandra-a-0", peer: "founder: none"}},
		{"gatewayIp", "gatewayIp: 203.0.113.7", "fqdn: vpn.example.com", map[string]string{template: `"fqdn": "vpn.example.com"`}},
		{"prefixes", "[10.30.0.0/16]", "[10.30.0.0/16, 10.31.0.0/16]", map[string]string{template: `"sourceAddressPrefixes": ["10.2.0.0/16", "10.30.0.0/16", "10.31.0.0/16"]`}},
	}
	before := generate(t, []byte(base))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(base, tt.old) {
				t.Fatalf("the example does not hold %s", tt.old)
			}
			spec := strings.Replace(base, tt.old, tt.new, 1)
			if tt.name == "a location of Azure's" || tt.name == "zones" {
				spec = strings.Replace(spec, "zones: [a, b, c]", `zones: ["1", "2", "3"]`, 1)
			}
			files := generate(t, []byte(spec))
			for file, words := range tt.want {
				if !bytes.Contains(files[file], []byte(words)) || bytes.Contains(before[file], []byte(words)) {
					t.Errorf("%s holds %q: %v, and before: %v", file, words, bytes.Contains(files[file], []byte(words)), bytes.Contains(before[file], []byte(words)))
				}
			}
			for _, p := range files.Paths() {
				if ok, _ := filepath.Match("frankfurt/azure/*", p); ok {
					t.Errorf("there is a file %s", p)
				}
			}
		})
	}
}

// TestExistingClusterAlone compiles rings without a gateway: one cluster or
// several, all of them somebody else's.
func TestExistingClusterAlone(t *testing.T) {
	const cluster = "- { location: %s, zones: [a, b, c], cluster: { type: existing, dns: [%s], podCIDRs: [%s], storageClass: fast } }\n"
	head := "apiVersion: ringwright/v1\nkind: Ring\nname: orders\ndnsSuffix: 3f9a1c\nsidecar: { image: \"r/s:1\" }\nregions:\n"
	one := strings.NewReplacer("%s, zones", "frankfurt, zones", "dns: [%s]", `dns: ["10.3.0.53:53"]`, "podCIDRs: [%s]", "podCIDRs: [10.3.64.0/18]").Replace(cluster)
	two := strings.NewReplacer("frankfurt", "eu-west-1", "10.3.", "10.4.").Replace(one)
	for name, spec := range map[string]string{"one": head + one, "two": head + one + two} {
		files := generate(t, []byte(spec))
		for _, p := range files.Paths() {
			if strings.Contains(p, "/azure/") {
				t.Errorf("%s: there is a file %s", name, p)
			}
		}
		for _, word := range []string{"az ", "`az` 2", "ringwright secrets\n", "dnsSuffix", "VNet", "`deploy`", "\ndeploy", "machine"} {
			if strings.Contains(string(files["README.md"]), word) {
				t.Errorf("%s: nothing is in Azure and the runbook says %s", name, word)
			}
		}
	}
}

// TestFirstRegionInAzure appends a region with a gateway to a ring that is in
// clusters that exist, as the runbook of such a ring says: its gateway has to
// lead to each of them.
func TestFirstRegionInAzure(t *testing.T) {
	const ring = `apiVersion: ringwright/v1
kind: Ring
name: orders
dnsSuffix: 3f9a1c
sidecar: { image: "r/s:1" }
regions:
- { location: frankfurt, zones: [a, b, c], cluster: { type: existing, dns: ["10.3.0.53:53"], podCIDRs: [10.3.64.0/18], storageClass: fast } }
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`
	_, err := generator.Generate("ring.yaml", []byte(ring))
	for _, key := range []string{"dns[0]: 10.3.0.53", "podCIDRs[0]: 10.3.64.0/18"} {
		if want := key + " is in the prefixes of no link"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without a link: %v, want %s", err, want)
		}
	}
	files := generate(t, []byte(ring+"links: [{ name: frankfurt, gatewayIp: 203.0.113.7, prefixes: [10.3.0.0/16] }]\n"))
	if page := string(files["README.md"]); !strings.Contains(page, "`secrets/links/eastus--frankfurt.key`") {
		t.Error("the runbook does not name the key of the tunnel to frankfurt")
	}
}
