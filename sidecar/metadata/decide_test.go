package metadata_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

func said(rack string, source metadata.Source) metadata.Answer {
	return metadata.Answer{Place: metadata.Place{Rack: rack, Source: source}}
}

var (
	silence   = metadata.Answer{Err: errors.New("the metadata service is silent")}
	unlabeled = metadata.Answer{Err: errors.New("the pod has no label")}
	elsewhere = metadata.Answer{Err: &metadata.LocationError{Source: metadata.FromService, Seen: "westus", Want: "eastus"}}
)

const wrongRegion = "the metadata service says location westus, but the settings say eastus: these settings are another region's, or the pod runs in the wrong cluster"

func TestFirst(t *testing.T) {
	t.Parallel()
	service := func(rack string) metadata.Answer { return said(rack, metadata.FromService) }
	label := func(rack string) metadata.Answer { return said(rack, metadata.FromLabel) }
	const correct = ": correct the label topology.kubernetes.io/zone of the node, by which pods are placed, and delete the pod"
	tests := []struct {
		name           string
		service, label metadata.Answer
		want           metadata.Place
		err            string
	}{
		{"both", service("rack-1"), label("rack-1"), service("rack-1").Place, ""},
		{"the service alone", service("rack-1"), unlabeled, service("rack-1").Place, ""},
		{"the service's word goes before the label's", service("rack-1"), label("rack-2"), service("rack-1").Place, ""},
		{"the label does not mend it", service("rack-2"), label("rack-1"), metadata.Place{}, "the metadata service says rack-2, but the pod's StatefulSet is of rack-1" + correct},
		{"the label alone", silence, label("rack-1"), label("rack-1").Place, ""},
		{"a wrong label alone", silence, label("rack-0"), metadata.Place{}, "the pod's label topology.kubernetes.io/zone says rack-0, but the pod's StatefulSet is of rack-1" + correct},
		{"another location", elsewhere, label("rack-1"), metadata.Place{}, wrongRegion},
		{"nobody", silence, unlabeled, metadata.Place{}, "nobody says where this pod is, and a rack is never made up: the metadata service is silent; and the pod has no label. Let the pod reach the metadata service, or label its node topology.kubernetes.io/zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := metadata.First("rack-1", tt.service, tt.label)
			checkError(t, err, tt.err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, racks string
		answer      metadata.Answer
		rack        string
		reason      string
		refused     bool
	}{
		{"same fault domain", "faultDomain", said("rack-1", metadata.FromService), "rack-1", "", false},
		{"same zone", "zone", said("rack-1", metadata.FromService), "rack-1", "", false},
		{"other fault domain", "faultDomain", said("rack-2", metadata.FromService), "rack-2",
			"starting with the saved rack rack-1, although the metadata service now says rack-2: the machine has moved, a member's rack cannot", false},
		{"other zone", "zone", said("rack-2", metadata.FromService), "rack-2",
			"this volume is of rack-1, but the metadata service says rack-2, and a member's rack cannot change: let the pod run on a machine in zone 1, or give the member up (nodetool removenode once it is DN) and move its data and .ringwright away, so that the pod joins anew", true},
		{"other zone by the label", "zone", said("rack-2", metadata.FromLabel), "rack-2",
			"this volume is of rack-1, but the pod's label topology.kubernetes.io/zone says rack-2, and a member's rack cannot change: let the pod run on a machine in zone 1, or give the member up (nodetool removenode once it is DN) and move its data and .ringwright away, so that the pod joins anew", true},
		{"no answer, fault domain", "faultDomain", silence, "", "starting with the saved rack rack-1, unchecked: the metadata service is silent", false},
		{"no answer, zone", "zone", silence, "", "starting with the saved rack rack-1, unchecked: the metadata service is silent", false},
		{"another location, fault domain", "faultDomain", elsewhere, "", wrongRegion, true},
		{"another location, zone", "zone", elsewhere, "", wrongRegion, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := metadata.Compare(tt.racks, "rack-1", tt.answer)
			if got.Rack != tt.rack || (got.Refusal != nil) != tt.refused {
				t.Errorf("rack %q, refusal %v; want %q, refused: %v", got.Rack, got.Refusal, tt.rack, tt.refused)
			}
			if diff := cmp.Diff(tt.reason, got.Reason); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
			if tt.refused {
				checkError(t, got.Refusal, tt.reason)
			}
		})
	}
}
