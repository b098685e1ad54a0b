package pod_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// TestState holds that everything a volume records, but those who are gone,
// reaches decisions.
func TestState(t *testing.T) {
	const hostA, hostB = "11111111-2222-4333-8444-55555555555a", "11111111-2222-4333-8444-55555555555b"
	at := netip.MustParseAddr
	full := volume.State{
		InitKeys: volume.InitKeys{
			Ring: "customers", RingID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0", Datacenter: "dc-eastus", Rack: "rack-0",
			Founding: true, Joining: true, Replacing: hostB, FailedStarts: 2,
		},
		RunKeys: volume.RunKeys{
			Joined: true, HostID: hostA, Address: "10.1.0.5", LastSeeds: []string{"10.1.0.6", "fd00::1"},
			KnownPods: []volume.KnownPod{{Datacenter: "dc-eastus", Pod: "cassandra-0-1", HostID: hostB, Address: "10.1.0.6"}},
			Gone:      []string{hostB}, Decommissioned: true, Removed: true,
		},
	}
	want := decide.State{
		Ring: "customers", RingID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0", Datacenter: "dc-eastus", Rack: "rack-0",
		Founding: true, Joining: true, Replacing: hostB, FailedStarts: 2,
		Joined: true, HostID: hostA, Address: at("10.1.0.5"), LastSeeds: []netip.Addr{at("10.1.0.6"), at("fd00::1")},
		KnownPods:      []decide.KnownPod{{Datacenter: "dc-eastus", Pod: "cassandra-0-1", HostID: hostB, Address: at("10.1.0.6")}},
		Decommissioned: true, Removed: true,
	}
	same := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	if diff := cmp.Diff(want, pod.State(full), same); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(decide.State{}, pod.State(volume.State{}), same); diff != "" {
		t.Errorf("of a new volume (-want +got):\n%s", diff)
	}
}
