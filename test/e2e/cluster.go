package e2e

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Cluster is one region: its Kubernetes cluster on the machines of its template.
type Cluster struct {
	Region     string
	Namespace  string // of the members
	Datacenter string
	Members    []*Machine

	world   *World
	network *network
	planes  []*Machine
	api     *apiClient
}

// read reads what the manifests say of the region.
func (c *Cluster) read() error {
	data, err := os.ReadFile(filepath.Join(c.world.Out, c.Region, "00-namespace.yaml"))
	if err != nil {
		return err
	}
	var ns corev1.Namespace
	if err := yaml.Unmarshal(data, &ns); err != nil {
		return err
	}
	c.Namespace, c.Datacenter = ns.Name, ns.Labels["ringwright/datacenter"]
	c.api, err = newAPIClient(c.Kubeconfig())
	return err
}

// Kubeconfig is the file that `ringwright secrets` made for the region.
func (c *Cluster) Kubeconfig() string {
	if l := c.world.lentTo(c.Region); l != nil {
		return filepath.Join(l.secrets, l.As, "kubeconfig")
	}
	return filepath.Join(c.world.Secrets, c.Region, "kubeconfig")
}

// Racks are those of its members, by machine.
func (c *Cluster) Racks() []string {
	if l := c.world.lentTo(c.Region); l != nil {
		return l.Racks
	}
	var racks []string
	for _, m := range c.Members {
		racks = append(racks, "rack-"+cmp.Or(m.model.Zone, m.model.FaultDomain))
	}
	return racks
}

// Kubectl runs kubectl with the region's kubeconfig in the members' namespace,
// from where the template lets people reach the API server.
func (c *Cluster) Kubectl(args ...string) (string, error) {
	return c.kubectl(nil, args...)
}

// MustKubectl is Kubectl; the test ends where it fails.
func (c *Cluster) MustKubectl(args ...string) string {
	c.world.Helper()
	said, err := c.Kubectl(args...)
	c.world.must(err)
	return said
}

func (c *Cluster) kubectl(input []byte, args ...string) (string, error) {
	flags := []string{"--kubeconfig", c.Kubeconfig()}
	if !slices.Contains(args, "-f") {
		// What a file holds says itself where it belongs, and not all to one.
		flags = append(flags, "-n", c.Namespace)
	}
	cmd := exec.Command(filepath.Join(c.world.prepared.programs, "kubectl"), append(flags, args...)...)
	cmd.Env = append(os.Environ(), "HOME=/run")
	cmd.Stdin = bytes.NewReader(input)
	var said, wrong strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &wrong
	if err := cmd.Run(); err != nil {
		return said.String(), fmt.Errorf("%s: kubectl %s: %w: %s", c.Region, strings.Join(args, " "), err, strings.TrimSpace(wrong.String()))
	}
	return said.String(), nil
}

// Apply applies the compiled folder of the region as a user would, and gives
// what kubectl says.
func (c *Cluster) Apply() string {
	w := c.world
	w.Helper()
	said, err := c.Kubectl("apply", "-f", filepath.Join(w.Out, c.Region)+"/")
	w.must(err)
	return said
}

// ApplyAll applies the compiled folders of all regions at once, each to its own
// cluster.
func (w *World) ApplyAll() {
	w.Helper()
	errs := make([]error, len(w.Clusters))
	var group sync.WaitGroup
	for i, c := range w.Clusters {
		group.Go(func() { _, errs[i] = c.Kubectl("apply", "-f", filepath.Join(w.Out, c.Region)+"/") })
	}
	group.Wait()
	w.must(errors.Join(errs...))
	w.Say("applied %s in %d clusters", filepath.Base(w.Out), len(w.Clusters))
	for _, c := range w.Clusters {
		if w.lentTo(c.Region) != nil {
			c.serveBalancers()
		}
	}
}

// Restart runs the region's restart.sh and gives what it says.
func (c *Cluster) Restart(args ...string) (string, error) {
	cmd := exec.Command("sh", append([]string{filepath.Join(c.world.Out, c.Region, "restart.sh"), "--kubeconfig", c.Kubeconfig()}, args...)...)
	cmd.Env = append(os.Environ(), "HOME=/run", "PATH="+c.world.prepared.programs+":"+os.Getenv("PATH"))
	said, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: restart.sh: %w: %s", c.Region, err, said)
	}
	return string(said), err
}

