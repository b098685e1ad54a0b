package arm

import "io"

// JSON encodes the evaluated template without white space and without HTML escapes, in document order. It is what Azure
// holds against the limit of 4 MB: values in the place of expressions, nested templates evaluated, dependsOn as ids
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits). The declarations
// of the parameters are left out. It holds the values of secure parameters and is not for writing down.
func (e *Evaluated) JSON() ([]byte, error) { return appendJSON(nil, e.object()), nil }

// WriteJSON writes what JSON returns, a resource at a time: an evaluated template is several times as long as it was
// written, and who wants its size need not hold it. The error is the writer's.
func (e *Evaluated) WriteJSON(w io.Writer) error {
	b := append(make([]byte, 0, 64<<10), '{') // a machine's script fits
	for i, m := range e.object() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.Name), ':')
		array, ok := m.Value.([]any)
		if !ok {
			b = appendJSON(b, m.Value)
			continue
		}
		b = append(b, '[')
		for j, resource := range array {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, resource)
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
		b = append(b, ']')
	}
	_, err := w.Write(append(b, '}'))
	return err
}

func (e *Evaluated) object() Object {
	resources := make([]any, len(e.Resources))
	for i := range e.Resources {
		resources[i] = e.Resources[i].object()
	}
	object := Object{{"$schema", e.Schema}, {"contentVersion", e.ContentVersion}}
	if e.Variables != nil {
		object = append(object, Member{"variables", e.Variables})
	}
	object = append(object, Member{"resources", resources})
	if e.Outputs != nil {
		outputs := make(Object, len(e.Outputs))
		for i, o := range e.Outputs {
			outputs[i] = Member{o.Name, Object{{"type", o.Type}, {"value", o.Value}}}
		}
		object = append(object, Member{"outputs", outputs})
	}
	return object
}

func (r *EvaluatedResource) object() Object {
	object := Object{{"type", r.Type}, {"apiVersion", r.APIVersion}, {"name", r.Name}}
	add := func(name string, present bool, value any) {
		if present {
			object = append(object, Member{name, value})
		}
	}
	add("location", r.Location != "", r.Location)
	add("condition", !r.Condition, r.Condition)
	add("scope", r.Scope != "", r.Scope)
	add("subscriptionId", r.SubscriptionID != "", r.SubscriptionID)
	add("resourceGroup", r.ResourceGroup != "", r.ResourceGroup)
	add("dependsOn", r.DependsOn != nil, elements(r.DependsOn))
	add("sku", r.SKU != nil, r.SKU)
	add("zones", r.Zones != nil, elements(r.Zones))
	add("identity", r.Identity != nil, r.Identity)
	add("tags", r.Tags != nil, r.Tags)
	properties := r.Properties
	if r.Nested != nil {
		properties = append(properties[:len(properties):len(properties)], Member{"template", r.Nested.object()})
	}
	add("properties", properties != nil, properties)
	return object
}

func elements(texts []string) []any {
	array := make([]any, len(texts))
	for i := range texts {
		array[i] = texts[i]
	}
	return array
}
