package settings

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Marshal writes a settings file: every key, in the order of the struct, map
// keys sorted, two spaces of indentation, strings quoted wherever they could
// be read as anything else. The same settings give the same bytes. What Parse
// would refuse is an error, and so is what takes more than MaxSize bytes, so
// what Marshal writes can be read.
func Marshal(s *Settings) ([]byte, error) {
	root, err := s.node()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	if _, err := Parse("settings.yaml", out.Bytes()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// node builds the file's one mapping.
func (s *Settings) node() (*yaml.Node, error) {
	replace := map[string]any{}
	for pod, id := range s.Replace {
		replace[pod] = id
	}
	peers := make([]any, len(s.Peers))
	for i, p := range s.Peers {
		peers[i] = pairs{
			{"region", p.Region},
			{"datacenter", p.Datacenter},
			{"seedsService", cmp.Or(p.SeedsService, s.SeedsService)},
			{"dns", anys(p.DNS)},
		}
	}
	return encode("", pairs{
		{"ring", s.Ring},
		{"region", s.Region},
		{"location", s.Location},
		{"datacenter", s.Datacenter},
		{"racks", s.Racks},
		{"founder", s.Founder},
		{"members", s.Members},
		{"order", anys(s.Order)},
		{"replace", replace},
		{"seedsService", s.SeedsService},
		{"dns", anys(s.DNS)},
		{"peers", peers},
		{"imds", s.IMDS},
		{"imdsTimeout", durationText(s.IMDSTimeout)},
		{"heap", s.Heap},
		{"numTokens", s.NumTokens},
		{"allocationReplicationFactor", s.AllocationReplicationFactor},
		{"config", s.Config},
		{"jvmOptions", anys(s.JVMOptions)},
	})
}

// pairs is a mapping whose order is ours.
type pairs []pair

type pair struct {
	key   string
	value any
}

func anys(texts []string) []any {
	values := make([]any, len(texts))
	for i, t := range texts {
		values[i] = t
	}
	return values
}

// durationText writes whole seconds as seconds: 70s, never 1m10s. What is no
// whole number of milliseconds is written as it is, for Parse to refuse.
func durationText(d time.Duration) string {
	switch {
	case d%time.Second == 0:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	case d%time.Millisecond == 0:
		return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
	}
	return d.String()
}

// encode builds the node of a value; path is for the error.
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
			return nil, fmt.Errorf("%s: is %s, which is no UTF-8; it takes text", path, shown(v))
		}
		return text(v), nil
	case []any:
		return encodeList(path, v)
	case map[string]any:
		var sorted pairs
		for _, key := range slices.Sorted(maps.Keys(v)) {
			sorted = append(sorted, pair{key, v[key]})
		}
		return encodePairs(path, sorted)
	case pairs:
		return encodePairs(path, v)
	}
	return nil, fmt.Errorf("%s: is a %T; it takes nil, bool, int, uint64, float64, string, []any or map[string]any", path, value)
}

// encodeFloat keeps a whole float64 a float64: 1 would come back as an int.
func encodeFloat(path string, f float64) (*yaml.Node, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%s: is %v; it takes a finite number", path, f)
	}
	digits := strconv.FormatFloat(f, 'g', -1, 64)
	if !bytes.ContainsAny([]byte(digits), ".e") {
		digits += ".0"
	}
	return plain("!!float", digits), nil
}

func encodeList(path string, values []any) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for i, value := range values {
		entry, err := encode(fmt.Sprintf("%s[%d]", path, i), value)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, entry)
	}
	return n, nil
}

func encodePairs(path string, values pairs) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range values {
		if !utf8.ValidString(p.key) {
			return nil, fmt.Errorf("%s: has the key %s, which is no UTF-8; it takes text", path, shown(p.key))
		}
		entry, err := encode(join(path, p.key), p.value)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, text(p.key), entry)
	}
	return n, nil
}

func plain(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// bareText is a string that needs no quotes: words, names with dots, paths,
// URLs, sizes such as 4Gi and times such as 70s.
var bareText = regexp.MustCompile(`^([A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*|[0-9]+([MG]i|m?s))$`)

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
