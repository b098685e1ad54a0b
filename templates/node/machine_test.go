package node_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ringwright/ringwright/templates/node"
)

// machine is a directory that the script takes for a machine.
type machine struct {
	t       *testing.T
	shell   []string
	root    string            // the machine's file system
	state   string            // what the stubs know and record
	bin     string            // its PATH
	prelude map[string]string // NAME to value
}

type outcome struct {
	code           int
	stdout, stderr string
}

const apiHost = "customers-eastus-3f9a1c.eastus.cloudapp.azure.com"

// secrets are the values that may never be seen, by the prelude's names.
var secrets = map[string]string{
	"JOIN_TOKEN_B64":         "abcdef.0123456789abcdef",
	"CLUSTER_CA_KEY_B64":     pem("EC PRIVATE KEY", "Y2x1c3RlciBjYSBrZXk="),
	"FRONT_PROXY_CA_KEY_B64": pem("EC PRIVATE KEY", "ZnJvbnQgcHJveHkgY2Ega2V5"),
	"ETCD_CA_KEY_B64":        pem("EC PRIVATE KEY", "ZXRjZCBjYSBrZXk="),
	"SERVICE_ACCOUNT_KEY_B64": pem("EC PRIVATE KEY",
		"c2VydmljZSBhY2NvdW50IGtleQ=="),
}

