package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ringwright/ringwright/sidecar/settings"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){binaryName: main})
}

// aPod is the files of a pod whose volume holds a member of a ring that is
// dark: its init starts without waiting for anybody.
type aPod struct {
	t     *testing.T
	dir   string
	flags settings.Flags
}

func newPod(t *testing.T) *aPod {
	t.Helper()
	p := &aPod{t: t, dir: t.TempDir()}
	p.flags = settings.Flags{
		Settings: p.path("settings.yaml"), ImageConf: p.path("image"), Conf: p.path("conf"), Data: p.path("data"),
		Rack: "rack-0", PodName: "cassandra-0-0", PodIP: "127.0.0.1", Labels: p.path("labels"), Listen: "127.0.0.1:" + freePort(t),
	}
	p.write("labels", `topology.kubernetes.io/zone="eastus-fd0"`)
	p.write("image/cassandra.yaml", "cluster_name: Test Cluster\n")
	p.write("image/jvm-server.options", "-Xss256k\n")
	p.write("conf/old.txt", "of an earlier start\n")
	p.write("data/data/system/local-1/nb-1-big-Data.db", "")
	p.write("data/.ringwright/state.json", `{"ring":"customers","ringId":"5f0c7d54-0000-4000-8000-000000000001","datacenter":"dc-eastus","rack":"rack-0",
"founding":false,"joining":false,"replacing":"","failedStarts":0,"joined":true,"hostId":"00000000-0000-4000-8000-00000000000a","address":"",
"lastSeeds":[],"knownPods":[],"gone":[],"decommissioned":false,"removed":false}`)
	data, err := settings.Marshal(&settings.Settings{
		Ring: "customers", Region: "eastus", Location: "eastus", Datacenter: "dc-eastus", Racks: settings.RacksFaultDomain,
		Founder: settings.NoFounder, Members: 3, Order: []string{"dc-eastus"}, SeedsService: "seeds.test", DNS: []string{"127.0.0.1:" + freePort(t)},
		IMDSTimeout: time.Second, Heap: "1Gi", NumTokens: 16, AllocationReplicationFactor: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.write("settings.yaml", string(data))
	return p
}

func (p *aPod) path(name string) string { return filepath.Join(p.dir, name) }

func (p *aPod) write(name, text string) {
	p.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(p.path(name)), 0o755), os.WriteFile(p.path(name), []byte(text), 0o644)); err != nil {
		p.t.Fatal(err)
	}
}

// freePort is one at which nobody listens just now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// command is a verb of the sidecar as a process of its own.
func (p *aPod) command(verb string, exec ...string) *process {
	p.t.Helper()
	return launch(p.t, settings.Command{Verb: verb, Flags: p.flags, Exec: exec}.Args()...)
}

// process is one that was started; it is killed where it does not end.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    bytes.Buffer
	errs   bytes.Buffer
	waited chan error
}

func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(binaryName, args...), waited: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "HEAP_DUMP=of Cassandra")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	go func() { p.waited <- p.cmd.Wait() }()
	return p
}

// exits waits for the end and holds the exit code against it.
func (p *process) exits(want int) {
	p.t.Helper()
	select {
	case err := <-p.waited:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			p.t.Fatal(err)
		}
		if got := p.cmd.ProcessState.ExitCode(); got != want {
			p.t.Fatalf("exit code %d, want %d\n%s%s", got, want, p.out.String(), p.errs.String())
		}
	case <-time.After(time.Minute):
		p.t.Fatalf("still runs\n%s", p.errs.String())
	}
}

func (p *process) lastLine() string {
	lines := strings.Split(strings.TrimSpace(p.errs.String()), "\n")
	return lines[len(lines)-1]
}

func TestUsage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no verb", nil, exitUsage, "a verb is missing"},
		{"unknown verb", []string{"start"}, exitUsage, `"start" is no verb`},
		{"a flag is missing", []string{"run", "--conf=/conf"}, exitUsage, "--settings is missing"},
		{"help", []string{"--help"}, exitDone, "usage:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := launch(t, tt.args...)
			p.exits(tt.code)
			if text := p.out.String() + p.errs.String(); !strings.Contains(text, tt.want) || !strings.Contains(text, settings.Usage) {
				t.Errorf("want %q and the usage in\n%s", tt.want, text)
			}
		})
	}
}

func TestInstall(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second time over the first
		launch(t, "install", dir).exits(exitDone)
	}
	self, err := exec.LookPath(binaryName)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, binaryName))
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("the copy differs: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files in the directory, want one (%v)", len(entries), err)
	}
	if info, err := os.Stat(filepath.Join(dir, binaryName)); err != nil || info.Mode() != 0o755 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	p := launch(t, "install", filepath.Join(dir, "missing"))
	p.exits(exitRefused)
	if !strings.Contains(p.lastLine(), "install takes a directory that can be written to") {
		t.Errorf("the last line does not say what to do: %s", p.lastLine())
	}
}

