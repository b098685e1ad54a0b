package e2e

import (
	"os"
	"strings"
	"testing"
)

// machines is the world's spec with other texts in the place of some, which have
// to be there.
func machines(t *testing.T, replace ...string) []byte {
	t.Helper()
	text, err := os.ReadFile("ring.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spec := string(text)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(spec, replace[i]) {
			t.Fatalf("ring.yaml has no %q", replace[i])
		}
		spec = strings.ReplaceAll(spec, replace[i], replace[i+1])
	}
	return []byte(spec)
}

// TestPeering is the story over peered VNets.
func TestPeering(t *testing.T) {
	Run(t, Options{Spec: machines(t, "link: gateway", "link: peering")}, func(w *World) {
		w.WantCompiled()
		w.tellStory()
	})
}

// existing is the second region as a cluster that exists, behind a link.
const existing = `- location: frankfurt
  zones: [a, b, c]
  cluster:
    type: existing
    podCIDRs: [10.2.0.0/17]
    dns: ["10.2.0.32:30053", "10.2.0.64:30053"]
    storageClass: fast-local
`

// TestExisting is the story over one region of machines and a cluster that
// exists, without a metadata service: its racks are the zones on its nodes'
// labels, its volumes those of a class that it has.
func TestExisting(t *testing.T) {
	spec := string(machines(t, "regions:\n", "links:\n"+
		"- name: frankfurt\n"+
		"  fqdn: customers-southcentralus-gw-3f9a1c.southcentralus.cloudapp.azure.com\n"+
		"  prefixes: [10.2.0.0/16]\n"+
		"regions:\n"))
	spec = spec[:strings.Index(spec, "- location: southcentralus")] + existing
	Run(t, Options{Spec: []byte(spec), Lent: []Lent{{
		Region: "frankfurt", Spec: machines(t), As: "southcentralus", Link: "frankfurt", Silent: true,
		Labels: []string{"topology.kubernetes.io/zone=frankfurt-a", "topology.kubernetes.io/zone=frankfurt-b", "topology.kubernetes.io/zone=frankfurtc"},
		Racks:  []string{"rack-a", "rack-b", "rack-c"},
	}}}, func(w *World) {
		w.WantCompiled()
		w.tellStory()
	})
}

// TestAKS is the story with the manifests for AKS, on clusters of machines: the
// templates' clusters cannot be had here, and volumes are local ones under the
// storage class that the members ask for.
func TestAKS(t *testing.T) {
	aks := machines(t, "link: gateway", "link: peering",
		"    firstConsecutiveStaticIP: 10.1.127.250\n", "    type: aks\n", "    firstConsecutiveStaticIP: 10.2.127.250\n", "    type: aks\n")
	lent := machines(t, "link: gateway", "link: peering", "  cluster:\n", "  racks: zone\n  cluster:\n")
	o := Options{Spec: aks}
	for _, region := range []string{"eastus", "southcentralus"} {
		o.Lent = append(o.Lent, Lent{
			Region: region, Spec: lent, As: region,
			Labels: []string{"ringwright/rack=rack-1", "ringwright/rack=rack-2", "ringwright/rack=rack-3"},
			Racks:  []string{"rack-1", "rack-2", "rack-3"},
		})
	}
	Run(t, o, func(w *World) {
		w.WantCompiled()
		w.tellStory()
	})
}
