package arm

import "fmt"

// resource evaluates everything of a resource that does not make its id.
func (s *scope) resource(place *site, i int) {
	raw, r := &s.template.Resources[i], &s.resources[i]
	r.Location, _ = place.stringAt("location", raw.Location)
	r.Condition = place.condition(raw.Condition)
	touched := place.uses
	r.DependsOn = place.dependsOn(raw.DependsOn)
	place.uses = touched
	r.SKU, _ = place.objectAt("sku", raw.SKU)
	r.Zones = place.zones(raw.Zones)
	r.Identity, _ = place.objectAt("identity", raw.Identity)
	r.Tags, _ = place.objectAt("tags", raw.Tags)
	place.kind = inProperties
	if raw.Nested != nil {
		s.nested(place, raw, r)
	} else {
		r.Properties, _ = place.objectAt("properties", raw.Properties)
	}
	r.Uses = place.uses
}

func (s *site) objectAt(name string, raw Object) (Object, bool) {
	s.at.member(name)
	defer s.at.pop()
	return s.object(raw)
}

// condition is true where the template has none, and where it cannot be evaluated, which has been reported.
func (s *site) condition(raw any) bool {
	if raw == nil {
		return true
	}
	s.at.member("condition")
	defer s.at.pop()
	value, ok := s.value(raw)
	if !ok {
		return true
	}
	condition, ok := value.(bool)
	if !ok {
		s.report(fmt.Errorf("the condition is %s; it takes a boolean", typeName(value)))
	}
	return condition
}

func (s *site) dependsOn(raw []string) []string {
	if len(raw) == 0 {
		return nil
	}
	s.at.member("dependsOn")
	defer s.at.pop()
	ids := make([]string, 0, len(raw))
	for i, text := range raw {
		s.at.element(i)
		if name, ok := s.string(text); ok {
			id, err := s.scope.target(name)
			if err != nil {
				s.report(err)
			}
			ids = append(ids, id)
		}
		s.at.pop()
	}
	return ids
}

func (s *site) zones(raw []any) []string {
	if raw == nil {
		return nil
	}
	s.at.member("zones")
	defer s.at.pop()
	zones := make([]string, 0, len(raw))
	for i, element := range raw {
		s.at.element(i)
		value, ok := s.value(element)
		zone, isString := value.(string)
		if ok && !isString {
			s.report(fmt.Errorf("the zone is %s; it takes a string", typeName(value)))
		}
		zones = append(zones, zone)
		s.at.pop()
	}
	return zones
}

// nested evaluates the template of a nested deployment in its own subscription and resource group, with nothing of this
// template but the parameters it is given. A deployment that its condition leaves out is evaluated for its errors, but
// reads no resource.
func (s *scope) nested(place *site, raw *Resource, r *EvaluatedResource) {
	d := s.deployment
	if r.SubscriptionID != "" {
		d.SubscriptionID = r.SubscriptionID
	}
	if r.ResourceGroup != "" {
		d.ResourceGroup = r.ResourceGroup
	}
	if !SameID(resourceGroupScope(d.SubscriptionID, d.ResourceGroup), s.id) {
		d.Location = "" // of a resource group that this deployment knows nothing about
	}
	if !r.Condition {
		d.Reference = nil
	}
	place.at.member("properties")
	place.at.member("parameters")
	arguments, ok := place.object(raw.arguments())
	place.at.pop()
	for _, m := range raw.Properties {
		switch m.Name {
		case "template":
			continue
		case "parameters":
			m.Value = arguments
		}
		r.Properties = append(r.Properties, m)
	}
	d.Parameters = make(map[string]any)
	for _, m := range arguments {
		argument, _ := m.Value.(Object)
		d.Parameters[m.Name], _ = argument.get("value")
	}
	place.at.pop()
	if ok { // else all that the template says about its parameters would follow from an error here
		prefix := s.prefix + place.label + ": properties.template: "
		r.Nested = newScope(raw.Nested, d, prefix, s.found).evaluate()
	}
}
