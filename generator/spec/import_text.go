package spec

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/spelling"
)

// text is the spec, with what is left to fill in marked.
func (c *conversion) text(dnsSuffix string) string {
	w := &writer{}
	w.line("# A Cassandra ring of %s in API models of acs-engine; what is marked", counted(len(c.regions), "cluster"))
	w.line("# is yours to fill in. `ringwright plan` prints what the whole comes to.")
	w.line("apiVersion: ringwright/v1")
	w.line("kind: Ring")
	w.say("name: customers", "Cassandra's cluster name and the prefix of every Azure name")
	w.say("dnsSuffix: "+scalar(dnsSuffix), "ends every public DNS label, so that it is nobody else's")
	if c.services != "" {
		w.line("kubernetes: { serviceCidr: %s }", c.services)
	}
	w.line("cassandra:")
	w.optional("  storage: ", c.storage, "")
	w.optional("  cpu: ", c.cpu, "what the smallest machine has room for")
	w.optional("  memory: ", c.memory, "likewise")
	w.optional("  heap: ", c.heap, "")
	why := "in each region"
	if c.replicas < defaultReplicas {
		why = "no more than the smallest region has machines"
	}
	w.say("  replicationFactor: "+itoa(c.replicas), why)
	w.line("sidecar:")
	w.say(`  image: ""`, "fill in: the sidecar in your registry, such as myregistry.azurecr.io/ringwright-sidecar:1")
	w.say("regions:", "append new ones at the end; never reorder")
	for i := range c.regions {
		c.regions[i].write(w)
	}
	return w.String()
}

// writer writes a spec, line by line.
type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// say writes a line with a comment, if there is one.
func (w *writer) say(text, comment string) {
	if comment != "" {
		text = fmt.Sprintf("%-29s # %s", text, comment)
	}
	w.line("%s", text)
}

// optional writes a key that has a value.
func (w *writer) optional(key, value, comment string) {
	if value != "" {
		w.say(key+value, comment)
	}
}

func (r *imported) write(w *writer) {
	w.line("# %s", strings.Trim(spelling.Quoted(path.Base(filepath.ToSlash(r.file))), `"`))
	if len(r.Carried) > 0 {
		w.line("# What it says without effect on a ring:")
	}
	for _, c := range r.Carried {
		w.line("#   %s: %s", strings.Join(c.Keys, ", "), strings.ReplaceAll(c.Why, "`", ""))
	}
	if r.Location.Given() {
		w.line("- location: %s", scalar(r.Location.Value))
	} else {
		w.say(`- location: ""`, "fill in: an Azure location such as eastus")
	}
	w.optional("  name: ", scalar(r.name), "")
	w.optional("  subscription: ", scalar(r.Subscription.Value), "")
	w.optional("  resourceGroup: ", scalar(r.ResourceGroup.Value), "")
	if r.vnet == "" {
		w.say(`  vnet: ""`, "fill in: a range that no other region, office or cloud that is joined uses, such as 10.1.0.0/16")
	} else {
		w.say("  vnet: "+r.vnet, "made of vnetCidr; the VNet is the ring's own, so nothing else that is joined may use the range")
	}
	w.optional("  nodeSubnet: ", r.nodes, "")
	w.optional("  gatewaySubnet: ", r.gateway, "")
	w.line("  members: %d", r.Members.Value)
	r.racksText(w)
	w.line("  cluster:")
	r.cluster(w)
}

func (r *imported) racksText(w *writer) {
	uneven := func(is bool) string {
		if !is {
			return ""
		}
		return "one, as " + counted(r.Members.Value, "member") + " cannot be shared equally by more"
	}
	if len(r.zones) > 0 {
		var quoted []string
		for _, zone := range r.zones {
			quoted = append(quoted, fmt.Sprintf("%q", zone))
		}
		w.line("  racks: zone")
		w.say("  zones: ["+strings.Join(quoted, ", ")+"]", uneven(len(r.zones) < len(r.Zones.Value)))
	}
	if r.racks > 0 {
		w.say("  faultDomains: "+itoa(r.racks), uneven(r.racks != r.FaultDomains.Value))
	}
}

func (r *imported) cluster(w *writer) {
	w.say("    apiServerCIDRs: []", "fill in: who may reach the API server, such as [203.0.113.0/24]")
	w.line("    controlPlanes: %d", r.ControlPlanes.Value)
	w.line("    controlPlaneSize: %s", scalar(r.PlaneSize.Value))
	w.line("    memberSize: %s", scalar(r.MemberSize.Value))
	if vmSize.MatchString(r.MemberSize.Value) && !PremiumDisks(r.MemberSize.Value) {
		w.say("    dataDiskSku: "+standardDisk, "the size takes no premium disk")
	}
	user, changed := strings.ToLower(r.AdminUsername.Value), ""
	if user != r.AdminUsername.Value {
		changed = "in lower case, as Ubuntu wants it"
	}
	w.say("    adminUsername: "+scalar(user), changed)
	switch {
	case r.key != "":
		w.line("    sshPublicKey: %s", scalar(r.key))
	case r.SSHPublicKey.Given():
		w.say(`    sshPublicKey: ""`, "the model's is no key that Azure takes; `ringwright secrets` makes a pair")
	}
	w.optional("    dnsPrefix: ", scalar(r.DNSPrefix.Value), "the old cluster has this name for as long as it is there")
	if r.AddressesEach.Given() {
		w.line("    addressesPerNode: %d", r.AddressesEach.Value)
	}
	w.optional("    firstConsecutiveStaticIP: ", r.static, "")
}

// scalar is a text as YAML has it, in quotes where it would be read as something
// else; nothing for an empty one.
func scalar(s string) string {
	if s == "" {
		return ""
	}
	data, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Sprintf("%q", s)
	}
	return strings.TrimSpace(string(data))
}
