// Package azure holds compiled ARM templates against what Azure publishes in
// code: the models, the clients and the fake deployments service of the Azure
// SDK for Go.
//
// A resource of a template is evaluated and decoded into the SDK's model of its
// type. What the model does not know, what it marks as read-only or required,
// and what is no value of an enumeration is a problem; so is an API version
// other than the one that the SDK's client speaks, for then the model says
// nothing about the resource. What the models do not hold, such as which values
// go together, is not checked here.
package azure

import (
	"encoding/json"
	"fmt"

	"github.com/ringwright/ringwright/generator/arm"
)

// The values that templates are evaluated with.
const (
	subscription  = "11111111-2222-3333-4444-555555555555"
	tenant        = "99999999-8888-7777-6666-555555555555"
	resourceGroup = "rings"
)

// evaluate reads a template and the parameter file that is committed with it, and
// evaluates it with a value for every parameter that has none.
func evaluate(template, parameters []byte) (*arm.Template, *arm.Evaluated, error) {
	t, err := arm.Parse(template)
	if err != nil {
		return nil, nil, err
	}
	values, err := complete(t, parameters)
	if err != nil {
		return nil, nil, err
	}
	evaluated, err := t.Evaluate(arm.Deployment{
		SubscriptionID: subscription, TenantID: tenant, ResourceGroup: resourceGroup, Location: "eastus", Parameters: values,
	})
	return t, evaluated, err
}

// complete are the values of the parameter file and, for each parameter that
// has neither one of these nor a default, a text that names it.
func complete(t *arm.Template, parameters []byte) (map[string]any, error) {
	var file struct {
		Parameters map[string]struct{ Value any }
	}
	if err := json.Unmarshal(parameters, &file); err != nil {
		return nil, fmt.Errorf("parameter file: %w", err)
	}
	values := map[string]any{}
	for name, p := range file.Parameters {
		values[name] = p.Value
	}
	for _, p := range t.Parameters {
		if _, given := values[p.Name]; !given && p.DefaultValue == nil {
			values[p.Name] = marker(p.Name)
		}
	}
	return values, nil
}

// marker is a text that is nowhere in a template, to follow a parameter's value by.
func marker(parameter string) string { return "<the value of " + parameter + ">" }

// body is what Azure sends to the resource provider: all of the resource that
// is not about where it is and when it deploys.
func body(r *arm.EvaluatedResource) ([]byte, error) {
	var o arm.Object
	add := func(name string, value any, present bool) {
		if present {
			o = append(o, arm.Member{Name: name, Value: value})
		}
	}
	zones := make([]any, len(r.Zones))
	for i, zone := range r.Zones {
		zones[i] = zone
	}
	add("location", r.Location, r.Location != "")
	add("tags", r.Tags, r.Tags != nil)
	add("sku", r.SKU, r.SKU != nil)
	add("zones", zones, r.Zones != nil)
	add("identity", r.Identity, r.Identity != nil)
	add("properties", r.Properties, r.Properties != nil)
	return o.MarshalJSON()
}
