package node_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/templates/node"
)

// parse decodes YAML or JSON with unknown shapes.
func parse(t *testing.T, text string) any {
	t.Helper()
	var got any
	if err := yaml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return got
}

func (m *machine) addresses() []string {
	text, err := os.ReadFile(filepath.Join(m.state, "addresses"))
	if err != nil {
		m.t.Fatal(err)
	}
	return strings.Fields(string(text))
}

func TestNetworkTwice(t *testing.T) {
	t.Parallel()
	step := node.Functions() + "set -eu\nopen_log\nstep 12 network keep_addresses_free\n"
	m := newMachine(t, member())
	if got := m.runText(step); got.code != 0 || got.stderr != "" {
		t.Fatalf("%+v", got)
	}
	if diff := cmp.Diff([]string{"10.1.0.32/17"}, m.addresses()); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	netplan := map[string]any{"network": map[string]any{"version": 2, "ethernets": map[string]any{
		"eth0": map[string]any{
			"match":    map[string]any{"driver": "hv_netvsc", "macaddress": "00:0d:3a:01:02:03"},
			"set-name": "eth0", "dhcp4": true, "dhcp6": false,
		}}}}
	if diff := cmp.Diff(any(netplan), parse(t, m.read("/etc/netplan/50-cloud-init.yaml"))); diff != "" {
		t.Errorf("netplan (-want +got):\n%s", diff)
	}
	cloud := map[string]any{
		"network":    map[string]any{"config": "disabled"},
		"datasource": map[string]any{"Azure": map[string]any{"apply_network_config_for_secondary_ips": false}},
	}
	if diff := cmp.Diff(any(cloud), parse(t, m.read("/etc/cloud/cloud.cfg.d/90-ringwright.cfg"))); diff != "" {
		t.Errorf("cloud-init (-want +got):\n%s", diff)
	}
	before := m.tree()
	m.runText(step)
	if calls := m.calls("netplan", "sysctl"); calls != nil {
		t.Errorf("the second run calls %q", calls)
	}
	if diff := cmp.Diff(before, m.tree()); diff != "" {
		t.Errorf("the second run writes (-before +after):\n%s", diff)
	}
	// something gave the host a pod's address again
	m.set("addresses", "10.1.0.32/17\n10.1.0.40/17\n")
	m.runText(step)
	if diff := cmp.Diff([]string{"10.1.0.32/17"}, m.addresses()); diff != "" {
		t.Errorf("addresses after the third run (-want +got):\n%s", diff)
	}
}

// The rules are run for real where that is possible: in a network namespace of
// their own, twice, so that the second time finds its own chain and jump.
func TestMasqueradeForReal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"unshare", "iptables", "iptables-restore", "iptables-save"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed: the rules were not run", name)
		}
	}
	if out, err := exec.Command("unshare", "-n", "iptables", "-t", "nat", "-S").CombinedOutput(); err != nil {
		t.Skipf("no network namespace with iptables here: the rules were not run (%s)", strings.TrimSpace(string(out)))
	}
	m := newMachine(t, member())
	m.runText(node.Functions() + "set -eu\nopen_log\nset_masquerade\n")
	script := filepath.Join(m.root, "usr/local/sbin/ringwright-masquerade")
	out, err := exec.Command("unshare", "-n", "sh", "-ec", script+"; "+script+"; iptables -t nat -S POSTROUTING; iptables -t nat -S RINGWRIGHT-MASQ").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `-P POSTROUTING ACCEPT
-A POSTROUTING -s 10.1.0.32/27 -j RINGWRIGHT-MASQ
-N RINGWRIGHT-MASQ
-A RINGWRIGHT-MASQ -d 10.1.0.0/16 -j RETURN
-A RINGWRIGHT-MASQ -d 10.2.0.0/16 -j RETURN
-A RINGWRIGHT-MASQ -j MASQUERADE
`
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
