package render_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
)

// TestRunbookRuns types every page and holds each command against what was
// compiled: its files, names, namespaces and parameters.
func TestRunbookRuns(t *testing.T) {
	specs := maps.Clone(runbooks)
	specs["peered, managed and existing"] = peeredManagedAndExisting
	for name, src := range specs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkplace(t, src)
			page := runbookOf(t, w.plan)
			calls := w.run(t, page)
			w.keys(t, page)
			for _, c := range calls {
				w.files(t, c)
				switch c.words[0] {
				case "az":
					w.az(t, c)
				case "kubectl":
					w.kubectl(t, c)
				case "ringwright":
					w.ringwright(t, c)
				}
			}
			for i := range w.plan.Regions {
				w.complete(t, calls, &w.plan.Regions[i])
			}
			w.order(t, calls)
		})
	}
}

// peeredManagedAndExisting has regions with and without keys, of two
// subscriptions, and a cluster that exists.
var peeredManagedAndExisting = peeredAndExisting + `- location: westus3
  vnet: 10.4.0.0/16
  cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] }
`

// TestUseExisting: nothing of the region before is left, and nothing is deployed.
func TestUseExisting(t *testing.T) {
	w := newWorkplace(t, peeredManagedAndExisting)
	w.tools(t)
	var functions string
	for _, block := range commands(runbookOf(t, w.plan)) {
		if strings.HasPrefix(block, "use() {") {
			functions = block
		}
	}
	// Words after the failure show that the shell ended there.
	calls, complaints, err := w.shell(t, functions+`
theirs_kubeconfig=theirs
use westeurope
use theirs
az "<$group>" "<$account>" "<$keys>" "<$home>"
deploy --parameters attempt=2
az further
`)
	if err == nil || !strings.Contains(complaints, "nothing is deployed in theirs: its cluster exists") {
		t.Errorf("deploy: %v, %q", err, complaints)
	}
	var said [][]string
	for _, c := range calls {
		if !c.begins("az", "account", "show") {
			said = append(said, c.words)
		}
	}
	if diff := cmp.Diff([][]string{{"az", "<>", "<>", "<>", "<>"}}, said); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

// files demands that every file that is named is there.
func (w *workplace) files(t *testing.T, c call) {
	t.Helper()
	for _, word := range append(c.words, c.kubeconfig) {
		path := strings.TrimPrefix(word[strings.Index(word, "=")+1:], "@")
		if !strings.HasPrefix(path, "out/") && !strings.HasPrefix(path, "secrets/") {
			continue
		}
		if _, err := os.Stat(filepath.Join(w.dir, path)); err != nil {
			t.Errorf("%v in %q", err, c.words)
		}
	}
}

var sharedKey = regexp.MustCompile("`(secrets/links/[^`]+)`")

// keys demands that the key of every tunnel to a link is named, and there.
func (w *workplace) keys(t *testing.T, page string) {
	t.Helper()
	named := sharedKey.FindAllStringSubmatch(page, -1)
	for _, m := range named {
		if _, err := os.Stat(filepath.Join(w.dir, m[1])); err != nil {
			t.Error(err)
		}
	}
	tunnels := 0
	for _, r := range w.plan.Regions {
		for _, tunnel := range r.Network.Tunnels {
			if tunnel.Link {
				tunnels++
			}
		}
	}
	if len(named) != tunnels {
		t.Errorf("%d keys for %d tunnels that lead out of Azure", len(named), tunnels)
	}
}

// group is the region of a resource group.
func (w *workplace) group(name string) *plan.Region {
	for i := range w.plan.Regions {
		if r := &w.plan.Regions[i]; r.ResourceGroup == name {
			return r
		}
	}
	return nil
}

func (w *workplace) az(t *testing.T, c call) {
	t.Helper()
	group, name := c.flag(t, "-g"), c.flag(t, "-n")
	if c.begins("az", "group") {
		group = name
	}
	if group == "" {
		return
	}
	r := w.group(group)
	if r == nil {
		t.Errorf("no region has the group %q: %q", group, c.words)
		return
	}
	if got, want := c.flag(t, "--subscription"), strings.Join(r.Subscription, ""); got != want {
		t.Errorf("subscription %q, want %q: %q", got, want, c.words)
	}
	m := w.templates[r.Name]
	switch {
	case c.begins("az", "group", "create"):
		if got := c.flag(t, "-l"); got != r.Location {
			t.Errorf("location %s, want %s: %q", got, r.Location, c.words)
		}
	case c.begins("az", "vm"):
		if !m.has("Microsoft.Compute/virtualMachines", name) {
			t.Errorf("no machine %s in %s: %q", name, r.Name, c.words)
		}
		for _, script := range c.flags("--scripts") {
			check := exec.Command("sh", "-n")
			check.Stdin = strings.NewReader(script)
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%v: %s\n%s", err, out, script)
			}
		}
	case c.begins("az", "aks"):
		if !m.has("Microsoft.ContainerService/managedClusters", name) {
			t.Errorf("no cluster %s in %s: %q", name, r.Name, c.words)
		}
		for _, id := range c.flags("--attach-acr") {
			if !strings.HasPrefix(id, "/subscriptions/") {
				t.Errorf("registry %q; want an id: a name is looked for in the cluster's subscription", id)
			}
		}
	case c.begins("az", "network", "vpn-connection"):
		if !m.has("Microsoft.Network/connections", name) {
			t.Errorf("no connection %s in %s", name, r.Name)
		}
	case c.begins("az", "network", "vnet", "peering"):
		if vnet := c.flag(t, "--vnet-name"); !m.has("Microsoft.Network/virtualNetworks", vnet) {
			t.Errorf("no VNet %s in %s", vnet, r.Name)
		}
	case c.begins("az", "deployment"):
		if name != "" && name != "ringwright-"+r.Name {
			t.Errorf("deployment %s of %s", name, r.Name)
		}
		if len(c.flags("--template-file")) > 0 {
			w.deployment(t, c, r)
		}
	}
}

