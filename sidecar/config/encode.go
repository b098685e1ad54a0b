package config

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// render writes a key and its value: one line, or the key's line and the
// value's below it. No line of it is part of a text that goes on in the next,
// so comments may stand between and after them.
func render(key string, value *yaml.Node) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(key), value}}); err != nil {
		return "", err
	}
	if err := encoder.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// encode builds the node of a value of the types that settings.Settings.Config
// holds; path is for the error.
func encode(path string, value any) (*yaml.Node, error) {
	switch v := value.(type) {
	case nil:
		return plain("!!null", "null"), nil
	case bool:
		return plain("!!bool", strconv.FormatBool(v)), nil
	case int:
		return plain("!!int", strconv.Itoa(v)), nil
	case uint64:
		return plain("!!int", strconv.FormatUint(v, 10)), nil
	case float64:
		return encodeFloat(path, v)
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("%s is %q, which is no UTF-8; it takes text", path, v)
		}
		return text(v), nil
	case []any:
		return encodeList(path, v)
	case map[string]any:
		return encodeMapping(path, v)
	}
	return nil, fmt.Errorf("%s is a %T; it takes nil, bool, int, uint64, float64, string, []any or map[string]any", path, value)
}

// encodeFloat writes all digits: without a point Java would read 1e6 as
// text or as a whole number, depending on the reader.
func encodeFloat(path string, f float64) (*yaml.Node, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%s is %v; it takes a finite number", path, f)
	}
	digits := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	return plain("!!float", digits), nil
}

func encodeList(path string, values []any) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for i, value := range values {
		entry, err := encode(fmt.Sprintf("%s[%d]", path, i), value)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, entry)
	}
	return n, nil
}

func encodeMapping(path string, values map[string]any) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, key := range sortedKeys(values) {
		if !utf8.ValidString(key) {
			return nil, fmt.Errorf("%s has the key %q, which is no UTF-8; it takes text", path, key)
		}
		entry, err := encode(path+"."+key, values[key])
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, text(key), entry)
	}
	return n, nil
}

func plain(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// bareText is text that needs no quotes: words, names with dots and paths.
var bareText = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./-]*$`)

// oldBoolean is a word that YAML 1.1, which Java reads, takes for a boolean.
var oldBoolean = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)

// text quotes all but the plainest strings: a quote too many hurts nobody.
func text(value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	if !bareText.MatchString(value) || oldBoolean.MatchString(value) || n.ShortTag() != "!!str" {
		n.Style = yaml.DoubleQuotedStyle
	}
	n.Tag = "!!str"
	return n
}
