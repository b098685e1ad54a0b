package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/spec"
)

// apiModel is an API model with so many members of a size, and more keys of its profiles.
func apiModel(members int, size, master, pool string) []byte {
	return fmt.Appendf(nil, `{ "apiVersion": "vlabs", "properties": {
  "orchestratorProfile": { "orchestratorType": "Kubernetes", "kubernetesConfig": { "networkPlugin": "azure" } },
  "masterProfile": { "count": 1, "vmSize": "Standard_D2_v2"%s },
  "agentPoolProfiles": [ { "name": "agentpri", "count": %d, "vmSize": %q%s } ],
  "linuxProfile": { "adminUsername": "azureUser", "ssh": { "publicKeys": [ { "keyData": "" } ] } } } }`, master, members, size, pool)
}

// imported is the ring that models become once their user has filled in what
// nobody else can know: locations from a list, ranges from 10.101.0.0/16 on.
func imported(t *testing.T, models ...[]byte) *spec.Ring {
	t.Helper()
	var files []spec.Model
	for i, data := range models {
		files = append(files, spec.Model{Path: fmt.Sprintf("%d.json", i), Data: data})
	}
	text, err := spec.Import("3f9a1c", files...)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.ReplaceAll(text, "apiServerCIDRs: [] ", "apiServerCIDRs: [203.0.113.0/24] ")
	text = strings.Replace(text, `image: "" `, "image: r/s:1 ", 1)
	for i, location := range []string{"eastus", "southcentralus", "westeurope"} {
		text = strings.Replace(text, `location: "" `, "location: "+location+" ", 1)
		text = strings.Replace(text, `vnet: "" `, fmt.Sprintf("vnet: 10.%d.0.0/16 ", 101+i), 1)
	}
	ring, err := spec.Parse("ring.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return ring
}

// TestImportRanges holds which VNet a region gets of vnetCidr, which may be the
// VNet's range, that of the nodes' subnet, or far more than either.
func TestImportRanges(t *testing.T) {
	master := func(cidr, first string) string {
		return fmt.Sprintf(`, "vnetCidr": %q, "vnetSubnetId": "", "firstConsecutiveStaticIP": %q`, cidr, first)
	}
	tests := []struct {
		name    string
		masters []string
		want    []string // vnet, nodeSubnet, gatewaySubnet, firstConsecutiveStaticIP of each region
	}{
		{"the subnet", []string{master("10.1.0.0/17", "10.1.127.250")}, []string{"10.1.0.0/16 10.1.0.0/17 10.1.128.0/27 10.1.127.250"}},
		{"the VNet, machines at its end", []string{master("10.239.0.0/16", "10.239.255.239")}, []string{"10.239.0.0/16 10.239.128.0/17 10.239.0.0/27 10.239.255.239"}},
		{"the VNet, machines in its lower half", []string{master("10.2.0.0/16", "10.2.127.250")}, []string{"10.2.0.0/16 10.2.0.0/17 10.2.128.0/27 10.2.127.250"}},
		{"an address among the members", []string{master("10.2.0.0/16", "10.2.1.5")}, []string{"10.2.0.0/16 10.2.0.0/17 10.2.128.0/27 10.2.127.250"}},
		{"everything private", []string{master("10.0.0.0/8", "10.240.255.5")}, []string{"10.101.0.0/16 10.101.0.0/17 10.101.128.0/27 10.101.127.250"}},
		{"nothing", []string{""}, []string{"10.101.0.0/16 10.101.0.0/17 10.101.128.0/27 10.101.127.250"}},
		{"two halves of one", []string{master("10.1.0.0/17", "10.1.127.250"), master("10.1.128.0/17", "10.1.255.250")}, []string{
			"10.1.0.0/17 10.1.64.0/18 10.1.0.0/27 10.1.127.250", "10.1.128.0/17 10.1.192.0/18 10.1.128.0/27 10.1.255.250",
		}},
		{"the same twice", []string{master("10.1.0.0/17", "10.1.127.250"), master("10.1.0.0/17", "10.1.127.250")}, []string{
			"10.101.0.0/16 10.101.0.0/17 10.101.128.0/27 10.101.127.250", "10.102.0.0/16 10.102.0.0/17 10.102.128.0/27 10.102.127.250",
		}},
	}
	for _, tt := range tests {
		var models [][]byte
		for _, m := range tt.masters {
			models = append(models, apiModel(3, "Standard_DS4_v2", m, ""))
		}
		var got []string
		for _, r := range imported(t, models...).Regions {
			got = append(got, strings.Join([]string{r.VNet, r.NodeSubnet, r.GatewaySubnet, r.Cluster.FirstConsecutiveStaticIP}, " "))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestImportFits holds what a ring asks of its members where a model's machines
// are few or small.
func TestImportFits(t *testing.T) {
	tests := []struct {
		name  string
		model []byte
		want  string // members, replicationFactor, racks, cpu, memory, heap, disk
	}{
		{"three", apiModel(3, "Standard_DS4_v2", "", ""), "3 3 [0 1 2] 2 8Gi 4Gi Premium_LRS"},
		{"one", apiModel(1, "Standard_DS4_v2", "", ""), "1 1 [0 1 2] 2 8Gi 4Gi Premium_LRS"},
		{"two", apiModel(2, "Standard_DS4_v2", "", ""), "2 2 [0 1 2] 2 8Gi 4Gi Premium_LRS"},
		{"four", apiModel(4, "Standard_DS4_v2", "", ""), "4 3 [0] 2 8Gi 4Gi Premium_LRS"},
		{"six", apiModel(6, "Standard_DS4_v2", "", ""), "6 3 [0 1 2] 2 8Gi 4Gi Premium_LRS"},
		{"six in two fault domains", apiModel(6, "Standard_DS4_v2", "", `, "platformFaultDomainCount": 2`), "6 3 [0] 2 8Gi 4Gi Premium_LRS"},
		{"six in two zones", apiModel(6, "Standard_DS4_v2", "", `, "availabilityZones": ["2", "3"]`), "6 3 [2] 2 8Gi 4Gi Premium_LRS"},
		{"small", apiModel(3, "Standard_D2s_v3", "", ""), "3 3 [0 1 2] 1500m 6Gi 3Gi Premium_LRS"},
		{"no premium disks", apiModel(3, "Standard_E4_v3", "", ""), "3 3 [0 1 2] 2 8Gi 4Gi StandardSSD_LRS"},
	}
	for _, tt := range tests {
		ring := imported(t, tt.model)
		r, k := ring.Regions[0], ring.Cassandra
		got := fmt.Sprint(r.Members, k.ReplicationFactor, r.RackValues(), " ", k.CPU, " ", k.Memory, " ", k.Heap, " ", r.Cluster.DataDiskSku)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if user := r.Cluster.AdminUsername; user != "azureuser" {
			t.Errorf("%s: adminUsername %s", tt.name, user)
		}
	}
}

// TestImportNames holds how regions in one location are told apart, and that
// models which differ in what a ring has one of are refused.
func TestImportNames(t *testing.T) {
	located := func(location, prefix, disk string) []byte {
		m := strings.Replace(string(apiModel(3, "Standard_DS4_v2", `, "dnsPrefix": "`+prefix+`"`, disk)), `"vlabs",`, `"vlabs", "location": "`+location+`",`, 1)
		return []byte(m)
	}
	var got []string
	for _, r := range imported(t, located("East US", "rings-a", ""), located("eastus", "rings-b", ""), located("eastus", "", "")).Regions {
		got = append(got, r.Name)
	}
	if diff := cmp.Diff([]string{"eastus", "rings-b", "eastus-2"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	_, err := spec.Import("3f9a1c", spec.Model{Path: "a.json", Data: located("eastus", "", `, "diskSizesGB": [64]`)}, spec.Model{Path: "b.json", Data: located("westus", "", `, "diskSizesGB": [65]`)})
	if want := "b.json:4: properties.agentPoolProfiles[0].diskSizesGB: 65Gi, and another model says 64Gi; a ring has one"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
