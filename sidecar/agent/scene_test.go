package agent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	hostA = "11111111-2222-4333-8444-55555555555a"
	hostB = "11111111-2222-4333-8444-55555555555b"
	hostC = "11111111-2222-4333-8444-55555555555c"
	ringX = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0"
	ringY = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee1"
)

// The pods of the scenes: this one and others of its datacenter and another.
const (
	own    = "10.1.0.10"
	east1  = "10.1.0.11"
	east2  = "10.1.0.12"
	south0 = "10.2.0.10"
)

var sameAddress = gocmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func at(text string) netip.Addr { return netip.MustParseAddr(text) }

var errRefused = errors.New("connection refused")

// scene is an agent on files of its own, with everything outside of it made
// up. Its time is the test's.
type scene struct {
	*agent
	t      *testing.T // the bubble's
	cancel context.CancelFunc
	all    sync.WaitGroup
	log    *bytes.Buffer

	mu           sync.Mutex
	answers      func(context.Context, cql.Security) error
	asked        int // in CQL
	jmx, storage portState
	tools        *madeUp
	obs          decide.Observations
	looks        int
	rings        int                                                       // of them with a ring
	sees         func(s decide.Settings, st decide.State, v decide.Volume) // told of looks
	full         bool                                                      // the disk
}

// play runs a test in a bubble of time.
func play(t *testing.T, test func(t *testing.T, sc *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sc := newScene(t)
		defer sc.all.Wait()
		defer sc.cancel()
		test(t, sc)
	})
}

func newScene(t *testing.T) *scene {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"conf", "data"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sc := &scene{t: t, log: &bytes.Buffer{}, jmx: portClosed, storage: portClosed, tools: &madeUp{counts: map[string]int{}}}
	sc.answers = func(context.Context, cql.Security) error { return errRefused }
	p := pod.New(settings.Flags{
		Settings: filepath.Join(dir, "settings.yaml"), Conf: filepath.Join(dir, "conf"), Data: filepath.Join(dir, "data"),
		Rack: "rack-0", PodName: "cassandra-0-0", PodIP: own, Listen: ":8089",
	})
	p.Volume.Files = disk{volume.OS{}, sc}
	ctx, cancel := context.WithCancel(t.Context())
	sc.cancel = cancel
	sc.agent = newAgent(ctx, p, outside{
		cql: func(ctx context.Context, security cql.Security) error {
			sc.mu.Lock()
			sc.asked++
			answers := sc.answers
			sc.mu.Unlock()
			return answers(ctx, security)
		},
		ports: func(context.Context) (portState, portState) {
			sc.mu.Lock()
			defer sc.mu.Unlock()
			return sc.jmx, sc.storage
		},
		tools: sc.tools,
		look:  sc.lookMadeUp,
	}, slog.New(slog.NewTextHandler(&locked{w: sc.log, mu: &sc.mu}, nil)))
	return sc
}

// start lets the agent do what it does by itself.
func (sc *scene) start() {
	ctx := sc.prober.ctx
	sc.follow(ctx, &sc.all)
	synctest.Wait()
}

