package generator_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/spec"
)

// everyField is a spec in which every field that compiles today is written out.
const everyField = `
apiVersion: ringwright/v1
kind: Ring
name: customers
dnsSuffix: 3f9a1c
founder: east
link: gateway
gateway: { sku: VpnGw1AZ, peerAddress: fqdn }
links: []
kubernetes: { version: "1.36", serviceCidr: 10.0.0.0/16 }
cassandra:
  version: 5.0.9
  image: cassandra:5.0.9
  storage: 512Gi
  cpu: "2"
  memory: 8Gi
  heap: 4Gi
  replicationFactor: 3
  numTokens: 16
  config: { concurrent_writes: 64 }
  jvmOptions: [-ea]
sidecar: { image: "registry.example.com/sidecar:1", pullSecret: registry }
tags: { team: storage }
regions:
- location: eastus
  name: east
  subscription: 00000000-0000-0000-0000-000000000001
  resourceGroup: group-one
  datacenter: dc-one
  vnet: 10.1.0.0/16
  nodeSubnet: 10.1.0.0/17
  gatewaySubnet: 10.1.128.0/27
  members: 3
  racks: faultDomain
  faultDomains: 3
  zones: ["1", "2", "3"]
  replace: { cassandra-1-0: 11111111-2222-3333-4444-555555555555 }
  cluster:
    type: vm
    controlPlanes: 1
    controlPlaneSize: Standard_D2ds_v5
    memberSize: Standard_E4ds_v5
    adminUsername: azureuser
    sshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC one
    apiServerCIDRs: [203.0.113.0/24]
    dnsPrefix: customers-east-3f9a1c
    addressesPerNode: 32
    firstConsecutiveStaticIP: 10.1.127.250
    dataDiskSku: Premium_LRS
    packageMirror: https://packages.example.com/kubernetes
    apiModel: ""
- location: southcentralus
  vnet: 10.2.0.0/16
  cluster:
    apiServerCIDRs: [203.0.113.0/24]
    sshPublicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC two
`

