package node_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hidden are all spellings of the secrets: whole, in base64, and each line of a
// key, so that a part counts too.
func hidden() map[string]string {
	got := map[string]string{}
	for name, secret := range secrets {
		got[encode(secret)] = name + " in base64"
		for line := range strings.Lines(secret) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
				got[line] = name
			}
		}
	}
	return got
}

// No secret is printed, passed to a command as an argument or in the
// environment, or readable by anybody but root, whether the run ends well or
// not. The kubeadm of the tests quotes its whole configuration.
func TestNoSecretLeaks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prelude map[string]string
		prepare func(*machine)
	}{
		{"member", member(), func(*machine) {}},
		{"control plane 0", controlPlane(0), func(*machine) {}},
		{"control plane 1", controlPlane(1), func(*machine) {}},
		{"init fails", controlPlane(0), func(m *machine) { m.set("fail", "1 kubeadm init*\n") }},
		{"join fails", member(), func(m *machine) { m.set("fail", "1 kubeadm join*\n") }},
		{"wrong key", controlPlane(0), func(m *machine) { m.prelude["SERVICE_ACCOUNT_KEY_B64"] = encode("Y2x1c3RlciBjYSBrZXk=") }},
		{"wrong token", member(), func(m *machine) { m.prelude["JOIN_TOKEN_B64"] = encode("abcdef.0123456789abcdef!") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, tt.prelude)
			tt.prepare(m)
			got := m.run()
			seen := map[string]string{"stdout": got.stdout, "stderr": got.stderr}
			for _, file := range []string{"calls", "environment"} {
				text, err := os.ReadFile(filepath.Join(m.state, file))
				if err != nil {
					t.Fatal(err)
				}
				seen["the commands' "+file] = string(text)
			}
			err := filepath.WalkDir(m.root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				info, err := d.Info()
				if err != nil || info.Mode().Perm()&0o177 == 0 {
					return err
				}
				text, err := os.ReadFile(path)
				seen[fmt.Sprintf("%s (%v)", m.short(path), info.Mode())] = string(text)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for where, text := range seen {
				for secret, name := range hidden() {
					if strings.Contains(text, secret) {
						t.Errorf("%s shows %s", where, name)
					}
				}
			}
		})
	}
}

// Modes hold from the first run on and are put right by the next.
func TestModes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, controlPlane(0))
	m.set("fail", "1 kubeadm init*\n")
	m.run()
	want := map[string]string{
		"/var/log/ringwright-node.log":                             "-rw-------",
		"/var/lib/ringwright/kubeadm.yaml":                         "-rw-------",
		"/etc/kubernetes/pki/ca.key":                               "-rw-------",
		"/etc/kubernetes/pki/ca.crt":                               "-rw-r--r--",
		"/etc/netplan/50-cloud-init.yaml":                          "-rw-------",
		"/etc/hosts":                                               "-rw-r--r--",
		"/usr/local/sbin/ringwright-masquerade":                    "-rwxr-xr-x",
		"/etc/kubernetes/patches/corednsdeployment+strategic.yaml": "-rw-r--r--",
	}
	for range 2 {
		got := map[string]string{}
		for path := range want {
			info, err := os.Stat(filepath.Join(m.root, path))
			if err != nil {
				t.Fatal(err)
			}
			got[path] = info.Mode().String()
			if err := os.Chmod(filepath.Join(m.root, path), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		m.run()
	}
}

// The snapshot script runs as it was written, with the machine's root put in
// front of its paths: 9 days leave 7 snapshots, the newest ones.
func TestSnapshots(t *testing.T) {
	t.Parallel()
	m := newMachine(t, controlPlane(0))
	m.mustRun()
	script := m.read("/usr/local/sbin/ringwright-etcd-snapshot")
	for _, path := range []string{"/var/lib/", "/etc/kubernetes/"} {
		script = strings.ReplaceAll(script, path, m.root+path)
	}
	m.remove("/../bin/date")
	writeFile(t, filepath.Join(m.bin, "date"), "#!/bin/sh\ncat \"$S/day\"\n")
	if err := os.Chmod(filepath.Join(m.bin, "date"), 0o700); err != nil {
		t.Fatal(err)
	}
	var want []string
	for day := 1; day <= 9; day++ {
		m.set("day", fmt.Sprintf("2026110%dT000000Z\n", day))
		cmd := exec.Command(m.shell[0], "-c", script)
		cmd.Env = []string{"PATH=" + m.bin, "ROOT=" + m.root, "S=" + m.state}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if day > 2 {
			want = append(want, fmt.Sprintf("etcd-2026110%dT000000Z.db -rw-------", day))
		}
	}
	dir := filepath.Join(m.root, "var/lib/ringwright/etcd-snapshots")
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the snapshots' directory is %v (%v), want 0700", info, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, entry.Name()+" "+info.Mode().String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	if m.exists("/var/lib/etcd/ringwright.snapshot") {
		t.Error("the snapshot was left in etcd's directory")
	}
	if calls := strings.Join(m.calls("crictl"), "\n"); !strings.Contains(calls, "snapshot save /var/lib/etcd/ringwright.snapshot") {
		t.Errorf("etcdctl was not told to save:\n%s", calls)
	}
}
