package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// spoil is a single fault in what was compiled, or in the secrets: of a file,
// what the expression matches is replaced once.
type spoil struct {
	file    string // below the world's directory
	match   string
	replace string
	says    string // what the failing test has to say, as an expression
	late    bool   // only Kubernetes can tell: machines boot
}

// faults are the single faults that SeedStory has to find.
var faults = map[string]spoil{
	"peer-prefix": {
		file:  "out/eastus/azure/azuredeploy.json",
		match: `("localNetworkAddressSpace": \{ "addressPrefixes": \[)"10\.2\.0\.0/16"`, replace: `$1"10.9.0.0/16"`,
		says: `customers-eastus-to-southcentralus of eastus says that its peer has \[10\.9\.0\.0/16\]; southcentralus has \[10\.2\.0\.0/16\]`,
	},
	"rule-gone": {
		file:  "out/southcentralus/azure/azuredeploy.json",
		match: `(?s)\{\s*"name": "peers-cassandra",.*?\]\s*\}\s*\},`, replace: "",
		says: `from customers-eastus-m0 to customers-southcentralus-m0, tcp 10\.2\.0\.32:7000: no answer`,
	},
	"address-of-another-block": {
		file:  "out/eastus/azure/azuredeploy.json",
		match: `"privateIPAddress": "10\.1\.0\.34"`, replace: `"privateIPAddress": "10.1.9.34"`,
		says: `customers-eastus-m0: its script gives pods the address 10\.1\.0\.34, which no ipConfiguration of its NIC has`,
	},
	"host-of-another-block": {
		file:  "out/eastus/azure/azuredeploy.json",
		match: `"privateIPAddress": "10\.1\.0\.32"`, replace: `"privateIPAddress": "10.1.9.32"`,
		says: `customers-eastus-m0: its script says the node's address is 10\.1\.0\.32, its NIC has 10\.1\.9\.32`,
	},
	"shared-keys": {
		file:  "secrets/eastus/parameters.json",
		match: `("southcentralusSharedKey": \{\s*"value": ")[A-Za-z0-9]`, replace: `${1}_`,
		says: `do not have the same shared key`,
	},
	"name-label": {
		file:  "out/southcentralus/azure/azuredeploy.json",
		match: `"domainNameLabel": "customers-southcentralus-gw-3f9a1c"`, replace: `"domainNameLabel": "customers-southcentralus-gateway-3f9a1c"`,
		says: `looks for its peer at "customers-southcentralus-gw-3f9a1c\.southcentralus\.cloudapp\.azure\.com", which is no gateway's name`,
	},
	"one-sided-link": {
		file:  "out/southcentralus/azure/azuredeploy.json",
		match: `("type": "Microsoft\.Network/connections",)`, replace: `$1 "condition": false,`,
		says: `southcentralus has no link to eastus`,
	},
	"api-server-closed": {
		file:  "out/eastus/azure/azuredeploy.json",
		match: `"sourceAddressPrefix": "203\.0\.113\.0/24"`, replace: `"sourceAddressPrefix": "192.0.2.0/24"`,
		says: `from the client to the API server of eastus, tcp \S+:6443: no answer`,
	},
	"node-label": {
		file:  "out/eastus/azure/azuredeploy.json",
		match: `zone=\$LOCATION-fd\$2`, replace: `zone=$$LOCATION-rack$$2`,
		says: `eastus: cassandra-\d-0 has no node: .*didn't match Pod's node affinity`, late: true,
	},
	"volume-of-another-node": {
		file:  "out/eastus/10-storage.yaml",
		match: `values: \[customers-eastus-m0\]`, replace: `values: [customers-eastus-m1]`,
		says: `eastus: cassandra-0-0 has no node: .*persistent volumes`, late: true,
	},
}

// carryOut spoils the world's files.
func (s spoil) carryOut(w *World) {
	w.Helper()
	path := filepath.Join(w.Dir, s.file)
	text, err := os.ReadFile(path)
	w.must(err)
	expression := regexp.MustCompile(s.match)
	at := expression.FindSubmatchIndex(text)
	if at == nil {
		w.Fatalf("%s has nothing that matches %s: the fault is none", s.file, s.match)
	}
	spoilt := fmt.Sprintf("%s%s%s", text[:at[0]], expression.Expand(nil, []byte(s.replace), text, at), text[at[1]:])
	w.must(os.WriteFile(path, []byte(spoilt), 0o600))
	w.Say("%s is spoilt", s.file)
}
