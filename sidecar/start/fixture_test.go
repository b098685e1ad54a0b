package start

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/observe"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	me     = "10.1.0.10"
	other  = "10.1.0.11"
	third  = "10.1.0.12"
	ringID = "5f0c7d54-0000-4000-8000-000000000001"
	hostID = "00000000-0000-4000-8000-00000000000a"
	lostID = "00000000-0000-4000-8000-00000000000b"
)

// scene is one pod, cassandra-0-0 of three, on real files among agents that
// answer as they are told to. Times are of the test's bubble.
type scene struct {
	t       testing.TB
	dir     string
	flags   settings.Flags
	starter *starter
	log     strings.Builder
	execs   int
	dumped  volume.Local

	mu     sync.Mutex
	listed dns.Answer
	nodes  map[string]api.Node
	ring   []decide.Member
	mute   bool // the own agent does not answer
	onLook func()

	onPublisher func(*publisher)
}

func newScene(t testing.TB) *scene {
	t.Helper()
	dir := t.TempDir()
	s := &scene{t: t, dir: dir, nodes: map[string]api.Node{}}
	s.flags = settings.Flags{
		Settings: filepath.Join(dir, "settings.yaml"), ImageConf: filepath.Join(dir, "image"), Conf: filepath.Join(dir, "conf"),
		Data: filepath.Join(dir, "data"), Rack: "rack-0", PodName: "cassandra-0-0", PodIP: me, Labels: filepath.Join(dir, "labels"), Listen: ":8089",
	}
	for _, d := range []string{s.flags.ImageConf, s.flags.Conf, s.flags.Data} {
		s.must(os.Mkdir(d, 0o755))
	}
	s.write(s.flags.Labels, `topology.kubernetes.io/zone="eastus-fd0"`)
	s.write(filepath.Join(s.flags.ImageConf, "cassandra.yaml"), "cluster_name: Test Cluster\nseed_provider:\n- class_name: x\n")
	s.write(filepath.Join(s.flags.ImageConf, "jvm-server.options"), "-Xss256k\n")
	s.settings(nil)
	s.list(me, other, third)
	return s
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) write(path, text string) {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Dir(path), 0o755))
	s.must(os.WriteFile(path, []byte(text), 0o644))
}

func (s *scene) read(path ...string) string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{s.dir}, path...)...))
	s.must(err)
	return string(data)
}

// settings writes the settings file, changed from those of a founder.
func (s *scene) settings(change func(*settings.Settings)) {
	s.t.Helper()
	set := &settings.Settings{
		Ring: "customers", Region: "eastus", Location: "eastus", Datacenter: "dc-eastus", Racks: settings.RacksFaultDomain,
		Founder: "cassandra-0-0", Members: 3, Order: []string{"dc-eastus"}, SeedsService: "seeds.test", DNS: []string{"10.0.0.10:53"},
		IMDSTimeout: time.Second, Heap: "1Gi", NumTokens: 16, AllocationReplicationFactor: 3,
	}
	if change != nil {
		change(set)
	}
	data, err := settings.Marshal(set)
	s.must(err)
	s.write(s.flags.Settings, string(data))
}

func (s *scene) list(addresses ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed = dns.Answer{Outcome: dns.Addresses}
	for _, a := range addresses {
		s.listed.Addresses = append(s.listed.Addresses, netip.MustParseAddr(a))
	}
}

// empty are two pods that wait with nothing on their volumes.
func (s *scene) empty() {
	s.node(other, func(n *api.Node) { n.Pod, n.Rack = "cassandra-1-0", "rack-1" })
	s.node(third, func(n *api.Node) { n.Pod, n.Rack = "cassandra-2-0", "rack-2" })
}

