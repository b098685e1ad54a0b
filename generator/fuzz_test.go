package generator_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/spec"
)

// holds demands that a spec which passes every rule compiles, and that one
// which does not is the user's to mend: then check is complete and verify right.
func holds(t *testing.T, src []byte, models ...spec.Model) {
	t.Helper()
	_, err := generator.Generate("ring.yaml", src, models...)
	var problems *spec.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("passes every rule and does not compile: %v\n%s", err, src)
	}
}

// FuzzGenerate changes specs byte by byte.
func FuzzGenerate(f *testing.F) {
	f.Add(readFile(f, "../ring.yaml"))
	f.Add([]byte(everyField))
	f.Add(readFile(f, hybrid))
	f.Add(readFile(f, aksZones))
	f.Add(readFile(f, "../examples/mixed/ring.yaml"))
	names, err := filepath.Glob("testdata/variants/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(txtar.Parse(data).Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) { holds(t, src) })
}

// FuzzChoices builds specs out of numbers, most of which pass: sizes of
// networks and blocks, counts, kinds of racks and links.
func FuzzChoices(f *testing.F) {
	f.Add(uint8(2), uint8(3), uint8(1), uint8(0), uint8(5), uint8(16), uint8(3), uint8(0))
	f.Add(uint8(1), uint8(48), uint8(5), uint8(1), uint8(4), uint8(20), uint8(3), uint8(1))
	f.Add(uint8(8), uint8(6), uint8(3), uint8(2), uint8(8), uint8(14), uint8(2), uint8(3))
	f.Add(uint8(3), uint8(1), uint8(1), uint8(0), uint8(3), uint8(24), uint8(1), uint8(2))
	f.Add(uint8(1), uint8(3), uint8(1), uint8(0), uint8(5), uint8(16), uint8(3), uint8(12))
	f.Add(uint8(0), uint8(6), uint8(1), uint8(1), uint8(5), uint8(1), uint8(3), uint8(13))
	f.Add(uint8(2), uint8(3), uint8(0), uint8(1), uint8(5), uint8(0), uint8(3), uint8(8))
	f.Add(uint8(4), uint8(3), uint8(3), uint8(1), uint8(5), uint8(16), uint8(3), uint8(2))
	f.Add(uint8(3), uint8(6), uint8(1), uint8(0), uint8(4), uint8(18), uint8(3), uint8(7))
	const elsewhere = " subscription: 11111111-2222-3333-4444-555555555555, resourceGroup: shared,"
	f.Fuzz(func(t *testing.T, regions, members, controlPlanes, racks, addresses, bits, replicas, kind uint8) {
		var b strings.Builder
		fmt.Fprintf(&b, "apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\n"+
			"%s\ncassandra: { replicationFactor: %d }\n"+
			"sidecar: { image: \"r/s:1\" }\nregions:\n",
			[]string{"gateway: { peerAddress: fqdn }", "gateway: { peerAddress: parameter }", "link: peering", "link: peering"}[kind%4], replicas%6)
		for i := range int(regions%5) + 1 {
			// A vnet of any size from /12 to /27, each in a range of its own.
			fmt.Fprintf(&b, "- { location: %s, name: r%d, vnet: 10.%d.0.0/%d, members: %d, racks: %s,%s\n"+
				"    cluster: { apiServerCIDRs: [203.0.113.0/24], controlPlanes: %d, addressesPerNode: %d } }\n",
				[]string{"eastus", "westus2", "northcentralus"}[i%3], i, 16*(i+1), 12+bits%16, members%50,
				[]string{"faultDomain", "zone"}[racks%2], []string{"", elsewhere, ""}[(int(kind)/4+i)%3], []int{1, 3, 5}[controlPlanes%3], 1<<(addresses%10))
		}
		if kind&4 > 0 {
			fmt.Fprintf(&b, "- { location: frankfurt, zones: [a, b, c], members: %d, racks: %s, faultDomains: 2,\n"+
				"    cluster: { type: existing, dns: [\"10.200.%d.53:53\"], podCIDRs: [10.200.0.0/%d], storageClass: fast } }\n",
				members%50, []string{"faultDomain", "zone"}[controlPlanes%2], addresses, 15+bits%16)
		}
		if kind&8 > 0 {
			fmt.Fprintf(&b, "links: [{ name: hq, %s, prefixes: [10.200.0.0/%d, 10.2%d.0.0/16] }]\n",
				[]string{"gatewayIp: 203.0.113.7", "fqdn: vpn.example.com"}[racks%2], 15+bits%3, addresses%60)
		}
		holds(t, []byte(b.String()))
	})
}

// FuzzModel changes API models byte by byte.
func FuzzModel(f *testing.F) {
	names, err := filepath.Glob(modelsDir + "/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		f.Add(readFile(f, name))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		holds(t, []byte(modelSpec("model.json", "location: eastus\n  vnet: 10.1.0.0/16")), spec.Model{Path: "model.json", Data: src})
		text, err := spec.Import("3f9a1c", spec.Model{Path: "model.json", Data: src})
		if err == nil {
			holds(t, []byte(text))
		}
	})
}
