package verify

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/plan"
)

// machine is a virtual machine with what belongs to it. What is missing is nil or empty.
type machine struct {
	resource  *arm.EvaluatedResource
	nic       *arm.EvaluatedResource
	extension *arm.EvaluatedResource
	prelude   map[string]string // what the node script is told
	index     int               // INDEX, -1 where that is no number
	primary   netip.Addr
	pods      []netip.Addr
	disks     []disk
}

type disk struct {
	resource *arm.EvaluatedResource
	lun      int64
	gib      int64
}

// The values of ROLE.
const (
	roleControlPlane = "controlplane"
	roleMember       = "member"
)

func (m *machine) isControlPlane() bool { return m.prelude["ROLE"] == roleControlPlane }
func (m *machine) isMember() bool       { return m.prelude["ROLE"] == roleMember }
func (m *machine) name() string         { return m.resource.Name }

// readMachines puts together the virtual machines of the template.
func (g *region) readMachines() []*machine {
	d := g.deployment
	var all []*machine
	byID := map[string]*machine{}
	for _, r := range d.of(virtualMachine) {
		m := &machine{resource: r, index: -1}
		all, byID[key(r.ID)] = append(all, m), m
		if cards := objectsAt(r.Properties, "networkProfile", "networkInterfaces"); len(cards) == 1 {
			m.nic = d.find(textAt(cards[0], "id"))
		}
		for _, o := range objectsAt(r.Properties, "storageProfile", "dataDisks") {
			if resource := d.find(textAt(o, "managedDisk", "id")); resource != nil {
				m.disks = append(m.disks, disk{resource, numberAt(o, "lun"), numberAt(resource.Properties, "diskSizeGB")})
			}
		}
		if m.nic == nil {
			continue
		}
		for i, c := range objectsAt(m.nic.Properties, "ipConfigurations") {
			a, err := netip.ParseAddr(textAt(c, "properties", "privateIPAddress"))
			switch {
			case err != nil || !a.Is4(): // reported with the addresses
			case i == 0:
				m.primary = a
			default:
				m.pods = append(m.pods, a)
			}
		}
	}
	for _, r := range d.of(extensions) {
		parent, _ := arm.ParentID(r.ID)
		if m := byID[key(parent)]; m != nil {
			m.extension = r
			m.prelude = g.readPrelude(r)
			if i, err := strconv.Atoi(m.prelude["INDEX"]); err == nil {
				m.index = i
			}
		}
	}
	return all
}

// preludeSize is how many characters of a script are decoded: more than any
// prelude has, and less than the node script behind it.
const preludeSize = 1 << 14

// readPrelude is what a script is told: its lines of the form NAME='value'.
func (g *region) readPrelude(r *arm.EvaluatedResource) map[string]string {
	where := place(r, "properties.protectedSettings.script")
	script := textAt(r.Properties, "protectedSettings", "script")
	text, err := base64.StdEncoding.DecodeString(script[:min(len(script), preludeSize)])
	if err != nil {
		g.add(g.template(), where, "is not base64")
		return nil
	}
	rest, ok := strings.CutPrefix(string(text), "#!/bin/sh\n")
	if !ok {
		g.add(g.template(), where, "want it to begin with #!/bin/sh")
		return nil
	}
	told := map[string]string{}
	for {
		line, after, _ := strings.Cut(rest, "\n")
		name, value, ok := strings.Cut(line, "='")
		value, closed := strings.CutSuffix(value, "'")
		if !ok || !closed || strings.ContainsAny(name, " #") {
			return told
		}
		if strings.Contains(value, "'") {
			g.add(g.template(), where, "the value of %s holds a quote, which ends it", name)
		}
		if _, twice := told[name]; twice {
			g.add(g.template(), where, "sets %s twice", name)
		}
		told[name], rest = value, after
	}
}

// count is how many machines have a role.
func (g *region) count(role string) int {
	n := 0
	for _, m := range g.machines {
		if m.prelude["ROLE"] == role {
			n++
		}
	}
	return n
}

func (g *region) checkMachines() {
	scripted := map[string]bool{}
	for _, path := range g.deployment.usage.Variables[plan.NodeScriptVariable] {
		scripted[path] = true
	}
	g.checkAttached()
	seen := map[string]string{}
	for _, m := range g.machines {
		switch {
		case m.nic == nil:
			g.add(g.template(), place(m.resource), "want one network interface of this template")
			continue
		case m.extension == nil:
			g.add(g.template(), place(m.resource), "has no extension, so it never becomes a node")
			continue
		case m.prelude == nil: // reported when it was read
			continue
		}
		if !scripted["resources["+itoa(m.extension.Index)+"].properties.protectedSettings.script"] {
			g.add(g.template(), place(m.extension), "does not run the node script, variable %s", plan.NodeScriptVariable)
		}
		if computer := textAt(m.resource.Properties, "osProfile", "computerName"); computer != m.name() {
			g.add(g.template(), place(m.resource), "computer name %s; want the machine's name, which is its node's, too", computer)
		}
		role := m.prelude["ROLE"]
		if count := g.count(role); m.index < 0 || m.index >= count {
			g.told(m, "INDEX", "is %q; want a number from 0 to %d, as there are %d of role %s", m.prelude["INDEX"], count-1, count, role)
		}
		number := role + " " + m.prelude["INDEX"]
		if other, taken := seen[number]; taken {
			g.told(m, "INDEX", "%s is that of %s, too", number, other)
		}
		seen[number] = m.name()
		g.checkPrelude(m)
		g.checkBlock(m)
		g.checkDisks(m)
		g.checkPools(m)
		g.checkSecrets(m)
		g.checkExtension(m)
		g.checkPlacement(m)
	}
}

// checkDisks sees that a member's volume is on its data disk, and below the
// place where that is mounted: a volume that is the place itself would be empty
// where the disk is not mounted.
func (g *region) checkDisks(m *machine) {
	lun := m.prelude["DATA_DISK_LUN"]
	if !m.isMember() {
		if len(m.disks) > 0 || lun != "" {
			g.told(m, "DATA_DISK_LUN", "is %q with %d data disks; want none but on members", lun, len(m.disks))
		}
		return
	}
	if len(m.disks) != 1 || strconv.FormatInt(m.disks[0].lun, 10) != lun {
		g.told(m, "DATA_DISK_LUN", "is %q; want the LUN of the machine's only data disk", lun)
	}
	if mount, directory := m.prelude["DATA_MOUNT"], m.prelude["DATA_DIRECTORY"]; !strings.HasPrefix(directory, mount+"/") || mount == "" {
		g.told(m, "DATA_DIRECTORY", "is %q; want a directory below DATA_MOUNT, %q", directory, mount)
	}
}

// checkAttached sees that each disk has one machine, and is where that is.
func (g *region) checkAttached() {
	attached := map[int]string{}
	for _, m := range g.machines {
		for _, d := range m.disks {
			if other, taken := attached[d.resource.Index]; taken {
				g.add(g.template(), place(m.resource), "has the disk %s, which %s has, too", d.resource.Name, other)
			}
			attached[d.resource.Index] = m.name()
			if !slices.Equal(d.resource.Zones, m.resource.Zones) {
				g.add(g.template(), place(d.resource), "zones %q; want those of its machine, %q", d.resource.Zones, m.resource.Zones)
			}
		}
	}
}
