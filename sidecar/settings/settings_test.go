package settings_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// good is a settings file that uses every key.
const good = `ring: customers
region: eastus
location: eastus
datacenter: dc-eastus
racks: faultDomain                 # faultDomain | zone
founder: cassandra-0-0
members: 3
order: [dc-eastus, dc-southcentralus]
replace:
  cassandra-1-0: 6f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b
  cassandra-2-0: 7f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b
seedsService: cassandra-seeds.customers-eastus.svc.cluster.local
dns: ["10.0.0.10:53"]
peers:
- region: southcentralus
  datacenter: dc-southcentralus
  seedsService: cassandra-seeds.customers-southcentralus.svc.cluster.local
  dns: ["10.2.0.32:30053", "10.2.0.64:30053"]
imds: http://169.254.169.254
imdsTimeout: 70s
heap: 4Gi
numTokens: 16
allocationReplicationFactor: 3
config:
  concurrent_reads: 64
  phi_convict_threshold: 12.0
  authenticator: {class_name: PasswordAuthenticator}
  hinted_handoff_disabled_datacenters: [dc-x]
jvmOptions: ["-Xss512k", "--add-exports java.base/sun.nio.ch=ALL-UNNAMED"]
`

// parsed is what good says.
func parsed() *settings.Settings {
	return &settings.Settings{
		Ring: "customers", Region: "eastus", Location: "eastus", Datacenter: "dc-eastus",
		Racks: settings.RacksFaultDomain, Founder: "cassandra-0-0", Members: 3,
		Order: []string{"dc-eastus", "dc-southcentralus"},
		Replace: map[string]string{
			"cassandra-1-0": "6f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b",
			"cassandra-2-0": "7f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b",
		},
		SeedsService: "cassandra-seeds.customers-eastus.svc.cluster.local",
		DNS:          []string{"10.0.0.10:53"},
		Peers: []settings.Peer{{
			Region: "southcentralus", Datacenter: "dc-southcentralus",
			SeedsService: "cassandra-seeds.customers-southcentralus.svc.cluster.local",
			DNS:          []string{"10.2.0.32:30053", "10.2.0.64:30053"},
		}},
		IMDS: "http://169.254.169.254", IMDSTimeout: 70 * time.Second,
		Heap: "4Gi", NumTokens: 16, AllocationReplicationFactor: 3,
		Config: map[string]any{
			"concurrent_reads":                    64,
			"phi_convict_threshold":               12.0,
			"authenticator":                       map[string]any{"class_name": "PasswordAuthenticator"},
			"hinted_handoff_disabled_datacenters": []any{"dc-x"},
		},
		JVMOptions: []string{"-Xss512k", "--add-exports java.base/sun.nio.ch=ALL-UNNAMED"},
	}
}

// edited replaces one piece of good; a piece that is not there exactly once
// would make the case prove nothing.
func edited(t *testing.T, from, to string) string {
	t.Helper()
	if from != "" && strings.Count(good, from) != 1 {
		t.Fatalf("%q is %d times in the good file", from, strings.Count(good, from))
	}
	return strings.Replace(good, from, to, 1)
}