// deployment demands the region's own template and a value for every
// parameter that has no default.
func (w *workplace) deployment(t *testing.T, c call, r *plan.Region) {
	t.Helper()
	if got, want := c.flag(t, "--template-file"), "out/"+r.Name+"/azure/azuredeploy.json"; got != want {
		t.Errorf("template %s, want %s", got, want)
	}
	given := map[string]bool{}
	for _, p := range c.flags("--parameters") {
		path, ok := strings.CutPrefix(p, "@")
		if !ok {
			key, value, _ := strings.Cut(p, "=")
			if given[key] = true; key == plan.DefaultSubscription && value != "00000000-0000-0000-0000-0000000000aa" {
				t.Errorf("%s is %q; want the subscription that az acts on by itself", key, value)
			}
			continue
		}
		if !strings.HasPrefix(path, "out/"+r.Name+"/") && !strings.HasPrefix(path, "secrets/"+r.Name+"/") {
			t.Errorf("%s is not of %s", path, r.Name)
		}
		var file struct {
			Parameters map[string]struct{ Value string }
		}
		data, err := os.ReadFile(filepath.Join(w.dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for key, v := range file.Parameters {
			if given[key] || strings.HasSuffix(key, "GatewayIp") && v.Value != "198.51.100.7" {
				t.Errorf("%s: %s is %q, or given twice", path, key, v.Value)
			}
			given[key] = true
		}
	}
	declared := w.templates[r.Name].Parameters
	for key := range given {
		if _, ok := declared[key]; !ok {
			t.Errorf("%s declares no parameter %s", r.Name, key)
		}
	}
	for key, p := range declared {
		needed := p.DefaultValue == nil || strings.HasSuffix(key, "GatewayIp") || key == plan.DefaultSubscription
		if needed && !given[key] {
			t.Errorf("%s is not given %s: %q", r.Name, key, c.words)
		}
	}
}

func (w *workplace) kubectl(t *testing.T, c call) {
	t.Helper()
	config := c.flag(t, "--kubeconfig")
	if config == "" {
		config = c.kubeconfig
	}
	i := slices.IndexFunc(w.plan.Regions, func(r plan.Region) bool { return config == kubeconfig(&r) })
	if i < 0 {
		t.Fatalf("kubeconfig %q of %q", config, c.words)
	}
	r := &w.plan.Regions[i]
	if ns := c.flag(t, "-n"); ns != "" && ns != "kube-system" && ns != r.Datacenter.Namespace {
		t.Errorf("namespace %s in %s: %q", ns, r.Name, c.words)
	}
	if file := c.flag(t, "-f"); file != "" && !strings.HasPrefix(file, "out/"+r.Name+"/") {
		t.Errorf("%s goes to %s", file, r.Name)
	}
	known := w.names(r)
	for i, word := range c.words[1:] {
		if i == len(c.words)-2 {
			break
		}
		next := c.words[i+2]
		switch word {
		case "exec", "logs", "pod", "pods", "node", "nodes", "drain", "uncordon":
			if strings.HasPrefix(next, "-") || word == "pods" || word == "pod" && c.words[1] == "wait" || slices.Contains(c.words, "wait") {
				continue
			}
			if !slices.Contains(known, next) {
				t.Errorf("%s has no %s: %q", r.Name, next, c.words)
			}
		case "--raw":
			if parts := strings.Split(next, "/"); len(parts) != 10 || parts[4] != r.Datacenter.Namespace || !slices.Contains(known, strings.TrimSuffix(parts[6], ":8089")) {
				t.Errorf("path %s in %s", next, r.Name)
			}
		}
	}
}

// kubeconfig is where that of a region's cluster is: with our secrets or,
// where the cluster exists, where the page says that it might be.
func kubeconfig(r *plan.Region) string {
	if r.ARM == nil {
		return "/home/me/.kube/" + r.Datacenter.Namespace + ".kubeconfig"
	}
	return "secrets/" + r.Name + "/kubeconfig"
}

// names are the pods and nodes of a region, and what may stand where a name could.
func (w *workplace) names(r *plan.Region) []string {
	known := []string{"-i"}
	for _, set := range r.Datacenter.Sets {
		for i := range set.Members {
			known = append(known, set.StatefulSet+"-"+string(rune('0'+i)))
		}
	}
	for _, n := range append(r.Cluster.Members, r.Cluster.ControlPlanes...) {
		known = append(known, n.Name, "etcd-"+n.Name)
	}
	return known
}

func (w *workplace) ringwright(t *testing.T, c call) {
	t.Helper()
	if !c.begins("ringwright", "generate") && !c.begins("ringwright", "secrets") {
		t.Errorf("no such verb: %q", c.words)
	}
	for _, name := range c.flags("--rotate") {
		if !slices.Contains(w.secrets.RotateNames(), name) {
			t.Errorf("no secret %s", name)
		}
	}
	for _, name := range c.flags("--decommissioned") {
		if !slices.ContainsFunc(w.plan.Regions, func(r plan.Region) bool { return r.Name == name }) {
			t.Errorf("no region %s", name)
		}
	}
}

// complete demands every step of every region.
func (w *workplace) complete(t *testing.T, calls []call, r *plan.Region) {
	t.Helper()
	config := kubeconfig(r)
	steps := [][]string{
		{"kubectl", "get", "nodes", config},
		{"kubectl", "apply", "out/" + r.Name + "/", config},
		{"kubectl", "wait", config},
	}
	deployed := [][]string{
		{"az", "group", "create", r.ResourceGroup},
		{"az", "deployment", "group", "validate", r.ResourceGroup},
		{"az", "deployment", "group", "create", r.ResourceGroup},
		{"az", "group", "delete", r.ResourceGroup},
		{"az", "vm", "list-usage", r.Location},
		{"az", "network", "list-usages", r.Location},
	}
	switch {
	case r.ARM != nil && len(r.ARM.ManagedClusters) > 0:
		steps = append(append(steps, deployed...), []string{"az", "aks", "get-credentials", r.ResourceGroup, r.Cluster.Name, config},
			[]string{"kubectl", "get", "service", r.Datacenter.PeerDNSBalancers[0].Name, config})
	case r.ARM != nil:
		steps = append(append(steps, deployed...), []string{"ringwright", "secrets", r.Name + "/admin"})
	default:
		steps = append(steps, []string{"kubectl", "delete", "namespace", r.Datacenter.Namespace, config}, []string{"kubectl", "get", "storageclass", r.Cluster.StorageClass, config})
	}
	for _, tunnel := range r.Network.Tunnels {
		steps = append(steps, []string{"az", "vpn-connection", "show", r.Datacenter.Namespace + "-to-" + tunnel.To})
	}
	if w.plan.Peering && len(w.plan.Joined(r.Name)) > 0 {
		steps = append(steps, []string{"az", "vnet", "peering", "list", r.Datacenter.Namespace + "-vnet"})
	}
	for _, step := range steps {
		done := func(c call) bool {
			return !slices.ContainsFunc(step, func(word string) bool { return !slices.Contains(c.words, word) })
		}
		if !slices.ContainsFunc(calls, done) {
			t.Errorf("%s: no command has %q", r.Name, step)
		}
	}
}

// order demands that regions are first deployed in the spec's order: a peering
// leads to what is there.
func (w *workplace) order(t *testing.T, calls []call) {
	t.Helper()
	var want, got []string
	for _, r := range w.plan.Regions {
		if r.ARM != nil {
			want = append(want, r.ResourceGroup)
		}
	}
	for _, c := range calls {
		if group := c.flag(t, "-g"); c.begins("az", "deployment", "group", "create") && !slices.Contains(got, group) {
			got = append(got, group)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups in the order of their first deployment (-spec +page):\n%s", diff)
	}
}
