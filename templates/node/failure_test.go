package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func breaks(pattern string) func(*machine) {
	return func(m *machine) { m.set("fail", "1 "+pattern+"\n") }
}
func says(name, value string) func(*machine) {
	return func(m *machine) { m.prelude[name] = value }
}

const release = "https://pkgs.k8s.io/core:/stable:/v1.36/deb/"

// failures is a way to break each step, with what it must end in.
var failures = []struct {
	name    string
	prelude map[string]string
	prepare func(*machine)
	code    int
	line    string
}{
	{"role", member(), says("ROLE", "master"), 10, "prelude: ROLE is 'master', not member or controlplane"},
	{"missing", member(), func(m *machine) { m.prelude["NODE_NAME"] = ""; delete(m.prelude, "POD_BLOCK") }, 10,
		"prelude: the prelude lacks NODE_NAME POD_BLOCK"},
	{"no key", controlPlane(0), says("ETCD_CA_KEY_B64", ""), 10, "prelude: the prelude lacks ETCD_CA_KEY_B64"},
	{"member without a disk", member(), says("DATA_DISK_LUN", ""), 10, "prelude: the prelude lacks DATA_DISK_LUN"},
	{"racks", member(), says("RACKS", "rows"), 10, "prelude: RACKS is 'rows', not faultDomain or zone"},
	{"version", member(), says("KUBERNETES_VERSION", "v1.36"), 10, "prelude: KUBERNETES_VERSION is 'v1.36', not like 1.36 or 1.36.3"},
	{"directory", member(), says("DATA_DIRECTORY", "/var/lib/cassandra"), 10,
		"prelude: DATA_DIRECTORY /var/lib/cassandra is not below DATA_MOUNT /var/lib/ringwright/disk"},
	{"token", member(), says("JOIN_TOKEN_B64", encode("secret")), 10, "prelude: JOIN_TOKEN_B64 is not the base64 of a bootstrap token"},
	{"token, no base64", member(), says("JOIN_TOKEN_B64", "***"), 10, "prelude: JOIN_TOKEN_B64 is not the base64 of a bootstrap token"},
	{"hash", member(), says("CLUSTER_CA_HASH_B64", encode("sha256:5a")), 10, "prelude: CLUSTER_CA_HASH_B64 is not the base64 of sha256:<hex>"},
	{"cloud-init", member(), breaks("cloud-init*"), 11, "cloud-init: cloud-init ended with status 1; cloud-init status --long says why"},
	{"address", member(), func(m *machine) { m.set("addresses", "10.1.0.99/17\n") }, 12,
		"network: no network interface has the address 10.1.0.32"},
	{"netplan", member(), breaks("netplan*"), 12, "network: netplan apply failed"},
	{"an address stays", member(), func(m *machine) { m.set("sticky", "") }, 12,
		"network: eth0 still has the pods' addresses 10.1.0.34/17 10.1.0.35/17 "},
	{"hosts", member(), func(m *machine) { m.remove("/etc/hosts") }, 13, "hosts: cannot read /etc/hosts"},
	{"module", member(), breaks("modprobe br_netfilter"), 14, "kernel: modprobe br_netfilter failed"},
	{"sysctl", member(), breaks("sysctl -p*"), 14, "kernel: sysctl -p /etc/sysctl.d/90-ringwright.conf failed"},
	{"swap", member(), breaks("swapoff*"), 15, "swap: swapoff -a failed"},
	{"update", member(), breaks("apt-get*update"), 17, "packages: apt-get update failed"},
	{"install", member(), breaks("apt-get*install containerd*"), 17,
		"packages: cannot install containerd chrony conntrack ethtool iptables socat xfsprogs"},
	{"repository key", member(), breaks("curl*Release.key"), 18, "kubernetes: cannot fetch " + release + "Release.key"},
	{"mirror key", member(), func(m *machine) {
		m.prelude["PACKAGE_MIRROR"] = "https://mirror.example/k8s"
		m.set("fail", "1 curl*https://mirror.example/k8s/Release.key\n")
	}, 18, "kubernetes: cannot fetch https://mirror.example/k8s/Release.key"},
	{"kubernetes", member(), breaks("apt-get*kubeadm=*"), 18, "kubernetes: cannot install Kubernetes 1.36.* from " + release},
	{"hold", member(), breaks("apt-mark*"), 18, "kubernetes: apt-mark hold kubelet kubeadm kubectl kubernetes-cni cri-tools failed"},
	{"containerd", member(), func(m *machine) { m.set("containerd", "containerd x 3.0.0\n") }, 19,
		"containerd: containerd is '3.0.0'; 1.7 or 2.x would do"},
	{"containerd mute", member(), breaks("crictl info"), 19, "containerd: containerd does not answer"},
	{"disk", member(), func(m *machine) { m.remove(scsi) }, 20,
		"data disk: no disk at LUN 0 under /dev/disk/azure/scsi1 or /dev/disk/azure/data/by-lun"},
	{"rules", member(), breaks("iptables-restore*"), 22, "masquerade: /usr/local/sbin/ringwright-masquerade failed"},
	{"clock", member(), breaks("systemctl is-active chrony"), 23, "clock: systemctl is-active chrony failed"},
	{"metadata", member(), breaks("curl*169.254*"), 24, "labels: the metadata service gave no answer"},
	{"reset", member(), func(m *machine) {
		m.write("/var/lib/ringwright/kubeadm-started", "")
		m.set("fail", "1 kubeadm reset*\n")
	}, 16, "recovery: kubeadm reset -f --cri-socket unix:///run/containerd/containerd.sock failed"},
	{"key", controlPlane(0), says("CLUSTER_CA_KEY_B64", encode("hello")), 25, "keys: the prelude's value for ca.key is not PEM"},
	{"api server", member(), breaks("curl*readyz"), 27,
		"api server: https://" + apiHost + ":6443/readyz (10.1.127.200) was not ready within 30 minutes"},
	{"init", controlPlane(0), breaks("kubeadm init*"), 28, "kubeadm: kubeadm init --skip-token-print --config /var/lib/ringwright/kubeadm.yaml failed"},
	{"join", member(), breaks("kubeadm join*"), 28, "kubeadm: kubeadm join --config /var/lib/ringwright/kubeadm.yaml failed"},
	{"etcd of somebody else", controlPlane(0), func(m *machine) { m.write("/var/lib/etcd/member/db", "") }, 28,
		"kubeadm: /var/lib/etcd holds a cluster that this script did not leave half made; see to it by hand"},
	{"timer", controlPlane(0), breaks("systemctl*snapshot.timer"), 29, "etcd snapshots: systemctl enable --now ringwright-etcd-snapshot.timer failed"},
	// a command nobody guards: the label file cannot be written
	{"unguarded", member(), func(m *machine) { m.write("/var/lib/ringwright/labels.ringwright-new/x", "") }, 24,
		"labels: a command ended with status 2"},
}

