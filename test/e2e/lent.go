package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	generated "github.com/ringwright/ringwright/generator/secrets"
)

// Lent is a cluster of machines that stands for one which the compiled folder
// does not make of machines: for a cluster that exists, or for AKS.
type Lent struct {
	// Region is the one that gets it.
	Region string
	// Spec and As are a spec of machines and its region that describes it.
	Spec []byte
	As   string
	// Labels are those of its nodes, in their order, and Racks their racks.
	Labels []string
	Racks  []string
	// Link is the spec's link to it, where there is one: the gateway of As has the
	// shared key that was agreed on for that link.
	Link string
	// Silent has its metadata service answer nobody once its nodes are there.
	Silent bool

	out, secrets string
}

// lentTo is what a region got, or nil.
func (w *World) lentTo(region string) *Lent {
	for i := range w.lent {
		if w.lent[i].Region == region {
			return &w.lent[i]
		}
	}
	return nil
}

// site reads what the machines of a region are made of.
func (w *World) site(region string) (*site, error) {
	l := w.lentTo(region)
	if l == nil {
		return readSite(w.Out, w.Secrets, region)
	}
	s, err := readSite(l.out, l.secrets, l.As)
	if err == nil {
		s.Name = region
	}
	return s, err
}

// compileLent compiles the specs of the clusters that are lent.
func (w *World) compileLent() {
	w.Helper()
	for i := range w.lent {
		l := &w.lent[i]
		dir := filepath.Join(w.Dir, "lent", l.Region)
		l.out, l.secrets = filepath.Join(dir, "out"), filepath.Join(dir, "secrets")
		w.must(os.MkdirAll(dir, 0o755))
		file := filepath.Join(dir, "ring.yaml")
		w.must(os.WriteFile(file, l.Spec, 0o644))
		if l.Link != "" {
			w.agree(l)
		}
		w.ringwright("generate", "-f", file, "-o", l.out)
		w.ringwright("secrets", "-f", file, "-o", l.secrets)
	}
}

// agree gives the gateway of a lent cluster the shared key of its link, as the
// people of its two ends do.
func (w *World) agree(l *Lent) {
	w.Helper()
	agreed := 0
	for _, region := range w.regions() {
		key, err := os.ReadFile(filepath.Join(w.Secrets, generated.SharedKeyFile(region, l.Link)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // no gateway of it leads there
		}
		w.must(err)
		to := filepath.Join(l.secrets, generated.SharedKeyFile(region, l.As))
		w.must(os.MkdirAll(filepath.Dir(to), 0o700))
		w.must(os.WriteFile(to, key, 0o600))
		agreed++
	}
	if agreed == 0 {
		w.Fatalf("there is no shared key of the link %s", l.Link)
	}
	w.must(os.WriteFile(filepath.Join(l.secrets, ".gitignore"), []byte("*\n"), 0o644)) // marks it as a folder of secrets
}

// furnish makes of a lent cluster what its region expects to find there: labels
// on its nodes, volumes of its storage class and a way to its DNS.
func (c *Cluster) furnish() {
	w, l := c.world, c.world.lentTo(c.Region)
	w.Helper()
	for i, m := range c.Members {
		c.MustKubectl(append([]string{"label", "--overwrite", "node", m.Name}, strings.Fields(l.Labels[i])...)...)
	}
	if l.Silent {
		w.must(c.network.hushMetadata())
	}
	own := filepath.Join(w.Out, c.Region, "10-storage.yaml")
	if !there(own) { // a cluster that exists: its own people see to both
		c.MustKubectl("apply", "-f", c.volumes(filepath.Join(w.Dir, "lent", c.Region, "storage.yaml")), "-f", filepath.Join(l.out, l.As, "20-peer-dns.yaml"))
		return
	}
	c.volumes(own)
}

var (
	className   = regexp.MustCompile(`(?m)^ +storageClassName: (\S+)$`)
	localVolume = regexp.MustCompile(`(?m)\S+-local$`)
)

// volumes writes the storage of the lent cluster, under the class that the
// region's members ask for, into a file.
func (c *Cluster) volumes(file string) string {
	w, l := c.world, c.world.lentTo(c.Region)
	w.Helper()
	sets, err := filepath.Glob(filepath.Join(w.Out, c.Region, "60-*.yaml"))
	w.must(err)
	text, err := os.ReadFile(sets[0])
	w.must(err)
	class := className.FindSubmatch(text)
	if class == nil {
		w.Fatalf("%s asks for no storage class", sets[0])
	}
	text, err = os.ReadFile(filepath.Join(l.out, l.As, "10-storage.yaml"))
	w.must(err)
	w.must(os.WriteFile(file, localVolume.ReplaceAll(text, class[1]), 0o644))
	return file
}

// serveBalancers does what the cloud's controller does for Services of type
// LoadBalancer: it gives them the address they ask for, and has the network bring
// its packets to a node. There is nothing to do where no Service is of that type.
func (c *Cluster) serveBalancers() {
	w := c.world
	w.Helper()
	const address = `{.metadata.annotations.service\.beta\.kubernetes\.io/azure-load-balancer-ipv4}`
	said := c.MustKubectl("get", "services", "-n", "kube-system", "-o",
		`jsonpath={range .items[?(@.spec.type=="LoadBalancer")]}{.metadata.name} `+address+`{"\n"}{end}`)
	for line := range strings.Lines(said) {
		f := strings.Fields(line)
		if len(f) != 2 {
			w.Fatalf("%s: a Service asks for a load balancer without an address: %s", c.Region, line)
		}
		c.MustKubectl("patch", "service", f[0], "-n", "kube-system", "--subresource=status", "-p",
			fmt.Sprintf(`{"status":{"loadBalancer":{"ingress":[{"ip":%q,"ipMode":"VIP"}]}}}`, f[1]))
		w.must(c.network.bring(f[1], c.Members[0]))
		w.Say("%s: the load balancer of %s answers at %s", c.Region, f[0], f[1])
	}
}

// bring has the packets to an address go to a machine as they are, whatever its
// security group says: the cloud's controller opens it for its load balancers.
func (n *network) bring(address string, m *Machine) error {
	if err := n.router.IP(fmt.Sprintf("route replace %s/32 via %s dev %s onlink", address, m.model.Primary, n.nic(m.Name))); err != nil {
		return err
	}
	return n.router.Run("", "iptables", "-w", "-I", "FORWARD", "-d", address, "-j", "ACCEPT")
}
