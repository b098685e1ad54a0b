package arm

import "strings"

func (d *decoder) resource(value any) Resource {
	var r Resource
	d.fields(value, []field{
		{"type", true, func(value any) {
			if text, ok := typed[string](d, value); ok {
				r.Type = text
				if err := checkType(text); err != nil {
					d.problem("%w", err)
				}
			}
		}},
		{"apiVersion", true, func(value any) {
			if text, ok := typed[string](d, value); ok {
				if r.APIVersion = text; !apiVersionPattern.MatchString(text) {
					d.problem("%q is not of the form 2025-03-01", text)
				}
			}
		}},
		{"name", true, into(d, &r.Name)},
		{"location", false, into(d, &r.Location)},
		{"condition", false, func(value any) { r.Condition = d.condition(value) }},
		{"scope", false, into(d, &r.Scope)},
		{"dependsOn", false, func(value any) { r.DependsOn = d.strings(value) }},
		{"sku", false, into(d, &r.SKU)},
		{"zones", false, into(d, &r.Zones)},
		{"identity", false, into(d, &r.Identity)},
		{"tags", false, into(d, &r.Tags)},
		{"subscriptionId", false, into(d, &r.Subscription)},
		{"resourceGroup", false, into(d, &r.ResourceGroup)},
		{"properties", false, into(d, &r.Properties)},
	})
	if strings.EqualFold(r.Type, deploymentType) {
		d.deployment(&r)
		return r
	}
	if r.Subscription != "" || r.ResourceGroup != "" {
		d.problem("only a %s has subscriptionId and resourceGroup", deploymentType)
	}
	d.at.member("properties")
	d.noCopy(r.Properties)
	d.at.pop()
	return r
}

func (d *decoder) condition(value any) any {
	if _, ok := value.(bool); ok {
		return value
	}
	if text, ok := value.(string); ok && IsExpression(text) {
		return text
	}
	d.problem("this is %s; it takes a boolean or an expression", typeName(value))
	return nil
}

func (d *decoder) strings(value any) []string {
	array, _ := typed[[]any](d, value)
	texts := make([]string, 0, len(array))
	for i, element := range array {
		d.at.element(i)
		if text, ok := typed[string](d, element); ok {
			texts = append(texts, text)
		}
		d.at.pop()
	}
	return texts
}

// deployment reads the properties of a nested deployment. Without inner scope, which is not the default, Azure would
// evaluate the nested expressions with the parameters and the resource group of the template around it
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates#expression-evaluation-scope-in-nested-templates).
func (d *decoder) deployment(r *Resource) {
	if r.Subscription != "" && r.ResourceGroup == "" {
		d.problem("a deployment to a subscription is not supported; name its resourceGroup, too")
	}
	d.at.member("properties")
	defer d.at.pop()
	d.fields(r.Properties, []field{
		{"mode", true, func(value any) {
			if text, _ := value.(string); !strings.EqualFold(text, "Incremental") {
				d.problem("a nested deployment has mode Incremental")
			}
		}},
		{"expressionEvaluationOptions", true, func(value any) {
			d.fields(value, []field{{"scope", true, func(value any) {
				if text, _ := value.(string); !strings.EqualFold(text, "inner") {
					d.problem("the scope of a nested deployment is inner; outer, which is the default, is not supported")
				}
			}}})
		}},
		{"parameters", false, func(value any) {
			d.each(value, func(_ string, value any) { d.fields(value, []field{{"value", true, d.noCopy}}) })
		}},
		{"template", true, func(value any) { r.Nested = d.template(value) }},
	})
}

// arguments are the expressions or values that a nested deployment gives to its template.
func (r *Resource) arguments() Object {
	value, _ := r.Properties.get("parameters")
	arguments, _ := value.(Object)
	return arguments
}

// compile parses every expression of the template once and holds every other string against the limit.
func (d *decoder) compile(t *Template) {
	check := func(at *path, text string) {
		if !IsExpression(text) {
			if err := checkLiteral(text); err != nil {
				d.found.add(at.String(), err)
			}
			return
		}
		if d.expressions[text] != nil {
			return
		}
		e, err := ParseExpression(text)
		if err != nil {
			d.found.add(at.String(), err)
			return
		}
		d.expressions[text] = e
	}
	t.walk(&d.at, func(at *path, value any) { eachString(at, value, check) })
}