// serving makes one of the others a member that is live.
func (s *scene) serving() {
	s.node(other, func(n *api.Node) {
		n.Pod, n.Rack, n.Phase, n.Volume, n.RingID, n.HostID = "cassandra-1-0", "rack-1", decide.Serving, decide.Joined, ringID, hostID
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ring = []decide.Member{{Address: netip.MustParseAddr(other), HostID: hostID, Datacenter: "dc-eastus", Rack: "rack-1", Up: true, State: decide.Normal}}
}

// node changes, or makes, what one of the others says.
func (s *scene) node(address string, change func(*api.Node)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.nodes[address]
	if !ok {
		n = api.Node{Ring: "customers", Datacenter: "dc-eastus", Address: netip.MustParseAddr(address), Volume: decide.Empty, Phase: decide.Waiting}
	}
	change(&n)
	s.nodes[address] = n
}

// joined makes the volume a member's.
func (s *scene) joined() {
	s.write(filepath.Join(s.flags.Data, "data", "system", "local-1", "nb-1-big-Data.db"), "")
	v := &volume.Directory{Root: s.flags.Data, Files: volume.OS{}}
	s.record(v, func(own *volume.InitKeys) {
		own.Ring, own.Datacenter, own.Rack, own.RingID = "customers", "dc-eastus", "rack-0", ringID
	})
	_, err := v.UpdateRun(s.t.Context(), func(own *volume.RunKeys, _ volume.InitKeys) error {
		own.Joined, own.HostID, own.LastSeeds = true, lostID, []string{other}
		return nil
	})
	s.must(err)
}

func (s *scene) record(v *volume.Directory, change func(*volume.InitKeys)) {
	s.t.Helper()
	_, err := v.UpdateInit(s.t.Context(), func(own *volume.InitKeys, _ volume.RunKeys) error {
		change(own)
		return nil
	})
	s.must(err)
}

func (s *scene) state() volume.State {
	s.t.Helper()
	state, err := (&volume.Directory{Root: s.flags.Data, Files: volume.OS{}}).Read()
	s.must(err)
	return state
}

func (s *scene) phase() volume.Phase {
	s.t.Helper()
	p, err := (volume.PhaseFile{Dir: s.flags.Conf, Files: volume.OS{}}).Read()
	s.must(err)
	return p
}

// run runs init to its end.
func (s *scene) run(ctx context.Context) error {
	p := pod.New(s.flags)
	publisher, ended, err := newPublisher(p.Phase)
	if err != nil {
		return err
	}
	defer publisher.Close()
	if s.onPublisher != nil {
		s.onPublisher(publisher)
	}
	s.starter = &starter{
		pod: p, log: slog.New(slog.NewTextHandler(&s.log, nil)), publisher: publisher, ended: ended, agents: s,
		observer: observe.New(s, s.lookup), random: pod.NewRingID,
		dump: func(context.Context, string) (volume.Local, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.dumped, nil
		},
		exec: func() error { s.execs++; return nil },
	}
	return s.starter.run(ctx)
}

// runFor runs init for a while, after which it is told to end.
func (s *scene) runFor(d time.Duration) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	defer cancel()
	return s.run(ctx)
}

var errRefused = errors.New("connection refused")

func (s *scene) lookup(context.Context, []string, string) dns.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onLook != nil {
		s.onLook()
	}
	return s.listed
}

// Node answers for the others as they were told, and for the own agent as
// the phase file says.
func (s *scene) Node(_ context.Context, agent, _ netip.Addr) (api.Node, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if agent.String() != me {
		n, ok := s.nodes[agent.String()]
		if !ok {
			return api.Node{}, errRefused
		}
		n.Now = time.Now()
		return n, nil
	}
	p, err := (volume.PhaseFile{Dir: s.flags.Conf, Files: volume.OS{}}).Read()
	if err != nil || s.mute {
		return api.Node{}, errRefused
	}
	p = p.At(time.Now())
	return api.Node{
		Ring: "customers", Pod: "cassandra-0-0", Datacenter: "dc-eastus", Address: agent,
		Phase: decide.Phase(p.Phase), Position: pod.Position(p.Position), Now: time.Now(),
	}, nil
}

func (s *scene) Ring(_ context.Context, agent netip.Addr) (api.Ring, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.nodes[agent.String()]; !ok || n.Phase != decide.Serving {
		return api.Ring{}, errRefused
	}
	return api.Ring{At: time.Now(), Members: s.ring}, nil
}
