package spec

import (
	"math"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/spelling"
)

// maxDepth is how deep a value of cassandra.config nests. The file that
// Cassandra ships needs three levels, the settings file takes sixteen.
const maxDepth = 8

// free reads a value of any shape, as cassandra.config has them.
func (d *document) free(n *yaml.Node, path string, depth int) any {
	if depth > maxDepth {
		d.spoil(n, path, "deeper than %d levels, which no key of cassandra.yaml needs", maxDepth)
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		d.pairs(n, path, func(key string, k, value *yaml.Node) {
			d.lines[entry(path, key)] = k.Line
			if d.plain(value, entry(path, key)) {
				m[key] = d.free(value, entry(path, key), depth+1)
			}
		})
		return m
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for i, element := range n.Content {
			d.lines[item(path, i)] = element.Line
			if d.plain(element, item(path, i)) {
				list = append(list, d.free(element, item(path, i), depth+1))
			}
		}
		return list
	}
	var value any
	switch err := n.Decode(&value); {
	case err == nil && value == nil:
		d.spoil(n, path, "empty; write a value or leave the key out")
	case err != nil || !jsonScalar(value):
		d.spoil(n, path, "%s is no text, finite number or boolean; put it in quotes", spelling.Clipped(n.Value))
		return nil
	}
	return value
}

// jsonScalar reports whether value survives the way into the settings file.
func jsonScalar(value any) bool {
	switch v := value.(type) {
	case string, int, uint64, bool:
		return true
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return false
}
