package metadata_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
	"github.com/ringwright/ringwright/sidecar/settings"
)

func TestOfInstance(t *testing.T) {
	t.Parallel()
	const takes = "; it takes 1-48 characters of A-Z, a-z, 0-9, _ and -"
	tests := []struct {
		name      string
		racks     string
		instance  metadata.Instance
		rack, err string
		elsewhere bool
	}{
		{name: "fault domain", racks: "faultDomain", instance: metadata.Instance{Location: "eastus", FaultDomain: "2"}, rack: "rack-2"},
		{name: "zone", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: "3", FaultDomain: "0"}, rack: "rack-3"},
		{name: "spelling", racks: "zone", instance: metadata.Instance{Location: " East US ", Zone: "3"}, rack: "rack-3"},
		{name: "48 characters", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: strings.Repeat("Z", 48)}, rack: "rack-" + strings.Repeat("Z", 48)},
		{name: "another location", racks: "zone", instance: metadata.Instance{Location: "West US", Zone: "3"}, elsewhere: true,
			err: "the metadata service says location westus, but the settings say eastus: these settings are another region's, or the pod runs in the wrong cluster"},
		{name: "a longer location", racks: "zone", instance: metadata.Instance{Location: "eastus2", Zone: "3"}, elsewhere: true,
			err: "the metadata service says location eastus2, but the settings say eastus: these settings are another region's, or the pod runs in the wrong cluster"},
		{name: "no location", racks: "zone", instance: metadata.Instance{Zone: "3"}, err: "the metadata service names no location"},
		{name: "blank location", racks: "zone", instance: metadata.Instance{Location: "  ", Zone: "3"}, err: "the metadata service names no location"},
		{name: "no zone is no fault domain", racks: "zone", instance: metadata.Instance{Location: "eastus", FaultDomain: "1"}, err: "the metadata service names no zone, and racks is zone: the machine is in none"},
		{name: "no fault domain is no zone", racks: "faultDomain", instance: metadata.Instance{Location: "eastus", Zone: "1"}, err: "the metadata service names no fault domain, and racks is faultDomain"},
		{name: "neither", racks: "faultDomain", instance: metadata.Instance{Location: "eastus"}, err: "the metadata service names no fault domain, and racks is faultDomain"},
		{name: "nothing at all", racks: "zone", err: "the metadata service names no location"},
		{name: "line break", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: "1\nrack=2"}, err: `the metadata service says zone "1\nrack=2"` + takes},
		{name: "final line break", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: "1\n"}, err: `the metadata service says zone "1\n"` + takes},
		{name: "slash", racks: "faultDomain", instance: metadata.Instance{Location: "eastus", FaultDomain: "../1"}, err: `the metadata service says platformFaultDomain "../1"` + takes},
		{name: "what is not used", racks: "faultDomain", instance: metadata.Instance{Location: "eastus", FaultDomain: "1", Zone: "a b"}, err: `the metadata service says zone "a b"` + takes},
		{name: "location with a line break", racks: "zone", instance: metadata.Instance{Location: "eastus\n", Zone: "1"}, err: `the metadata service says location "eastus\n"` + takes},
		{name: "a letter that only looks like one", racks: "zone", instance: metadata.Instance{Location: "ea\u017ftus", Zone: "1"}, err: "the metadata service says location \"eaſtus\"" + takes},
		{name: "too long", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: strings.Repeat("z", 49)}, err: `the metadata service says zone "` + strings.Repeat("z", 49) + `"` + takes},
		{name: "much too long", racks: "zone", instance: metadata.Instance{Location: "eastus", Zone: strings.Repeat("z", 4900)}, err: `the metadata service says zone "` + strings.Repeat("z", 120) + `"...` + takes},
		{name: "unknown racks", racks: "zones", instance: metadata.Instance{Location: "eastus", Zone: "1"}, err: `racks is "zones"; it takes faultDomain or zone`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := metadata.Site{Location: "eastus", Racks: tt.racks}.OfInstance(tt.instance)
			checkError(t, err, tt.err)
			want := metadata.Place{}
			if tt.rack != "" {
				want = metadata.Place{Rack: tt.rack, Source: metadata.FromService}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
			var elsewhere *metadata.LocationError
			if errors.As(err, &elsewhere) != tt.elsewhere {
				t.Errorf("error %v is a LocationError: %v, want %v", err, !tt.elsewhere, tt.elsewhere)
			}
		})
	}
}

