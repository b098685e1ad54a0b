package arm

import "errors"

// ParseParameters reads a parameter file into the values that Deployment.Parameters takes. It is as strict as Parse:
// only literal values are known, no references to a key vault
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files).
func ParseParameters(data []byte) (map[string]any, error) {
	value, err := parseJSON(data)
	if value == nil && err != nil {
		return nil, err
	}
	d := &decoder{}
	values := make(map[string]any)
	d.fields(value, []field{
		{"$schema", true, func(value any) { d.schema(value, "a parameter file", "/deploymentParameters.json#") }},
		{"contentVersion", true, d.contentVersion(new(string))},
		{"parameters", true, func(value any) {
			d.each(value, func(name string, value any) {
				d.fields(value, []field{{"value", true, func(value any) { values[name] = value }}})
			})
		}},
	})
	if err := errors.Join(err, d.found.join()); err != nil {
		return nil, err
	}
	return values, nil
}
