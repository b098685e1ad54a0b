package arm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/arm"
)

// largeTemplate is a template of about 250 KB with some 5000 expressions in 100 resources, most of them alike and in
// long lists, as a compiled region has them.
func largeTemplate() []byte {
	var resources []string
	for i := range 100 {
		var items []string
		for j := range 24 {
			items = append(items, fmt.Sprintf(
				`{"a":"[resourceId('Microsoft.Network/networkSecurityGroups',variables('v'))]","b":"[concat(parameters('p'),'-%d')]"}`, j))
		}
		resources = append(resources, fmt.Sprintf(
			`{"type":"Microsoft.Network/virtualNetworks","apiVersion":"2025-03-01","name":"[concat(parameters('p'),'-%d')]",
"dependsOn":["[resourceId('Microsoft.Network/networkSecurityGroups',variables('v'))]"],"location":"eastus","properties":{"list":[
%s]}}`, i, strings.Join(items, ",\n")))
	}
	return []byte(`{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
"contentVersion":"1.0.0.0","parameters":{"p":{"type":"string"}},"variables":{"v":"[concat(parameters('p'),'-nsg')]"},
"resources":[` + strings.Join(resources, ",\n") + `]}`)
}

var largeDeployment = func() arm.Deployment {
	d := home
	d.Parameters = map[string]any{"p": "customers"}
	return d
}()

func BenchmarkParse(b *testing.B) {
	data := largeTemplate()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := arm.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	data := largeTemplate()
	b.SetBytes(int64(len(data)))
	template, err := arm.Parse(data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := template.Evaluate(largeDeployment); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndEvaluate(b *testing.B) {
	data := largeTemplate()
	b.SetBytes(int64(len(data)))
	b.ReportMetric(float64(strings.Count(string(data), `"[`)), "expressions")
	for b.Loop() {
		template, err := arm.Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := template.Evaluate(largeDeployment); err != nil {
			b.Fatal(err)
		}
	}
}