// without drops the lines of a key of good and what is indented below it.
func without(t *testing.T, key string) string {
	t.Helper()
	var kept []string
	dropping, dropped := false, false
	for line := range strings.Lines(good) {
		dropping = strings.HasPrefix(line, key+":") || dropping && strings.ContainsAny(line[:1], " -")
		if dropping {
			dropped = true
			continue
		}
		kept = append(kept, line)
	}
	if !dropped {
		t.Fatalf("%s is not in the good file", key)
	}
	return strings.Join(kept, "")
}

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		file string
		want func(*settings.Settings)
	}{
		{"every key", good, func(*settings.Settings) {}},
		{"nobody founds", edited(t, "cassandra-0-0", "none"), func(s *settings.Settings) { s.Founder = settings.NoFounder }},
		{"founder of the last ordinal", edited(t, "cassandra-0-0", "cassandra-0-2"), func(s *settings.Settings) { s.Founder = "cassandra-0-2" }},
		{"replace missing", without(t, "replace"), func(s *settings.Settings) { s.Replace = nil }},
		{"config missing", without(t, "config"), func(s *settings.Settings) { s.Config = nil }},
		{"config empty", without(t, "config") + "config: {}\n", func(s *settings.Settings) { s.Config = nil }},
		{"jvmOptions missing", without(t, "jvmOptions"), func(s *settings.Settings) { s.JVMOptions = nil }},
		{"jvmOptions empty", without(t, "jvmOptions") + "jvmOptions: []\n", func(s *settings.Settings) { s.JVMOptions = nil }},
		{"a peer's service is the own one", edited(t, "  seedsService: cassandra-seeds.customers-southcentralus.svc.cluster.local\n", ""),
			func(s *settings.Settings) { s.Peers[0].SeedsService = s.SeedsService }},
		{"alone", strings.Replace(without(t, "peers"), ", dc-southcentralus]", "]\npeers: []", 1), func(s *settings.Settings) {
			s.Peers, s.Order = nil, []string{"dc-eastus"}
		}},
		{"no metadata service", edited(t, "imds: http://169.254.169.254", `imds: ""`), func(s *settings.Settings) { s.IMDS = "" }},
		{"metadata service with a port", edited(t, "imds: http://169.254.169.254", `imds: http://imds.test:8080`), func(s *settings.Settings) { s.IMDS = "http://imds.test:8080" }},
		{"a part of a second", edited(t, "70s", "1m0.5s"), func(s *settings.Settings) { s.IMDSTimeout = 60500 * time.Millisecond }},
		{"zones", strings.NewReplacer("racks: faultDomain ", "racks: zone ", "cassandra-0-0", "cassandra-1a-0").Replace(good), func(s *settings.Settings) {
			s.Racks, s.Founder = settings.RacksZone, "cassandra-1a-0"
		}},
		{"a server by IPv6", edited(t, "10.0.0.10:53", "[fd00::a]:53"), func(s *settings.Settings) { s.DNS = []string{"[fd00::a]:53"} }},
		{"most tokens", edited(t, "numTokens: 16", "numTokens: 256"), func(s *settings.Settings) { s.NumTokens = 256 }},
		{"small heap", edited(t, "4Gi", "512Mi"), func(s *settings.Settings) { s.Heap = "512Mi" }},
		{"values of config", without(t, "config") + `config:
  text: "16"
  date: 2026-11-22
  yes: yes
  none:
  "true": true
  big: 18446744073709551615
  hex: 0x10
  exponent: 1e3
  list: [1, [], {}]
`, func(s *settings.Settings) {
			s.Config = map[string]any{"text": "16", "date": "2026-11-22", "yes": "yes", "none": nil, "true": true,
				"big": uint64(18446744073709551615), "hex": 16, "exponent": 1000.0, "list": []any{1, []any{}, map[string]any{}}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := parsed()
			tt.want(want)
			got, err := settings.Parse("settings.yaml", []byte(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseRequires drops each key in turn: all but three must be there.
func TestParseRequires(t *testing.T) {
	optional := map[string]bool{"replace": true, "config": true, "jvmOptions": true}
	fields := reflect.TypeFor[settings.Settings]()
	for i := range fields.NumField() {
		key := fields.Field(i).Tag.Get("yaml")
		_, err := settings.Parse("settings.yaml", []byte(without(t, key)))
		if optional[key] {
			if err != nil {
				t.Errorf("without %s: %v; want no error", key, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), "settings.yaml:1: "+key+": is missing; it takes ") {
			t.Errorf("without %s: %v; want that it is missing", key, err)
		}
	}
}

// TestProblems holds that the error is a list that a caller can take apart.
func TestProblems(t *testing.T) {
	_, err := settings.Parse("f", []byte(edited(t, "members: 3", "members: 0")))
	var problems *settings.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("Parse: %T; want *settings.Problems", err)
	}
	want := &settings.Problems{Name: "f", List: []settings.Problem{
		{Line: 7, Path: "members", Message: "is 0; it takes a whole number, at least 1"},
	}}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
