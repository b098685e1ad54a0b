package arm_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/generator/arm"
)

func TestParse(t *testing.T) {
	got := parse(t, `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.2.3.4",
  "metadata": {"region": "eastus"},
  "parameters": {
    "zeta": {"type": "securestring", "metadata": {"description": "first"}},
    "alpha": {"type": "INT", "defaultValue": 0},
    "none": {"type": "object", "defaultValue": null}
  },
  "variables": {"z": "[[x]", "a": {"b": [1.50]}},
  "resources": [{
    "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2025-04-01", "name": "m0", "location": "eastus",
    "condition": "[not(empty(parameters('zeta')))]", "scope": "s", "dependsOn": ["a", "b"], "sku": {"name": "S"}, "zones": ["1"],
    "identity": {"type": "None"}, "tags": {}, "properties": {"createOption": "Copy", "copy": "not a loop"}
  }],
  "outputs": {"o": {"type": "string", "value": "[variables('z')]"}}
}`)
	var zero any = int64(0)
	var null any
	want := &arm.Template{
		Schema:         "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		ContentVersion: "1.2.3.4",
		Metadata:       arm.Object{{Name: "region", Value: "eastus"}},
		Parameters: []arm.Parameter{
			{Name: "zeta", Type: "securestring", Metadata: arm.Object{{Name: "description", Value: "first"}}},
			{Name: "alpha", Type: "INT", DefaultValue: &zero},
			{Name: "none", Type: "object", DefaultValue: &null},
		},
		Variables: []arm.Variable{
			{Name: "z", Value: "[[x]"},
			{Name: "a", Value: arm.Object{{Name: "b", Value: []any{json.Number("1.50")}}}},
		},
		Resources: []arm.Resource{{
			Type: "Microsoft.Compute/virtualMachines", APIVersion: "2025-04-01", Name: "m0", Location: "eastus",
			Condition: "[not(empty(parameters('zeta')))]", Scope: "s", DependsOn: []string{"a", "b"},
			SKU: arm.Object{{Name: "name", Value: "S"}}, Zones: []any{"1"}, Identity: arm.Object{{Name: "type", Value: "None"}},
			Tags:       arm.Object{},
			Properties: arm.Object{{Name: "createOption", Value: "Copy"}, {Name: "copy", Value: "not a loop"}},
		}},
		Outputs: []arm.Output{{Name: "o", Type: "string", Value: "[variables('z')]"}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(arm.Template{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	const vm = `"type": "Microsoft.Compute/virtualMachines", "apiVersion": "2025-04-01", "name": "m0"`
	const deployment = `"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "d"`
	tests := []struct {
		name, in string
		want     []string
	}{
		{"not an object", `[]`, []string{"template: this is an array; it takes an object"}},
		{"empty", `{}`, []string{`template: "$schema" is missing`, `template: "contentVersion" is missing`, `template: "resources" is missing`}},
		{"trailing data", minimal(``, ``) + "{}", []string{"line 2, column 49: nothing may follow the document"}},
		{
			"schema of a subscription", `{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "contentVersion": "1", "resources": []}`,
			[]string{
				`$schema: "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#" is not the schema of a resource group's template, https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#`,
				`contentVersion: "1" is not of the form 1.0.0.0`,
			},
		},
		{
			"keys of a template", minimal(`"Parameters": {}, "functions": [], "variables": [],`, ``),
			[]string{
				`template: unknown key "Parameters"; it is written "parameters"`,
				`template: unknown key "functions"; known: $schema, contentVersion, metadata, parameters, variables, resources, outputs`,
				"variables: this is an array; it takes an object",
			},
		},
		{
			"parameters", minimal(`"parameters": {"a": {"default": 1}, "b": {"type": "integer"}, "c": "x"},`, ``),
			[]string{
				`parameters.a: unknown key "default"; known: type, defaultValue, metadata`,
				`parameters.a: "type" is missing`,
				`parameters.b.type: unknown type "integer"; known: string, securestring, int, bool, object, secureObject, array`,
				"parameters.c: this is a string; it takes an object",
			},
		},
		{"symbolic names", strings.Replace(minimal(``, ``), "[]", "{}", 1), []string{"resources: this is an object; it takes an array"}},
		{
			"keys of a resource", minimal(``, `{`+vm+`, "dependson": [], "kind": "x", "copy": {}}`),
			[]string{
				`resources[0]: unknown key "dependson"; it is written "dependsOn"`,
				`resources[0]: unknown key "kind"; known: type, apiVersion, name, location, condition, scope, dependsOn, sku, zones, identity, tags, subscriptionId, resourceGroup, properties`,
				`resources[0]: unknown key "copy"; known: type, apiVersion, name, location, condition, scope, dependsOn, sku, zones, identity, tags, subscriptionId, resourceGroup, properties`,
			},
		},
		{
			"types in a resource", minimal(``, `{"type": "virtualMachines", "apiVersion": "latest", "name": ["a"], "location": 1, "condition": "true", "scope": null, "dependsOn": ["a", 1], "sku": "S", "zones": "1", "identity": [], "tags": true, "properties": 0.5}`),
			[]string{
				`resources[0].type: resource type "virtualMachines" is not of the form Microsoft.Network/virtualNetworks[/subnets]`,
				`resources[0].apiVersion: "latest" is not of the form 2025-03-01`,
				"resources[0].name: this is an array; it takes a string",
				"resources[0].location: this is an integer; it takes a string",
				"resources[0].condition: this is a string; it takes a boolean or an expression",
				"resources[0].scope: this is null; it takes a string",
				"resources[0].dependsOn[1]: this is an integer; it takes a string",
				"resources[0].sku: this is a string; it takes an object",
				"resources[0].zones: this is a string; it takes an array",
				"resources[0].identity: this is an array; it takes an object",
				"resources[0].tags: this is a boolean; it takes an object",
				"resources[0].properties: this is a number that is not an integer; it takes an object",
			},
		},
		{"what a resource needs", minimal(``, `{}`), []string{`resources[0]: "type" is missing`, `resources[0]: "apiVersion" is missing`, `resources[0]: "name" is missing`}},
		{
			"a key twice inside properties, and more", minimal(``, `{`+vm+`, "Tags": {}, "properties": {"a": [{"b": 1, "b": 2}]}}`),
			[]string{`resources[0].properties.a[0].b: the key "b" stands twice in this object`, `resources[0]: unknown key "Tags"; it is written "tags"`},
		},
		{
			"expressions", minimal(`"variables": {"a b": "[concat(')]"}, "outputs": {"o": {"type": "string", "value": "[nope()]"}},`, `{`+vm+`, "tags": {"[concat(]": "x"}}`),
			[]string{
				"variables['a b']: [concat(')]: the string that starts at character 9 has no closing quote",
				"resources[0].tags['[concat(]']: [concat(]: a function, a quoted string or an integer is expected at the end",
				"outputs.o.value: [nope()]: unknown function nope; known: base64, concat, empty, guid, not, parameters, reference, resourceGroup, resourceId, subscription, subscriptionResourceId, variables",
			},
		},
		{"a long literal", minimal(`"variables": {"v": "`+strings.Repeat("x", arm.LiteralLimit+1)+`"},`, ``), []string{"variables.v: a string of 131073 characters is over the limit of 131072"}},
		{
			"copy loops", minimal(`"variables": {"copy": [{"name": "a", "count": 3}]},`, `{`+vm+`, "properties": {"x": [{"Copy": []}]}}`),
			[]string{"variables.copy: copy loops are not supported", "resources[0].properties.x[0].Copy: copy loops are not supported"},
		},
		{"a group for what is no deployment", minimal(``, `{`+vm+`, "resourceGroup": "g"}`), []string{"resources[0]: only a Microsoft.Resources/deployments has subscriptionId and resourceGroup"}},
		{
			"a nested deployment without properties", minimal(``, `{`+deployment+`, "subscriptionId": "s"}`),
			[]string{
				"resources[0]: a deployment to a subscription is not supported; name its resourceGroup, too",
				`resources[0].properties: "mode" is missing`,
				`resources[0].properties: "expressionEvaluationOptions" is missing`,
				`resources[0].properties: "template" is missing`,
			},
		},
		{
			"a nested deployment of another kind", minimal(``, `{`+deployment+`, "properties": {"mode": "Complete", "expressionEvaluationOptions": {"scope": "outer"},
  "parameters": {"a": {"reference": {}}}, "templateLink": {}, "template": {"resources": [{"name": "[concat(]"}]}}}`),
			[]string{
				"resources[0].properties.mode: a nested deployment has mode Incremental",
				"resources[0].properties.expressionEvaluationOptions.scope: the scope of a nested deployment is inner; outer, which is the default, is not supported",
				`resources[0].properties.parameters.a: unknown key "reference"; known: value`,
				`resources[0].properties.parameters.a: "value" is missing`,
				`resources[0].properties: unknown key "templateLink"; known: mode, expressionEvaluationOptions, parameters, template`,
				`resources[0].properties.template.resources[0]: "type" is missing`,
				`resources[0].properties.template.resources[0]: "apiVersion" is missing`,
				`resources[0].properties.template: "$schema" is missing`,
				`resources[0].properties.template: "contentVersion" is missing`,
				"resources[0].properties.template.resources[0].name: [concat(]: a function, a quoted string or an integer is expected at the end",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := arm.Parse([]byte(tt.in))
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseParameters(t *testing.T) {
	const head = `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": `
	got, err := arm.ParseParameters([]byte(head + `{"a": {"value": "[x]"}, "b": {"value": {"c": [1]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"a": "[x]", "b": arm.Object{{Name: "c", Value: []any{int64(1)}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	_, err = arm.ParseParameters([]byte(strings.Replace(head, "Parameters.json", "Template.json", 1) + `{"a": 1, "b": {"Value": 1}, "b": {"value": 2}}}`))
	if err == nil {
		t.Fatal("accepted")
	}
	wantErr := []string{
		`parameters.b: the key "b" stands twice in this object`,
		`$schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#" is not the schema of a parameter file, https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#`,
		"parameters.a: this is an integer; it takes an object",
		`parameters.b: unknown key "Value"; it is written "value"`,
		`parameters.b: "value" is missing`,
	}
	if diff := cmp.Diff(wantErr, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal(bench, ``)))
	f.Add([]byte(region))
	f.Add(largeTemplate()[:4000])
	f.Fuzz(func(t *testing.T, data []byte) {
		template, err := arm.Parse(data)
		if err != nil {
			return
		}
		template.Usage()
		evaluated, err := template.Evaluate(home)
		if err != nil {
			return
		}
		text, err := evaluated.JSON()
		if err != nil || !json.Valid(text) {
			t.Fatalf("%s is evaluated to %s, %v", data, text, err)
		}
		for r := range evaluated.All() {
			if !strings.HasPrefix(r.ID, "/subscriptions/") {
				t.Fatalf("%s has the id %q", r.Name, r.ID)
			}
		}
	})
}
