package generator_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
)

// bigSpec is a full mesh of n regions.
func bigSpec(n int) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\n" +
		"gateway: { sku: VpnGw4AZ }\nkubernetes: { serviceCidr: 172.16.0.0/16 }\n" +
		"sidecar: { image: \"registry.example.com/ringwright-sidecar:1\" }\nregions:\n")
	for i := range n {
		fmt.Fprintf(&b, "- { location: eastus, name: r%d, vnet: 10.%d.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", i, i)
	}
	return []byte(b.String())
}

// peeredSpec is the same ring with its VNets peered.
func peeredSpec(n int) []byte {
	return bytes.Replace(bigSpec(n), []byte("gateway: { sku: VpnGw4AZ }"), []byte("link: peering"), 1)
}

func TestEqualInputGivesEqualOutput(t *testing.T) {
	src := readFile(t, "../ring.yaml")
	want := generate(t, src)
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		if diff := cmp.Diff(want, generate(t, src)); diff != "" {
			t.Errorf("with %d processors:\n%s", procs, diff)
		}
	}
}

// TestStatefulSetsDoNotKnowPeers holds the pod templates apart from what may
// change without a restart: peers, members elsewhere and the founder.
func TestStatefulSetsDoNotKnowPeers(t *testing.T) {
	two := string(bigSpec(2))
	specs := map[string]string{
		"a third region":     string(bigSpec(3)),
		"founder none":       strings.Replace(two, "regions:", "founder: none\nregions:", 1),
		"a lost member":      strings.Replace(two, "name: r0,", "name: r0, replace: { cassandra-1-0: 11111111-2222-3333-4444-555555555555 },", 1),
		"members elsewhere":  strings.Replace(two, "name: r1,", "name: r1, members: 6,", 1),
		"another datacenter": strings.Replace(two, "name: r1,", "name: r1, datacenter: other,", 1),
	}
	base := statefulSets(generate(t, []byte(two)), "r0/")
	if len(base) != 3 {
		t.Fatalf("%d StatefulSets in r0, want 3", len(base))
	}
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		if diff := cmp.Diff(base, statefulSets(generate(t, []byte(specs[name])), "r0/")); diff != "" {
			t.Errorf("%s changes r0's pods:\n%s", name, diff)
		}
	}
}

func statefulSets(files generator.Files, region string) map[string]string {
	sets := map[string]string{}
	for p, data := range files {
		if strings.HasPrefix(p, region+"60-") {
			sets[p] = string(data)
		}
	}
	return sets
}

// TestChecksumChangesWithWhatNeedsARestart is the other side: what Cassandra
// reads at its start must be seen by restart.sh.
func TestChecksumChangesWithWhatNeedsARestart(t *testing.T) {
	base := string(bigSpec(1))
	before := statefulSets(generate(t, []byte(base)), "r0/")
	for _, change := range []string{
		"cassandra: { config: { concurrent_writes: 64 } }", "cassandra: { jvmOptions: [-ea] }", "cassandra: { heap: 2Gi }",
		"cassandra: { image: \"cassandra:5.0.8\" }", "cassandra: { memory: 16Gi }",
	} {
		after := statefulSets(generate(t, []byte(strings.Replace(base, "regions:", change+"\nregions:", 1))), "r0/")
		if cmp.Equal(before, after) {
			t.Errorf("%s changes no pod template, so restart.sh would not see it", change)
		}
	}
}

// TestFewerMembersThanRacks: a rack without a member has a StatefulSet of none
// and, where racks are zones, no machine.
func TestFewerMembersThanRacks(t *testing.T) {
	for _, region := range []string{
		"cluster: { apiServerCIDRs: [203.0.113.0/24] }",
		"racks: zone, cluster: { apiServerCIDRs: [203.0.113.0/24] }",
		"cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] }",
	} {
		src := "apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\n" +
			"cassandra: { replicationFactor: 1 }\nsidecar: { image: \"registry.example.com/ringwright-sidecar:1\" }\n" +
			"regions: [{ location: eastus, vnet: 10.1.0.0/16, members: 1, " + region + " }]\n"
		if _, err := generator.Generate("ring.yaml", []byte(src)); err != nil {
			t.Errorf("%s: %v", region, err)
		}
	}
}

// size is how many bytes files have.
func size(files generator.Files) int {
	n := 0
	for _, data := range files {
		n += len(data)
	}
	return n
}

func BenchmarkGenerate(b *testing.B) {
	for _, tt := range []struct {
		name string
		src  []byte
	}{
		{"regions=2", bigSpec(2)}, {"regions=10", bigSpec(10)}, {"regions=50", bigSpec(50)}, {"peered=20", peeredSpec(20)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			output := 0
			for b.Loop() {
				output = size(generate(b, tt.src))
			}
			b.SetBytes(int64(output))
			b.ReportMetric(float64(output), "bytes/out")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(output), "ns/byte")
		})
	}
}
