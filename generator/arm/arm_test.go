package arm_test

import (
	"testing"

	"github.com/ringwright/ringwright/generator/arm"
)

const (
	subscription = "11111111-2222-3333-4444-555555555555"
	tenant       = "99999999-8888-7777-6666-555555555555"
	group        = "/subscriptions/" + subscription + "/resourceGroups/customers-eastus"
	network      = group + "/providers/Microsoft.Network/"
)

// home is where the tests deploy to.
var home = arm.Deployment{
	SubscriptionID: subscription,
	TenantID:       tenant,
	ResourceGroup:  "customers-eastus",
	Location:       "eastus",
}

// minimal is a template with these members, each list ending in a comma, and these resources.
func minimal(members, resources string) string {
	return `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", ` + members + ` "resources": [` + resources + `]}`
}

func parse(t *testing.T, text string) *arm.Template {
	t.Helper()
	template, err := arm.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func evaluate(t *testing.T, text string, d arm.Deployment) *arm.Evaluated {
	t.Helper()
	evaluated, err := parse(t, text).Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	return evaluated
}

// encoded is the JSON of a value, for comparing.
func encoded(t *testing.T, value any) string {
	t.Helper()
	data, err := arm.Object{{Name: "value", Value: value}}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	return text[len(`{"value":`) : len(text)-1]
}
