package render_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/render"
	"github.com/ringwright/ringwright/templates/node"
)

func runbookOf(t *testing.T, p *plan.Plan) string {
	t.Helper()
	files, err := render.Runbook(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Path != "README.md" {
		t.Fatalf("files %v, want README.md", files)
	}
	again, err := render.Runbook(p)
	if err != nil || !bytes.Equal(files[0].Data, again[0].Data) {
		t.Fatalf("a second run differs: %v", err)
	}
	return string(files[0].Data)
}

var fenced = regexp.MustCompile("(?s)```sh\n(.*?)```")

// commands are the page's code blocks.
func commands(page string) []string {
	var all []string
	for _, m := range fenced.FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestRunbookIsShell(t *testing.T) {
	// zsh does not take these for comments when they are typed
	comment := regexp.MustCompile(`(?m)(^|\s)#`)
	for name, src := range runbooks {
		page := runbookOf(t, planOf(t, src))
		if got, want := strings.Count(page, "```")/2, len(commands(page)); got != want {
			t.Errorf("%s: %d fences and %d blocks of shell", name, got, want)
		}
		for _, block := range commands(page) {
			cmd := exec.Command("sh", "-n")
			cmd.Stdin = strings.NewReader(block)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s\n%s", name, err, out, block)
			}
			if comment.MatchString(block) {
				t.Errorf("%s: a comment in\n%s", name, block)
			}
		}
	}
}

func TestRunbookSaysWhatApplies(t *testing.T) {
	tests := []struct{ phrase, in string }{ // in: names of runbooks, separated by commas
		{"In this order, each when", "peered,peered many,peered and existing"},
		{"the deployment ends when both are there", "example,every section,many,thrifty,mixed,managed"},
		{"vnet peering list", "peered,peered many,peered and existing"},
		{"**3 peerings**", "peered,peered and existing"},
		{"**190 peerings**", "peered many"},
		{"InvalidGlobalResourceReference", "peered,peered many,peered and existing"},
		{"**Peering** is paid by the gigabyte", "peered,peered many,peered and existing"},
		{"**Gateways** are active-standby", "example,every section,many,thrifty,mixed,managed"},
		{"VPN gateway", "example,every section,alone,many,thrifty,mixed,managed,managed alone"},
		{"so that its gateway's name is there", "example,alone,many,thrifty,mixed,managed,managed alone"},
		{"with its empty `gateways.json`, then take all of them through the second pass", "every section"},
		{"it gets a tunnel, and", "example,many,thrifty,mixed,managed"},
		{"it gets a gateway and a tunnel, and", "alone,managed alone"},
		{"security group and its machines' masquerade rules; nothing", "example,every section,alone,many,thrifty,mixed,managed,peered,peered alone,peered many,peered and existing"},
		{"unless one holds them: every region is deployed again", "example,every section,alone,many,thrifty,mixed,managed,managed alone"},
		{"no peering and no link leads to it", "peered,peered alone,peered many,peered and existing"},
		{"Is it the first in Azure?", "elsewhere"},
		{"as its gateway leads nowhere else", "elsewhere"},
		{"say which before: `pod=", "elsewhere,managed alone"},
		{"machines and their disks is for eastus only", "mixed"},
		{"machines and their disks is for far-west only", "managed"},
		{"machines and their disks is for eastus, westeurope, uksouth only", "peered and existing"},
		{"generate; then the machines, a look", "example,every section,alone,many,thrifty,peered,peered alone,peered many"},
		{"generate; then the nodes, a look", "managed,managed alone"},
		{"people add them, without `deploy`", "mixed,peered and existing"},
		{"the nodes, which the clusters' people add", "elsewhere"},
		{"deploy && kubectl get nodes", "example,every section,alone,many,thrifty,peered,peered alone,peered many,managed,managed alone"},
		{"\ndeploy\n```\n\n```sh\nkubectl get nodes", "mixed,peered and existing"},
		{"MACHINE:.spec.volumeName", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"`replace: { ", "example,every section,alone,many,thrifty,mixed,elsewhere,peered,peered alone,peered many,peered and existing,managed,managed alone"},
		{"kubectl delete pv", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"\nWhere a cluster exists a new volume", "mixed,peered and existing"},
		{"\nOn AKS a new volume comes with a new claim; the old one stays, with its disk (on AKS in the group of the nodes)", "managed"},
		{"\nA new volume", "elsewhere,managed alone"},
		{"also storageClass", "mixed,peered and existing"},
		{"cassandra.storage, storageClass, and the order", "elsewhere"},
		{"their volumes stay until", "elsewhere"},
		{"every machine, disk and backup in the groups", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed,managed alone"},
		{"API server (port 6443)", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"at the address of a load balancer in its VNet", "managed alone"},
		{"of a zone one without", "mixed,elsewhere,peered and existing"},
		{"In `theirs` it", "peered and existing"},
		{"**Images within reach**: the nodes pull `registry.example.com/ringwright-sidecar:1` and `cassandra:5.0.9`.", "mixed,elsewhere,peered and existing"},
		{"GatewaySubnet", "example,every section,alone,many,thrifty,mixed,managed,managed alone"},
		{"which peers it with all others", "peered,peered alone,peered many,peered and existing"},
		{"defaultSubscription=\"$(az account show", "peered,peered and existing"},
		{"Second pass", "every section"},
		{"peerAddress: parameter", "example,many,thrifty,managed"},
		{"vpn-connection show", "example,every section,many,thrifty,mixed,managed"},
		{"30 to 45", "example,every section,many,thrifty,mixed,managed"},
		{"docker-registry registry", "every section,elsewhere,managed alone"},
		{"--docker-server=registry.example.com:5000 ", "every section"},
		{"system_auth", "every section"},
		{"No passwords", "example,alone,many,thrifty,mixed,elsewhere,peered,peered alone,peered many,peered and existing,managed,managed alone"},
		{"Azure gave another spread?", "example,every section,alone,many,thrifty,peered,peered alone,peered many,peered and existing"},
		{"Where it was the only one", "example,every section,alone,thrifty,mixed,peered,peered alone,peered and existing,managed"},
		{"member remove ID", "every section,many,peered many"},
		{"nobody founds again", "example,every section,many,thrifty,mixed,elsewhere,peered,peered many,peered and existing,managed,managed alone"},
		{"`founder` is `none`", "alone,peered alone"},
		{"the ring lost", "alone,peered alone,managed alone"},
		{"replicationFactor 1", "alone,peered alone"},
		{"some racks have no member", "alone,thrifty,peered alone"},
		{"**eastus, westus**: fewer than three members", "thrifty"},
		{"replicationFactor 2", "thrifty"},
		{"**eastus**: one rack only", "thrifty"},
		{"**eastus**: the data disks are magnetic", "thrifty"},
		{"**near-west**: fewer racks than replicas", "every section"},
		{"--kubeconfig secrets/westus/kubeconfig apply -f out/westus/\n```", "thrifty"},
		{"**eastus**: the API server answers the whole internet", "every section,managed"},
		{"**far-west, near-west**: one control plane", "every section"},
		{"## Clusters that exist", "mixed,elsewhere,peered and existing"},
		{"the cluster is somebody else's", "mixed,elsewhere,peered and existing"},
		{"The other ends of the tunnels", "mixed"},
		{"| office | vpn.example.com | 10.40.0.0/16 | mixed-eastus-gw-3f9a1c.eastus.cloudapp.azure.com | 10.1.0.0/16 | `secrets/links/eastus--office.key` |", "mixed"},
		{"Nothing of this ring joins these clusters", "elsewhere"},
		{"No peering of this ring leads there", "peered and existing"},
		{"which peers it with all others made here,", "peered and existing"},
		{"**eu-west-1**: its fault domains are what somebody has written", "elsewhere"},
		{"**frankfurt**: one DNS server", "mixed"},
		{"## When a deployment fails", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered and existing,peered many,managed,managed alone"},
		{"the network security groups keep everybody else out", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"* **No NetworkPolicy**: nothing", "example,every section,alone,many,thrifty,peered,peered alone,peered many"},
		{"* **No NetworkPolicy** in eastus: nothing", "mixed"},
		{"* **No NetworkPolicy** in eastus, westeurope, uksouth: nothing", "peered and existing"},
		{"who reaches ports 7000, 7001, 9042 and 8089 of its members is yours to limit", "mixed,elsewhere,peered and existing"},
		{"port 9042 from any VNet of the ring reads", "example,alone,many,thrifty,peered,peered alone,peered many,managed,managed alone"},
		{"port 9042 from any VNet of the ring or any network of an existing cluster reads", "peered and existing"},
		{"port 9042 from any VNet of the ring or any network of an existing cluster or any range behind a link reads", "mixed"},
		{"port 9042 from any network of an existing cluster reads", "elsewhere"},
		{"in the spec's order, each when the one before it is done", "peered,peered alone,peered many,peered and existing"},
		{"On AKS each pool needs one node more", "managed,managed alone"},
		{"## Reach the clusters of AKS", "managed,managed alone"},
		{"az acr show -n myregistry --query id", "managed"},
		{"its cluster exists}", "mixed,peered and existing"},
		{"az provider register -n Microsoft.ContainerService", "managed,managed alone"},
		{"User Access Administrator", "managed,managed alone"},
		{"Kubernetes version on AKS", "managed,managed alone"},
		{"`VMExtensionProvisioningError`", "example,every section,alone,many,thrifty,mixed,managed,peered,peered alone,peered many,peered and existing"},
		{"on MACHINE COMMAND", "example,every section,alone,many,thrifty,mixed,managed,peered,peered alone,peered many,peered and existing"},
		{"--rotate REGION/join-token", "example,every section,alone,many,thrifty,mixed,managed,peered,peered alone,peered many,peered and existing"},
		{"one self-managed Kubernetes", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"A region is one VNet with one self-managed Kubernetes 1.36 cluster that runs one datacenter.", "example,alone,many,thrifty,peered,peered alone,peered many"},
		{"A region is one VNet with one Kubernetes 1.36 cluster on AKS that runs one datacenter.", "managed alone"},
		{"A region is one Kubernetes cluster of somebody else's that runs one datacenter: [", "elsewhere"},
		{"A region is one Kubernetes cluster that runs one datacenter:\n\n* `eastus`: one", "mixed"},
		{"* `eastus`: one VNet with one Kubernetes 1.36 cluster on AKS.", "managed"},
		{"* `eastus`, `westeurope`, `uksouth`: each one VNet", "peered and existing"},
		{"`az` 2.76 or newer", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed,managed alone"},
		{"one minor either side of the clusters' 1.36; `ring", "example,every section,alone,many,thrifty,peered,peered alone,peered many,managed,managed alone"},
		{"for one that exists, of its own version; `ring", "mixed,peered and existing"},
		{"at most one minor older or newer than each of the clusters; `ring", "elsewhere"},
		{"draws one, and fill in image and ranges", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed,managed alone"},
		{"nothing to make for it", "elsewhere"},
		{"**A shell function** for later", "elsewhere"},
		{"Deploy the clusters", "managed alone"},
		{"`DnsRecordInUse`", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"controlplanes=", "example,every section,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
		{"gateways and machines are paid", "example,every section,many,thrifty,mixed,managed"},
		{"| eastus | 3 x Standard_D4ds_v5, 6 x Standard_E4ds_v5 | 9 x Premium_LRS | 6 x 512 GiB PremiumV2_LRS | none | 1 | 0 | 2 |", "managed alone"},
		{"* **No NetworkPolicy** in far-west: nothing", "managed"},
		{"go with the cluster when that is deleted", "managed,managed alone"},
		{"'kubelet=1.36.3-*'", "every section"},
		{"'kubelet=1.36.*'", "example,alone,many,thrifty,mixed,peered,peered alone,peered many,peered and existing,managed"},
	}
	pages := map[string]string{}
	for name, src := range runbooks {
		pages[name] = runbookOf(t, planOf(t, src))
	}
	for _, tt := range tests {
		var got []string
		for name, page := range pages {
			if strings.Contains(page, tt.phrase) {
				got = append(got, name)
			}
		}
		want := strings.Split(tt.in, ",")
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages with %q (-want +got):\n%s", tt.phrase, diff)
		}
	}
}

// TestFailuresAreToldOnce: of what Azure says no word stands in two rows.
func TestFailuresAreToldOnce(t *testing.T) {
	word := regexp.MustCompile("`[A-Z][A-Za-z0-9]+`")
	for name, src := range map[string]string{"peered on AKS": peeredManagedAndExisting, "managed": managed, "peered": peered, "mixed": mixed} {
		_, page, _ := strings.Cut(runbookOf(t, planOf(t, src)), "\n| it says | do |\n| --- | --- |\n")
		table, _, found := strings.Cut(page, "\n\n")
		if !found {
			t.Fatalf("%s: no table of failures", name)
		}
		rows := map[string]int{}
		for row := range strings.SplitSeq(table, "\n") {
			for _, w := range word.FindAllString(row, -1) {
				rows[w]++
			}
		}
		for w, n := range rows {
			if n > 1 {
				t.Errorf("%s: %s is told %d times", name, w, n)
			}
		}
		if rows["`QuotaExceeded`"] == 0 {
			t.Errorf("%s: nothing is told of quota", name)
		}
	}
}

// TestWhatNeverChanges holds the README's list against the one of a page.
func TestWhatNeverChanges(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := func(text, from, to string) []string {
		_, text, _ = strings.Cut(text, from)
		text, _, found := strings.Cut(text, to)
		if !found {
			t.Fatalf("no list between %q and %q", from, to)
		}
		text = regexp.MustCompile(`\s+`).ReplaceAllString(text, " ")
		text = regexp.MustCompile(` \(.*?\)`).ReplaceAllString(text, "")
		text = strings.NewReplacer(", and ", ", ", " and ", ", ", "; on AKS also ", ", ", "; where a cluster exists also ", ", ").Replace(text)
		return strings.Split(strings.TrimSpace(text), ", ")
	}
	want := list(string(readme), "**What can never change on a live ring:**", ".\nAzure or Cassandra")
	linked := strings.Replace(managed, "regions:\n", "links:\n- { name: frankfurt, gatewayIp: 203.0.113.7, prefixes: [10.30.0.0/16] }\nregions:\n"+existingRegion, 1)
	got := list(runbookOf(t, planOf(t, linked)), "**What never changes** once it lives:", ".\n\n**The end.**")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what never changes (-README.md +page):\n%s", diff)
	}
}

// TestRunbookCounts holds the table of quotas against the compiled templates.
func TestRunbookCounts(t *testing.T) {
	w := newWorkplace(t, everySection)
	page := runbookOf(t, w.plan)
	rows := map[string]string{
		"eastus":    "| eastus | 3 x Standard_D2ds_v5, 6 x Standard_E4ds_v5 | 9 x Premium_LRS | 6 x 512 GiB Premium_LRS | 1 x VpnGw1AZ | 3 | 1 | 2 |",
		"far-west":  "| far-west | 1 x Standard_D2ds_v5, 3 x Standard_E4ds_v5 | 4 x Premium_LRS | 3 x 512 GiB Premium_LRS | 1 x VpnGw1AZ | 3 | 1 | 1 |",
		"near-west": "| near-west | 1 x Standard_D2ds_v5, 3 x Standard_E8ds_v5 | 4 x Premium_LRS | 3 x 512 GiB Premium_LRS | 1 x VpnGw1AZ | 3 | 1 | 1 |",
	}
	for region, row := range rows {
		if !strings.Contains(page, row) {
			t.Errorf("no line %s", row)
		}
		sizes := map[string]int{}
		for _, r := range w.templates[region].Resources {
			if size := r.Properties.HardwareProfile.VMSize; size != "" {
				sizes[size]++
			}
		}
		for size, n := range sizes {
			if want := " " + string(rune('0'+n)) + " x " + size; !strings.Contains(row, want) {
				t.Errorf("the template of %s has%s, the line has not: %s", region, want, row)
			}
		}
	}
}

// TestRunbookAddresses looks for every machine and name of the address plan.
func TestRunbookAddresses(t *testing.T) {
	p := planOf(t, everySection)
	page := runbookOf(t, p)
	for _, r := range p.Regions {
		want := []string{r.Network.VNet + " | " + r.Network.Nodes + " | " + r.Network.Gateway, r.Cluster.APIHost, r.Network.GatewayFQDN[0]}
		for _, n := range append(r.Cluster.Members, r.Cluster.ControlPlanes...) {
			want = append(want, "| "+n.Name+" | "+n.Address+" | "+n.Block+" |")
		}
		for _, rack := range r.Cluster.Racks {
			want = append(want, "| "+r.Name+" | "+rack.Name+" | "+rack.Zone+" | ")
		}
		for _, s := range want {
			if !strings.Contains(page, s) {
				t.Errorf("%s: the page lacks %q", r.Name, s)
			}
		}
	}
}

// TestRunbookCodes holds the exit statuses, which are read from the node
// script's code, against the table at its head.
func TestRunbookCodes(t *testing.T) {
	page := runbookOf(t, planOf(t, example))
	table := regexp.MustCompile(`(?m)^#  .*\b[1-9][0-9] [a-z].*$`).FindAllString(node.Script(), -1)
	entries := regexp.MustCompile(`\b([1-9][0-9]) ([a-zA-Z]+(?:[ -][a-zA-Z]+)*)`).FindAllStringSubmatch(strings.Join(table, "\n"), -1)
	if len(entries) < 15 {
		t.Fatalf("the node script's table has %d entries:\n%s", len(entries), strings.Join(table, "\n"))
	}
	for _, e := range entries {
		if !regexp.MustCompile(`(^|\s)` + e[1] + ` ` + regexp.QuoteMeta(e[2]) + `[,.]`).MatchString(page) {
			t.Errorf("the page lacks status %s %s", e[1], e[2])
		}
	}
}
