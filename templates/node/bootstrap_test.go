package node_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shells are the installed ones the script must run under. busybox is used only
// where its sh runs the stubs: one that prefers its own applets would touch
// this machine.
func shells(t *testing.T) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for name, args := range map[string][]string{"dash": nil, "bash": {"--posix"}, "busybox": {"sh"}} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Logf("%s is not installed: not tested with it", name)
			continue
		}
		if name == "busybox" {
			bin := t.TempDir()
			writeFile(t, filepath.Join(bin, "uname"), "#!/bin/sh\necho stub\n")
			probe := exec.Command("/bin/chmod", "0700", filepath.Join(bin, "uname"))
			if err := probe.Run(); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(path, "sh", "-c", "uname")
			cmd.Env = []string{"PATH=" + bin}
			if out, _ := cmd.Output(); string(out) != "stub\n" {
				t.Log("busybox sh prefers its applets to PATH: not tested with it")
				continue
			}
		}
		got[name] = append([]string{path}, args...)
	}
	return got
}

const (
	aptOptions = "apt-get -yq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "
	readyz     = "curl -fsS --max-time 10 --retry 10000 --retry-delay 5 --retry-max-time "
)

// changing are the calls that install, format, restart or change the machine;
// the rest only ask.
var changing = []string{"apt-get", "apt-mark", "chown", "iptables", "iptables-restore", "kubeadm",
	"mkfs.xfs", "modprobe", "mount", "netplan", "swapoff", "sysctl", "systemctl"}

func TestFirstRunOfMember(t *testing.T) {
	t.Parallel()
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, member())
			m.shell = shell
			got := m.mustRun()
			steps := "step: prelude\nstep: cloud-init\nstep: network\nstep: hosts\nstep: kernel\nstep: swap\nstep: recovery\n" +
				"step: packages\nstep: kubernetes\nstep: containerd\nstep: data disk\n" +
				"note: /dev/disk/azure/scsi1/lun0 is empty: formatting it\n" +
				"step: cni\nstep: masquerade\nstep: clock\nstep: labels\nstep: api server\nstep: kubeadm\n" +
				"done: customers-eastus-m0\n"
			if diff := cmp.Diff(steps, got.stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			want := []string{
				"sysctl -w net.ipv4.conf.eth0.promote_secondaries=1",
				"netplan apply",
				"modprobe overlay", "modprobe br_netfilter",
				"sysctl -p /etc/sysctl.d/90-ringwright.conf",
				"swapoff -a",
				aptOptions + "update",
				aptOptions + "install containerd chrony conntrack ethtool iptables socat xfsprogs",
				aptOptions + "update",
				aptOptions + "install --allow-change-held-packages --allow-downgrades " +
					"kubelet=1.36.* kubeadm=1.36.* kubectl=1.36.* kubernetes-cni cri-tools",
				"apt-mark hold kubelet kubeadm kubectl kubernetes-cni cri-tools",
				"kubeadm version -o short",
				"kubeadm config images list --kubernetes-version v1.36.3",
				"systemctl enable containerd", "systemctl restart containerd",
				"mkfs.xfs /dev/disk/azure/scsi1/lun0",
				"systemctl daemon-reload", "mount /var/lib/ringwright/disk",
				"chown 999:999 /var/lib/ringwright/disk/cassandra",
				"systemctl daemon-reload", "systemctl enable ringwright-masquerade.service",
				"iptables-restore -w --noflush",
				"iptables -w -t nat -C POSTROUTING -s 10.1.0.32/27 -j RINGWRIGHT-MASQ",
				"systemctl enable --now chrony", "systemctl is-active chrony",
				"kubeadm join --config /var/lib/ringwright/kubeadm.yaml",
			}
			if diff := cmp.Diff(want, m.calls(changing...)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFirstRunOfControlPlanes(t *testing.T) {
	t.Parallel()
	const own = "--noproxy * --cacert /etc/kubernetes/pki/ca.crt -o /dev/null "
	tests := []struct {
		name          string
		index         int
		kubeadm, curl []string
	}{
		{"zero", 0,
			[]string{"kubeadm init --skip-token-print --config /var/lib/ringwright/kubeadm.yaml"},
			[]string{ // asks the others whether there is a cluster already, never itself
				readyz + "1 --retry-all-errors " + own + "https://10.1.127.251:6443/readyz",
				readyz + "1 --retry-all-errors " + own + "https://10.1.127.252:6443/readyz",
			}},
		{"one", 1,
			[]string{"kubeadm join --config /var/lib/ringwright/kubeadm.yaml"},
			[]string{readyz + "1800 --retry-all-errors " + own + "https://" + apiHost + ":6443/readyz"}},
	}
	for _, tt := range tests {
		for name, shell := range shells(t) {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				m := newMachine(t, controlPlane(tt.index))
				m.shell = shell
				m.mustRun()
				if diff := cmp.Diff(tt.kubeadm, m.kubeadmCalls()); diff != "" {
					t.Errorf("kubeadm (-want +got):\n%s", diff)
				}
				curl := slices.DeleteFunc(m.calls("curl"), func(call string) bool { return !strings.Contains(call, "readyz") })
				if diff := cmp.Diff(tt.curl, curl); diff != "" {
					t.Errorf("curl (-want +got):\n%s", diff)
				}
				if calls := m.calls("blkid", "mkfs.xfs", "mount"); calls != nil {
					t.Errorf("a control plane has no data disk, but it called %q", calls)
				}
				for file, secret := range map[string]string{"ca.key": "CLUSTER_CA_KEY_B64",
					"front-proxy-ca.key": "FRONT_PROXY_CA_KEY_B64", "etcd/ca.key": "ETCD_CA_KEY_B64", "sa.key": "SERVICE_ACCOUNT_KEY_B64"} {
					if diff := cmp.Diff(secrets[secret], m.read("/etc/kubernetes/pki/"+file)); diff != "" {
						t.Errorf("%s (-want +got):\n%s", file, diff)
					}
				}
				hosts := "127.0.0.1 localhost\n# ringwright begin\n" + m.prelude["NODE_ADDRESS"] + " " + m.prelude["NODE_NAME"] + "\n" +
					m.prelude["NODE_ADDRESS"] + " " + apiHost + "\n# ringwright end\n"
				if diff := cmp.Diff(hosts, m.read("/etc/hosts")); diff != "" {
					t.Errorf("/etc/hosts (-want +got):\n%s", diff)
				}
			})
		}
	}
}