// zoneLabels is the label as the node script, AKS and other clouds write it, and
// as they do not; a rack of "" is a refusal.
var zoneLabels = []struct{ racks, location, value, rack string }{
	{"faultDomain", "eastus", "eastus-fd0", "rack-0"},
	{"faultDomain", "eastus", "eastus-fd12", "rack-12"},
	{"faultDomain", "eastus", "eastus-1", ""}, // a zone
	{"faultDomain", "eastus", "0", ""},        // what Azure writes without zones
	{"faultDomain", "eastus", "eastus-fd", ""},
	{"faultDomain", "eastus", "eastus-fd0x", ""},
	{"faultDomain", "eastus", "eastusfd0", ""},
	{"faultDomain", "eastus", "westus-fd0", ""},
	{"faultDomain", "eastus", "eastus2-fd0", ""},
	{"faultDomain", "eastus", "EASTUS-fd0", ""},
	{"faultDomain", "eastus", "eastus-fd0\n", ""},
	{"faultDomain", "eastus", "-fd0", ""},
	{"faultDomain", "eastus", "eastus-fd" + strings.Repeat("1", 49), ""},
	{"faultDomain", "eastus", "", ""},
	{"zone", "eastus", "eastus-1", "rack-1"},
	{"zone", "us-east-1", "us-east-1a", "rack-a"},
	{"zone", "europe-west4", "europe-west4-b", "rack-b"},
	{"zone", "eastus", "eastus-12345678", "rack-12345678"},
	{"zone", "eastus", "eastus-123456789", ""},
	{"zone", "eastus", "eastus-fd0", ""}, // a fault domain
	{"zone", "eastus", "eastusfd0", ""},
	{"zone", "eastus", "eastus-fdx", "rack-fdx"},
	{"zone", "eastus", "0", ""},
	{"zone", "eastus", "eastus-", ""},
	{"zone", "eastus", "eastus", ""},
	{"zone", "eastus", "westus-1", ""},
	{"zone", "eastus", "eastus2-1", ""},
	{"zone", "eastus", "eastus-1-2", ""},
	{"zone", "eastus", "eastus--1", ""},
	{"zone", "eastus", "eastus-A", ""},
	{"zone", "eastus", "eastus-1\n", ""},
}

// TestOfLabels holds that a refusal names the label's value and what would be
// right.
func TestOfLabels(t *testing.T) {
	t.Parallel()
	right := map[string]string{settings.RacksFaultDomain: "eastus-fd0", settings.RacksZone: "eastus-1"}
	for _, tt := range zoneLabels {
		t.Run(tt.racks+" "+tt.value, func(t *testing.T) {
			t.Parallel()
			site := metadata.Site{Location: tt.location, Racks: tt.racks}
			got, err := site.OfLabels(map[string]string{metadata.ZoneLabel: tt.value, "topology.kubernetes.io/region": "eastus"})
			if tt.rack == "" {
				if err == nil || got != (metadata.Place{}) {
					t.Fatalf("gave %+v, %v, want an error alone", got, err)
				}
				for _, part := range []string{metadata.ZoneLabel, strings.TrimSuffix(tt.value, "\n"), right[tt.racks]} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("error %q, want %q in it", err, part)
					}
				}
				return
			}
			checkError(t, err, "")
			if diff := cmp.Diff(metadata.Place{Rack: tt.rack, Source: metadata.FromLabel}, got); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
		})
	}
	_, err := metadata.Site{Location: "eastus", Racks: "zone"}.OfLabels(map[string]string{"topology.kubernetes.io/region": "eastus"})
	checkError(t, err, "the pod has no label topology.kubernetes.io/zone")
	_, err = metadata.Site{Location: "eastus", Racks: "rack"}.OfLabels(map[string]string{metadata.ZoneLabel: "eastus-1"})
	checkError(t, err, `racks is "rack"; it takes faultDomain or zone`)
}
