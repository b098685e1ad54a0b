package arm

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Deployment is what a template is evaluated for.
type Deployment struct {
	SubscriptionID string // a GUID
	TenantID       string // a GUID; may be empty, then subscription() has no tenantId
	ResourceGroup  string // its name
	Location       string // of the resource group; may be empty, then resourceGroup() has no location

	// Parameters are the given values: bool, string, int, int64, float64, json.Number, []any, []string, map[string]any,
	// nil, or the values of this package. They are taken as they are, without looking for expressions. A Runtime fits
	// every type.
	Parameters map[string]any

	// Reference answers the template function reference with the properties of a resource, in any type that Parameters
	// may have. It is asked for resources with a false condition as well, as Azure does
	// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#reference).
	// When it is nil, reference is a Runtime, and so is everything computed from it.
	Reference func(resourceID, apiVersion string) (any, error)
}

// Evaluated is a template with every expression evaluated, in document order.
type Evaluated struct {
	Schema         string
	ContentVersion string
	Variables      Object
	Resources      []EvaluatedResource
	Outputs        []Output
}

// EvaluatedResource is a resource with every expression evaluated. What the template leaves out is nil or empty.
type EvaluatedResource struct {
	Index      int    // in Resources
	ID         string // the full resource id
	Type       string
	APIVersion string
	Name       string
	Location   string
	Condition  bool // true when the template has none
	Scope      string
	DependsOn  []string // full ids, not checked against the template
	SKU        Object
	Zones      []string
	Identity   Object
	Tags       Object

	// SubscriptionID and ResourceGroup are where a nested deployment goes, empty when it stays.
	SubscriptionID string
	ResourceGroup  string

	// Properties of a nested deployment lack the template.
	Properties Object
	// Nested is the evaluated template of a nested deployment, and nil in every other resource.
	Nested *Evaluated
	// Uses are the resources that evaluating this one touched, dependsOn left out, in document order. What a nested
	// template touches is with its own resources.
	Uses []Use
}

// Use is a resource id that resourceId, subscriptionResourceId or reference made or read for a value of a resource,
// directly or through a variable or a parameter's default.
type Use struct {
	ID        string
	Path      string // of the value in the resource: properties.ipConfigurations[0].properties.subnet.id
	Reference bool   // reference read the resource, so it must be there first
}

// All yields every resource, each before those of its nested template.
func (e *Evaluated) All() iter.Seq[*EvaluatedResource] {
	return func(yield func(*EvaluatedResource) bool) { e.all(yield) }
}

func (e *Evaluated) all(yield func(*EvaluatedResource) bool) bool {
	for i := range e.Resources {
		r := &e.Resources[i]
		if !yield(r) || r.Nested != nil && !r.Nested.all(yield) {
			return false
		}
	}
	return true
}

// Evaluate evaluates all of the template, unused variables and resources with a false condition included. Every error is
// reported, each with its place, such as
//
//	resources[3] Microsoft.Network/connections customers-eastus-to-westus3: properties.sharedKey: [parameters('key')]: ...
//
// and what follows from an error elsewhere is not reported again. No message shows the value of a parameter. The result
// shares values with the template and with itself and must not be changed. Evaluate may be called concurrently.
func (t *Template) Evaluate(d Deployment) (*Evaluated, error) {
	var found problems
	if !isGUID(d.SubscriptionID) {
		found.add("deployment", fmt.Errorf("the subscription id %q is not a GUID", d.SubscriptionID))
	}
	if d.TenantID != "" && !isGUID(d.TenantID) {
		found.add("deployment", fmt.Errorf("the tenant id %q is not a GUID", d.TenantID))
	}
	if err := checkSegment("the resource group", d.ResourceGroup); err != nil {
		found.add("deployment", err)
	}
	if len(found) > 0 {
		return nil, found.join()
	}
	evaluated := newScope(t, d, "", &found).evaluate()
	if len(found) > 0 {
		return nil, found.join()
	}
	return evaluated, nil
}

func newScope(t *Template, d Deployment, prefix string, found *problems) *scope {
	s := &scope{
		template:   t,
		deployment: d,
		id:         resourceGroupScope(d.SubscriptionID, d.ResourceGroup),
		parameters: make(map[string]*binding),
		variables:  make(map[string]*binding),
		resources:  make([]EvaluatedResource, len(t.Resources)),
		results:    make(map[string]result),
		prefix:     prefix,
		found:      found,
	}
	s.subscription = Object{{"id", subscriptionScope(d.SubscriptionID)}, {"subscriptionId", d.SubscriptionID}}
	if d.TenantID != "" {
		s.subscription = append(s.subscription, Member{"tenantId", d.TenantID})
	}
	s.resourceGroup = Object{{"id", s.id}, {"name", d.ResourceGroup}}
	if d.Location != "" {
		s.resourceGroup = append(s.resourceGroup, Member{"location", d.Location})
	}
	s.bind()
	return s
}

