package acsengine

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

const (
	orchestrator = "properties.orchestratorProfile"
	config       = orchestrator + ".kubernetesConfig"
	master       = "properties.masterProfile"
	pools        = "properties.agentPoolProfiles"
	linux        = "properties.linuxProfile"
	principal    = "properties.servicePrincipalProfile"
)

// text is a text that is there and not empty.
func (d *document) text(path string) Field[string] {
	if n, ok := d.values[path]; ok && n.text != "" {
		return Field[string]{n.text, Place{n.line, path}}
	}
	return Field[string]{}
}

// number is a whole number that is there and not 0, which acs-engine itself
// takes for one that was left out.
func (d *document) number(path string) Field[int] {
	n, ok := d.values[path]
	if !ok {
		return Field[int]{}
	}
	i, err := strconv.Atoi(n.text) // an error was reported when the value was read
	if err != nil || i == 0 {
		return Field[int]{}
	}
	return Field[int]{i, Place{n.line, path}}
}

// missing demands a key, unless what is there is wrong already.
func (d *document) missing(path, want string) {
	for p := path; p != ""; p = parent(p) {
		if d.spoiled[p] {
			return
		}
	}
	d.errorf(path, "missing; want %s", want)
}

// within demands a number in a range, where it is given.
func (d *document) within(path string, low, high int) {
	if f := d.number(path); f.Given() && (f.Value < low || f.Value > high) {
		d.errorf(path, "%d; want %d to %d", f.Value, low, high)
	}
}

// one demands one of a few words, where a word is given.
func (d *document) one(path string, words ...string) string {
	f := d.text(path)
	if f.Given() && !slices.Contains(words, f.Value) {
		d.errorf(path, "%s is not known; want %s", spelling.Quoted(f.Value), strings.Join(words, " or "))
	}
	return f.Value
}

// read takes from the values what says something about a ring.
func (d *document) read(m *Model) {
	for _, profile := range []string{"properties", orchestrator, master, pools, linux} {
		if d.values[profile] == nil {
			d.missing(profile, "an API model of a Kubernetes cluster")
			if profile == "properties" {
				return
			}
		}
	}
	m.Location = d.text("location")
	m.Location.Value = strings.ToLower(strings.ReplaceAll(m.Location.Value, " ", ""))
	d.orchestrator()
	d.networking()
	d.services(m)
	d.master(m)
	d.pools(m)
	d.subnets(m)
	d.pods(m)
	d.linux(m)
	d.principal()
}

// versions are what orchestratorVersion and orchestratorRelease hold.
var versions = regexp.MustCompile(`^v?[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3}(-[0-9A-Za-z.-]{1,40})?)?$`)

func (d *document) orchestrator() {
	if d.values[orchestrator] == nil {
		return
	}
	switch kind := d.text(orchestrator + ".orchestratorType"); {
	case !kind.Given():
		d.missing(orchestrator+".orchestratorType", "Kubernetes")
	case !strings.EqualFold(kind.Value, "Kubernetes"):
		d.errorf(kind.Path, "%s; want Kubernetes", spelling.Quoted(kind.Value))
	}
	for _, name := range []string{"orchestratorRelease", "orchestratorVersion"} {
		if f := d.text(orchestrator + "." + name); f.Given() {
			if !versions.MatchString(f.Value) {
				d.errorf(f.Path, "%s is not a version; want one such as 1.10 or 1.10.9", spelling.Quoted(f.Value))
			}
			d.note(whyVersion, f.Path)
		}
	}
}

