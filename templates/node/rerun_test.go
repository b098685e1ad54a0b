package node_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree is every file of the machine but the log: its mode, its time and its
// text, so that a file written again with the same text is a difference.
func (m *machine) tree() map[string]string {
	m.t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(m.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(m.short(path), "/var/log/") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		got[m.short(path)] = info.Mode().String() + " " + info.ModTime().Format(time.StampNano) + "\n" + string(text)
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return got
}

// Whatever the prelude says by then, a joined node gets no package, no restart
// and no setting of the kubelet, and no file that is right is written again.
func TestJoinedNodeIsLeftAlone(t *testing.T) {
	t.Parallel()
	masquerade := []string{
		"systemctl daemon-reload", "systemctl enable ringwright-masquerade.service",
		"iptables-restore -w --noflush",
	}
	kernel := []string{"modprobe overlay", "modprobe br_netfilter", "sysctl -p /etc/sysctl.d/90-ringwright.conf"}
	snapshots := []string{"systemctl daemon-reload", "systemctl enable --now ringwright-etcd-snapshot.timer"}
	tests := []struct {
		name    string
		prelude map[string]string
		jump    string
		after   []string
	}{
		{"member", member(), "10.1.0.32/27", nil},
		{"control plane 0", controlPlane(0), "10.1.126.224/27", snapshots},
		{"control plane 1", controlPlane(1), "10.1.126.224/27", snapshots},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, tt.prelude)
			m.mustRun()
			before := m.tree()
			m.prelude["KUBERNETES_VERSION"] = "1.37.2"
			m.set("kubernetes", "1.37.2\n")
			m.set("containerd", "containerd github.com/containerd/containerd/v2 2.2.1 \n")
			m.mustRun()
			want := append(append(append([]string{}, kernel...), masquerade...),
				"iptables -w -t nat -C POSTROUTING -s "+tt.jump+" -j RINGWRIGHT-MASQ")
			if diff := cmp.Diff(append(want, tt.after...), m.calls(changing...)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, m.tree()); diff != "" {
				t.Errorf("files (-before +after):\n%s", diff)
			}
		})
	}
}

// A region that was added, or a line somebody took out, reaches a joined node.
func TestJoinedNodeConverges(t *testing.T) {
	t.Parallel()
	m := newMachine(t, controlPlane(1))
	m.mustRun()
	m.prelude["RING_CIDRS"] = "10.1.0.0/16 10.2.0.0/16 10.3.0.0/16"
	m.write("/etc/hosts", "127.0.0.1 localhost\n10.9.9.9 kept\n")
	m.write("/etc/cni/net.d/10-ringwright.conflist", "{}")
	m.set("rules", "")
	m.mustRun()
	rules, err := os.ReadFile(filepath.Join(m.state, "rules"))
	if err != nil {
		t.Fatal(err)
	}
	want := "*nat\n:RINGWRIGHT-MASQ - [0:0]\n-A RINGWRIGHT-MASQ -d 10.1.0.0/16 -j RETURN\n" +
		"-A RINGWRIGHT-MASQ -d 10.2.0.0/16 -j RETURN\n-A RINGWRIGHT-MASQ -d 10.3.0.0/16 -j RETURN\n" +
		"-A RINGWRIGHT-MASQ -j MASQUERADE\nCOMMIT\n"
	if diff := cmp.Diff(want, string(rules)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	hosts := "127.0.0.1 localhost\n10.9.9.9 kept\n# ringwright begin\n10.1.127.251 customers-eastus-cp1\n" +
		"10.1.127.251 " + apiHost + "\n# ringwright end\n"
	if diff := cmp.Diff(hosts, m.read("/etc/hosts")); diff != "" {
		t.Errorf("/etc/hosts (-want +got):\n%s", diff)
	}
	if m.read("/etc/cni/net.d/10-ringwright.conflist") == "{}" {
		t.Error("the CNI file was not put right")
	}
}

// The runbook's remedy: a bootstrap that failed is run again. What is done
// already is not done twice.
func TestRunAgainAfterFailure(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.set("fail", "7 curl*readyz*\n")
	if got := m.run(); got.code != 27 {
		t.Fatalf("exit %d, want 27; stderr: %s", got.code, got.stderr)
	}
	before := m.tree()
	m.set("fail", "")
	m.mustRun()
	for _, call := range m.calls("apt-get", "mkfs.xfs", "mount", "netplan") {
		t.Errorf("done twice: %s", call)
	}
	for _, call := range m.calls("systemctl") {
		if strings.Contains(call, "restart") {
			t.Errorf("done twice: %s", call)
		}
	}
	after := m.tree()
	delete(after, "/etc/kubernetes/kubelet.conf") // kubeadm's
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"kubeadm join --config /var/lib/ringwright/kubeadm.yaml"}, m.kubeadmCalls()); diff != "" {
		t.Errorf("kubeadm (-want +got):\n%s", diff)
	}
}

// A restart of containerd that failed is made good by the next run, although
// the file is right by then.
func TestRestartOfContainerdIsMadeGood(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.set("fail", "1 systemctl restart containerd\n")
	if got := m.run(); got.code != 19 {
		t.Fatalf("exit %d, want 19; stderr: %s", got.code, got.stderr)
	}
	m.set("fail", "")
	m.mustRun()
	if calls := strings.Join(m.calls("systemctl"), "\n"); !strings.Contains(calls, "systemctl restart containerd") {
		t.Errorf("containerd was not restarted:\n%s", calls)
	}
}