func (s *scope) site(k kind, names ...string) site {
	made := site{scope: s, kind: k}
	for _, name := range names {
		made.at.member(name)
	}
	return made
}

// bind declares the parameters, with the values that are given, and the variables.
func (s *scope) bind() {
	for _, p := range s.template.Parameters {
		b := &binding{site: s.site(inParameter, "parameters", p.Name), name: p.Name, valueType: p.Type}
		value, given := s.deployment.Parameters[p.Name]
		switch {
		case given:
			b.raw, b.given = value, true
		case p.DefaultValue != nil:
			b.raw = *p.DefaultValue
		default:
			b.state = failed
			b.site.report(errors.New("no value is given and there is no default"))
		}
		s.parameters[p.Name] = b
	}
	var unknown []string
	for name := range s.deployment.Parameters {
		if s.parameters[name] == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		place := s.site(inParameter, "parameters", name)
		place.report(fmt.Errorf("a value is given, but the template declares no such parameter; declared: %s", some(s.declared("parameter"))))
	}
	for _, v := range s.template.Variables {
		s.variables[v.Name] = &binding{site: s.site(inVariable, "variables", v.Name), name: v.Name, raw: v.Value}
	}
}

func (s *scope) evaluate() *Evaluated {
	e := &Evaluated{Schema: s.template.Schema, ContentVersion: s.template.ContentVersion}
	for _, p := range s.template.Parameters {
		_ = s.parameters[p.Name].settle("parameter") // reported by settle
	}
	for _, v := range s.template.Variables {
		b := s.variables[v.Name]
		_ = b.settle("variable") // reported by settle
		e.Variables = append(e.Variables, Member{v.Name, b.value})
	}
	sites := make([]site, len(s.resources))
	for i := range s.resources {
		sites[i] = s.identify(i)
	}
	for i := range s.resources {
		s.resource(&sites[i], i)
	}
	e.Resources = s.resources
	for _, o := range s.template.Outputs {
		place := s.site(inOutput, "outputs", o.Name, "value")
		value, ok := place.value(o.Value)
		if ok && !fits(value, o.Type) {
			place.report(fmt.Errorf("the value is %s; the type is %s", typeName(value), o.Type))
		}
		e.Outputs = append(e.Outputs, Output{o.Name, o.Type, value})
	}
	return e
}

// identify evaluates what makes the id of a resource, for all resources before anything refers to one by name.
func (s *scope) identify(i int) site {
	raw, r := &s.template.Resources[i], &s.resources[i]
	place := s.site(inEnvelope)
	place.label = fmt.Sprintf("resources[%d] %s %s", i, raw.Type, excerpt(raw.Name))
	r.Index, r.Type, r.APIVersion = i, raw.Type, raw.APIVersion
	named, scoped := false, true
	if r.Name, named = place.stringAt("name", raw.Name); named {
		place.label = fmt.Sprintf("resources[%d] %s %s", i, raw.Type, r.Name)
	}
	under := s.id
	switch {
	case raw.ResourceGroup != "":
		under, scoped = place.elsewhere(raw, r)
	case raw.Scope != "":
		under, scoped = place.extended(raw, r)
	}
	if !named || !scoped {
		return place
	}
	id, err := resourceID(under, raw.Type, strings.Split(r.Name, "/"))
	if err != nil {
		place.at.member("name")
		place.report(err)
		place.at.pop()
	}
	r.ID = id
	return place
}

// elsewhere is the scope of a nested deployment in another resource group.
func (s *site) elsewhere(raw *Resource, r *EvaluatedResource) (string, bool) {
	subscription, known := s.scope.deployment.SubscriptionID, true
	if raw.Subscription != "" {
		if r.SubscriptionID, known = s.stringAt("subscriptionId", raw.Subscription); known && !isGUID(r.SubscriptionID) {
			s.at.member("subscriptionId")
			s.report(fmt.Errorf("%q is not a GUID", r.SubscriptionID))
			s.at.pop()
			known = false
		}
		subscription = r.SubscriptionID
	}
	group, ok := s.stringAt("resourceGroup", raw.ResourceGroup)
	if !ok {
		return "", false
	}
	if err := checkSegment("the resource group", group); err != nil {
		s.at.member("resourceGroup")
		s.report(err)
		s.at.pop()
		return "", false
	}
	r.ResourceGroup = group
	return resourceGroupScope(subscription, group), known
}

// extended is the scope of an extension resource: the id of what it extends.
func (s *site) extended(raw *Resource, r *EvaluatedResource) (string, bool) {
	scope, ok := s.stringAt("scope", raw.Scope)
	if !ok {
		return "", false
	}
	if !strings.HasPrefix(scope, "/subscriptions/") {
		id, ok := relativeID(s.scope.id, scope)
		if !ok {
			s.at.member("scope")
			s.report(fmt.Errorf("%q is not a resource id", scope))
			s.at.pop()
			return "", false
		}
		scope = id
	}
	r.Scope = scope
	return scope, true
}
