package settings_test

import (
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
)

const marshalled = `ring: customers
region: eastus
location: eastus
datacenter: dc-eastus
racks: faultDomain
founder: cassandra-0-0
members: 3
order:
  - dc-eastus
  - dc-southcentralus
replace:
  cassandra-1-0: "6f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b"
  cassandra-2-0: "7f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b"
seedsService: cassandra-seeds.customers-eastus.svc.cluster.local
dns:
  - "10.0.0.10:53"
peers:
  - region: southcentralus
    datacenter: dc-southcentralus
    seedsService: cassandra-seeds.customers-southcentralus.svc.cluster.local
    dns:
      - "10.2.0.32:30053"
      - "10.2.0.64:30053"
imds: http://169.254.169.254
imdsTimeout: 70s
heap: 4Gi
numTokens: 16
allocationReplicationFactor: 3
config:
  authenticator:
    class_name: PasswordAuthenticator
  concurrent_reads: 64
  hinted_handoff_disabled_datacenters:
    - dc-x
  phi_convict_threshold: 12.0
jvmOptions:
  - "-Xss512k"
  - "--add-exports java.base/sun.nio.ch=ALL-UNNAMED"
`

func TestMarshal(t *testing.T) {
	got, err := settings.Marshal(parsed())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(marshalled, string(got)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

// TestMarshalHasEveryKey holds the writer against the struct's tags, which
// TestParseRequires holds the reader against.
func TestMarshalHasEveryKey(t *testing.T) {
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^([a-zA-Z]+):`).FindAllStringSubmatch(marshalled, -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff(tags(reflect.TypeFor[settings.Settings]()), got); diff != "" {
		t.Errorf("keys (-struct +file):\n%s", diff)
	}
	got = nil
	peers := marshalled[strings.Index(marshalled, "peers:"):strings.Index(marshalled, "imds:")]
	for _, m := range regexp.MustCompile(`(?m)^  [- ] ([a-zA-Z]+):`).FindAllStringSubmatch(peers, -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff(tags(reflect.TypeFor[settings.Peer]()), got); diff != "" {
		t.Errorf("keys of a peer (-struct +file):\n%s", diff)
	}
}

func tags(fields reflect.Type) []string {
	var keys []string
	for i := range fields.NumField() {
		keys = append(keys, fields.Field(i).Tag.Get("yaml"))
	}
	return keys
}

// TestMarshalRoundTrip holds values that YAML could turn into something else.
func TestMarshalRoundTrip(t *testing.T) {
	values := map[string]any{
		"null": nil, "yes": true, "int": math.MaxInt, "negative": -1, "unsigned": uint64(math.MaxUint64),
		"whole": 12.0, "tiny": 5e-324, "huge": math.MaxFloat64, "minus_zero": math.Copysign(0, -1),
		"words":     []any{"true", "null", "~", "", "yes", "No", "on", "y", "1", "1.0", "0x10", "1e3", "1_000", "12:30:45", "2026-11-22", "<<", "=", "4Gi", "70s"},
		"signs":     []any{"- a", "a: b", "a #b", "#", "&a", "*a", "!a", "|", ">", "%", "@", "`", "{}", "[]", "'", `"`, `\`, "a ", " a", "?", "-", ":", ","},
		"lines":     []any{"\n", "a\n", "\na", " a\n b\n", "a\r\nb", "a\tb", "\t", "\u2028", "\u0085", "\ufeff", "\x00", "\x7f", "é", "\U0001f600", strings.Repeat("long ", 100)},
		"none":      map[string]any{},
		"empty":     []any{},
		"nested":    map[string]any{"1": []any{[]any{}, map[string]any{"": "", "true": "x"}}},
		"long_keys": map[string]any{strings.Repeat("k", 2000): 1, "a\nb": 2, "yes": 3},
	}
	want := parsed()
	want.Config = values
	want.JVMOptions = nil
	data, err := settings.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := settings.Parse("settings.yaml", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// TestMarshalQuotes holds which strings stand bare: those that no reader of
// YAML, 1.1 or 1.2, takes for anything else.
func TestMarshalQuotes(t *testing.T) {
	tests := map[string]string{
		"PasswordAuthenticator": "PasswordAuthenticator", "dc-x": "dc-x", "/var/lib": "/var/lib", "a.b": "a.b", "4Gi": "4Gi", "70s": "70s", "http://a:80": "http://a:80",
		"": `""`, "yes": `"yes"`, "No": `"No"`, "ON": `"ON"`, "y": `"y"`, "true": `"true"`, "Null": `"Null"`, "~": `"~"`,
		"1": `"1"`, "1.30": `"1.30"`, "1e3": `"1e3"`, "12:30": `"12:30"`, "2026-11-22": `"2026-11-22"`, "10.0.0.10:53": `"10.0.0.10:53"`,
		"a b": `"a b"`, "a: b": `"a: b"`, "a:": `"a:"`, "-x": `"-x"`, "*": `"*"`, "a\nb": `"a\nb"`,
	}
	got := map[string]string{}
	for text := range tests {
		s := parsed()
		s.Config = map[string]any{"key": text}
		data, err := settings.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(data), "\n  key: ")
		got[text], _, _ = strings.Cut(rest, "\n")
	}
	if diff := cmp.Diff(tests, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestMarshalFillsIn(t *testing.T) {
	tests := []struct {
		name       string
		edit       func(*settings.Settings)
		want, gone string
	}{
		{"nothing optional", func(s *settings.Settings) { s.Replace, s.Config, s.JVMOptions = nil, nil, nil },
			"replace: {}\n", "cassandra-1-0"},
		{"no peers", func(s *settings.Settings) { s.Peers, s.Order = nil, []string{"dc-eastus"} }, "peers: []\n", "dc-southcentralus"},
		{"a peer's service", func(s *settings.Settings) { s.Peers[0].SeedsService = "" },
			"    seedsService: cassandra-seeds.customers-eastus.svc.cluster.local\n", "cassandra-seeds.customers-southcentralus"},
		{"no metadata service", func(s *settings.Settings) { s.IMDS = "" }, "imds: \"\"\n", "169.254.169.254"},
		{"a part of a second", func(s *settings.Settings) { s.IMDSTimeout = 1500 * time.Millisecond }, "imdsTimeout: 1500ms\n", "70s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed()
			tt.edit(s)
			got, err := settings.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(got), tt.want) || strings.Contains(string(got), tt.gone) {
				t.Errorf("file holds no %q or holds %q:\n%s", tt.want, tt.gone, got)
			}
		})
	}
}

func TestMarshalRefuses(t *testing.T) {
	tests := []struct {
		name string
		edit func(*settings.Settings)
		want string
	}{
		{"what Parse refuses", func(s *settings.Settings) { s.Members = 0 }, "settings.yaml:7: members: is 0; it takes a whole number, at least 1"},
		{"a time below a millisecond", func(s *settings.Settings) { s.IMDSTimeout += time.Microsecond }, `settings.yaml:25: imdsTimeout: is "1m10.000001s"; it takes a duration above 0 in whole milliseconds, such as 70s`},
		{"another kind", func(s *settings.Settings) { s.Config["a"] = []any{int64(1)} }, "config.a[0]: is a int64; it takes nil, bool, int, uint64, float64, string, []any or map[string]any"},
		{"not a number", func(s *settings.Settings) { s.Config["a"] = map[string]any{"b": math.NaN()} }, "config.a.b: is NaN; it takes a finite number"},
		{"owned", func(s *settings.Settings) { s.Config = map[string]any{"partitioner": "x"} }, "settings.yaml:30: config.partitioner: belongs to the ring: it places every row and can never change; it is always Murmur3Partitioner"},
		{"too large", func(s *settings.Settings) { s.Config["a"] = strings.Repeat("a", settings.MaxSize) }, "settings.yaml:1: has 1049511 bytes; at most 1048576 fit a ConfigMap"},
		{"broken key", func(s *settings.Settings) { s.Config["a"] = map[string]any{"\xff": 1} }, `config.a: has the key "\xff", which is no UTF-8; it takes text`},
		{"broken text", func(s *settings.Settings) { s.Config["a"] = "\xff" }, `config.a: is "\xff", which is no UTF-8; it takes text`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := parsed()
			tt.edit(s)
			got, err := settings.Marshal(s)
			if err == nil {
				t.Fatalf("Marshal: no error:\n%s", got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}
