package ring

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/test/lab"
)

// Pod is one pod of a StatefulSet: its name and its volume stay, all else
// comes and goes with Create and Delete.
type Pod struct {
	Region *Region
	// Name is the pod's, such as cassandra-0-0, and ID that within the rig.
	Name, ID string
	// Rack is the StatefulSet's, such as rack-0.
	Rack string
	// Dir holds the volume, the configuration and the logs.
	Dir string
	// Metadata is the service of the pod's node.
	Metadata *lab.Metadata
	// Grace is how long a deleted pod may take to stop.
	Grace time.Duration

	mu        sync.Mutex
	host      *lab.Namespace // nil: there is no pod
	address   netip.Addr     // of the pod, or of the last one
	made      int            // pods there have been
	agent     *container
	cassandra *container
}

func newPod(g *Region, domain string, ordinal int) *Pod {
	name := fmt.Sprintf("cassandra-%s-%d", domain, ordinal)
	p := &Pod{
		Region: g, Name: name, ID: g.Name + "/" + name, Rack: "rack-" + domain, Dir: filepath.Join(g.Dir, name),
		Metadata: lab.NewMetadata(lab.Instance{Location: g.Name, FaultDomain: domain}), Grace: time.Minute,
	}
	g.rig.must(os.MkdirAll(p.Volume(), 0o755))
	g.rig.must(os.MkdirAll(p.logDir(), 0o755))
	return p
}

// Volume is the mount of the pod's volume.
func (p *Pod) Volume() string { return filepath.Join(p.Dir, "volume") }

func (p *Pod) logDir() string { return filepath.Join(p.Dir, "log") }

// conf is the configuration's directory, a new one in every new pod.
func (p *Pod) conf() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return filepath.Join(p.Dir, fmt.Sprintf("conf-%d", p.made))
}

// Address is the pod's address, or the last one it had.
func (p *Pod) Address() netip.Addr {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.address
}

// Host is the pod's namespace, nil where there is no pod.
func (p *Pod) Host() *lab.Namespace {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.host
}

// published says what the DNS has of the pod.
func (p *Pod) published() (netip.Addr, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.address, p.host != nil
}

// Create makes the pod at an address that nobody had before.
func (p *Pod) Create() {
	p.Region.rig.Helper()
	p.CreateAt(p.Region.newAddress())
}

// CreateAt makes the pod at an address: the agent first, then Cassandra behind
// init, both restarted whenever they end.
func (p *Pod) CreateAt(address netip.Addr) {
	p.Region.rig.Helper()
	p.create(address, false)
}

// CreateHeld makes the pod with an agent only, until ReleaseCassandra.
func (p *Pod) CreateHeld() {
	p.Region.rig.Helper()
	p.create(p.Region.newAddress(), true)
}

func (p *Pod) create(address netip.Addr, held bool) {
	r := p.Region.rig
	r.Helper()
	r.Say("%s is created at %s", p.ID, address)
	p.place(address)
	p.Region.publish()
	p.agent = p.startContainer("agent", false, func() *exec.Cmd {
		return p.command(r.Sidecar, p.args(settings.VerbRun)...)
	})
	p.cassandra = p.startContainer("cassandra", held, func() *exec.Cmd {
		return p.command(r.Sidecar, p.args(settings.VerbInit, filepath.Join(r.Cassandra.Home, "bin", "cassandra"), "-f")...)
	})
}

// place makes what a pod has before its first container starts.
func (p *Pod) place(address netip.Addr) {
	r := p.Region.rig
	r.Helper()
	host, err := lab.NewNamespace(p.Name)
	r.must(err)
	r.must(p.Region.vnet.Attach(host, address))
	r.must(p.Metadata.Listen(host))
	p.mu.Lock()
	p.host, p.address = host, address
	p.made++
	p.mu.Unlock()
	r.must(os.MkdirAll(p.conf(), 0o755))
	label := fmt.Sprintf("topology.kubernetes.io/zone=\"%s-fd%s\"\n", p.Region.Name, p.Rack[len("rack-"):])
	r.must(os.WriteFile(p.labels(), []byte(label), 0o644))
}

func (p *Pod) labels() string { return filepath.Join(p.Dir, "labels") }

// args is a command line of the sidecar.
func (p *Pod) args(verb string, command ...string) []string {
	return settings.Command{Verb: verb, Exec: command, Flags: settings.Flags{
		Settings: p.Region.settingsPath(), ImageConf: p.Region.rig.Cassandra.Conf, Conf: p.conf(), Data: p.Volume(),
		Rack: p.Rack, PodName: p.Name, PodIP: p.Address().String(), Labels: p.labels(), Listen: fmt.Sprintf(":%d", settings.AgentPort),
	}}.Args()
}

// command is a command in the pod. Locked memory would cost a member twice its
// heap, so no pod may lock any, though it is root's.
func (p *Pod) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command("setpriv", append([]string{"--bounding-set=-ipc_lock", "--", name}, args...)...)
	cmd.Env = append(p.Region.rig.Cassandra.Environ(),
		"CASSANDRA_CONF="+p.conf(),
		"CASSANDRA_LOG_DIR="+p.logDir(),
		"CASSANDRA_STORAGE_DIR="+p.Volume(),
		"HOME="+p.Dir,
	)
	cmd.Dir = p.Dir
	return cmd
}

// Delete deletes the pod as Kubernetes does: SIGTERM, the grace, SIGKILL; its
// address stays in the DNS until it is gone.
func (p *Pod) Delete() {
	p.Region.rig.Helper()
	if p.Host() == nil {
		return
	}
	p.Region.rig.Say("%s is deleted", p.ID)
	p.cassandra.end(p.Grace)
	p.agent.end(5 * time.Second)
	p.gone()
}

// Crash ends the pod and its node in one moment.
func (p *Pod) Crash() {
	host := p.Host()
	if host == nil {
		return
	}
	for _, c := range []*container{p.cassandra, p.agent} {
		if c != nil {
			c.abandon()
		}
	}
	host.Kill()
	p.gone()
}

func (p *Pod) gone() {
	p.mu.Lock()
	host := p.host
	p.host = nil
	p.mu.Unlock()
	p.Metadata.Close()
	host.Remove()
	p.Region.publish()
}
