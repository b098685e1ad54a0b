package arm_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
)

// region has one of everything that compiled templates have.
const region = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "sharedKey": {"type": "securestring"},
    "westus3GatewayIp": {"type": "string", "defaultValue": ""},
    "peerGroup": {"type": "string", "defaultValue": "customers-westus3"},
    "copyOfGroup": {"type": "string", "defaultValue": "[parameters('peerGroup')]"}
  },
  "variables": {
    "vnetId": "[resourceId('Microsoft.Network/virtualNetworks', variables('names').vnet)]",
    "names": {"vnet": "[concat(resourceGroup().name, '-vnet')]"}
  },
  "resources": [
    {
      "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2025-03-01", "name": "[variables('names').vnet]",
      "location": "[resourceGroup().location]", "tags": {"ring": "customers"},
      "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "note": "a < b & c"}
    },
    {
      "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2024-11-30", "name": "cluster", "location": "eastus"
    },
    {
      "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01",
      "scope": "[variables('vnetId')]",
      "name": "[guid(variables('vnetId'), 'netcontrib')]",
      "dependsOn": ["[variables('vnetId')]", "cluster"],
      "properties": {
        "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4d97b98b-1d4f-4787-a291-c67834d212e7')]",
        "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'cluster')).principalId]"
      }
    },
    {
      "type": "Microsoft.Network/connections", "apiVersion": "2025-03-01", "name": "eastus-to-westus3", "location": "eastus",
      "condition": "[not(empty(parameters('westus3GatewayIp')))]", "zones": ["1", "2"], "sku": {"name": "Standard"},
      "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'cluster')]": {}}},
      "properties": {"sharedKey": "[parameters('sharedKey')]", "literal": "[[x]"}
    },
    {
      "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2025-03-01",
      "name": "[concat(variables('names').vnet, '/to-westus3')]", "dependsOn": ["Microsoft.Network/virtualNetworks/customers-eastus-vnet"],
      "properties": {"remoteVirtualNetwork": {"id": "[resourceId(parameters('copyOfGroup'), 'Microsoft.Network/virtualNetworks', 'w')]"}}
    },
    {
      "type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "peer-westus3",
      "subscriptionId": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "resourceGroup": "[parameters('peerGroup')]",
      "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks/virtualNetworkPeerings', variables('names').vnet, 'to-westus3')]"],
      "properties": {
        "mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
        "parameters": {"vnetId": {"value": "[variables('vnetId')]"}},
        "template": {
          "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
          "parameters": {"vnetId": {"type": "string"}},
          "variables": {"own": "[resourceId('Microsoft.Network/virtualNetworks', 'w')]"},
          "resources": [{
            "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2025-03-01", "name": "w/to-eastus",
            "properties": {"remoteVirtualNetwork": {"id": "[parameters('vnetId')]"}, "own": "[variables('own')]"}
          }],
          "outputs": {"group": {"type": "string", "value": "[resourceGroup().name]"}}
        }
      }
    }
  ],
  "outputs": {
    "principal": {"type": "string", "value": "[reference('cluster').principalId]"},
    "subscription": {"type": "object", "value": "[subscription()]"}
  }
}`

const (
	vnetID     = network + "virtualNetworks/customers-eastus-vnet"
	identityID = group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/cluster"
	peerGroup  = "/subscriptions/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/resourceGroups/customers-westus3"
	peerVNet   = "/subscriptions/" + subscription + "/resourceGroups/customers-westus3/providers/Microsoft.Network/virtualNetworks/w"
	roleID     = "/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7"
)

func withKey(d arm.Deployment) arm.Deployment {
	d.Parameters = map[string]any{"sharedKey": "s3cret"}
	return d
}

func object(members ...any) arm.Object {
	made := arm.Object{}
	for i := 0; i < len(members); i += 2 {
		made = append(made, arm.Member{Name: members[i].(string), Value: members[i+1]})
	}
	return made
}

func TestEvaluateResources(t *testing.T) {
	got := evaluate(t, region, withKey(home)).Resources
	principal := arm.Runtime{Expression: "reference('" + identityID + "', '2024-11-30').principalId"}
	roleName := arm.GUID(vnetID, "netcontrib")
	peering := vnetID + "/virtualNetworkPeerings/to-westus3"
	want := []arm.EvaluatedResource{
		{
			ID: vnetID, Type: "Microsoft.Network/virtualNetworks", APIVersion: "2025-03-01", Name: "customers-eastus-vnet",
			Location: "eastus", Condition: true, Tags: object("ring", "customers"),
			Properties: object("addressSpace", object("addressPrefixes", []any{"10.1.0.0/16"}), "note", "a < b & c"),
		},
		{
			Index: 1, ID: identityID, Type: "Microsoft.ManagedIdentity/userAssignedIdentities", APIVersion: "2024-11-30",
			Name: "cluster", Location: "eastus", Condition: true,
		},
		{
			Index: 2, ID: vnetID + "/providers/Microsoft.Authorization/roleAssignments/" + roleName,
			Type: "Microsoft.Authorization/roleAssignments", APIVersion: "2022-04-01", Name: roleName, Condition: true,
			Scope: vnetID, DependsOn: []string{vnetID, identityID},
			Properties: object("roleDefinitionId", roleID, "principalId", principal),
			Uses: []arm.Use{
				{ID: vnetID, Path: "name"},
				{ID: vnetID, Path: "scope"},
				{ID: roleID, Path: "properties.roleDefinitionId"},
				{ID: identityID, Path: "properties.principalId"},
				{ID: identityID, Path: "properties.principalId", Reference: true},
			},
		},
		{
			Index: 3, ID: network + "connections/eastus-to-westus3", Type: "Microsoft.Network/connections", APIVersion: "2025-03-01",
			Name: "eastus-to-westus3", Location: "eastus", SKU: object("name", "Standard"), Zones: []string{"1", "2"},
			Identity:   object("type", "UserAssigned", "userAssignedIdentities", object(identityID, object())),
			Properties: object("sharedKey", "s3cret", "literal", "[x]"),
			Uses: []arm.Use{{
				ID:   identityID,
				Path: "identity.userAssignedIdentities['[resourceId(''Microsoft.ManagedIdentity/userAssignedIdentities'', ''cluster'')]']",
			}},
		},
		{
			Index: 4, ID: peering, Type: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", APIVersion: "2025-03-01",
			Name: "customers-eastus-vnet/to-westus3", Condition: true, DependsOn: []string{vnetID},
			Properties: object("remoteVirtualNetwork", object("id", peerVNet)),
			Uses:       []arm.Use{{ID: peerVNet, Path: "properties.remoteVirtualNetwork.id"}},
		},
		{
			Index: 5, ID: peerGroup + "/providers/Microsoft.Resources/deployments/peer-westus3",
			Type: "Microsoft.Resources/deployments", APIVersion: "2025-04-01", Name: "peer-westus3", Condition: true,
			DependsOn: []string{peering}, SubscriptionID: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", ResourceGroup: "customers-westus3",
			Properties: object("mode", "Incremental", "expressionEvaluationOptions", object("scope", "inner"),
				"parameters", object("vnetId", object("value", vnetID))),
			Uses: []arm.Use{{ID: vnetID, Path: "properties.parameters.vnetId.value"}},
			Nested: &arm.Evaluated{
				Schema:         "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
				ContentVersion: "1.0.0.0",
				Variables:      object("own", peerGroup+"/providers/Microsoft.Network/virtualNetworks/w"),
				Resources: []arm.EvaluatedResource{{
					ID:   peerGroup + "/providers/Microsoft.Network/virtualNetworks/w/virtualNetworkPeerings/to-eastus",
					Type: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", APIVersion: "2025-03-01", Name: "w/to-eastus",
					Condition:  true,
					Properties: object("remoteVirtualNetwork", object("id", vnetID), "own", peerGroup+"/providers/Microsoft.Network/virtualNetworks/w"),
					Uses:       []arm.Use{{ID: peerGroup + "/providers/Microsoft.Network/virtualNetworks/w", Path: "properties.own"}},
				}},
				Outputs: []arm.Output{{Name: "group", Type: "string", Value: "customers-westus3"}},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// An expression is evaluated once, and what it touched is told everywhere it stands, dependsOn excepted.
func TestUsesOfRepeatedExpressions(t *testing.T) {
	resource := func(name, dependsOn, properties string) string {
		return `{"type": "N.S/a", "apiVersion": "2025-03-01", "name": "` + name + `", "dependsOn": [` + dependsOn + `], "properties": {` + properties + `}}`
	}
	const x, y, z = `"[resourceId('N.S/a', 'x')]"`, `"[resourceId('N.S/a', 'y')]"`, `"[resourceId('N.S/a', 'z')]"`
	evaluated := evaluate(t, minimal(``, resource("p", x, `"y": `+y+`, "z": [`+z+`]`)+","+resource("q", "", `"x": `+x+`, "y": `+y+`, "again": `+x)), home)
	id := group + "/providers/N.S/a/"
	want := [][]arm.Use{
		{{ID: id + "y", Path: "properties.y"}, {ID: id + "z", Path: "properties.z[0]"}},
		{{ID: id + "x", Path: "properties.x"}, {ID: id + "y", Path: "properties.y"}, {ID: id + "x", Path: "properties.again"}},
	}
	if diff := cmp.Diff(want, [][]arm.Use{evaluated.Resources[0].Uses, evaluated.Resources[1].Uses}); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEvaluateOutputs(t *testing.T) {
	d := withKey(home)
	d.Reference = func(id, version string) (any, error) {
		return map[string]any{"principalId": id[len(id)-7:] + version}, nil
	}
	got := evaluate(t, region, d)
	want := []arm.Output{
		{Name: "principal", Type: "string", Value: "cluster2024-11-30"},
		{Name: "subscription", Type: "object", Value: object("id", "/subscriptions/"+subscription, "subscriptionId", subscription, "tenantId", tenant)},
	}
	if diff := cmp.Diff(want, got.Outputs); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if value, _ := got.Resources[2].Properties.Get("principalId"); value != "cluster2024-11-30" {
		t.Errorf("principalId is %v", value)
	}
	if got.Resources[3].Condition {
		t.Error("the condition is true without an address")
	}
	d.Parameters["westus3GatewayIp"] = "192.0.2.1"
	if !evaluate(t, region, d).Resources[3].Condition {
		t.Error("the condition is false with an address")
	}
}

func TestAllVisitsNestedResources(t *testing.T) {
	evaluated := evaluate(t, region, withKey(home))
	var got []string
	for r := range evaluated.All() {
		got = append(got, r.Name)
	}
	want := []string{
		"customers-eastus-vnet", "cluster", arm.GUID(vnetID, "netcontrib"), "eastus-to-westus3", "customers-eastus-vnet/to-westus3",
		"peer-westus3", "w/to-eastus",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for r := range evaluated.All() {
		if r.Name == "peer-westus3" {
			break // must not go on into the nested template
		}
	}
}

func TestJSON(t *testing.T) {
	got, err := evaluate(t, region, withKey(home)).JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"variables":{"vnetId":"` + vnetID + `","names":{"vnet":"customers-eastus-vnet"}},"resources":[{"type":"Microsoft.Network/virtualNetworks","apiVersion":"2025-03-01","name":"customers-eastus-vnet","location":"eastus","tags":{"ring":"customers"},"properties":`,
		`"note":"a < b & c"`,
		`"principalId":"[reference('` + identityID + `', '2024-11-30').principalId]"`,
		`"condition":false,"sku":{"name":"Standard"},"zones":["1","2"]`,
		`"dependsOn":["` + vnetID + `","` + identityID + `"]`,
		`"subscriptionId":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","resourceGroup":"customers-westus3"`,
		`"parameters":{"vnetId":{"value":"` + vnetID + `"}},"template":{"$schema":`,
		`"outputs":{"group":{"type":"string","value":"customers-westus3"}}}`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	again, err := evaluate(t, region, withKey(home)).JSON()
	if err != nil || string(again) != string(got) {
		t.Errorf("a second evaluation is encoded differently: %v", err)
	}
}

