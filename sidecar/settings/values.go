package settings

import (
	"fmt"
	"math"

	"go.yaml.in/yaml/v3"
)

// texts reads a required list of at least one string. Entries that break the
// rule stay as empty strings, so that indices keep their meaning.
func (m *mapping) texts(key string, rule textRule) []string {
	takes := "a list of at least one entry, each " + rule.takes
	items, ok := m.list(key, takes)
	if ok && len(items) == 0 {
		m.r.report(m.line(key), join(m.path, key), "is empty; it takes %s", takes)
	}
	var texts []string
	for _, item := range items {
		text := ""
		if m.r.text(item.node, item.path, rule) {
			text = item.node.Value
		}
		texts = append(texts, text)
	}
	return texts
}

// servers reads a list of DNS servers; asking one twice would only double the
// time that a look takes.
func (m *mapping) servers(key string) []string {
	servers := m.texts(key, server)
	first := map[string]string{}
	for i, s := range servers {
		path := fmt.Sprintf("%s[%d]", join(m.path, key), i)
		if other, ok := first[s]; ok && s != "" {
			m.r.report(m.values[key].Content[i].Line, path, "is %s, as is %s; each server comes once", shown(s), other)
			continue
		}
		first[s] = path
	}
	return servers
}

// config reads the keys that are laid over cassandra.yaml.
func (m *mapping) config(key string) map[string]any {
	var config map[string]any
	for _, entry := range m.pairs(key, "a mapping of keys of cassandra.yaml") {
		if reason, owned := OwnedConfigKey(entry.key.Value); owned {
			m.r.report(entry.key.Line, entry.path, "belongs to the ring: %s", reason)
			continue
		}
		if err := CheckConfigKey(entry.key.Value); err != nil {
			m.r.report(entry.key.Line, entry.path, "%s", err)
			continue
		}
		if config == nil {
			config = map[string]any{}
		}
		config[entry.key.Value] = m.r.any(entry.node, entry.path)
	}
	return config
}

// any turns a node into the Go value it stands for. Dates stay the strings
// they were written as: cassandra.yaml has none.
func (r *reader) any(n *yaml.Node, path string) any {
	if r.refused[n] {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := r.mapping(n, path, "")
		values := make(map[string]any, len(m.keys))
		for _, key := range m.keys {
			values[key.Value] = r.any(m.values[key.Value], join(path, key.Value))
		}
		return values
	case yaml.SequenceNode:
		values := make([]any, len(n.Content))
		for i, entry := range n.Content {
			values[i] = r.any(entry, fmt.Sprintf("%s[%d]", path, i))
		}
		return values
	}
	if n.Tag == "!!str" || n.Tag == "!!timestamp" {
		return n.Value
	}
	var value any
	if err := n.Decode(&value); err != nil {
		r.report(n.Line, path, "is %s, which looks like %s and is none; quote it", shown(n.Value), kind(n))
		return nil
	}
	if f, ok := value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		r.report(n.Line, path, "is %s; it takes a finite number", shown(n.Value))
		return nil
	}
	return value
}

// jvmOptions reads the options of Cassandra's Java machine.
func (m *mapping) jvmOptions(key string) []string {
	if !m.optional(key) {
		return nil
	}
	rule := textRule{"an option of the Java machine, such as -Xss512k", func(string) bool { return true }}
	items, _ := m.list(key, "a list, each entry "+rule.takes)
	var options []string
	for _, item := range items {
		if !m.r.text(item.node, item.path, rule) {
			continue
		}
		option := item.node.Value
		if err := CheckJVMOption(option); err != nil {
			m.r.report(item.node.Line, item.path, "%s", err)
		} else if reason, owned := OwnedJVMOption(option); owned {
			m.r.report(item.node.Line, item.path, "%s belongs to the ring: %s", shown(option), reason)
		}
		options = append(options, option)
	}
	return options
}
