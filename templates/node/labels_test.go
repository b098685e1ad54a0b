package node_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/templates/node"
)

func TestLabels(t *testing.T) {
	t.Parallel()
	const region = "topology.kubernetes.io/region=eastus,topology.kubernetes.io/zone="
	tests := []struct {
		name, racks, metadata, kept string
		labels, note, failure       string
	}{
		{name: "fault domain", racks: "faultDomain", metadata: metadata("eastus", "1", "2"), labels: region + "eastus-fd1"},
		{name: "zone", racks: "zone", metadata: metadata("eastus", "1", "2"), labels: region + "eastus-2"},
		{name: "spelling of the location", racks: "zone", metadata: metadata("East US", "", "3"), labels: region + "eastus-3"},
		{name: "same again", racks: "faultDomain", metadata: metadata("eastus", "1", ""), kept: "eastus-fd1", labels: region + "eastus-fd1"},
		{name: "drift", racks: "faultDomain", metadata: metadata("eastus", "2", ""), kept: "eastus-fd1", labels: region + "eastus-fd1",
			note: "note: this machine is now in eastus-fd2; its label stays eastus-fd1, where its rack is\n"},
		{name: "no fault domain", racks: "faultDomain", metadata: metadata("eastus", "", "2"),
			failure: "the metadata service says faultDomain '-', not a number"},
		{name: "no zone", racks: "zone", metadata: metadata("eastus", "1", ""), failure: "the metadata service says zone '-', not a number"},
		{name: "odd fault domain", racks: "faultDomain", metadata: metadata("eastus", "fd1", ""),
			failure: "the metadata service says faultDomain 'fd1', not a number"},
		{name: "other location", racks: "zone", metadata: metadata("westus", "1", "2"),
			failure: "the metadata service says location 'westus', the template eastus"},
		{name: "drift to nothing", racks: "faultDomain", metadata: metadata("eastus", "", ""), kept: "eastus-fd1",
			failure: "the metadata service says faultDomain '-', not a number"},
		{name: "no JSON", racks: "zone", metadata: "<html>", failure: "the metadata service gave no answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, member())
			m.prelude["RACKS"] = tt.racks
			m.set("metadata", tt.metadata)
			if tt.kept != "" {
				m.write("/var/lib/ringwright/zone", tt.kept+"\n")
			}
			got := m.runText(node.Functions() + "set -eu\nopen_log\nstep 24 labels set_labels\n")
			want := outcome{stdout: "step: labels\n" + tt.note}
			if tt.failure != "" {
				want.code, want.stderr = 24, "failed: labels: "+tt.failure+" (exit 24, log /var/log/ringwright-node.log)\n"
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if tt.failure == "" {
				if diff := cmp.Diff(tt.labels+"\n", m.read("/var/lib/ringwright/labels")); diff != "" {
					t.Errorf("labels (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// The metadata service is asked as Azure wants it: with its header, past any proxy.
func TestMetadataRequest(t *testing.T) {
	t.Parallel()
	m := newMachine(t, member())
	m.mustRun()
	var got []string
	for _, call := range m.calls("curl") {
		if strings.Contains(call, "169.254.169.254") {
			got = append(got, call)
		}
	}
	want := []string{readyz + "120 --retry-all-errors --noproxy * -H Metadata: true " +
		"http://169.254.169.254/metadata/instance/compute?api-version=2021-12-13"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