// other is, for every field, another value, and words that must then be in what
// the spec compiles to. A field without words changes output that has no word
// of its own.
var other = map[string]struct {
	value any
	words []string
}{
	"name":                {"orders", []string{"orders-east-m0"}},
	"dnsSuffix":           {"zz99", []string{"customers-east-gw-zz99"}},
	"founder":             {"none", nil},
	"link":                {"peering", []string{"virtualNetworkPeerings"}},
	"gateway.sku":         {"VpnGw3AZ", []string{`"VpnGw3AZ"`, "Generation2"}},
	"gateway.peerAddress": {"parameter", []string{"southcentralusGatewayIp"}},
	"links": {[]map[string]any{{"name": "hq", "gatewayIp": "203.0.113.7", "prefixes": []string{"10.9.0.0/16"}}},
		[]string{`"gatewayIpAddress": "203.0.113.7"`, "hqSharedKey", "10.9.0.0/16"}},
	"kubernetes.version":                          {"1.35.4", []string{"KUBERNETES_VERSION=''1.35.4''"}},
	"kubernetes.serviceCidr":                      {"172.20.0.0/16", []string{"172.20.0.10:53", "SERVICE_CIDR=''172.20.0.0/16''"}},
	"cassandra.version":                           {"4.1.10", []string{"4.1.10"}},
	"cassandra.image":                             {"mirror.example.com/cassandra:1", []string{"mirror.example.com/cassandra:1"}},
	"cassandra.storage":                           {"100Gi", []string{`storage: "100Gi"`, `"diskSizeGB": 100`}},
	"cassandra.cpu":                               {"750m", []string{"750m"}},
	"cassandra.memory":                            {"9Gi", []string{`memory: "9Gi"`}},
	"cassandra.heap":                              {"3Gi", []string{"heap: 3Gi"}},
	"cassandra.replicationFactor":                 {2, []string{"allocationReplicationFactor: 2"}},
	"cassandra.numTokens":                         {8, []string{"numTokens: 8"}},
	"cassandra.config":                            {map[string]any{"concurrent_reads": 77}, []string{"concurrent_reads: 77"}},
	"cassandra.jvmOptions":                        {[]string{"-Dmarker=1"}, []string{"-Dmarker=1"}},
	"sidecar.image":                               {"registry.example.com/other:2", []string{"registry.example.com/other:2"}},
	"sidecar.pullSecret":                          {"other-secret", []string{"name: other-secret"}},
	"tags":                                        {map[string]string{"owner": "marker"}, []string{`"owner":`, `"marker"`}},
	"regions[0].location":                         {"westeurope", []string{"westeurope-fd0", "customers-east-gw-3f9a1c.westeurope.cloudapp.azure.com"}},
	"regions[0].name":                             {"first", []string{"customers-first-m0"}},
	"regions[0].subscription":                     {"00000000-0000-0000-0000-000000000002", []string{"00000000-0000-0000-0000-000000000002"}},
	"regions[0].resourceGroup":                    {"group-two", []string{"group-two"}},
	"regions[0].datacenter":                       {"dc-two", []string{"datacenter: dc-two"}},
	"regions[0].vnet":                             {"10.4.0.0/15", []string{`"10.4.0.0/15"`}},
	"regions[0].nodeSubnet":                       {"10.1.0.0/18", []string{`"10.1.0.0/18"`}},
	"regions[0].gatewaySubnet":                    {"10.1.200.0/26", []string{`"10.1.200.0/26"`}},
	"regions[0].members":                          {6, []string{"customers-east-m5", "members: 6"}},
	"regions[0].racks":                            {"zone", []string{"eastus-1", `"zones": ["3"]`}},
	"regions[0].faultDomains":                     {1, []string{`"platformFaultDomainCount": 1`}},
	"regions[0].zones":                            {[]string{"2", "1", "3"}, []string{"eastus-2"}},
	"regions[0].replace":                          {map[string]string{"cassandra-2-0": "99999999-2222-3333-4444-555555555555"}, []string{"99999999-2222-3333-4444-555555555555"}},
	"regions[0].cluster.controlPlanes":            {3, []string{"customers-east-cp2"}},
	"regions[0].cluster.controlPlaneSize":         {"Standard_D4as_v5", []string{"Standard_D4as_v5"}},
	"regions[0].cluster.memberSize":               {"Standard_L8s_v3", []string{"Standard_L8s_v3"}},
	"regions[0].cluster.adminUsername":            {"operator", []string{"/home/operator/"}},
	"regions[0].cluster.sshPublicKey":             {"", []string{"[parameters('sshPublicKey')]"}},
	"regions[0].cluster.apiServerCIDRs":           {[]string{"198.51.100.7/32"}, []string{"198.51.100.7/32"}},
	"regions[0].cluster.dnsPrefix":                {"another-name", []string{"another-name.eastus.cloudapp.azure.com"}},
	"regions[0].cluster.addressesPerNode":         {16, []string{"POD_BLOCK=''10.1.0.16/28''"}},
	"regions[0].cluster.firstConsecutiveStaticIP": {"10.1.127.240", []string{"10.1.127.240"}},
	"regions[0].cluster.dataDiskSku":              {"StandardSSD_LRS", []string{`"sku": { "name": "StandardSSD_LRS" }`}},
	"regions[0].cluster.apiModel":                 {"unfilled.json", []string{"`unfilled.json`", "`masterProfile.vmSize`: the spec says otherwise"}},
	"regions[0].cluster.packageMirror":            {"https://other.example.com/apt", []string{"PACKAGE_MIRROR=''https://other.example.com/apt''"}},
}

// fixed are the fields that have one value today, so that no other can reach the output.
var fixed = []string{
	"apiVersion", "kind", "regions[0].cluster.type",
	"regions[0].cluster.networkPlugin", "regions[0].cluster.networkPluginMode",
	"regions[0].cluster.podSubnet", "regions[0].cluster.systemSize", "regions[0].cluster.storageSku", // TestEveryFieldOnAKS
	"regions[0].cluster.dns", "regions[0].cluster.podCIDRs", "regions[0].cluster.storageClass", // TestEveryFieldOfAnExistingCluster
}

