package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
)

const (
	takesName    = "it takes 1-48 characters of A-Z, a-z, 0-9, _ and -"
	takesDNSName = "it takes a DNS name in lower case without a final dot, such as cassandra-seeds.customers-eastus.svc.cluster.local"
	takesServer  = "it takes an IP address and a port, such as 10.0.0.10:53"
	takesURL     = `it takes "" or http://HOST or http://HOST:PORT without a path, such as http://169.254.169.254`
	takesTime    = "it takes a duration above 0 in whole milliseconds, such as 70s"
	takesHeap    = "it takes a whole number of Mi or Gi, such as 4Gi or 512Mi"
	takesHostID  = "it takes a host id as nodetool status prints it, a UUID in lower case"
	takesCount   = "it takes a whole number, at least 1"
	takesRing    = "it takes 2-20 characters of a-z, 0-9 and -, a letter first"
	splitHint    = "holds a blank, where the start script would split it; write one option per entry, without blanks"
)

// refused has a row for each rule: one edit of the good file and the whole
// report that it must give.
var refused = []struct{ name, from, to, want string }{
	{"ring in capitals", "ring: customers", "ring: Customers", `1: ring: is "Customers"; ` + takesRing},
	{"ring too short", "ring: customers", "ring: c", `1: ring: is "c"; ` + takesRing},
	{"region with a blank", "region: eastus\nl", "region: east us\nl", `2: region: is "east us"; ` + takesName},
	{"region is a number", "region: eastus\nl", "region: 1e3\nl", "2: region: is a number; " + takesName + ", in quotes"},
	{"region is a date", "region: eastus\nl", "region: 2026-11-22\nl", "2: region: is a date; " + takesName + ", in quotes"},
	{"location in capitals", "location: eastus", "location: East US", `3: location: is "East US"; it takes a location in lower case without blanks, such as eastus`},
	{"datacenter with a dot", "datacenter: dc-eastus", "datacenter: dc.eastus", `4: datacenter: is "dc.eastus"; ` + takesName},
	{"datacenter too long", "datacenter: dc-eastus", "datacenter: " + strings.Repeat("d", 49), `4: datacenter: is "` + strings.Repeat("d", 49) + `"; ` + takesName},
	{"racks of another kind", "racks: faultDomain ", "racks: faultdomain ", `5: racks: is "faultdomain"; it takes faultDomain or zone`},
	{"founder without an ordinal", "founder: cassandra-0-0", "founder: cassandra-0", `6: founder: is "cassandra-0"; it takes none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0`},
	{"founder with a leading zero", "founder: cassandra-0-0", "founder: cassandra-0-00", `6: founder: is "cassandra-0-00"; it takes none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0`},
	{"founder of a zone among fault domains", "founder: cassandra-0-0", "founder: cassandra-1a-0", "6: founder: is cassandra-1a-0, which has rack 1a; with racks: faultDomain a rack is a number"},
	{"founder beyond the members", "founder: cassandra-0-0", "founder: cassandra-0-3", "6: founder: is cassandra-0-3, which cannot exist; with members: 3 the last ordinal is 2 at most"},
	{"founder null", "founder: cassandra-0-0", "founder:", "6: founder: is null; it takes none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0"},
	{"founder in capitals", "founder: cassandra-0-0", "founder: None", `6: founder: is "None"; it takes none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0`},
	{"no members", "members: 3", "members: 0", "7: members: is 0; " + takesCount},
	{"members as a string", "members: 3", `members: "3"`, "7: members: is a string; " + takesCount},
	{"members as a fraction", "members: 3", "members: 3.0", "7: members: is a number; " + takesCount},
	{"members in octal", "members: 3", "members: 03", "7: members: is 03; " + takesCount},
	{"members as a list", "members: 3", "members: [3]", "7: members: is a list; " + takesCount},
	{"members as a boolean", "members: 3", "members: true", "7: members: is a boolean; " + takesCount},
	{"members beyond 32 bits", "members: 3", "members: 2147483648", "7: members: is 2147483648; " + takesCount},
	{"order lacks a peer", "[dc-eastus, dc-southcentralus]", "[dc-eastus]", "8: order: lacks dc-southcentralus; it takes every datacenter once"},
	{"order lacks the datacenter", "[dc-eastus, dc-southcentralus]", "[dc-southcentralus]", "8: order: lacks dc-eastus; it takes every datacenter once"},
	{"order repeats", "[dc-eastus, dc-southcentralus]", "[dc-eastus, dc-southcentralus, dc-eastus]", `8: order[2]: is "dc-eastus" for the second time; each datacenter comes once`},
	{"order holds a stranger", "[dc-eastus, dc-southcentralus]", "[dc-eastus, dc-west, dc-southcentralus]", `8: order[1]: is "dc-west", which is neither datacenter nor a peer's; it takes one of dc-eastus, dc-southcentralus`},
	{"order empty", "[dc-eastus, dc-southcentralus]", "[]", "8: order: is empty; it takes a list of at least one entry, each 1-48 characters of A-Z, a-z, 0-9, _ and -"},
	{"order as a string", "[dc-eastus, dc-southcentralus]", "dc-eastus", "8: order: is a string; it takes a list of at least one entry, each 1-48 characters of A-Z, a-z, 0-9, _ and -"},
	{"replace of no pod", "cassandra-1-0:", "pod-1-0:", "10: replace.pod-1-0: is no pod; it takes cassandra-RACK-ORDINAL, such as cassandra-0-0"},
	{"replace of a pod beyond the members", "cassandra-1-0:", "cassandra-1-3:", "10: replace.cassandra-1-3: is a pod that cannot exist; with members: 3 the last ordinal is 2 at most"},
	{"replace by no host id", "6f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b", "10.1.0.4", `10: replace.cassandra-1-0: is "10.1.0.4"; ` + takesHostID},
	{"replace by a host id in capitals", "6f2a4c1e-0d3b", "6F2A4C1E-0d3b", `10: replace.cassandra-1-0: is "6F2A4C1E-0d3b-4b57-9a86-1c2d3e4f5a6b"; ` + takesHostID},
	{"replace twice the same", "cassandra-2-0: 7f", "cassandra-2-0: 6f", `11: replace.cassandra-2-0: is "6f2a4c1e-0d3b-4b57-9a86-1c2d3e4f5a6b", as is replace.cassandra-1-0; a lost member has one successor`},
	{"service is an address", "seedsService: cassandra-seeds.customers-eastus.svc.cluster.local", "seedsService: 10.0.0.1", `12: seedsService: is "10.0.0.1"; ` + takesDNSName},
	{"service with a final dot", "customers-eastus.svc.cluster.local", "customers-eastus.svc.cluster.local.", `12: seedsService: is "cassandra-seeds.customers-eastus.svc.cluster.local."; ` + takesDNSName},
	{"service with a long label", "seedsService: cassandra-seeds.customers-eastus.", "seedsService: " + strings.Repeat("s", 64) + ".", `12: seedsService: is "` + strings.Repeat("s", 60) + `"...; ` + takesDNSName},
	{"service longer than DNS allows", "seedsService: cassandra-seeds.customers-eastus.svc.cluster.local", "seedsService: " + strings.Repeat("s.", 126) + "ss",
		`12: seedsService: is "` + strings.Repeat("s.", 30) + `"...; ` + takesDNSName},
	{"dns by name", `"10.0.0.10:53"`, `"dns.test:53"`, `13: dns[0]: is "dns.test:53"; ` + takesServer},
	{"dns without a port", `"10.0.0.10:53"`, `"10.0.0.10"`, `13: dns[0]: is "10.0.0.10"; ` + takesServer},
	{"dns on port 0", `"10.0.0.10:53"`, `"10.0.0.10:0"`, `13: dns[0]: is "10.0.0.10:0"; ` + takesServer},
	{"dns everywhere", `"10.0.0.10:53"`, `"0.0.0.0:53"`, `13: dns[0]: is "0.0.0.0:53"; ` + takesServer},
	{"dns of one interface", `"10.0.0.10:53"`, `"[fe80::1%eth0]:53"`, `13: dns[0]: is "[fe80::1%eth0]:53"; ` + takesServer},
	{"dns twice", `"10.0.0.10:53"`, `"10.0.0.10:53", "10.0.0.10:53"`, `13: dns[1]: is "10.0.0.10:53", as is dns[0]; each server comes once`},
	{"dns empty", `["10.0.0.10:53"]`, "[]", "13: dns: is empty; it takes a list of at least one entry, each an IP address and a port, such as 10.0.0.10:53"},
	{"peers as a mapping", "peers:\n- region: southcentralus\n ", "peers:\n  region: southcentralus\n ", "15: peers: is a mapping; it takes a list of the other regions, [] where there is none"},
	{"peer of another kind", "peers:\n", "peers:\n- southcentralus\n", "15: peers[0]: is a string; it takes a mapping of region, datacenter, seedsService and dns"},
	{"peer without dns", "  dns: [\"10.2.0.32:30053\", \"10.2.0.64:30053\"]\n", "", "15: peers[0].dns: is missing; it takes a list of at least one entry, each an IP address and a port, such as 10.0.0.10:53"},
	{"peer with this region's name", "- region: southcentralus", "- region: eastus", `15: peers[0].region: is "eastus", as is region; every region has its own`},
	{"peer with this datacenter", "  datacenter: dc-southcentralus", "  datacenter: dc-eastus", `16: peers[0].datacenter: is "dc-eastus", as is datacenter; every region has its own`},
	{"peer's dns by name", `"10.2.0.64:30053"`, "dns.test:53", `18: peers[0].dns[1]: is "dns.test:53"; ` + takesServer},
	{"peer's service null", "  seedsService: cassandra-seeds.customers-southcentralus.svc.cluster.local", "  seedsService:", "17: peers[0].seedsService: is null; " + takesDNSName},
	{"imds over TLS", "http://169.254.169.254", "https://169.254.169.254", `19: imds: is "https://169.254.169.254"; ` + takesURL},
	{"imds with a path", "http://169.254.169.254", "http://169.254.169.254/", `19: imds: is "http://169.254.169.254/"; ` + takesURL},
	{"imds with a user", "http://169.254.169.254", "http://a@169.254.169.254", `19: imds: is "http://a@169.254.169.254"; ` + takesURL},
	{"imds on port 0", "http://169.254.169.254", "http://169.254.169.254:0", `19: imds: is "http://169.254.169.254:0"; ` + takesURL},
	{"imds without a host", "http://169.254.169.254", "http://", `19: imds: is "http://"; ` + takesURL},
	{"imds null", "imds: http://169.254.169.254", "imds:", "19: imds: is null; " + takesURL},
	{"no time", "70s", "0s", `20: imdsTimeout: is "0s"; ` + takesTime},
	{"time without a unit", "70s", "70", "20: imdsTimeout: is a number; " + takesTime},
	{"time in words", "70s", "soon", `20: imdsTimeout: is "soon"; ` + takesTime},
	{"time below a millisecond", "70s", "70.0001s", `20: imdsTimeout: is "70.0001s"; ` + takesTime},
	{"heap in decimal units", "4Gi", "4G", `21: heap: is "4G"; ` + takesHeap},
	{"no heap", "4Gi", "0Gi", `21: heap: is "0Gi"; ` + takesHeap},
	{"heap as a fraction", "4Gi", "1.5Gi", `21: heap: is "1.5Gi"; ` + takesHeap},
	{"no tokens", "numTokens: 16", "numTokens: 0", "22: numTokens: is 0; it takes a whole number from 1 to 256"},
	{"too many tokens", "numTokens: 16", "numTokens: 257", "22: numTokens: is 257; it takes a whole number from 1 to 256"},
	{"no replication", "Factor: 3", "Factor: 0", "23: allocationReplicationFactor: is 0; " + takesCount},
	{"config owned by the ring", "concurrent_reads:", "num_tokens:", "25: config.num_tokens: belongs to the ring: it can never change on a member; set numTokens"},
	{"config owned, in dotted form", "concurrent_reads:", "startup_checks.check_rack:", `25: config["startup_checks.check_rack"]: belongs to the ring: the checks of datacenter, rack and resurrected data stay on; leave it out`},
	{"config of no known form", "concurrent_reads:", "memtable.configurations:", `25: config["memtable.configurations"]: "memtable.configurations" is no key of cassandra.yaml; keys are a-z, 0-9 and _, and what is nested is a mapping`},
	{"config with a number as key", "concurrent_reads:", "16:", `25: config: has the key "16", which is a number; quote it`},
	{"config not a number", "12.0", ".nan", `26: config.phi_convict_threshold: is ".nan"; it takes a finite number`},
	{"config infinite", "12.0", "-.inf", `26: config.phi_convict_threshold: is "-.inf"; it takes a finite number`},
	{"option owned by the ring", "-Xss512k", "-Xmx8g", `29: jvmOptions[0]: "-Xmx8g" belongs to the ring: the heap is written as -Xms and -Xmx, which must agree; set heap`},
	{"option without a dash", "-Xss512k", "Xss512k", `29: jvmOptions[0]: "Xss512k" is no option; an option begins with - and has a name`},
	{"option with a blank", "-Xss512k", "-Dx=a b", `29: jvmOptions[0]: "-Dx=a b" ` + splitHint},
	{"option as a number", `"-Xss512k"`, "-5", "29: jvmOptions[0]: is a number; it takes an option of the Java machine, such as -Xss512k, in quotes"},

	{"key in another case", "imdsTimeout:", "imdstimeout:", "1: imdsTimeout: is missing; " + takesTime + "\n20: imdstimeout: is no key; did you mean imdsTimeout?"},
	{"key in capitals", "imdsTimeout:", "IMDSTIMEOUT:", "1: imdsTimeout: is missing; " + takesTime + "\n20: IMDSTIMEOUT: is no key; did you mean imdsTimeout?"},
	{"key misspelt in a peer", "- region: southcentralus", "- regoin: southcentralus", "15: peers[0].region: is missing; " + takesName + "\n15: peers[0].regoin: is no key; did you mean region?"},
	{"key unknown in a peer", "- region: southcentralus", "- location: x\n  region: southcentralus", "15: peers[0].location: is no key; it takes region, datacenter, seedsService, dns"},
	{"key twice", "numTokens: 16", "numTokens: 16\nnumTokens: 8", "23: numTokens: comes twice, first in line 22"},
	{"key twice within config", "class_name: PasswordAuthenticator", "class_name: a, class_name: b", "27: config.authenticator.class_name: comes twice, first in line 27"},
	{"key that would break the report", "members: 3", "members: 3\n\"a\\nb\": 1", "8: [\"a\\nb\"]: is no key; it takes ring, region, location, datacenter, racks, founder, members, order, replace, " +
		"seedsService, dns, peers, imds, imdsTimeout, heap, numTokens, allocationReplicationFactor, config, jvmOptions"},
	{"anchor", "class_name: PasswordAuthenticator", "class_name: &a PasswordAuthenticator", "27: config.authenticator.class_name: has the anchor &a; write values out where they are used"},
	{"alias", "{class_name: PasswordAuthenticator}", "{a: &a b, c: *a}", "27: config.authenticator.a: has the anchor &a; write values out where they are used\n" +
		"27: config.authenticator.c: is the alias *a; write the value out"},
	{"alias as a key", "{class_name: PasswordAuthenticator}", "{a: &a b, *a : c}", "27: config.authenticator.a: has the anchor &a; write values out where they are used\n" +
		"27: config.authenticator: has the alias *a as a key; write the key out"},
	{"merge key", "class_name: PasswordAuthenticator", "<<: {a: b}", "27: config.authenticator: has the merge key <<; write the keys out"},
	{"list as a key", "class_name: PasswordAuthenticator", "[a]: b", "27: config.authenticator: has a list as a key; a key is a string"},
	{"tag", "12.0", "!!str 12.0", `26: config.phi_convict_threshold: has the tag "!!str"; quote a string and leave anything else plain`},
	{"tagged key", "concurrent_reads:", "!!str concurrent_reads:", "25: config: has a key with an anchor or a tag; a key is a plain string"},
	{"too deep", "concurrent_reads: 64", "concurrent_reads: " + strings.Repeat("[", 15) + strings.Repeat("]", 15),
		"25: config.concurrent_reads" + strings.Repeat("[0]", 14) + ": nests deeper than 16 levels"},
	{"second document", "Xss512k\", \"--add-exports java.base/sun.nio.ch=ALL-UNNAMED\"]\n", "Xss512k\"]\n---\nring: b\n", "30: a second document begins; a settings file is one document"},
	{"syntax after the document", "Xss512k\", \"--add-exports java.base/sun.nio.ch=ALL-UNNAMED\"]\n", "Xss512k\"]\n---\n[a\n", "31: is not YAML: did not find expected ',' or ']'"},
	{"unknown alias", "ring: customers", "ring: *nobody", "1: is not YAML: unknown anchor 'nobody' referenced"},
	{"list that does not end", `["10.0.0.10:53"]`, `["10.0.0.10:53"`, "13: is not YAML: did not find expected ',' or ']'"},
	{"value that ends a quote early", "ring: customers", `ring: "cust"omers`, "1: is not YAML: did not find expected key"},
	{"tab", "  concurrent_reads", "\tconcurrent_reads", "25: is not YAML: found character that cannot start any token"},

	{"everything at once, by line", "racks: faultDomain                 # faultDomain | zone\nfounder: cassandra-0-0\nmembers: 3\n", "members: none\nfonder: x\nracks: rack\n",
		"1: founder: is missing; it takes none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0\n" +
			"5: members: is a string; " + takesCount + "\n" +
			"6: fonder: is no key; did you mean founder?\n" +
			`7: racks: is "rack"; it takes faultDomain or zone`},
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			wantReport(t, edited(t, tt.from, tt.to), tt.want)
		})
	}
}

