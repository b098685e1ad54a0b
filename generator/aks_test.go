package generator_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const aksZones = "../examples/aks-zones/ring.yaml"

// TestAKS holds every file of a region on AKS against recorded ones.
func TestAKS(t *testing.T) {
	wantRegion(t, "testdata/aks.txtar", "All files of westeurope in examples/aks-zones.\n", generate(t, readFile(t, aksZones)), "westeurope")
}

// TestAKSPeering holds the template of a region on AKS whose VNet is peered
// against a recorded one: no gateway, nor a subnet for it, and the cluster after
// the last peering.
func TestAKSPeering(t *testing.T) {
	const name, template = "testdata/aks-peering.txtar", "westus3/azure/azuredeploy.json"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wantSection(t, name, archive, template, generate(t, section(t, archive, "ring.yaml"))[template])
}

// TestEveryFieldOnAKS changes what a spec says of a region on AKS: each change
// is seen where it has to be.
func TestEveryFieldOnAKS(t *testing.T) {
	base := string(readFile(t, aksZones))
	const template, dns, set, peer = "westeurope/azure/azuredeploy.json", "westeurope/20-peer-dns.yaml", "westeurope/60-cassandra-1.yaml", "eastus2/30-settings.yaml"
	const here = "    storageSku: PremiumV2_LRS "
	tests := []struct {
		name, old, new string
		want           map[string]string // file: words
	}{
		{"podSubnet", here, "    podSubnet: 10.2.64.0/18\n" + here, map[string]string{template: `"10.2.64.0/18"`}},
		{"nodeSubnet", "  vnet: 10.2.0.0/16\n", "  vnet: 10.2.0.0/16\n  nodeSubnet: 10.2.200.0/24\n", map[string]string{template: `"10.2.200.0/24"`, dns: "10.2.128.4", peer: "10.2.128.4:53"}},
		{"gatewaySubnet", "  vnet: 10.2.0.0/16\n", "  vnet: 10.2.0.0/16\n  gatewaySubnet: 10.2.255.0/26\n", map[string]string{template: `"10.2.255.0/26"`, dns: "10.2.129.4"}},
		{"systemSize", here, "    systemSize: Standard_D8as_v5\n" + here, map[string]string{template: `"vmSize": "Standard_D8as_v5"`}},
		{"memberSize", here, "    memberSize: Standard_E8as_v5\n" + here, map[string]string{template: `"vmSize": "Standard_E8as_v5"`}},
		{"an Arm processor", here, "    memberSize: Standard_E8pds_v5\n" + here, map[string]string{template: `"vmSize": "Standard_E8pds_v5"`}},
		{"storageSku", here, "    storageSku: Premium_LRS ", map[string]string{"westeurope/10-storage.yaml": "skuName: Premium_LRS\n"}},
		{"apiServerCIDRs", "[203.0.113.0/24]\n" + here, "[198.51.100.0/24]\n" + here, map[string]string{template: `"198.51.100.0/24"`}},
		{"resourceGroup", "  vnet: 10.2.0.0/16\n", "  vnet: 10.2.0.0/16\n  resourceGroup: other\n", map[string]string{template: `"nodeResourceGroup": "other-nodes"`, "README.md": "other-nodes"}},
		{"datacenter", "  vnet: 10.2.0.0/16\n", "  vnet: 10.2.0.0/16\n  datacenter: west\n", map[string]string{template: `"ringwright/datacenter=west:NoSchedule"`, set: "value: west\n"}},
		{"zones", "  vnet: 10.2.0.0/16\n  members: 6\n", "  vnet: 10.2.0.0/16\n  members: 3\n  zones: [\"2\", \"3\"]\n", map[string]string{template: `"availabilityZones": ["2", "3"]`}},
		{"members", "  vnet: 10.2.0.0/16\n  members: 6\n", "  vnet: 10.2.0.0/16\n  members: 9\n", map[string]string{template: `"count": 3,
        "enableAutoScaling": false,
        "availabilityZones": ["1"]`, set: "replicas: 3\n"}},
		{"tags", "regions:\n", "tags: { team: storage }\nregions:\n", map[string]string{template: `"team": "storage"`}},
		{"kubernetes.version", "regions:\n", "kubernetes: { version: 1.36.3 }\nregions:\n", map[string]string{template: `"orchestratorVersion": "1.36.3"`}},
		{"kubernetes.serviceCidr", "regions:\n", "kubernetes: { serviceCidr: 172.20.0.0/16 }\nregions:\n", map[string]string{template: `"dnsServiceIP": "172.20.0.10"`}},
	}
	before := generate(t, []byte(base))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(base, tt.old) {
				t.Fatalf("the example does not hold %s", tt.old)
			}
			files := generate(t, []byte(strings.Replace(base, tt.old, tt.new, 1)))
			for file, words := range tt.want {
				if !bytes.Contains(files[file], []byte(words)) || bytes.Contains(before[file], []byte(words)) {
					t.Errorf("%s holds %q: %v, and before: %v", file, words, bytes.Contains(files[file], []byte(words)), bytes.Contains(before[file], []byte(words)))
				}
			}
		})
	}
}

// TestMixed compiles one ring over all types of cluster: every region knows the
// two others, by where the DNS of their type is asked.
func TestMixed(t *testing.T) {
	files := generate(t, readFile(t, "../examples/mixed/ring.yaml"))
	asked := map[string]string{"westus3": `"10.1.129.36:53"`, "southcentralus": `"10.2.0.32:30053"`, "frankfurt": `"10.30.0.53:53"`}
	for region := range asked {
		for peer, address := range asked {
			if region != peer && !bytes.Contains(files[region+"/30-settings.yaml"], []byte("- "+address)) {
				t.Errorf("%s does not ask %s at %s", region, peer, address)
			}
		}
	}
	for file, there := range map[string]bool{
		"westus3/55-networkpolicy.yaml": true, "southcentralus/55-networkpolicy.yaml": false, "frankfurt/55-networkpolicy.yaml": false,
		"westus3/20-peer-dns.yaml": true, "southcentralus/20-peer-dns.yaml": true, "frankfurt/20-peer-dns.yaml": false,
	} {
		if _, ok := files[file]; ok != there {
			t.Errorf("%s is there: %v, want %v", file, ok, there)
		}
	}
	for _, words := range []string{`"10.1.0.0/16"`, `"10.2.0.0/16"`, `"10.30.0.0/16"`} {
		if !bytes.Contains(files["westus3/55-networkpolicy.yaml"], []byte(words)) {
			t.Errorf("the policy of westus3 lacks %s", words)
		}
	}
}
