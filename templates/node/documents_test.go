package node_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// given is what kubeadm was given last, one value per document.
func (m *machine) given() []map[string]any {
	m.t.Helper()
	file, err := os.Open(filepath.Join(m.state, "kubeadm.yaml"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	var got []map[string]any
	for {
		var one map[string]any
		err := decoder.Decode(&one)
		if err == io.EOF {
			return got
		}
		if err != nil {
			m.t.Fatal(err)
		}
		got = append(got, one)
	}
}

func argument(name, value string) any { return map[string]any{"name": name, "value": value} }

func registration(name, address string, more ...any) map[string]any {
	return map[string]any{
		"name": name, "criSocket": "unix:///run/containerd/containerd.sock",
		"kubeletExtraArgs": append([]any{
			argument("node-ip", address),
			argument("node-labels", "topology.kubernetes.io/region=eastus,topology.kubernetes.io/zone=eastus-fd1"),
		}, more...),
	}
}

const v1beta4 = "kubeadm.k8s.io/v1beta4"

var (
	taint     = argument("register-with-taints", "node-role.kubernetes.io/control-plane=:NoSchedule")
	patches   = map[string]any{"directory": "/etc/kubernetes/patches"}
	discovery = map[string]any{"bootstrapToken": map[string]any{
		"apiServerEndpoint": apiHost + ":6443", "token": secrets["JOIN_TOKEN_B64"],
		"caCertHashes": []any{"sha256:" + strings.Repeat("5a", 32)},
	}}
)

func endpoint(address string) map[string]any {
	return map[string]any{"advertiseAddress": address, "bindPort": 6443}
}

// initialisation is what control plane 0 gives kubeadm, with the API server's names.
func initialisation(sans ...any) []map[string]any {
	return []map[string]any{
		{"apiVersion": v1beta4, "kind": "InitConfiguration",
			"bootstrapTokens":  []any{map[string]any{"token": secrets["JOIN_TOKEN_B64"], "ttl": "0s"}},
			"localAPIEndpoint": endpoint("10.1.127.250"), "patches": patches,
			"nodeRegistration": registration("customers-eastus-cp0", "10.1.127.250", taint)},
		{"apiVersion": v1beta4, "kind": "ClusterConfiguration", "clusterName": "customers-eastus",
			"kubernetesVersion": "v1.36.3", "controlPlaneEndpoint": apiHost + ":6443",
			"certificateValidityPeriod": "87600h",
			"networking":                map[string]any{"serviceSubnet": "10.0.0.0/16", "dnsDomain": "cluster.local"},
			"apiServer":                 map[string]any{"certSANs": sans}},
		{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
			"cgroupDriver": "systemd", "clusterDNS": []any{"10.0.0.10"}, "clusterDomain": "cluster.local", "maxPods": 30},
	}
}

// The field names are those of
// https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/.
func TestKubeadmConfiguration(t *testing.T) {
	t.Parallel()
	alone := controlPlane(0)
	alone["CONTROL_PLANE_ADDRESSES"], alone["API_FRONTEND"] = "10.1.127.250", ""
	tests := []struct {
		name    string
		prelude map[string]string
		want    []map[string]any
	}{
		{"control plane 0 of 3", controlPlane(0),
			initialisation(apiHost, "10.1.127.250", "10.1.127.251", "10.1.127.252", "10.1.127.200", "127.0.0.1")},
		{"control plane 0 of 1", alone, initialisation(apiHost, "10.1.127.250", "127.0.0.1")},
		{"control plane 1", controlPlane(1), []map[string]any{{
			"apiVersion": v1beta4, "kind": "JoinConfiguration", "discovery": discovery, "patches": patches,
			"nodeRegistration": registration("customers-eastus-cp1", "10.1.127.251", taint),
			"controlPlane":     map[string]any{"localAPIEndpoint": endpoint("10.1.127.251")},
		}}},
		{"member", member(), []map[string]any{{
			"apiVersion": v1beta4, "kind": "JoinConfiguration", "discovery": discovery,
			"nodeRegistration": registration("customers-eastus-m0", "10.1.0.32"),
		}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, tt.prelude)
			m.mustRun()
			if diff := cmp.Diff(tt.want, m.given()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCoreDNSPatch(t *testing.T) {
	t.Parallel()
	m := newMachine(t, controlPlane(0))
	m.mustRun()
	const when = "requiredDuringSchedulingIgnoredDuringExecution"
	pod := map[string]any{
		"tolerations": []any{map[string]any{"key": "CriticalAddonsOnly", "operator": "Exists"}},
		"affinity": map[string]any{
			"nodeAffinity": map[string]any{when: map[string]any{"nodeSelectorTerms": []any{
				map[string]any{"matchExpressions": []any{
					map[string]any{"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}}}}}},
			"podAntiAffinity": map[string]any{when: []any{map[string]any{
				"labelSelector":  map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
				"matchLabelKeys": []any{"pod-template-hash"}, "topologyKey": "kubernetes.io/hostname"}}},
		},
	}
	want := any(map[string]any{"spec": map[string]any{"template": map[string]any{"spec": pod}}})
	if diff := cmp.Diff(want, parse(t, m.read("/etc/kubernetes/patches/corednsdeployment+strategic.yaml"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCNI(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.mustRun()
	want := any(map[string]any{"cniVersion": "1.0.0", "name": "ringwright", "plugins": []any{
		map[string]any{"type": "ptp", "ipam": map[string]any{
			"type": "host-local", "subnet": "10.1.0.0/17", "rangeStart": "10.1.0.34", "rangeEnd": "10.1.0.63",
			"gateway": "10.1.0.33", "routes": []any{map[string]any{"dst": "0.0.0.0/0"}}, "dataDir": "/run/ringwright/cni"}},
		map[string]any{"type": "portmap", "capabilities": map[string]any{"portMappings": true}},
	}})
	if diff := cmp.Diff(want, parse(t, m.read("/etc/cni/net.d/10-ringwright.conflist"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The tables are those of https://github.com/containerd/containerd/blob/main/docs/cri/config.md.
func TestContainerd(t *testing.T) {
	t.Parallel()
	const (
		one = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = true
`
		two = `version = 3
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "registry.k8s.io/pause:3.10.2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = true
`
	)
	for version, want := range map[string]string{
		"containerd github.com/containerd/containerd 1.7.28 \n":       one,
		"containerd github.com/containerd/containerd v1.7.12 abc\n":   one,
		"containerd github.com/containerd/containerd/v2 2.2.1 \n":     two,
		"containerd github.com/containerd/containerd/v2 v2.4.2 abc\n": two,
	} {
		m := newMachine(t, member())
		m.set("containerd", version)
		m.mustRun()
		if diff := cmp.Diff(want, m.read("/etc/containerd/config.toml")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", version, diff)
		}
	}
}

func TestRepositoryAndPin(t *testing.T) {
	t.Parallel()
	const signed = "deb [signed-by=/etc/apt/keyrings/ringwright.asc] "
	tests := []struct{ version, mirror, source, pin string }{
		{"1.36", "", "https://pkgs.k8s.io/core:/stable:/v1.36/deb/", "1.36.*"},
		{"1.36.3", "", "https://pkgs.k8s.io/core:/stable:/v1.36/deb/", "1.36.3-*"},
		{"1.36.3", "https://mirror.example/k8s", "https://mirror.example/k8s/", "1.36.3-*"},
	}
	for _, tt := range tests {
		m := newMachine(t, member())
		m.prelude["KUBERNETES_VERSION"], m.prelude["PACKAGE_MIRROR"] = tt.version, tt.mirror
		m.mustRun()
		if diff := cmp.Diff(signed+tt.source+" /\n", m.read("/etc/apt/sources.list.d/ringwright.list")); diff != "" {
			t.Errorf("%+v: source (-want +got):\n%s", tt, diff)
		}
		if calls := strings.Join(m.calls("apt-get"), "\n"); !strings.Contains(calls, " kubelet="+tt.pin+" kubeadm="+tt.pin+" kubectl="+tt.pin+" ") {
			t.Errorf("%+v: not pinned to %s:\n%s", tt, tt.pin, calls)
		}
	}
}

// What was installed at another version before the node joined is replaced.
func TestOtherVersionBeforeJoin(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.set("installed", "kubelet 1.35.9-1.1\nkubeadm 1.35.9-1.1\nkubectl 1.35.9-1.1\nkubernetes-cni 1\ncri-tools 1\n")
	m.mustRun()
	if calls := strings.Join(m.calls("apt-get"), "\n"); !strings.Contains(calls, "kubelet=1.36.*") {
		t.Errorf("1.35.9 was taken for 1.36:\n%s", calls)
	}
}

// The kubelet starts after what its pods need.
func TestUnits(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.mustRun()
	dropIn := "[Unit]\nWants=containerd.service ringwright-masquerade.service\n" +
		"After=containerd.service ringwright-masquerade.service var-lib-ringwright-disk.mount\n"
	if diff := cmp.Diff(dropIn, m.read("/etc/systemd/system/kubelet.service.d/20-ringwright.conf")); diff != "" {
		t.Errorf("drop-in (-want +got):\n%s", diff)
	}
	unit := m.read("/etc/systemd/system/ringwright-masquerade.service")
	for _, line := range []string{"Before=kubelet.service", "Type=oneshot", "ExecStart=/usr/local/sbin/ringwright-masquerade", "WantedBy=multi-user.target"} {
		if !strings.Contains(unit, line+"\n") {
			t.Errorf("the masquerade unit lacks %s:\n%s", line, unit)
		}
	}
}