// TestParseRefusesFile has the rules about the file as a whole.
func TestParseRefusesFile(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"empty", "", "1: is empty; it takes the settings of one datacenter"},
		{"comments only", "# nothing\n", "1: is empty; it takes the settings of one datacenter"},
		{"null", "null\n", "1: is null; it takes the settings of one datacenter"},
		{"list", "- ring: a\n", "1: is a list; it takes the settings of one datacenter"},
		{"control character", "ring: a\x01\n", "1: is not YAML: control characters are not allowed"},
		{"too large", good + strings.Repeat("#", settings.MaxSize-len(good)+1), "1: has 1048577 bytes; at most 1048576 fit a ConfigMap"},
		{"zone that is a fault domain", strings.NewReplacer("racks: faultDomain ", "racks: zone ", "founder: cassandra-0-0", "founder: cassandra-fd0-0").Replace(good),
			"6: founder: is cassandra-fd0-0, which has rack fd0, a fault domain; with racks: zone a rack is a zone"},
		{"no peers, but an order of two", without(t, "peers"), "1: peers: is missing; it takes a list of the other regions, [] where there is none"},
		{"replace is no mapping", without(t, "replace") + "replace: []\n", "27: replace: is a list; it takes a mapping of pods to host ids"},
		{"config is no mapping", without(t, "config") + "config:\n", "25: config: is null; it takes a mapping of keys of cassandra.yaml"},
		{"jvmOptions is no list", without(t, "jvmOptions") + "jvmOptions: -Xss512k\n", "29: jvmOptions: is a string; it takes a list, each entry an option of the Java machine, such as -Xss512k"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantReport(t, tt.file, tt.want)
		})
	}
	if _, err := settings.Parse("f", []byte(good+strings.Repeat("#", settings.MaxSize-len(good)))); err != nil {
		t.Errorf("file of exactly MaxSize bytes: %v; want no error", err)
	}
}

func wantReport(t *testing.T, file, want string) {
	t.Helper()
	got, err := settings.Parse("settings.yaml", []byte(file))
	if err == nil {
		t.Fatal("Parse: no error")
	}
	if got != nil {
		t.Errorf("Parse: settings %+v besides an error", got)
	}
	want = "settings.yaml:" + strings.ReplaceAll(want, "\n", "\nsettings.yaml:")
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}