// networking demands what gives pods addresses of the VNet.
func (d *document) networking() {
	const reach = "; its pods have addresses that no other VNet reaches, so the members of two regions would not find each other; want azure"
	plugin, policy := d.text(config+".networkPlugin"), d.text(config+".networkPolicy")
	switch {
	case slices.Contains([]string{"kubenet", "cilium", "flannel"}, plugin.Value):
		d.errorf(plugin.Path, "%s%s", plugin.Value, reach)
		return
	case plugin.Given() && plugin.Value != "azure":
		d.errorf(plugin.Path, "%s is not known; want azure", spelling.Quoted(plugin.Value))
	}
	switch {
	case policy.Value == "none" && !plugin.Given():
		d.errorf(policy.Path, "none is kubenet%s", reach)
	case policy.Value == "cilium":
		d.errorf(policy.Path, "cilium%s", reach)
	case policy.Given() && !slices.Contains([]string{"azure", "calico", "none"}, policy.Value):
		d.errorf(policy.Path, "%s is not known; want azure, or calico or none with networkPlugin azure", spelling.Quoted(policy.Value))
	case policy.Value == "calico" || policy.Value == "azure" && plugin.Given():
		d.note(whyPolicy, policy.Path)
	}
	if !plugin.Given() && policy.Value != "azure" {
		d.note(whyPlugin, config+".networkPlugin")
	}
}

// services demands a service range with its DNS address, or neither.
func (d *document) services(m *Model) {
	if f := d.text(config + ".clusterSubnet"); f.Given() {
		if _, err := netip.ParsePrefix(f.Value); err != nil {
			d.errorf(f.Path, "%s is not an address range; want one such as 10.240.0.0/12", spelling.Quoted(f.Value))
		}
		d.note(whyNetwork, f.Path)
	}
	cidr, dns := d.text(config+".serviceCidr"), d.text(config+".dnsServiceIP")
	if cidr.Given() != dns.Given() {
		if cidr.Given() {
			d.errorf(cidr.Path, "without dnsServiceIP; want both or neither")
		} else {
			d.errorf(dns.Path, "without serviceCidr; want both or neither")
		}
		return
	}
	if !cidr.Given() {
		return
	}
	services, err := network.ParsePrefix(cidr.Value)
	if err != nil {
		d.errorf(cidr.Path, "%v", err)
		return
	}
	m.ServiceCIDR = cidr
	switch address, err := netip.ParseAddr(dns.Value); {
	case err != nil || !services.Contains(address) || address == network.Last(services):
		d.errorf(dns.Path, "%s; want an address of serviceCidr %s, and not its last", spelling.Quoted(dns.Value), services)
	case address == services.Addr() || address == network.Add(services.Addr(), 1):
		d.errorf(dns.Path, "%s; the first address of serviceCidr is the API server's; want %s", address, network.Add(services.Addr(), 10))
	case address != network.Add(services.Addr(), 10):
		d.note(whyServiceDNS, dns.Path)
	}
}

func (d *document) linux(m *Model) {
	if d.values[linux] == nil {
		return
	}
	m.AdminUsername = d.text(linux + ".adminUsername")
	if !m.AdminUsername.Given() {
		d.missing(linux+".adminUsername", "a user such as azureuser")
	}
	keys := linux + ".ssh.publicKeys"
	switch n := d.values[keys]; {
	case n == nil || len(n.items) == 0:
		d.missing(keys, "one, whose keyData may be empty: then `ringwright secrets` makes a pair")
	case len(n.items) > 1:
		d.errorf(keys, "%d keys; want one", len(n.items))
	default:
		m.SSHPublicKey = d.text(item(keys, 0) + ".keyData")
	}
}

// vaults is the id of a key vault.
var vaults = regexp.MustCompile(`(?i)^/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/Microsoft\.KeyVault/vaults/[^/\s]+$`)

// principal demands a service principal as acs-engine took one, or none: it is not used.
func (d *document) principal() {
	vault := d.text(principal + ".keyvaultSecretRef.vaultID")
	name := d.text(principal + ".keyvaultSecretRef.secretName")
	if d.text(principal+".secret").Given() && (vault.Given() || name.Given()) {
		d.errorf(principal, "a secret and a key vault's; want one of them, or none")
	}
	if vault.Given() && !vaults.MatchString(vault.Value) {
		d.errorf(vault.Path, "not the id of a key vault")
	}
	for _, key := range []string{"clientId", "secret", "objectId", "keyvaultSecretRef.vaultID"} {
		if d.text(principal + "." + key).Given() {
			d.note(whyNoCloud, principal)
		}
	}
}