// TestEveryFieldReachesTheOutput changes one field at a time. A field that
// changes nothing is one a user writes in vain.
func TestEveryFieldReachesTheOutput(t *testing.T) {
	fields := fieldPaths(reflect.TypeOf(spec.Ring{}), "")
	for _, path := range fields {
		if _, ok := other[path]; !ok && !slices.Contains(fixed, path) {
			t.Errorf("%s: no other value is tried", path)
		}
	}
	base := generate(t, []byte(everyField))
	for _, path := range slices.Sorted(maps.Keys(other)) {
		t.Run(path, func(t *testing.T) {
			if !slices.Contains(fields, path) {
				t.Fatal("there is no such field")
			}
			changed := withModels(t, string(withValue(t, path, other[path].value)))
			text, before := joined(changed), joined(base)
			if text == before {
				t.Error("changes nothing")
			}
			for _, word := range other[path].words {
				if !strings.Contains(text, word) || strings.Contains(before, word) {
					t.Errorf("%s: in the changed output %v, in the base %v", word, strings.Contains(text, word), strings.Contains(before, word))
				}
			}
		})
	}
}

func joined(files generator.Files) string {
	var b strings.Builder
	for _, p := range files.Paths() {
		b.WriteString(p + "\n")
		b.Write(files[p])
	}
	return b.String()
}

// fieldPaths are the fields of a spec as its YAML names them, lists of regions
// by their first element, what users name themselves as a whole.
func fieldPaths(t reflect.Type, at string) []string {
	var paths []string
	for i := range t.NumField() {
		f := t.Field(i)
		path := strings.TrimPrefix(at+"."+f.Tag.Get("yaml"), ".")
		switch {
		case f.Tag.Get("yaml") == "-": // not the language's
		case f.Type.Kind() == reflect.Struct:
			paths = append(paths, fieldPaths(f.Type, path)...)
		case f.Name == "Regions":
			paths = append(paths, fieldPaths(f.Type.Elem(), path+"[0]")...)
		default:
			paths = append(paths, path)
		}
	}
	return paths
}

// follows is what has to change with a field for the spec to stay right.
var follows = map[string]map[string]any{
	"link":                    {"gateway": map[string]any{}},
	"regions[0].name":         {"founder": "first"},
	"regions[0].racks":        {"regions[0].replace": map[string]string{}},
	"regions[0].faultDomains": {"regions[0].replace": map[string]string{}},
	"regions[0].zones":        {"regions[0].racks": "zone", "regions[0].replace": map[string]string{}},
	"regions[0].nodeSubnet":   {"regions[0].cluster.firstConsecutiveStaticIP": "10.1.63.250"},
	"regions[0].vnet": {
		"regions[0].nodeSubnet": "10.4.0.0/17", "regions[0].gatewaySubnet": "10.4.128.0/27",
		"regions[0].cluster.firstConsecutiveStaticIP": "10.4.127.250",
	},
}

// withValue is everyField with another value at a path.
func withValue(t *testing.T, path string, value any) []byte {
	t.Helper()
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(everyField), &tree); err != nil {
		t.Fatal(err)
	}
	set(tree, path, value)
	for also, value := range follows[path] {
		set(tree, also, value)
	}
	data, err := yaml.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// set puts a value at a path of a tree.
func set(tree map[string]any, path string, value any) {
	keys := strings.Split(strings.ReplaceAll(path, "[0]", ""), ".")
	var at any = tree
	for _, key := range keys[:len(keys)-1] {
		at = at.(map[string]any)[key]
		if list, ok := at.([]any); ok {
			at = list[0]
		}
	}
	m, ok := at.(map[string]any)
	if !ok {
		panic(fmt.Sprintf("%s is not in the spec", path))
	}
	m[keys[len(keys)-1]] = value
}