// boot starts every machine that has not run yet and waits until each cluster is
// what the runbook calls ready: nodes Ready, DNS rolled out.
func (w *World) boot() {
	w.Helper()
	for _, c := range w.Clusters {
		if len(c.planes) != 1 {
			w.Fatalf("%s has %d control planes; a world runs one in each region", c.Region, len(c.planes))
		}
		for _, m := range c.machines() {
			if m.cmd == nil {
				w.must(m.boot())
			}
		}
	}
	for _, c := range w.Clusters {
		w.Until(c.Region+": the control plane is up", 5*time.Minute, c.planeMissing)
		w.must(c.join())
	}
	for _, c := range w.Clusters {
		w.Until(c.Region+": nodes and DNS are ready", 5*time.Minute, c.nodesMissing)
	}
}

// Deploy makes of the compiled folder what is not there yet, machines or whole
// regions, as a deployment does, and waits until it is ready.
func (w *World) Deploy() {
	w.Helper()
	w.build()
	w.checkNetworks()
	w.boot()
}

// planeMissing says why members cannot join yet.
func (c *Cluster) planeMissing() string {
	p := c.planes[0]
	if _, err := os.Stat(filepath.Join(p.dir, "ready")); err == nil {
		return ""
	}
	if failed := p.failed(); failed != "" {
		c.world.Fatalf("%s does not boot: %s", p.Name, failed)
	}
	return p.Name + " is not done: " + lastLine(filepath.Join(p.dir, "console.log"))
}

// failed is the line with which the node script gave up, or nothing.
func (m *Machine) failed() string {
	console, _ := os.ReadFile(filepath.Join(m.dir, "console.log"))
	if i := bytes.LastIndex(console, []byte("failed: ")); i >= 0 {
		line, _, _ := strings.Cut(string(console[i:]), "\n")
		return line
	}
	if m.cmd != nil && !m.runs() {
		return "its pid 1 has ended: " + lastLine(filepath.Join(m.dir, "console.log"))
	}
	return ""
}

// runs says whether the machine's pid 1 is there.
func (m *Machine) runs() bool { return lives(fmt.Sprint(m.cmd.Process.Pid)) }

func lastLine(path string) string {
	data, _ := os.ReadFile(path)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return lines[len(lines)-1]
}

// join lets the members join, who wait for it.
func (c *Cluster) join() error {
	proxy, err := os.ReadFile(filepath.Join(c.planes[0].dir, "kube-proxy.conf"))
	if err != nil {
		return err
	}
	for _, m := range c.Members {
		if err := errors.Join(
			os.WriteFile(filepath.Join(m.dir, "kube-proxy.conf"), proxy, 0o600),
			os.WriteFile(filepath.Join(m.dir, "join"), nil, 0o644),
		); err != nil {
			return err
		}
	}
	return nil
}

// nodesMissing says what of the cluster is not ready.
func (c *Cluster) nodesMissing() string {
	var nodes corev1.NodeList
	if err := c.api.get("/api/v1/nodes", &nodes); err != nil {
		return err.Error()
	}
	ready := map[string]bool{}
	for _, n := range nodes.Items {
		for _, condition := range n.Status.Conditions {
			ready[n.Name] = ready[n.Name] || condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue
		}
	}
	for _, m := range c.Members {
		if failed := m.failed(); failed != "" {
			c.world.Fatalf("%s does not boot: %s", m.Name, failed)
		}
		if !ready[m.Name] {
			return "node " + m.Name + " is not Ready"
		}
	}
	var dns appsv1.Deployment
	if err := c.api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns", &dns); err != nil {
		return err.Error()
	}
	if want := int32(min(len(c.Members), 2)); dns.Status.ReadyReplicas < want {
		return fmt.Sprintf("CoreDNS has %d replicas ready, of %d", dns.Status.ReadyReplicas, want)
	}
	return ""
}

// machineOf is the machine that has an address.
func (c *Cluster) machineOf(address netip.Addr) *Machine {
	for _, m := range c.Members {
		for _, a := range m.model.Addresses {
			if a == address {
				return m
			}
		}
	}
	return nil
}
