package acsengine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringwright/ringwright/generator/acsengine"
	"github.com/ringwright/ringwright/generator/messagetest"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/bad, and fail all the same")

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// parse reads a model that is right.
func parse(t testing.TB, name string) *acsengine.Model {
	t.Helper()
	m, problems := acsengine.Parse(read(t, name))
	if len(problems) > 0 {
		t.Fatal(report(problems))
	}
	return m
}

func report(problems []acsengine.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d: %s: %s\n", p.Line, p.Path, p.Message)
	}
	return b.String()
}

// said is what a model gives, each value with its line.
func said(m *acsengine.Model) map[string]string {
	all := map[string]string{}
	add := func(name string, value any, at acsengine.Place) {
		if at.Line > 0 {
			all[name] = fmt.Sprintf("%v:%d", value, at.Line)
		}
	}
	add("location", m.Location.Value, m.Location.Place)
	add("subscription", m.Subscription.Value, m.Subscription.Place)
	add("resourceGroup", m.ResourceGroup.Value, m.ResourceGroup.Place)
	add("vnetCidr", m.VNetCIDR.Value, m.VNetCIDR.Place)
	add("serviceCidr", m.ServiceCIDR.Value, m.ServiceCIDR.Place)
	add("controlPlanes", m.ControlPlanes.Value, m.ControlPlanes.Place)
	add("planeSize", m.PlaneSize.Value, m.PlaneSize.Place)
	add("dnsPrefix", m.DNSPrefix.Value, m.DNSPrefix.Place)
	add("static", m.FirstStaticIP.Value, m.FirstStaticIP.Place)
	add("members", m.Members.Value, m.Members.Place)
	add("memberSize", m.MemberSize.Value, m.MemberSize.Place)
	add("faultDomains", m.FaultDomains.Value, m.FaultDomains.Place)
	add("zones", m.Zones.Value, m.Zones.Place)
	add("disk", m.DiskGiB.Value, m.DiskGiB.Place)
	add("addresses", m.AddressesEach.Value, m.AddressesEach.Place)
	add("user", m.AdminUsername.Value, m.AdminUsername.Place)
	add("key", strings.HasPrefix(m.SSHPublicKey.Value, "ssh-ed25519 ") && strings.HasSuffix(m.SSHPublicKey.Value, " rings"), m.SSHPublicKey.Place)
	return all
}