func TestUsage(t *testing.T) {
	template := parse(t, region)
	want := arm.Usage{
		Parameters: map[string][]string{
			"peerGroup":        {"parameters.copyOfGroup.defaultValue", "resources[5].resourceGroup"},
			"westus3GatewayIp": {"resources[3].condition"},
			"sharedKey":        {"resources[3].properties.sharedKey"},
			"copyOfGroup":      {"resources[4].properties.remoteVirtualNetwork.id"},
		},
		Variables: map[string][]string{
			"names":  {"variables.vnetId", "resources[0].name", "resources[4].name", "resources[5].dependsOn[0]"},
			"vnetId": {"resources[2].name", "resources[2].scope", "resources[2].dependsOn[0]", "resources[5].properties.parameters.vnetId.value"},
		},
	}
	if diff := cmp.Diff(want, template.Usage()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	inner := arm.Usage{
		Parameters: map[string][]string{"vnetId": {"resources[0].properties.remoteVirtualNetwork.id"}},
		Variables:  map[string][]string{"own": {"resources[0].properties.own"}},
	}
	if diff := cmp.Diff(inner, template.Resources[5].Nested.Usage()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestResourceIDs(t *testing.T) {
	tests := []struct{ name, resource, want string }{
		{"three levels", `{"type": "N.S/a/b/c", "apiVersion": "2025-03-01", "name": "[concat('x/y', '/z')]"}`, group + "/providers/N.S/a/x/b/y/c/z"},
		{
			"extension in the name", `{"type": "N.S/a/providers/locks", "apiVersion": "2025-03-01", "name": "x/Microsoft.Authorization/l"}`,
			group + "/providers/N.S/a/x/providers/Microsoft.Authorization/locks/l",
		},
		{
			"extension of a relative scope", `{"type": "Microsoft.Authorization/locks", "apiVersion": "2025-03-01", "name": "l", "scope": "N.S/a/x"}`,
			group + "/providers/N.S/a/x/providers/Microsoft.Authorization/locks/l",
		},
		{
			"extension of another group's resource", `{"type": "Microsoft.Authorization/locks", "apiVersion": "2025-03-01", "name": "l", "scope": "[resourceId('g', 'N.S/a', 'x')]"}`,
			"/subscriptions/" + subscription + "/resourceGroups/g/providers/N.S/a/x/providers/Microsoft.Authorization/locks/l",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := evaluate(t, minimal(``, tt.resource), home).Resources[0].ID
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParentID(t *testing.T) {
	tests := map[string]string{
		vnetID + "/subnets/nodes":                                 vnetID,
		vnetID + "/providers/Microsoft.Authorization/locks/l":     vnetID,
		vnetID + "/providers/Microsoft.Authorization/locks/l/a/b": vnetID + "/providers/Microsoft.Authorization/locks/l",
		vnetID:                  "",
		group:                   "",
		roleID:                  "",
		"":                      "",
		"/":                     "",
		"customers-eastus-vnet": "",
	}
	for id, want := range tests {
		if got, ok := arm.ParentID(id); got != want || ok != (want != "") {
			t.Errorf("ParentID(%q) = %q, %v", id, got, ok)
		}
	}
	if !arm.SameID(vnetID, strings.ToUpper(vnetID)) || arm.SameID(vnetID, roleID) {
		t.Error("SameID looks at the case, or not at the rest")
	}
}

func TestReferenceInADeploymentThatIsLeftOut(t *testing.T) {
	text := strings.Replace(region, `"name": "peer-westus3",`, `"name": "peer-westus3", "condition": false,`, 1)
	text = strings.Replace(text, `"own": "[variables('own')]"`, `"own": "[reference(variables('own'), '2025-03-01')]"`, 1)
	var asked []string
	d := withKey(home)
	d.Reference = func(id, _ string) (any, error) {
		asked = append(asked, id)
		return map[string]any{"principalId": "p"}, nil
	}
	evaluated := evaluate(t, text, d)
	if diff := cmp.Diff([]string{identityID, identityID}, asked); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	own, _ := evaluated.Resources[5].Nested.Resources[0].Properties.Get("own")
	if _, later := own.(arm.Runtime); !later {
		t.Errorf("reference is %v", own)
	}
}

func TestEvaluateErrors(t *testing.T) {
	const vm = `{"type": "Microsoft.Compute/virtualMachines", "apiVersion": "2025-04-01", "name": "m0", `
	const at = "resources[0] Microsoft.Compute/virtualMachines m0: "
	nested := func(envelope, parameters, template string) string {
		return minimal(``, `{"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "d", `+envelope+
			`"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {`+parameters+`}, "template": `+template+`}}`)
	}
	const inside = "resources[0] Microsoft.Resources/deployments d: properties.template: "
	tests := []struct {
		name, in   string
		parameters map[string]any
		want       []string
	}{
		{
			"parameters", minimal(`"parameters": {
  "missing": {"type": "string"}, "text": {"type": "string"}, "int": {"type": "int"}, "bool": {"type": "bool"}, "array": {"type": "array"},
  "object": {"type": "secureObject"}, "default": {"type": "int", "defaultValue": "[concat('1')]"}, "go": {"type": "int"},
  "circular": {"type": "int", "defaultValue": "[parameters('circular')]"}, "variable": {"type": "string", "defaultValue": "[variables('v')]"}},
  "variables": {"v": "x"},`, ``),
			map[string]any{
				"text": 1, "int": "1", "bool": "true", "array": map[string]any{}, "object": []any{}, "go": struct{}{},
				"zebra": 1, "aardvark": 2,
			},
			[]string{
				"parameters.missing: no value is given and there is no default",
				"parameters.aardvark: a value is given, but the template declares no such parameter; declared: missing, text, int, bool, array, object, default, go, circular, variable",
				"parameters.zebra: a value is given, but the template declares no such parameter; declared: missing, text, int, bool, array, object, default, go, circular, variable",
				"parameters.text: the value is an integer; the type is string",
				"parameters.int: the value is a string; the type is int",
				"parameters.bool: the value is a string; the type is bool",
				"parameters.array: the value is an object; the type is array",
				"parameters.object: the value is an array; the type is secureObject",
				"parameters.default: the value is a string; the type is int",
				"parameters.go: a Go struct {} is no JSON value",
				`parameters.circular: [parameters('circular')]: parameter "circular" needs itself`,
				"parameters.variable: [variables('v')]: the default value of a parameter cannot use variables",
			},
		},
		{
			"circles and references in variables", minimal(`"variables": {"a": {"x": ["[variables('b')]"]}, "b": "[concat(variables('c'))]", "c": "[variables('a')]", "d": "[reference('m0')]"},`,
				vm+`"tags": {"a": "[variables('a')]", "d": "[variables('d').x]"}}`), nil,
			[]string{
				`variables.c: [variables('a')]: variable "a" needs itself`,
				"variables.d: [reference('m0')]: reference is a run-time function: only properties and outputs can call it",
			},
		},
		{
			"every part of a resource", minimal(``, vm+`"location": "[concat(1, not(1))]", "condition": "[resourceGroup()]", "dependsOn": ["nothing", "[subscription()]", "m0"],
  "sku": {"name": "[parameters('a')]"}, "zones": ["[subscription()]"], "identity": {"x": "[variables('b')]"}, "tags": {"[concat('x')]": 1, "x": 2, "[subscription()]": 3},
  "properties": {"a b": [{"c": "[concat('a', subscription())]"}, "[concat(not(2))]"]}}`), nil,
			[]string{
				at + "location: [concat(1, not(1))]: the argument of not is an integer; it takes a boolean",
				at + "condition: the condition is an object; it takes a boolean",
				at + `dependsOn[0]: "nothing" is neither a resource id nor the name of a resource of this template; names: m0`,
				at + "dependsOn[1]: [subscription()] is an object; it takes a string",
				at + `sku.name: [parameters('a')]: unknown parameter "a"; declared: none`,
				at + "zones[0]: the zone is an object; it takes a string",
				at + `identity.x: [variables('b')]: unknown variable "b"; declared: none`,
				at + "tags['[subscription()]']: [subscription()] is an object; it takes a string",
				at + "properties['a b'][0].c: [concat('a', subscription())]: argument 2 of concat is an object; it joins strings or arrays",
				at + "properties['a b'][1]: [concat(not(2))]: the argument of not is an integer; it takes a boolean",
			},
		},
		{
			"keys that become one", minimal(``, vm+`"tags": {"[concat('x')]": 1, "x": 2}}`), nil,
			[]string{at + `tags: the key "x" stands twice in this object`},
		},
		{
			"reference before there is anything to read", minimal(``, vm+`"location": "[reference('m0').x]", "condition": "[reference('m0').x]", "tags": {"a": "[reference('m0').x]"}},
  {"type": "N.S/a", "apiVersion": "2025-03-01", "name": "[reference('m0').x]"}`), nil,
			[]string{
				"resources[1] N.S/a [reference('m0').x]: name: [reference('m0').x]: reference is a run-time function: only properties and outputs can call it",
				at + "location: [reference('m0').x]: reference is a run-time function: only properties and outputs can call it",
				at + "condition: [reference('m0').x]: reference is a run-time function: only properties and outputs can call it",
				at + "tags.a: [reference('m0').x]: reference is a run-time function: only properties and outputs can call it",
			},
		},
		{
			"names and scopes", minimal(``, `{"type": "N.S/a/b", "apiVersion": "2025-03-01", "name": "x"}, {"type": "N.S/a", "apiVersion": "2025-03-01", "name": ""},
  {"type": "N.S/a", "apiVersion": "2025-03-01", "name": "x", "scope": "somewhere"}`), nil,
			[]string{
				"resources[0] N.S/a/b x: name: type N.S/a/b needs 2 names, not 1",
				`resources[1] N.S/a : name: name "" is empty or holds a slash`,
				`resources[2] N.S/a x: scope: "somewhere" is not a resource id`,
			},
		},
		{
			"outputs", minimal(`"outputs": {"a": {"type": "int", "value": "x"}, "b": {"type": "string", "value": {"c": "[not(1)]"}}},`, ``), nil,
			[]string{
				"outputs.a.value: the value is a string; the type is int",
				"outputs.b.value.c: [not(1)]: the argument of not is an integer; it takes a boolean",
			},
		},
		{
			"a nested template does not see what is around it", nested(`"resourceGroup": "g", `, `"given": {"value": 1}, "typed": {"value": "x"}`,
				minimal(`"parameters": {"typed": {"type": "int"}, "needed": {"type": "int"}},`, vm+`"location": "[resourceGroup().location]", "tags": {"a": "[variables('v')]"}}`)), nil,
			[]string{
				inside + "parameters.needed: no value is given and there is no default",
				inside + "parameters.given: a value is given, but the template declares no such parameter; declared: typed, needed",
				inside + "parameters.typed: the value is a string; the type is int",
				inside + at + `location: [resourceGroup().location]: no property "location"; known: id, name`,
				inside + at + `tags.a: [variables('v')]: unknown variable "v"; declared: none`,
			},
		},
		{
			"where a nested template goes", nested(`"subscriptionId": "[concat('s')]", "resourceGroup": "[concat('a/b')]", `, ``, minimal(``, ``)), nil,
			[]string{
				`resources[0] Microsoft.Resources/deployments d: subscriptionId: "s" is not a GUID`,
				`resources[0] Microsoft.Resources/deployments d: resourceGroup: the resource group "a/b" is empty or holds a slash`,
			},
		},
		{
			"what a nested template is given", nested(``, `"a": {"value": "[parameters('x')]"}`, minimal(`"parameters": {"a": {"type": "int"}},`, ``)), nil,
			[]string{`resources[0] Microsoft.Resources/deployments d: properties.parameters.a.value: [parameters('x')]: unknown parameter "x"; declared: none`},
		},
		{
			"the location of the same group is known", nested(`"resourceGroup": "Customers-EastUS", `, ``, minimal(``, vm+`"location": "[resourceGroup().location]", "tags": {"a": "[not(1)]"}}`)), nil,
			[]string{inside + at + "tags.a: [not(1)]: the argument of not is an integer; it takes a boolean"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := home
			d.Parameters = tt.parameters
			template, err := arm.Parse([]byte(tt.in))
			if err == nil {
				_, err = template.Evaluate(d)
			}
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRuntimeValuesMustNotDecide(t *testing.T) {
	d := home
	d.Parameters = map[string]any{"later": arm.Runtime{Expression: "later()"}}
	_, err := parse(t, minimal(`"parameters": {"later": {"type": "string"}},`, `
    {"type": "N.S/a", "apiVersion": "2025-03-01", "name": "[parameters('later')]", "condition": "[empty(parameters('later'))]"}`)).Evaluate(d)
	if err == nil {
		t.Fatal("accepted")
	}
	want := []string{
		"resources[0] N.S/a [parameters('later')]: name: [parameters('later')] is known only to the deployment; it takes a string",
		"resources[0] N.S/a [parameters('later')]: condition: the condition is known only to the deployment; it takes a boolean",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEvaluateNeedsAPlace(t *testing.T) {
	_, err := parse(t, minimal(``, ``)).Evaluate(arm.Deployment{SubscriptionID: "s", TenantID: "t", ResourceGroup: "a/b"})
	want := "deployment: the subscription id \"s\" is not a GUID\ndeployment: the tenant id \"t\" is not a GUID\ndeployment: the resource group \"a/b\" is empty or holds a slash"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v", err)
	}
}

// The value of a secure parameter must not reach a log through an error.
func TestErrorsDoNotShowValues(t *testing.T) {
	template := parse(t, minimal(`"parameters": {"key": {"type": "secureObject"}},`, `{"type": "N.S/a", "apiVersion": "2025-03-01", "name": "x",
    "properties": {"a": "[not(parameters('key').a)]", "b": "[concat(parameters('key'))]", "c": "[parameters('key')[0]]", "d": "[base64(parameters('key').b)]"}}`))
	d := home
	d.Parameters = map[string]any{"key": map[string]any{"a": "s3cret", "b": []any{"s3cret"}}}
	_, err := template.Evaluate(d)
	if err == nil || strings.Count(err.Error(), "\n") != 3 || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error is %v", err)
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || len(joined.Unwrap()) != 4 {
		t.Errorf("the errors are not joined: %v", err)
	}
}

// What is changed after Parse is evaluated as it then is, so that a caller can try what a fault would do.
func TestTemplatesCanBeChanged(t *testing.T) {
	template := parse(t, region)
	template.Resources[1].Name = "[concat('other', '-identity')]"
	template.Resources[2].DependsOn = nil
	_, err := template.Evaluate(withKey(home))
	want := "resources[2] Microsoft.Authorization/roleAssignments " + arm.GUID(vnetID, "netcontrib") +
		": properties.principalId: [reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'cluster')).principalId]: reference to " +
		identityID + ", which is not in this template, needs an API version\n" +
		`outputs.principal.value: [reference('cluster').principalId]: "cluster" is neither a resource id nor the name of a resource of this template; names: ` +
		"customers-eastus-vnet, other-identity, " + arm.GUID(vnetID, "netcontrib") + ", eastus-to-westus3, customers-eastus-vnet/to-westus3, peer-westus3"
	if err == nil {
		t.Fatal("accepted")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestWriteJSONIsJSON holds the two ways of encoding against each other.
func TestWriteJSONIsJSON(t *testing.T) {
	for _, resources := range []string{``, `{"type":"A.B/c","apiVersion":"2025-03-01","name":"x"}`,
		`{"type":"A.B/c","apiVersion":"2025-03-01","name":"x","dependsOn":["A.B/c/y"]},{"type":"A.B/c","apiVersion":"2025-03-01","name":"y","properties":{"z":["[concat('a', 'b')]"]}}`} {
		source, err := arm.Parse([]byte(`{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","variables":{"v":1},"resources":[` + resources + `],"outputs":{"o":{"type":"string","value":"x"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		evaluated, err := source.Evaluate(arm.Deployment{SubscriptionID: "00000000-0000-0000-0000-000000000001", ResourceGroup: "g"})
		if err != nil {
			t.Fatal(err)
		}
		want, err := evaluated.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := evaluated.WriteJSON(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("-JSON +WriteJSON:\n%s", diff)
		}
	}
}
