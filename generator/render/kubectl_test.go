package render

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// kubectlReads is the value under "key" as kubectl's YAML library reads it.
func kubectlReads(t *testing.T, data []byte) any {
	t.Helper()
	var m map[string]any
	if err := yaml.UnmarshalStrict(data, &m); err != nil {
		t.Fatalf("%v in:\n%s", err, data)
	}
	return m["key"]
}