// pass lets time pass, and everything settle.
func (sc *scene) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// locked lets a log be read while it is written.
type locked struct {
	w  *bytes.Buffer
	mu *sync.Mutex
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// logged counts the lines of the log that hold a text.
func (sc *scene) logged(text string) int {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	n := 0
	for line := range strings.Lines(sc.log.String()) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

func (sc *scene) lookMadeUp(_ context.Context, s decide.Settings, st decide.State, v decide.Volume, withRing bool) decide.Observations {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.looks++
	o := sc.obs
	o.Began, o.Volume = time.Now(), v
	if !withRing {
		o.Ring = nil
	} else {
		sc.rings++
		if o.Ring != nil {
			r := *o.Ring
			r.Began = o.Began
			o.Ring = &r
		}
	}
	if sc.sees != nil {
		sc.sees(s, st, v)
	}
	return o
}

// set changes what is outside.
func (sc *scene) set(change func()) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	change()
}

// cassandra says whether CQL is answered and how the port of JMX is; the
// storage port goes with it.
func (sc *scene) cassandra(answers bool, jmx portState) {
	sc.set(func() {
		sc.jmx, sc.storage = jmx, jmx
		sc.answers = func(context.Context, cql.Security) error {
			if answers {
				return nil
			}
			return errRefused
		}
	})
}

// says writes the phase file as init does.
func (sc *scene) says(phase volume.PhaseName, changes ...func(*volume.Phase)) {
	sc.t.Helper()
	p := volume.Phase{Phase: phase, Since: time.Now(), Renewed: time.Now()}
	if phase == volume.PhaseTurn || phase == volume.PhaseClaiming {
		p.Position = &volume.Position{Ordinal: 0, Pod: "cassandra-0-0"}
	}
	for _, change := range changes {
		change(&p)
	}
	if err := sc.pod.Phase.Write(p); err != nil {
		sc.t.Fatal(err)
	}
}

// holds records on the volume, and lays a member's files there.
func (sc *scene) holds(s volume.State) {
	sc.t.Helper()
	_, err := sc.pod.Volume.UpdateInit(sc.t.Context(), func(own *volume.InitKeys, _ volume.RunKeys) error {
		*own = s.InitKeys
		return nil
	})
	if err == nil {
		_, err = sc.pod.Volume.UpdateRun(sc.t.Context(), func(own *volume.RunKeys, _ volume.InitKeys) error {
			*own = s.RunKeys
			return nil
		})
	}
	if err != nil {
		sc.t.Fatal(err)
	}
	sc.put("data/data/system/local-7ad54392bcdd35a684174e047860b377/nb-1-big-Data.db", "x")
	sc.book.forget()
}

// put writes a file beside the flags' directories.
func (sc *scene) put(name, text string) {
	sc.t.Helper()
	name = filepath.Join(filepath.Dir(sc.pod.Flags.Data), name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		sc.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		sc.t.Fatal(err)
	}
}

func (sc *scene) state() volume.State {
	sc.t.Helper()
	s, err := sc.pod.Volume.Read()
	if err != nil {
		sc.t.Fatal(err)
	}
	return s
}

// aJoiner is the state of a volume that has begun to join, aMember of one
// that has joined.
func aJoiner() volume.State {
	return volume.State{InitKeys: volume.InitKeys{Ring: "customers", RingID: ringX, Datacenter: "dc-east", Rack: "rack-0", Joining: true}}
}

func aMember() volume.State {
	s := aJoiner()
	s.Joining, s.Joined, s.HostID, s.Address = false, true, hostA, own
	return s
}

// setUp gives the settings, good ones.
func (sc *scene) setUp() {
	sc.t.Helper()
	sc.put("settings.yaml", goodSettings(sc.t, nil))
}

func goodSettings(t *testing.T, change func(*settings.Settings)) string {
	t.Helper()
	s := &settings.Settings{
		Ring: "customers", Region: "east", Location: "eastus", Datacenter: "dc-east",
		Racks: settings.RacksFaultDomain, Founder: settings.NoFounder, Members: 3,
		Order: []string{"dc-east", "dc-south"}, SeedsService: "seeds.customers-east.svc.cluster.local",
		DNS:   []string{"10.0.0.10:53"},
		Peers: []settings.Peer{{Region: "south", Datacenter: "dc-south", SeedsService: "seeds.customers-south.svc.cluster.local", DNS: []string{"10.2.0.32:30053"}}},
		Heap:  "4Gi", NumTokens: 16, AllocationReplicationFactor: 3, IMDSTimeout: 70 * time.Second,
	}
	if change != nil {
		change(s)
	}
	data, err := settings.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// member is one that answers.
func member(address, datacenter, podName, hostID string) decide.Agent {
	return decide.Agent{Address: at(address), Datacenters: []string{datacenter}, Node: &decide.Node{
		Ring: "customers", RingID: ringX, Pod: podName, Datacenter: datacenter, Rack: "rack-" + strings.Split(podName, "-")[1], HostID: hostID,
		Volume: decide.Joined, Phase: decide.Serving,
	}}
}

// allLive is a look at three members beside this one.
func allLive() decide.Observations {
	return decide.Observations{
		DNS: []decide.DNS{{Datacenter: "dc-east", Answer: decide.Answered}, {Datacenter: "dc-south", Answer: decide.Answered}},
		Agents: []decide.Agent{
			member(east1, "dc-east", "cassandra-1-0", hostB), member(east2, "dc-east", "cassandra-2-0", hostC), member(south0, "dc-south", "cassandra-0-0", id(0)),
		},
	}
}

// id is the n-th of many host ids.
func id(n int) string { return fmt.Sprintf("%08x-2222-4333-8444-555555555555", n) }

// madeUp are Cassandra's tools.
type madeUp struct {
	mu      sync.Mutex
	counts  map[string]int
	takes   time.Duration
	fails   error
	failing string // the only command that fails

	members []nodetool.Member
	mode    nodetool.Mode
	hostID  string
	old     bool // 4.1
}

func (m *madeUp) called(ctx context.Context, command string) error {
	m.mu.Lock()
	m.counts[command]++
	takes, fails := m.takes, m.fails
	if m.failing == command {
		fails = errors.New("nodetool: connection refused")
	}
	m.mu.Unlock()
	pause(ctx, takes)
	return cmp.Or(context.Cause(ctx), fails)
}

func (m *madeUp) count(command string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts[command]
}

func (m *madeUp) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

func (m *madeUp) Status(ctx context.Context) ([]nodetool.Member, error) {
	err := m.called(ctx, "status")
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return slices.Clone(m.members), nil
}

func (m *madeUp) Mode(ctx context.Context) (nodetool.Mode, error) {
	err := m.called(ctx, "netstats")
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mode, err
}

func (m *madeUp) KnowsFailedJoin(ctx context.Context) (bool, error) {
	err := m.called(ctx, "version")
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.old, err
}

func (m *madeUp) HostID(ctx context.Context) (string, error) {
	err := m.called(ctx, "info")
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hostID, err
}

func (m *madeUp) ReloadSeeds(ctx context.Context) error { return m.called(ctx, "reloadseeds") }
func (m *madeUp) StopDaemon(ctx context.Context) error  { return m.called(ctx, "stopdaemon") }

// normal is a line of nodetool status.
func normal(address, hostID string) nodetool.Member {
	return nodetool.Member{Address: at(address), HostID: hostID, Datacenter: "dc-east", Rack: "rack-0", Up: true, State: nodetool.Normal}
}

// disk is a file system that may be full.
type disk struct {
	volume.OS
	sc *scene
}

var errFull = errors.New("no space left on device")

func (d disk) Create(name string) (volume.File, error) {
	d.sc.mu.Lock()
	full := d.sc.full
	d.sc.mu.Unlock()
	if full {
		return nil, errFull
	}
	return d.OS.Create(name)
}