const (
	resets = "kubeadm reset -f --cri-socket unix:///run/containerd/containerd.sock"
	given  = " --config /var/lib/ringwright/kubeadm.yaml"
)

// interruptions are the ways a kubeadm can have been cut short.
var interruptions = []struct {
	name      string
	prelude   map[string]string
	apiServer bool // it runs on this node
	want      []string
	aside     int // directories that hold the etcd data of before
}{
	{"member", member(), false, []string{resets, "kubeadm join" + given}, 0},
	{"control plane 0, api server down", controlPlane(0), false,
		[]string{resets, "kubeadm init --skip-token-print" + given}, 1},
	{"control plane 1, api server down", controlPlane(1), false, []string{resets, "kubeadm join" + given}, 1},
	{"control plane 0, api server up", controlPlane(0), true, []string{"kubeadm init --skip-token-print " +
		"--skip-phases=preflight,certs,kubeconfig,etcd,control-plane,kubelet-start,wait-control-plane" + given}, 0},
	{"control plane 1, api server up", controlPlane(1), true,
		[]string{"kubeadm join phase control-plane-join mark-control-plane" + given}, 0},
}

// A kubeadm that was cut short is never simply run again: it refuses.
func TestInterruptedKubeadm(t *testing.T) {
	t.Parallel()
	for _, tt := range interruptions {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, tt.prelude)
			m.set("fail", "1 kubeadm init*\n1 kubeadm join*\n")
			if got := m.run(); got.code != 28 {
				t.Fatalf("exit %d, want 28; stderr: %s", got.code, got.stderr)
			}
			m.set("fail", "")
			if tt.prelude["ROLE"] == "controlplane" {
				m.write("/etc/kubernetes/admin.conf", "half")
				m.write("/etc/kubernetes/kubelet.conf", "half")
				m.write("/var/lib/etcd/member/db", "half")
			}
			if tt.apiServer {
				m.prelude["KUBERNETES_VERSION"] = "1.37" // no moment for another version
				m.set("ready", "https://"+m.prelude["NODE_ADDRESS"]+":6443/readyz\nhttps://"+apiHost+":6443/readyz\n")
			}
			got := m.mustRun()
			if want := "note: kubeadm was interrupted"; !strings.Contains(got.stdout, want) {
				t.Errorf("stdout does not say %q:\n%s", want, got.stdout)
			}
			if diff := cmp.Diff(tt.want, m.kubeadmCalls()); diff != "" {
				t.Errorf("kubeadm (-want +got):\n%s", diff)
			}
			if calls := m.calls("mkfs.xfs", "mount", "apt-get"); calls != nil {
				t.Errorf("recovery calls %q", calls)
			}
			aside, err := filepath.Glob(filepath.Join(m.root, "/var/lib/ringwright/etcd-before-reset-*/member/db"))
			if err != nil || len(aside) != tt.aside {
				t.Errorf("etcd data kept in %q, want %d (%v)", aside, tt.aside, err)
			}
			if tt.prelude["ROLE"] == "controlplane" && m.read("/etc/kubernetes/pki/ca.key") != secrets["CLUSTER_CA_KEY_B64"] {
				t.Error("the cluster CA's key is not there again")
			}
			if m.exists("/var/lib/ringwright/kubeadm-started") || m.exists("/var/lib/ringwright/kubeadm.yaml") {
				t.Error("what marks a kubeadm run that has not ended, or its configuration, is still there")
			}
		})
	}
}

// A member is in the cluster as soon as its kubelet has a certificate, and a
// control plane that has lost a file of its own making is not half made: both
// are left alone.
func TestJoinedAllTheSame(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prelude map[string]string
		prepare func(*machine)
	}{
		{"member, kubeadm cut short after its certificate", member(), func(m *machine) { m.write("/var/lib/ringwright/kubeadm-started", "") }},
		{"control plane without admin.conf", controlPlane(0), func(m *machine) { m.write("/var/lib/etcd/member/db", "") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, tt.prelude)
			m.write("/etc/kubernetes/kubelet.conf", "")
			tt.prepare(m)
			if got := m.mustRun(); !strings.Contains(got.stdout, "note: this node has joined already") {
				t.Errorf("stdout:\n%s", got.stdout)
			}
			if calls := m.calls("apt-get", "kubeadm", "mkfs.xfs", "netplan"); calls != nil {
				t.Errorf("it called %q", calls)
			}
		})
	}
}

// A control plane 0 whose machine was made anew must not found a second cluster.
func TestNoSecondCluster(t *testing.T) {
	t.Parallel()
	m := newMachine(t, controlPlane(0))
	m.set("ready", "https://10.1.127.252:6443/readyz\n")
	got := m.run()
	want := "failed: api server: the cluster lives at 10.1.127.252 already; join this machine by hand " +
		"(exit 27, log /var/log/ringwright-node.log)\n"
	if diff := cmp.Diff(outcome{27, got.stdout, want}, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if calls := m.kubeadmCalls(); len(calls) > 0 {
		t.Errorf("it ran %q", calls)
	}
}
