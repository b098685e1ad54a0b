package spec_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/sidecar/api"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile("testdata/good/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func parse(t testing.TB, src []byte) *spec.Ring {
	t.Helper()
	ring, err := spec.Parse("ring.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// TestDefaults holds every default against the files that write them all out.
func TestDefaults(t *testing.T) {
	for _, kind := range []string{"", "-aks"} {
		complete, minimal := parse(t, read(t, "complete"+kind+".yaml")), parse(t, read(t, "minimal"+kind+".yaml"))
		if diff := cmp.Diff(complete, minimal, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("defaults%s (-written +filled in):\n%s", kind, diff)
		}
	}
}

// TestMostMembers holds how many members each type of cluster may have. Where no
// template bounds them the sidecar does: by the pods of which it tells its peers.
func TestMostMembers(t *testing.T) {
	const head = "apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\nsidecar: { image: \"r/s:1\" }\nregions:\n"
	tests := []struct {
		name, region string
		most         int
	}{
		{"vm", "- { location: eastus, vnet: 10.0.0.0/8, racks: zone, zones: [\"1\"], members: %d, cluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", 48},
		{"aks", "- { location: eastus, vnet: 10.0.0.0/8, nodeSubnet: 10.128.0.0/20, zones: [\"1\"], members: %d, cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] } }\n", api.MaxKnownPods},
		{"existing", "- { location: frankfurt, zones: [a], members: %d, cluster: { type: existing, dns: [\"10.9.0.53:53\"], podCIDRs: [10.9.64.0/18], storageClass: fast } }\n", api.MaxKnownPods},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := head + tt.region + "kubernetes: { serviceCidr: 192.168.0.0/16 }\n"
			parse(t, fmt.Appendf(nil, src, tt.most))
			_, err := spec.Parse("ring.yaml", fmt.Appendf(nil, src, tt.most+1))
			want := fmt.Sprintf("ring.yaml:7: regions[0].members: %d; want 1 to %d\n", tt.most+1, tt.most)
			if got := fmt.Sprintln(err); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// TestFrontendSubnet holds where the load balancer of a cluster on AKS is.
func TestFrontendSubnet(t *testing.T) {
	tests := []struct{ pods, nodes, gateway, want string }{
		{"10.1.0.0/17", "10.1.128.0/24", "10.1.129.0/27", "10.1.129.32/28"},
		{"10.1.128.0/17", "10.1.0.0/24", "10.1.1.0/27", "10.1.1.32/28"},
		{"10.1.128.0/17", "10.1.4.0/24", "10.1.5.0/27", "10.1.0.0/28"},
		{"10.1.0.0/17", "10.1.192.0/18", "10.1.128.0/18", ""},
	}
	for _, tt := range tests {
		r := spec.Region{VNet: "10.1.0.0/16", NodeSubnet: tt.nodes, GatewaySubnet: tt.gateway, Cluster: spec.Cluster{PodSubnet: tt.pods}}
		got := ""
		if p, ok := r.FrontendSubnet(); ok {
			got = p.String()
		}
		if got != tt.want {
			t.Errorf("pods %s, nodes %s, gateway %s: %q, want %q", tt.pods, tt.nodes, tt.gateway, got, tt.want)
		}
	}
}

// TestUnusual holds that the edges of the rules are inside, and what reaches
// the compiler from values that YAML could turn into others.
func TestUnusual(t *testing.T) {
	ring := parse(t, read(t, "unusual.yaml"))
	here := ring.Regions[0]
	got := map[string]any{
		"config": ring.Cassandra.Config, "tags": ring.Tags, "dnsSuffix": ring.DNSSuffix, "racks": here.RackValues(),
		"replicas": []int{here.Replicas(0), here.Replicas(1)}, "zones": here.LocationZones(),
		"fault domains": ring.Regions[1].RackValues(), "none": ring.Regions[1].LocationZones(),
		"all": ring.Regions[2].LocationZones(), "storage": ring.Cassandra.StorageGiB(),
		"derived": []string{ring.Regions[1].NodeSubnet, ring.Regions[1].GatewaySubnet, ring.Regions[1].Cluster.FirstConsecutiveStaticIP},
	}
	want := map[string]any{
		"config": map[string]any{
			"compaction_throughput": "64MiB/s", "concurrent_reads": uint64(18446744073709551615), "phi_convict_threshold": 8.5,
			"hinted_handoff_enabled": false, "hinted_handoff_disabled_datacenters": []any{},
			"memtable": map[string]any{"configurations": map[string]any{"default": map[string]any{"class_name": "TrieMemtable"}}},
		},
		"tags":      map[string]string{"team": "[not an expression", "cost center": "größe"},
		"dnsSuffix": "0000", "racks": []string{"b", "a"}, "replicas": []int{2, 2}, "zones": []string{"b", "a"},
		"fault domains": []string{"0", "1", "2"}, "none": []string(nil), "all": []string{"1", "2", "3"}, "storage": 4,
		"derived": []string{"192.168.0.0/24", "192.168.1.0/27", "192.168.0.250"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unusual.yaml (-want +got):\n%s", diff)
	}
}

// TestBytes holds that line endings and a byte order mark change nothing.
func TestBytes(t *testing.T) {
	src := read(t, "complete.yaml")
	want := parse(t, src)
	for name, changed := range map[string][]byte{
		"CRLF": bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), "CR": bytes.ReplaceAll(src, []byte("\n"), []byte("\r")),
		"byte order mark": append([]byte("\ufeff"), src...), "no final newline": bytes.TrimSuffix(src, []byte("\n")),
		"end marker": append(bytes.Clone(src), "...\n"...), "start marker": append([]byte("---\n"), src...),
	} {
		if diff := cmp.Diff(want, parse(t, changed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestStarter holds that a new file is refused for what only its user knows, and nothing else.
func TestStarter(t *testing.T) {
	got := report(t, []byte(spec.Starter("3f9a1c")))
	for line := range strings.Lines(got) {
		if !strings.Contains(line, ": sidecar.image: missing") && !strings.Contains(line, ".cluster.apiServerCIDRs: missing") {
			t.Errorf("unwanted: %s", line)
		}
	}
	if !strings.Contains(got, "sidecar.image") || !strings.Contains(got, "apiServerCIDRs") {
		t.Errorf("want sidecar.image and apiServerCIDRs, got\n%s", got)
	}
}

// TestSizes holds what a size's name says against what Azure's pages say of it.
func TestSizes(t *testing.T) {
	tests := []struct {
		size                                  string
		firstGeneration, premium, accelerated bool
	}{
		{"Standard_D2ds_v5", false, true, true},
		{"Standard_E4ds_v5", false, true, true},
		{"Standard_E8-2ds_v5", false, true, true},
		{"Standard_D4_v5", false, false, true},
		{"Standard_D2_v4", false, false, true},
		{"Standard_D2_v3", true, false, true},
		{"Standard_E64i_v3", true, false, true},
		{"Standard_D2s_v3", false, true, true},
		{"Standard_D3_v2", true, false, true},
		{"Standard_DS3_v2", false, true, true},
		{"Standard_DS1_v2", false, true, false},
		{"Standard_D1_v2", true, false, false},
		{"Standard_A2_v2", true, false, false},
		{"Standard_A8m_v2", true, false, false},
		{"Standard_B2ms", false, true, false},
		{"Standard_B2s_v2", false, true, true},
		{"Standard_F4", true, false, true},
		{"Standard_F4s_v2", false, true, true},
		{"Standard_F1s", false, true, false},
		{"Standard_M128", false, true, true},
		{"Standard_L8s_v3", false, true, true},
		{"Standard_NC4as_T4_v3", false, true, true},
	}
	for _, tt := range tests {
		got := []bool{spec.FirstGeneration(tt.size), spec.PremiumDisks(tt.size), spec.AcceleratedNetworking(tt.size)}
		if diff := cmp.Diff([]bool{tt.firstGeneration, tt.premium, tt.accelerated}, got); diff != "" {
			t.Errorf("%s: first generation, premium disks, accelerated networking (-want +got):\n%s", tt.size, diff)
		}
	}
}