// TestGood holds what is taken from models that people wrote and from those
// that the two releases wrote, which no release reads both.
func TestGood(t *testing.T) {
	const subscription = "6b3a3ef0-1c5e-4a55-9d0f-3a6c4b2e7d11"
	tests := map[string]map[string]string{
		"unfilled.json": {"controlPlanes": "1:6", "planeSize": "Standard_D2_v2:6", "members": "3:10", "memberSize": "Standard_DS4_v2:10", "user": "azureuser:12"},
		"east.json": {
			"location": "eastus:3", "subscription": subscription + ":13", "resourceGroup": "rings-east:13", "vnetCidr": "10.1.0.0/17:15",
			"serviceCidr": "10.0.0.0/16:7", "controlPlanes": "3:10", "planeSize": "Standard_D2s_v3:12", "dnsPrefix": "rings-east:11",
			"static": "10.1.127.240:14", "members": "3:20", "memberSize": "Standard_E4s_v3:21", "addresses": "64:24", "user": "azureuser:29", "key": "true:30",
		},
		"zones.json": {
			"location": "westeurope:3", "controlPlanes": "3:11", "planeSize": "Standard_D2s_v3:11", "dnsPrefix": "rings:11", "members": "6:15",
			"memberSize": "Standard_D8s_v3:15", "zones": "[1 2 3]:15", "disk": "256:15", "addresses": "32:8", "user": "azureuser:18",
		},
		"apimodel-v0.9.4.json": {
			"subscription": subscription + ":43", "resourceGroup": "rings-west:43", "vnetCidr": "10.2.0.0/17:44", "serviceCidr": "10.0.0.0/16:13",
			"controlPlanes": "1:40", "planeSize": "Standard_D2_v2:42", "dnsPrefix": "rings-west:41", "static": "10.2.127.250:45",
			"members": "3:56", "memberSize": "Standard_DS4_v2:57", "addresses": "32:16", "user": "azureuser:69", "key": "true:72",
		},
		"apimodel-last.json": {
			"location": "southcentralus:3", "subscription": subscription + ":53", "resourceGroup": "rings-south:53", "vnetCidr": "10.3.0.0/17:54",
			"serviceCidr": "10.0.0.0/16:16", "controlPlanes": "1:49", "planeSize": "Standard_D2_v2:52", "dnsPrefix": "rings-south:50",
			"static": "10.3.127.250:55", "members": "3:69", "memberSize": "Standard_DS4_v2:70", "addresses": "32:31", "user": "azureuser:86", "key": "true:87",
		},
	}
	files, err := filepath.Glob("testdata/good/*.json")
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d files, want %d: %v", len(files), len(tests), err)
	}
	for name, want := range tests {
		if diff := cmp.Diff(want, said(parse(t, "good/"+name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestCarried holds what of a model has no effect: each key once, and each
// reason once.
func TestCarried(t *testing.T) {
	got := map[string][]string{}
	for _, c := range parse(t, "good/apimodel-v0.9.4.json").Carried {
		got[strings.Join(strings.Fields(c.Why)[:3], " ")] = c.Keys
	}
	want := map[string][]string{
		"the ring makes": {"agentPoolProfiles.vnetSubnetID", "kubernetesConfig.clusterSubnet", "kubernetesConfig.dockerBridgeSubnet", "kubernetesConfig.nonMasqueradeCidr", "masterProfile.vnetCidr", "masterProfile.vnetSubnetID"},
		"kubeadm makes the": {
			"kubernetesConfig.addons", "kubernetesConfig.ctrlMgrNodeMonitorGracePeriod", "kubernetesConfig.ctrlMgrPodEvictionTimeout",
			"kubernetesConfig.ctrlMgrRouteReconciliationPeriod", "kubernetesConfig.dockerEngineVersion", "kubernetesConfig.gchighthreshold",
			"kubernetesConfig.gclowthreshold", "kubernetesConfig.kubernetesImageBase", "kubernetesConfig.nodeStatusUpdateFrequency",
		},
		"etcd is kubeadm's,":             {"kubernetesConfig.etcdDiskSizeGB", "kubernetesConfig.etcdVersion"},
		"the machines run":               {"agentPoolProfiles.distro", "masterProfile.distro"},
		"every disk is":                  {"agentPoolProfiles.storageProfile"},
		"`kubernetes.version` says what": {"orchestratorRelease", "orchestratorVersion"},
		"`ringwright secrets` makes":     {"certificateProfile"},
		"the clusters use":               {"servicePrincipalProfile"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := parse(t, "good/unfilled.json").Carried; len(c) > 0 {
		t.Errorf("what is empty is said to have no effect: %v", c)
	}
}

// TestBad has a file for each rule: its name is the rule, its comment the
// reason, and want the whole report.
func TestBad(t *testing.T) {
	messagetest.Bad(t, "model.json", *update, func(t *testing.T, files []txtar.File) string {
		_, problems := acsengine.Parse(files[0].Data)
		if len(files) != 1 || len(problems) == 0 {
			t.Errorf("%d models with %d problems; want one, with some", len(files), len(problems))
		}
		return report(problems)
	})
}

// TestNothingSecret breaks a model with secrets in every way that a message
// could repeat some of it, and looks for them in everything that comes out.
func TestNothingSecret(t *testing.T) {
	src := string(read(t, "good/apimodel-last.json"))
	if n := strings.Count(src, "MARKER"); n < 15 {
		t.Fatalf("%d secrets", n)
	}
	broken := map[string]string{
		"as it is":         src,
		"cut":              src[:strings.Index(src, "MARKER-ca-key")+4],
		"no quote":         strings.Replace(src, `"MARKER-principal"`, `MARKER-principal`, 1),
		"quote inside":     strings.Replace(src, "MARKER-ca-key", `"MARKER-ca-key`, 1),
		"line inside":      strings.Replace(src, `MARKER-ca-key\n`, "MARKER-ca-key\n", 1),
		"control inside":   strings.Replace(src, `MARKER-principal`, `\u0007MARKER-principal`, 1),
		"in a list":        strings.Replace(src, `"MARKER-principal"`, `["MARKER-principal"]`, 1),
		"at another key":   strings.Replace(src, `"secret": "MARKER`, `"secrets": "MARKER`, 1),
		"in place of all":  `"MARKER"`,
		"in its own place": strings.Replace(src, `"certificateProfile": {`, `"windowsProfile": { "adminPassword": "MARKER" }, "aadProfile": { "serverAppSecret": "MARKER" }, "certificateProfile": {`, 1),
		"long":             strings.Replace(src, "MARKER-principal", strings.Repeat("MARKER", 2000), 1),
		"two":              strings.Replace(src, `"secret": "MARKER-principal"`, `"secret": "MARKER-principal", "keyvaultSecretRef": { "vaultID": "MARKER", "secretName": "MARKER" }`, 1),
		"written twice":    strings.Replace(src, `"secret": "MARKER-principal"`, `"secret": "MARKER-principal", "SECRET": "MARKER"`, 1),
	}
	for name, src := range broken {
		m, problems := acsengine.Parse([]byte(src))
		if (len(problems) == 0) != (name == "as it is") {
			t.Errorf("%s: %d problems", name, len(problems))
		}
		if out := report(problems) + fmt.Sprintf("%+v", *m); strings.Contains(out, "MARKER") || strings.Contains(out, "'M'") {
			t.Errorf("%s: a secret in\n%s", name, out)
		}
	}
}
