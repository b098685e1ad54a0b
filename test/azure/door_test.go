package azure

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// resource makes a fault of a change to the virtual network.
func resource(change func(r map[string]any)) func(template, vnet, values map[string]any) {
	return func(_, r, _ map[string]any) { change(r) }
}

// doorFaults are faults that Azure refuses before it deploys anything. Each is
// put into the template, its virtual network or the parameters' values.
var doorFaults = []struct {
	name string
	edit func(template, vnet, values map[string]any)
	code string
	want string
}{
	{"no value for a parameter", func(_, _, values map[string]any) { delete(values, "joinToken") },
		codeInvalidTemplate, "joinToken"},
	{"value for no parameter", func(_, _, values map[string]any) { values["jointoken2"] = "x" },
		codeInvalidTemplate, "jointoken2"},
	{"value of another type", func(_, _, values map[string]any) { values["attempt"] = 2 },
		codeInvalidTemplate, "attempt"},
	{"no type", resource(func(r map[string]any) { delete(r, "type") }), codeInvalidTemplate, "type"},
	{"no API version", resource(func(r map[string]any) { delete(r, "apiVersion") }), codeInvalidTemplate, "apiVersion"},
	{"no name", resource(func(r map[string]any) { delete(r, "name") }), codeInvalidTemplate, "name"},
	{"no location", resource(func(r map[string]any) { delete(r, "location") }), codeLocationRequired, "customers-canadacentral-vnet"},
	{"misspelt key of a resource", resource(func(r map[string]any) { r["dependson"] = []any{} }), codeInvalidTemplate, "dependson"},
	{"unknown function", resource(func(r map[string]any) { r["name"] = "[uniqueString('a')]" }), codeInvalidTemplate, "uniqueString"},
	{"unbalanced expression", resource(func(r map[string]any) { r["name"] = "[concat('a']" }), codeInvalidTemplate, "concat('a'"},
	{"undeclared parameter", resource(func(r map[string]any) { r["name"] = "[parameters('vnet')]" }), codeInvalidTemplate, "vnet"},
	{"too few names", resource(func(r map[string]any) { r["name"] = "a/b" }), codeInvalidTemplate, "a/b"},
	{"dependency on nothing", resource(func(r map[string]any) {
		r["dependsOn"] = []any{"[resourceId('Microsoft.Network/natGateways', 'nat')]"}
	}), codeInvalidTemplate, "natGateways/nat', which"},
	{"dependencies in a circle", resource(func(r map[string]any) {
		r["dependsOn"] = []any{"[resourceId('Microsoft.Network/virtualNetworkGateways', 'customers-canadacentral-gw')]"}
	}), codeInvalidTemplate, "circular dependency"},
	{"resource twice", func(template, vnet, _ map[string]any) {
		template["resources"] = append(template["resources"].([]any), vnet)
	}, codeInvalidTemplate, "defined multiple times"},
	{"secret in an output", func(template, _, _ map[string]any) {
		in(template, "outputs")["token"] = map[string]any{"type": "string", "value": "[base64(parameters('joinToken'))]"}
	}, codeInvalidTemplate, "the output token shows the secure parameter joinToken"},
	{"output of what is not there", func(template, _, _ map[string]any) {
		in(template, "outputs")["ip"] = map[string]any{"type": "string",
			"value": "[reference(resourceId('Microsoft.Network/publicIPAddresses', 'ip'), '2025-03-01').ipAddress]"}
	}, codeInvalidTemplate, "publicIPAddresses/ip is not there"},
	{"a resource too large once it is evaluated", func(template, vnet, _ map[string]any) {
		in(template, "variables")["long"] = strings.Repeat("x", 130_000)
		vnet["tags"] = map[string]any{"a": "[concat(" + strings.Repeat("variables('long'), ", 8) + "variables('long'))]"}
	}, codeInvalidTemplate, "at most 1048576"},
	{"too many resources", func(template, vnet, _ map[string]any) {
		for range maxResources {
			template["resources"] = append(template["resources"].([]any), vnet)
		}
	}, codeInvalidTemplate, "at most 800"},
}

func TestFaultsAtTheDoor(t *testing.T) {
	template, parameters := goodTemplate(t)
	for _, tt := range doorFaults {
		t.Run(tt.name, func(t *testing.T) {
			_, values := mustComplete(t, template, parameters)
			broken := edit(t, template, vnet, func(template, r map[string]any) { tt.edit(template, r, values) })
			_, _, err := deploy(t, broken, values)
			var refused *azcore.ResponseError
			if !errors.As(err, &refused) {
				t.Fatalf("error %v; want the service to refuse", err)
			}
			if refused.StatusCode != http.StatusBadRequest || refused.ErrorCode != tt.code {
				t.Errorf("status %d, code %s; want 400, %s", refused.StatusCode, refused.ErrorCode, tt.code)
			}
			if !strings.Contains(refused.Error(), tt.want) {
				t.Errorf("the client sees %q; want %q in it", refused, tt.want)
			}
		})
	}
}