// TestBecomesTheCommand: number, environment, arguments and exit code are the
// command's.
func TestBecomesTheCommand(t *testing.T) {
	p := newPod(t)
	c := p.command(settings.VerbInit, "sh", "-c", `echo $$ "$1" "$HEAP_DUMP"; exit 7`, "name", "an argument")
	c.exits(7)
	if want := fmt.Sprintf("%d an argument of Cassandra\n", c.cmd.Process.Pid); c.out.String() != want {
		t.Errorf("printed %q, want %q", c.out.String(), want)
	}
	files, err := os.ReadDir(p.flags.Conf)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	want := []string{".ringwright-phase.json", "cassandra-rackdc.properties", "cassandra.yaml", "jvm-server.options"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// TestSignalsAreTheCommands: init leaves nothing behind that would catch them.
func TestSignalsAreTheCommands(t *testing.T) {
	p := newPod(t)
	c := p.command(settings.VerbInit, "sh", "-c", `trap 'exit 42' TERM; : > `+p.path("ready")+`; while :; do sleep 0.05; done`)
	waitFor(t, func() bool { _, err := os.Stat(p.path("ready")); return err == nil })
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.exits(42)
}

func TestWithoutACommand(t *testing.T) {
	p := newPod(t)
	p.command(settings.VerbInit).exits(exitDone)
	if _, err := os.Stat(filepath.Join(p.flags.Conf, "cassandra.yaml")); err != nil {
		t.Error(err)
	}
}

func TestRefusal(t *testing.T) {
	p := newPod(t)
	p.write("settings.yaml", strings.ReplaceAll(read(t, p.flags.Settings), "ring: customers", "ring: orders"))
	c := p.command(settings.VerbInit, "true")
	c.exits(exitRefused)
	if !strings.Contains(c.lastLine(), "belongs to ring customers, the settings are of ring orders") {
		t.Errorf("the last line is not the reason: %s", c.lastLine())
	}
	if err := os.RemoveAll(p.flags.Data); err != nil {
		t.Fatal(err)
	}
	p.write("data/lost+found/.keep", "")
	p.write("settings.yaml", strings.NewReplacer("members: 3", "members: 0", "heap: 1Gi", "heap: much").Replace(read(t, p.flags.Settings)))
	c = p.command(settings.VerbInit, "true")
	c.exits(exitRefused)
	for _, path := range []string{"members: ", "heap: "} {
		if !strings.Contains(c.lastLine(), path) {
			t.Errorf("the last line does not name all problems: %s", c.lastLine())
		}
	}
	c = p.command(settings.VerbInit, "no-such-command")
	c.exits(exitRefused)
	if !strings.Contains(c.lastLine(), "no-such-command") {
		t.Errorf("the last line is not the reason: %s", c.lastLine())
	}
}

// TestEndsWhileItWaits: a pod that is deleted goes at once, and its init exits
// as a Cassandra that was told to end.
func TestEndsWhileItWaits(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130} {
		t.Run(signal.String(), func(t *testing.T) {
			p := newPod(t)
			if err := os.RemoveAll(p.flags.Data); err != nil {
				t.Fatal(err)
			}
			p.write("data/lost+found/.keep", "")
			c := p.command(settings.VerbInit, "true")
			phase := filepath.Join(p.flags.Conf, ".ringwright-phase.json")
			waitFor(t, func() bool { data, _ := os.ReadFile(phase); return bytes.Contains(data, []byte("founder is none")) })
			if err := c.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			c.exits(code)
			if !strings.Contains(c.lastLine(), "told to end while it waited") {
				t.Errorf("the last line does not say so: %s", c.lastLine())
			}
		})
	}
}

func TestRunServesAndEnds(t *testing.T) {
	p := newPod(t)
	c := p.command(settings.VerbRun)
	waitFor(t, func() bool { return get("http://"+p.flags.Listen+"/live") != "" })
	if node := get("http://" + p.flags.Listen + "/v1/node"); !strings.Contains(node, `"volume":"joined"`) {
		t.Errorf("/v1/node is %q", node)
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.exits(exitDone)
}

func TestRunCannotListen(t *testing.T) {
	p := newPod(t)
	l, err := net.Listen("tcp", p.flags.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := p.command(settings.VerbRun)
	c.exits(exitRefused)
	if !strings.Contains(c.lastLine(), p.flags.Listen) {
		t.Errorf("the last line does not name the address: %s", c.lastLine())
	}
}

// get is a reply of status 200, or empty.
func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return string(body) + "\n"
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func waitFor(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited for a minute")
		}
	}
}
