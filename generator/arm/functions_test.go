package arm_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
)

// bench has something of every type to call functions with.
const bench = `"parameters": {
    "text": {"type": "string", "defaultValue": "customers"},
    "blank": {"type": "string", "defaultValue": ""},
    "number": {"type": "int", "defaultValue": 3},
    "yes": {"type": "bool", "defaultValue": true},
    "list": {"type": "array", "defaultValue": ["a", {"b": [10, 20]}]},
    "table": {"type": "object", "defaultValue": {"a": {"b-c": "deep"}, "nothing": null}},
    "later": {"type": "string"}
  },
  "variables": {"name": "[concat(parameters('text'), '-vnet')]", "escaped": "[[not an expression]", "half": 0.5},`

// evaluateOne evaluates an expression as an output of the bench.
func evaluateOne(t *testing.T, expression string, d arm.Deployment) (any, error) {
	t.Helper()
	template := parse(t, minimal(bench, `{"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2025-03-01", "name": "v"},
    {"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2025-03-01", "name": "twice"},
    {"type": "Microsoft.Network/natGateways", "apiVersion": "2025-03-01", "name": "twice"}`))
	template.Outputs = []arm.Output{{Name: "o", Type: "object", Value: arm.Object{{Name: "x", Value: expression}}}}
	d.Parameters = map[string]any{"later": arm.Runtime{Expression: "later()"}}
	evaluated, err := template.Evaluate(d)
	if err != nil {
		return nil, err
	}
	value, _ := evaluated.Outputs[0].Value.(arm.Object).Get("x")
	return value, nil
}