// Every step fails with its own code and one line, the last on stderr, and
// nothing after it runs.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, tt.prelude)
			tt.prepare(m)
			got := m.run()
			line := fmt.Sprintf("failed: %s (exit %d, log /var/log/ringwright-node.log)\n", tt.line, tt.code)
			if diff := cmp.Diff(line, got.stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
			if got.code != tt.code {
				t.Errorf("exit %d, want %d", got.code, tt.code)
			}
			step, _, _ := strings.Cut(tt.line, ":")
			steps := strings.Split(strings.TrimSpace(got.stdout), "step: ")
			if last, _, _ := strings.Cut(steps[len(steps)-1], "\n"); last != step {
				t.Errorf("the last step is %q, want %q:\n%s", last, step, got.stdout)
			}
		})
	}
}

// All that is missing is reported at once, and only what may be empty is not.
func TestEmptyPrelude(t *testing.T) {
	t.Parallel()
	optional := map[string][]string{
		"member":       {"ROLE", "PACKAGE_MIRROR", "API_FRONTEND"},
		"controlplane": {"ROLE", "PACKAGE_MIRROR", "API_FRONTEND", "DATA_DISK_LUN", "DATA_MOUNT", "DATA_DIRECTORY"},
	}
	for role, prelude := range map[string]map[string]string{"member": member(), "controlplane": controlPlane(0)} {
		m := newMachine(t, map[string]string{"ROLE": role})
		got := m.run()
		var want []string
		for name := range prelude {
			if !slices.Contains(optional[role], name) {
				want = append(want, name)
			}
		}
		line := strings.TrimSuffix(strings.TrimPrefix(got.stderr, "failed: prelude: the prelude lacks "),
			" (exit 10, log /var/log/ringwright-node.log)\n")
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(strings.Fields(line)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
	}
}

// Warnings of cloud-init and a clock that is late are no failures.
func TestTolerated(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.set("fail", "2 cloud-init*\n1 chronyc*\n")
	got := m.mustRun()
	if want := "note: chrony runs but has not synchronised within a minute\n"; !strings.Contains(got.stdout, want) {
		t.Errorf("stdout lacks %q:\n%s", want, got.stdout)
	}
}
