package azure

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/test/rings"
)

// goodTemplate is the template that faults are put into. It has every type of resource but peerings.
func goodTemplate(t *testing.T) (template, parameters []byte) {
	t.Helper()
	ring := rings.Compile(t, rings.Spec(t, "control-planes.yaml"))
	return ring.Template("canadacentral")
}

// edit changes a template. The resource is the first of its type.
func edit(t *testing.T, template []byte, resourceType string, change func(template, resource map[string]any)) []byte {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(template, &document); err != nil {
		t.Fatal(err)
	}
	resources := document["resources"].([]any)
	i := slices.IndexFunc(resources, func(r any) bool { return r.(map[string]any)["type"] == resourceType })
	if i < 0 {
		t.Fatalf("the template has no %s", resourceType)
	}
	change(document, resources[i].(map[string]any))
	changed, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// in leads through objects and, by "0", to the first element of an array.
func in(value any, keys ...string) map[string]any {
	for _, key := range keys {
		if key == "0" {
			value = value.([]any)[0]
			continue
		}
		value = value.(map[string]any)[key]
	}
	return value.(map[string]any)
}

const (
	gateway = "Microsoft.Network/virtualNetworkGateways"
	vnet    = "Microsoft.Network/virtualNetworks"
	rules   = "Microsoft.Network/networkSecurityGroups"
)

// fault is one in the first resource of a type.
type fault struct {
	name string
	kind string
	edit func(resource map[string]any)
	want string // in one of the problems
}

// finds puts each fault into a template that has none, and demands a problem
// that says it.
func finds(t *testing.T, template, parameters []byte, faults []fault) {
	t.Helper()
	if problems := templateProblems(t, template, parameters); len(problems) > 0 {
		t.Fatalf("the template that faults are put into has problems: %q", problems)
	}
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			broken := edit(t, template, tt.kind, func(_, r map[string]any) { tt.edit(r) })
			problems := templateProblems(t, broken, parameters)
			if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, tt.want) }) {
				t.Errorf("problems %q; want one with %q", problems, tt.want)
			}
		})
	}
}

// resourceFaults are faults in a region on virtual machines, by gateway.
var resourceFaults = []fault{
	{"misspelt property", vnet, func(r map[string]any) {
		space := in(r, "properties", "addressSpace")
		space["addressPrefxes"] = space["addressPrefixes"]
		delete(space, "addressPrefixes")
	}, "properties.addressSpace.addressPrefxes: the model drops it"},
	{"property in another case", vnet, func(r map[string]any) {
		in(r, "properties", "subnets", "0", "properties")["defaultOutBoundAccess"] = false
	}, "properties.subnets[0].properties.defaultOutBoundAccess: the model drops it"},
	{"property at another level", gateway, func(r map[string]any) {
		r["sku"] = in(r, "properties", "sku")
	}, "sku: the model drops it"},
	{"null", gateway, func(r map[string]any) { in(r, "properties")["customRoutes"] = nil }, "properties.customRoutes: the model drops it"},
	{"string for a number", "Microsoft.Compute/disks", func(r map[string]any) {
		in(r, "properties")["diskSizeGB"] = "512"
	}, "cannot unmarshal string"},
	{"object for a list", vnet, func(r map[string]any) {
		in(r, "properties")["subnets"] = map[string]any{"name": "nodes"}
	}, "cannot unmarshal object"},
	{"no such value", gateway, func(r map[string]any) {
		in(r, "properties")["vpnType"] = "RouteBase"
	}, `Properties.VPNType: "RouteBase"; want one of PolicyBased, RouteBased`},
	{"value in another case", rules, func(r map[string]any) {
		in(r, "properties", "securityRules", "0", "properties")["protocol"] = "TCP"
	}, `Properties.SecurityRules[0].Properties.Protocol: "TCP"; want one of`},
	{"expression for a value", "Microsoft.Network/publicIPAddresses", func(r map[string]any) {
		r["sku"] = map[string]any{"name": "[parameters('attempt')]"}
	}, `SKU.Name: ""; want one of`},
	{"read-only property", vnet, func(r map[string]any) {
		in(r, "properties")["provisioningState"] = "Succeeded"
	}, "Properties.ProvisioningState: read-only"},
	{"read-only id of a part", rules, func(r map[string]any) {
		in(r, "properties", "securityRules", "0")["etag"] = "1"
	}, "Properties.SecurityRules[0].Etag: read-only"},
	{"required property absent", rules, func(r map[string]any) {
		delete(in(r, "properties", "securityRules", "0", "properties"), "priority")
	}, "Properties.SecurityRules[0].Properties.Priority: required and absent"},
	{"reference without properties", "Microsoft.Network/connections", func(r map[string]any) {
		delete(in(r, "properties", "virtualNetworkGateway1"), "properties")
	}, "Properties.VirtualNetworkGateway1.Properties: required and absent"},
	{"another API version", "Microsoft.Compute/disks", func(r map[string]any) {
		r["apiVersion"] = "2025-04-01"
	}, "apiVersion: 2025-04-01; the SDK's client speaks 2025-01-02"},
	{"no such type", vnet, func(r map[string]any) { r["type"] = "Microsoft.Network/virtualNetwork" }, "no model is known for this type"},
	{"type in another case", vnet, func(r map[string]any) { r["type"] = "Microsoft.Network/virtualnetworks" }, "no model is known for this type"},
}

const (
	half    = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
	reverse = "Microsoft.Resources/deployments"
)

// peeringFaults are faults in a region that is peered with the one before it:
// in its own half, in the deployment of the other one, and in that one.
var peeringFaults = []fault{
	{"misspelt flag", half, func(r map[string]any) {
		in(r, "properties")["allowForwardTraffic"] = false
	}, "properties.allowForwardTraffic: the model drops it"},
	{"text for a flag", half, func(r map[string]any) { in(r, "properties")["useRemoteGateways"] = "no" }, "cannot unmarshal string"},
	{"what Azure sets", half, func(r map[string]any) {
		in(r, "properties")["remoteVirtualNetworkEncryption"] = map[string]any{"enabled": false}
	}, "RemoteVirtualNetworkEncryption: read-only"},
	{"misspelt flag of the other half", reverse, func(r map[string]any) {
		in(r, "properties", "template", "resources", "0", "properties")["allowGatewayTransits"] = false
	}, "properties.allowGatewayTransits: the model drops it"},
	{"another API version of the other half", reverse, func(r map[string]any) {
		in(r, "properties", "template", "resources", "0")["apiVersion"] = "2024-05-01"
	}, "apiVersion: 2024-05-01; the SDK's client speaks 2025-03-01"},
	{"another API version of the deployment", reverse, func(r map[string]any) {
		r["apiVersion"] = "2021-04-01"
	}, "apiVersion: 2021-04-01; the SDK's client speaks 2025-04-01"},
	{"no such type in the other resource group", reverse, func(r map[string]any) {
		in(r, "properties", "template", "resources", "0")["type"] = "Microsoft.Network/virtualNetworks/peerings"
	}, "no model is known for this type"},
}

func TestFaultsInPeerings(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "peering.yaml"))
	template, parameters := ring.Template("eastus-b")
	finds(t, template, parameters, peeringFaults)
}

func TestFaultsInResources(t *testing.T) {
	template, parameters := goodTemplate(t)
	finds(t, template, parameters, resourceFaults)
}

func templateProblems(t *testing.T, template, parameters []byte) []string {
	t.Helper()
	_, evaluated := mustEvaluate(t, template, parameters)
	var problems []string
	for r := range evaluated.All() {
		problems = append(problems, check(r)...)
	}
	return problems
}
