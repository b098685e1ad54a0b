package verify_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/verify"
)

const head = `apiVersion: ringwright/v1
kind: Ring
name: customers
dnsSuffix: 3f9a1c
`

const image = "sidecar: { image: registry.example/ringwright-sidecar:1 }\n"

// specs are rings that compile to good documents, by name.
var specs = map[string]string{
	// two regions, three members in three fault domains each
	"two": head + image + `regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24, 198.51.100.7/32] } }
`,
	// racks by zone, three control planes behind an internal load balancer
	"zones": head + image + `regions:
- { location: eastus, vnet: 10.1.0.0/16, racks: zone, members: 6, cluster: { controlPlanes: 3, apiServerCIDRs: [0.0.0.0/0] } }
- { location: westus3, vnet: 10.2.0.0/16, racks: zone, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`,
	// peers' addresses as parameters, names with hyphens
	"parameter": head + image + `gateway: { sku: VpnGw2AZ, peerAddress: parameter }
regions:
- { location: eastus, name: us-1, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: eastus, name: us-2, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`,
	"three": head + `founder: none
kubernetes: { serviceCidr: 172.16.0.0/16 }
sidecar: { image: "registry.example:5000/ringwright-sidecar:1", pullSecret: registry }
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [10.1.0.0/16] } }
- { location: westeurope, vnet: 192.168.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], addressesPerNode: 64 } }
`,
	// a cluster that exists, behind a link, and a network where nobody of the ring is
	"hybrid": head + image + `gateway: { peerAddress: parameter }
links:
- { name: frankfurt, gatewayIp: 203.0.113.7, prefixes: [10.30.0.0/16] }
- { name: office, fqdn: vpn.example.com, prefixes: [10.40.0.0/16, 10.42.0.0/16] }
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: frankfurt, zones: [a, b, c], cluster: { type: existing, dns: ["10.30.0.53:53", "10.30.1.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast } }
`,
	// one region with a gateway for its link alone
	"link": head + image + `links: [{ name: office, fqdn: vpn.example.com, prefixes: [10.40.0.0/16] }]
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`,
	// nothing in Azure
	"elsewhere": head + image + `regions:
- { location: frankfurt, zones: [a, b, c], cluster: { type: existing, dns: ["10.30.0.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast } }
- { location: eu-west-1, racks: faultDomain, faultDomains: 3, cluster: { type: existing, dns: ["10.31.0.53:53"], podCIDRs: [10.31.64.0/18], storageClass: gp3 } }
`,
	// peered, the second region in a subscription of its own
	"peering": head + image + `link: peering
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: southcentralus, vnet: 10.2.0.0/16, subscription: 11111111-2222-3333-4444-555555555555, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: westeurope, vnet: 10.3.0.0/16, resourceGroup: europe, gatewaySubnet: 10.3.255.0/24, cluster: { controlPlanes: 3, apiServerCIDRs: [203.0.113.0/24] } }
`,
	// peered, with a cluster that exists between the two
	"peering and existing": head + image + `link: peering
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: frankfurt, zones: [a, b, c], cluster: { type: existing, dns: ["10.30.0.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`,
	// AKS in one region, machines in the other
	"aks": head + image + `regions:
- { location: eastus, vnet: 10.1.0.0/16, members: 6, cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
`,
	// AKS after machines and a cluster that exists, peered
	"peering and aks": head + image + `link: peering
regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: frankfurt, zones: [a, b, c], cluster: { type: existing, dns: ["10.30.0.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast } }
- { location: southcentralus, vnet: 10.2.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }
- { location: westus3, vnet: 10.3.0.0/16, cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] } }
`,
	// AKS alone, which everybody may reach, and in a zone of two
	"managed": head + image + `tags: { team: storage }
regions:
- { location: westus3, vnet: 10.1.0.0/16, zones: ["2", "3"], cluster: { type: aks, apiServerCIDRs: [0.0.0.0/0], storageSku: PremiumV2_LRS } }
`,
	"one": head + image + `regions:
- { location: eastus, vnet: 10.1.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], sshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop } }
`,
}

// compiled is a ring's plan and its files.
type compiled struct {
	plan  *plan.Plan
	files map[string][]byte
}

var (
	compiling sync.Mutex
	rings     = map[string]compiled{}
)

// ring compiles a spec once. The files are the caller's to change.
func ring(t testing.TB, name string) (*plan.Plan, map[string][]byte) {
	t.Helper()
	compiling.Lock()
	defer compiling.Unlock()
	if _, ok := rings[name]; !ok {
		rings[name] = compile(t, specs[name])
	}
	return rings[name].plan, maps.Clone(rings[name].files)
}

func compile(t testing.TB, spec string) compiled {
	t.Helper()
	p, err := generator.Plan("ring.yaml", []byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	files, err := generator.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return compiled{p, files}
}

func TestGoodRings(t *testing.T) {
	for name := range specs {
		t.Run(name, func(t *testing.T) {
			p, files := ring(t, name)
			if err := verify.Ring(p, files); err != nil {
				t.Error(err)
			}
		})
	}
}

// mesh is a ring of n regions in one location, each joined to all others.
func mesh(n int) string {
	var b strings.Builder
	b.WriteString(head + image + "gateway: { sku: VpnGw4AZ }\nkubernetes: { serviceCidr: 172.16.0.0/16 }\nregions:\n")
	for i := range n {
		fmt.Fprintf(&b, "- { location: eastus, name: r%d, vnet: 10.%d.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", i, i)
	}
	return b.String()
}

// peered is the same ring with its VNets peered.
func peered(n int) string {
	return strings.Replace(mesh(n), "gateway: { sku: VpnGw4AZ }", "link: peering", 1)
}

func BenchmarkRing(b *testing.B) {
	specs := map[string]string{"regions=2": mesh(2), "regions=10": mesh(10), "regions=50": mesh(50), "peered=20": peered(20)}
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		b.Run(name, func(b *testing.B) {
			c := compile(b, specs[name])
			size := 0
			for _, data := range c.files {
				size += len(data)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := verify.Ring(c.plan, c.files); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