func TestFunctions(t *testing.T) {
	const other = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	tests := []struct{ name, expression, want string }{
		{"parameter", "[parameters('text')]", `"customers"`},
		{"variable", "[variables('name')]", `"customers-vnet"`},
		{"functions in any case", "[VARIABLES('name')]", `"customers-vnet"`},
		{"escaped variable", "[variables('escaped')]", `"[not an expression]"`},
		{"exact number", "[variables('half')]", `0.5`},
		{"no expression", "[[parameters('text')]", `"[parameters('text')]"`},
		{"a literal that opens", "[parameters", `"[parameters"`},

		{"property", "[parameters('list')[1].b]", `[10,20]`},
		{"element", "[parameters('list')[1].b[1]]", `20`},
		{"property in brackets", "[parameters('table').a['b-c']]", `"deep"`},
		{"computed index", "[parameters('table')[concat('', 'a')]]", `{"b-c":"deep"}`},
		{"null", "[parameters('table').nothing]", `null`},

		{"concat strings", "[concat('a', '', 'it''s')]", `"ait's"`},
		{"concat integers", "[concat('vm', parameters('number'), -1)]", `"vm3-1"`},
		{"concat arrays", "[concat(parameters('list')[1].b, parameters('list')[1].b)]", `[10,20,10,20]`},
		{"concat one", "[concat('a')]", `"a"`},

		// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#base64
		{"base64 of the reference", "[base64('one, two, three')]", `"b25lLCB0d28sIHRocmVl"`},
		{"base64 of UTF-8", "[base64('ü')]", `"w7w="`},
		{"base64 of nothing", "[base64('')]", `""`},

		{"empty string", "[empty(parameters('blank'))]", `true`},
		{"full string", "[empty('a')]", `false`},
		{"full array", "[empty(parameters('list'))]", `false`},
		{"full object", "[empty(parameters('table'))]", `false`},
		{"null is empty", "[empty(parameters('table').nothing)]", `true`},
		{"not", "[not(empty(parameters('blank')))]", `false`},

		{"subscription id", "[subscription().subscriptionId]", `"` + subscription + `"`},
		{"subscription resource id", "[subscription().id]", `"/subscriptions/` + subscription + `"`},
		{"tenant", "[subscription().tenantId]", `"` + tenant + `"`},
		{"resource group", "[concat(resourceGroup().name, ' ', resourceGroup().location)]", `"customers-eastus eastus"`},
		{"resource group id", "[resourceGroup().id]", `"` + group + `"`},

		{"resource id", "[resourceId('Microsoft.Network/virtualNetworks', 'v')]", `"` + network + `virtualNetworks/v"`},
		{"child", "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]", `"` + network + `virtualNetworks/v/subnets/s"`},
		{
			"other group", "[resourceId('g', 'Microsoft.Network/virtualNetworks', 'v')]",
			`"/subscriptions/` + subscription + `/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"`,
		},
		{
			"other subscription", "[resourceId('" + other + "', 'g', 'Microsoft.Network/virtualNetworks', 'v')]",
			`"/subscriptions/` + other + `/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"`,
		},
		{
			"subscription's resource", "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
			`"/subscriptions/` + subscription + `/providers/Microsoft.Authorization/roleDefinitions/r"`,
		},
		{
			"other subscription's resource", "[subscriptionResourceId('" + other + "', 'Microsoft.Authorization/roleDefinitions', 'r')]",
			`"/subscriptions/` + other + `/providers/Microsoft.Authorization/roleDefinitions/r"`,
		},

		{
			"reference", "[reference(resourceId('Microsoft.Network/virtualNetworks', 'v'), '2024-05-01').ids[0]['x-y']]",
			`"[reference('` + network + `virtualNetworks/v', '2024-05-01').ids[0]['x-y']]"`,
		},
		{"reference by name", "[reference('v').a]", `"[reference('` + network + `virtualNetworks/v', '2025-03-01').a]"`},
		{"run-time values pass through functions", "[base64(concat('x', parameters('later')))]", `"[base64(concat('x', later()))]"`},
		{"run-time values as indexes", "[parameters('list')[parameters('later')]]", `"[[\"a\",{\"b\":[10,20]}][later()]]"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluateOne(t, tt.expression, home)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, encoded(t, got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFunctionErrors(t *testing.T) {
	tests := []struct{ name, expression, want string }{
		{"unknown parameter", "[parameters('txt')]", `unknown parameter "txt"; declared: text, blank, number, yes, list, table, later`},
		{"parameters have one case", "[parameters('Text')]", `unknown parameter "Text"; declared: text, blank, number, yes, list, table, later`},
		{"unknown variable", "[concat(variables('vnet'))]", `unknown variable "vnet"; declared: name, escaped, half`},
		{"name of the wrong type", "[parameters(1)]", "the name of a parameter is an integer; it takes a string"},
		{"missing property", "[parameters('table').b]", `no property "b"; known: a, nothing`},
		{"missing property of a function", "[subscription().displayName]", `no property "displayName"; known: id, subscriptionId, tenantId`},
		{"property of a string", "[parameters('text').length]", `property "length" of a value that is a string; only objects have properties`},
		{"element of an object", "[parameters('table')[0]]", "index 0 of a value that is an object; only arrays have elements"},
		{"element beyond the end", "[parameters('list')[2]]", "index 2 of an array of 2"},
		{"negative element", "[parameters('list')[-1]]", "index -1 of an array of 2"},
		{"index of the wrong type", "[parameters('list')[parameters('yes')]]", "an index that is a boolean; it is an integer or a string"},

		{"concat a boolean", "[concat('a', parameters('yes'))]", "argument 2 of concat is a boolean; it joins strings or arrays"},
		{"concat an object", "[concat(parameters('table'))]", "argument 1 of concat is an object; it joins strings or arrays"},
		{"concat an array to a string", "[concat('a', parameters('list'))]", "argument 2 of concat is an array; it joins strings or arrays"},
		{"concat a string to an array", "[concat(parameters('list'), 'a')]", "argument 2 of concat is a string, the first an array; it joins strings or arrays"},
		{"concat a fraction", "[concat('a', variables('half'))]", "argument 2 of concat is a number that is not an integer; it joins strings or arrays"},
		{"base64 of an integer", "[base64(1)]", "argument 1 of base64 is an integer; it takes strings"},
		{"guid of an integer", "[guid('a', 1)]", "argument 2 of guid is an integer; it takes strings"},
		{"empty of a boolean", "[empty(parameters('yes'))]", "the argument of empty is a boolean; it takes a string, an array or an object"},
		{"not of a string", "[not('true')]", "the argument of not is a string; it takes a boolean"},

		{"too few names", "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v')]", "type Microsoft.Network/virtualNetworks/subnets needs 2 names, not 1"},
		{"too many names", "[resourceId('Microsoft.Network/virtualNetworks', 'v', 's')]", "type Microsoft.Network/virtualNetworks needs 1 name, not 2"},
		{"name with a slash", "[resourceId('Microsoft.Network/virtualNetworks', 'v/s')]", `name "v/s" is empty or holds a slash`},
		{"empty name", "[resourceId('Microsoft.Network/virtualNetworks', parameters('blank'))]", `name "" is empty or holds a slash`},
		{"no type", "[resourceId('virtualNetworks', 'v')]", "none of the first 3 arguments of resourceId is a resource type such as Microsoft.Network/virtualNetworks"},
		{"type too late", "[resourceId('a', 'b', 'c', 'Microsoft.Network/virtualNetworks', 'v')]", "none of the first 3 arguments of resourceId is a resource type such as Microsoft.Network/virtualNetworks"},
		{"type with a hole", "[resourceId('Microsoft.Network//subnets', 'v', 's')]", `resource type "Microsoft.Network//subnets" is not of the form Microsoft.Network/virtualNetworks[/subnets]`},
		{"type with a slash in front", "[resourceId('/Microsoft.Network/virtualNetworks', 'v', 's')]", `resource type "/Microsoft.Network/virtualNetworks" is not of the form Microsoft.Network/virtualNetworks[/subnets]`},
		{"subscription that is none", "[resourceId('sub', 'g', 'Microsoft.Network/virtualNetworks', 'v')]", `the subscription "sub" of resourceId is not a GUID`},
		{"subscription without a group", "[resourceId(subscription().subscriptionId, 'Microsoft.Network/virtualNetworks', 'v')]", "resourceId with a subscription takes the resource group before the type, too"},
		{"empty resource group", "[resourceId('', 'Microsoft.Network/virtualNetworks', 'v')]", `the resource group "" is empty or holds a slash`},
		{"name of the wrong type", "[resourceId('Microsoft.Network/virtualNetworks', 1)]", "argument 2 of resourceId is an integer; it takes strings"},
		{"group where none belongs", "[subscriptionResourceId('a', 'b', 'Microsoft.Network/virtualNetworks', 'v')]", "none of the first 2 arguments of subscriptionResourceId is a resource type such as Microsoft.Network/virtualNetworks"},
		{"subscription resource in no subscription", "[subscriptionResourceId('sub', 'Microsoft.Network/virtualNetworks', 'v')]", `the subscription "sub" of subscriptionResourceId is not a GUID`},

		{"reference to nothing", "[reference('w')]", `"w" is neither a resource id nor the name of a resource of this template; names: v, twice, twice`},
		{
			"reference to an ambiguous name", "[reference('twice')]",
			`"twice" is the name of 2 resources; give the id: ` + network + "publicIPAddresses/twice, " + network + "natGateways/twice",
		},
		{"reference elsewhere without a version", "[reference(resourceId('g', 'Microsoft.Network/virtualNetworks', 'v'))]", "reference to /subscriptions/" + subscription + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v, which is not in this template, needs an API version"},
		{"reference with a bad version", "[reference('v', 'latest')]", `API version "latest" is not of the form 2025-03-01`},
		{"full reference", "[reference('v', '2025-03-01', 'Full')]", "reference with a third argument, 'Full', is not supported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evaluateOne(t, tt.expression, home)
			if err == nil {
				t.Fatalf("%s is accepted", tt.expression)
			}
			if diff := cmp.Diff("outputs.o.value.x: "+tt.expression+": "+tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// The first value is what Azure's own engine made of guid('asdf'): Azure/bicep,
// src/Bicep.Core.Samples/Files/baselines_bicepparam/Expressions/parameters.json. The others come
// from an independent implementation of RFC 4122, Python's uuid.uuid5, with the hyphen that GUID speaks of.
func TestGUID(t *testing.T) {
	tests := []struct {
		texts []string
		want  string
	}{
		{[]string{"asdf"}, "228d27cc-6fdb-5934-b7ac-1efccebade04"},
		{[]string{"hello", "world"}, "a5b868f8-11fe-567a-ace0-e77cc87f104e"},
		{[]string{"world", "hello"}, "b1db13b3-4ca6-5782-bf9e-8495c3532f9d"},
	}
	for _, tt := range tests {
		if got := arm.GUID(tt.texts...); got != tt.want {
			t.Errorf("GUID(%q) = %s, want %s", tt.texts, got, tt.want)
		}
		expression := "[guid('" + strings.Join(tt.texts, "', '") + "')]"
		if got, err := evaluateOne(t, expression, home); err != nil || got != tt.want {
			t.Errorf("%s = %v, %v", expression, got, err)
		}
	}
}

func TestReferenceAsksTheDeployment(t *testing.T) {
	type asked struct{ ID, Version string }
	var got []asked
	d := home
	d.Reference = func(id, version string) (any, error) {
		got = append(got, asked{id, version})
		if strings.HasSuffix(id, "/twice") {
			return nil, errors.New("no such address")
		}
		return map[string]any{"list": []any{1, json.Number("2.50"), 3.0}, "principal": "p"}, nil
	}
	for range 2 { // the second time is not answered from memory
		value, err := evaluateOne(t, "[concat(reference('v').principal, reference(resourceId('Microsoft.Network/virtualNetworks', 'V')).list[0])]", d)
		if err != nil || value != "p1" {
			t.Fatalf("%v, %v", value, err)
		}
	}
	call := asked{network + "virtualNetworks/v", "2025-03-01"}
	shouted := asked{network + "virtualNetworks/V", "2025-03-01"}
	if diff := cmp.Diff([]asked{call, shouted, call, shouted}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	value, err := evaluateOne(t, "[reference('v')]", d)
	if diff := cmp.Diff(`{"list":[1,2.50,3],"principal":"p"}`, encoded(t, value)); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	_, err = evaluateOne(t, "[reference(resourceId('Microsoft.Network/publicIPAddresses', 'twice')).x]", d)
	if err == nil || !strings.HasSuffix(err.Error(), "reference to "+network+"publicIPAddresses/twice: no such address") {
		t.Errorf("error is %v", err)
	}
}