func pem(kind, body string) string {
	return fmt.Sprintf("-----BEGIN %s-----\n%s\n-----END %[1]s-----\n", kind, body)
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func member() map[string]string {
	return map[string]string{
		"ROLE": "member", "INDEX": "0", "NODE_NAME": "customers-eastus-m0", "LOCATION": "eastus",
		"RACKS": "faultDomain", "NODE_ADDRESS": "10.1.0.32", "NODE_SUBNET": "10.1.0.0/17",
		"POD_BLOCK": "10.1.0.32/27", "POD_GATEWAY": "10.1.0.33", "POD_FIRST": "10.1.0.34",
		"POD_LAST": "10.1.0.63", "MAX_PODS": "30", "RING_CIDRS": "10.1.0.0/16 10.2.0.0/16",
		"SERVICE_CIDR": "10.0.0.0/16", "DNS_ADDRESS": "10.0.0.10", "CLUSTER_NAME": "customers-eastus",
		"KUBERNETES_VERSION": "1.36", "PACKAGE_MIRROR": "", "API_HOST": apiHost,
		"API_ADDRESS": "10.1.127.200", "API_FRONTEND": "10.1.127.200",
		"CONTROL_PLANE_ADDRESSES": "10.1.127.250 10.1.127.251 10.1.127.252",
		"DATA_DISK_LUN":           "0", "DATA_MOUNT": "/var/lib/ringwright/disk",
		"DATA_DIRECTORY":      "/var/lib/ringwright/disk/cassandra",
		"JOIN_TOKEN_B64":      encode(secrets["JOIN_TOKEN_B64"]),
		"CLUSTER_CA_HASH_B64": encode("sha256:" + strings.Repeat("5a", 32)),
	}
}

func controlPlane(index int) map[string]string {
	p := member()
	maps.Copy(p, map[string]string{
		"ROLE": "controlplane", "INDEX": fmt.Sprint(index), "NODE_NAME": fmt.Sprintf("customers-eastus-cp%d", index),
		"NODE_ADDRESS": fmt.Sprintf("10.1.127.%d", 250+index), "POD_BLOCK": "10.1.126.224/27",
		"API_ADDRESS": "10.1.127.250", "DATA_DISK_LUN": "",
		"CLUSTER_CA_CERTIFICATE_B64":     encode(pem("CERTIFICATE", "Y2x1c3Rlcg==")),
		"FRONT_PROXY_CA_CERTIFICATE_B64": encode(pem("CERTIFICATE", "ZnJvbnQ=")),
		"ETCD_CA_CERTIFICATE_B64":        encode(pem("CERTIFICATE", "ZXRjZA==")),
		"SERVICE_ACCOUNT_PUBLIC_KEY_B64": encode(pem("PUBLIC KEY", "c2E=")),
	})
	for name, secret := range secrets {
		p[name] = encode(secret)
	}
	return p
}

// newMachine makes a fresh machine of fault domain 1 and zone 2 with an empty
// disk, as cloud-init leaves it: with the pods' first two addresses on its NIC.
func newMachine(t *testing.T, prelude map[string]string) *machine {
	t.Helper()
	dir := t.TempDir()
	m := &machine{t: t, shell: []string{look(t, "dash", "sh")}, prelude: prelude,
		root: filepath.Join(dir, "root"), state: filepath.Join(dir, "state"), bin: filepath.Join(dir, "bin")}
	m.write("/etc/hosts", "127.0.0.1 localhost\n")
	m.write("/etc/fstab", "UUID=aaaa / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n")
	m.write("/sys/class/net/eth0/address", "00:0d:3a:01:02:03\n")
	m.write("/dev/disk/azure/scsi1/lun0", strings.Repeat("\x00", 1<<20))
	for file, text := range map[string]string{
		"calls": "", "environment": "", "fail": "", "installed": "", "kubernetes": "1.36.3\n",
		"addresses":  prelude["NODE_ADDRESS"] + "/17\n10.1.0.34/17\n10.1.0.35/17\n",
		"ready":      "https://" + apiHost + ":6443/readyz\n",
		"containerd": "containerd github.com/containerd/containerd 1.7.28 \n",
		"metadata":   metadata("eastus", "1", "2"),
	} {
		m.set(file, text)
	}
	if err := os.Mkdir(m.bin, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, body := range stubs {
		if err := os.WriteFile(filepath.Join(m.bin, name), []byte(stubBegin+body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range tools {
		m.link(look(t, name), name)
	}
	interpreter, err := python()
	if err != nil {
		t.Skipf("python3: %v: nothing was tested", err)
	}
	m.link(interpreter, "python3")
	return m
}

func metadata(location, faultDomain, zone string) string {
	return fmt.Sprintf(`{"azEnvironment": "AzurePublicCloud", "location": %q, "platformFaultDomain": %q, "zone": %q}`,
		location, faultDomain, zone)
}

// look finds the first of the names in PATH.
func look(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("none of %q is installed: nothing was tested", names)
	return ""
}

// python finds the interpreter itself, as a shim needs more than a test machine has.
var python = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

func (m *machine) link(from, name string) {
	m.t.Helper()
	if err := os.Symlink(from, filepath.Join(m.bin, name)); err != nil {
		m.t.Fatal(err)
	}
}

// script is what the extension would be given.
func (m *machine) script(body string) string {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	for _, name := range slices.Sorted(maps.Keys(m.prelude)) {
		fmt.Fprintf(&b, "%s='%s'\n", name, m.prelude[name])
	}
	return b.String() + body
}

// run runs the whole script, and forgets the calls of any run before.
func (m *machine) run() outcome { return m.runText(node.Script()) }

func (m *machine) runText(body string) outcome {
	m.t.Helper()
	m.set("calls", "")
	file := filepath.Join(filepath.Dir(m.root), "script")
	if err := os.WriteFile(file, []byte(m.script(body)), 0o600); err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command(m.shell[0], append(slices.Clone(m.shell[1:]), file)...)
	cmd.Env = []string{"PATH=" + m.bin, "ROOT=" + m.root, "S=" + m.state, "LC_ALL=C"}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		m.t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), m.short(stdout.String()), m.short(stderr.String())}
}

// mustRun runs the whole script and wants it to end well and without a word on stderr.
func (m *machine) mustRun() outcome {
	m.t.Helper()
	got := m.run()
	if got.code != 0 || got.stderr != "" {
		m.t.Fatalf("exit %d\nstdout:\n%s\nstderr:\n%s\nlog:\n%s", got.code, got.stdout, got.stderr,
			m.read("/var/log/ringwright-node.log"))
	}
	return got
}

func (m *machine) short(s string) string { return strings.ReplaceAll(s, m.root, "") }

// calls are the stubs' calls of the last run whose first word is one of the
// names; of all stubs where there is no name.
func (m *machine) calls(names ...string) []string {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(m.state, "calls"))
	if err != nil {
		m.t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(m.short(string(text))) {
		line = strings.TrimSpace(line)
		if name, _, _ := strings.Cut(line, " "); len(names) == 0 || slices.Contains(names, name) {
			got = append(got, line)
		}
	}
	return got
}

// kubeadmCalls are the calls of kubeadm that do something.
func (m *machine) kubeadmCalls() []string {
	m.t.Helper()
	return slices.DeleteFunc(m.calls("kubeadm"), func(call string) bool {
		return strings.HasPrefix(call, "kubeadm version") || strings.HasPrefix(call, "kubeadm config")
	})
}

// set writes a file of the stubs' state.
func (m *machine) set(file, text string) {
	m.t.Helper()
	writeFile(m.t, filepath.Join(m.state, file), text)
}

func (m *machine) write(path, text string) {
	m.t.Helper()
	writeFile(m.t, filepath.Join(m.root, path), text)
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) read(path string) string {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(m.root, path))
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

func (m *machine) exists(path string) bool {
	_, err := os.Lstat(filepath.Join(m.root, path))
	return err == nil
}

func (m *machine) remove(path string) {
	m.t.Helper()
	if err := os.RemoveAll(filepath.Join(m.root, path)); err != nil {
		m.t.Fatal(err)
	}
}
