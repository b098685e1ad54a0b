package metadata_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestMachines holds what each kind of machine says, and the rack that it
// means under either kind of racks; "" where it must mean none.
func TestMachines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fixture, location string
		want              metadata.Instance
		faultDomain, zone string
	}{
		{"availability-set", "eastus", metadata.Instance{Location: "eastus", FaultDomain: "1"}, "rack-1", ""},
		{"single-zonal", "eastus", metadata.Instance{Location: "EastUS", Zone: "3", FaultDomain: "0"}, "rack-0", "rack-3"},
		{"uniform-zonal", "swedencentral", metadata.Instance{Location: "SwedenCentral", Zone: "2", FaultDomain: "0"}, "rack-0", "rack-2"},
		{"uniform-regional", "westus", metadata.Instance{Location: "westus", FaultDomain: "4"}, "rack-4", ""},
		{"uniform-max-spreading", "westus", metadata.Instance{Location: "westus", FaultDomain: "0"}, "rack-0", ""},
		{"flexible-zonal", "eastus2", metadata.Instance{Location: "eastus2", Zone: "1", FaultDomain: "0"}, "rack-0", "rack-1"},
		{"flexible-regional", "northcentralus", metadata.Instance{Location: "North Central US", FaultDomain: "2"}, "rack-2", ""},
		{"aks-zonal", "eastus", metadata.Instance{Location: "eastus", Zone: "2", FaultDomain: "0"}, "rack-0", "rack-2"},
		{"aks-regional", "westus", metadata.Instance{Location: "westus", FaultDomain: "0"}, "rack-0", ""},
	}
	for _, tt := range tests {
		t.Run(tt.fixture, func(t *testing.T) {
			t.Parallel()
			got, err := metadata.ParseInstance(fixture(t, tt.fixture))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("instance (-want +got):\n%s", diff)
			}
			for racks, want := range map[string]string{settings.RacksFaultDomain: tt.faultDomain, settings.RacksZone: tt.zone} {
				place, err := metadata.Site{Location: tt.location, Racks: racks}.OfInstance(got)
				if place.Rack != want || (err != nil) != (want == "") {
					t.Errorf("racks: %s gave %+v, %v, want %q", racks, place, err, want)
				}
			}
		})
	}
}

func TestParseInstance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       metadata.Instance
		err        string
	}{
		{name: "old versions lack values", body: `{"compute": {"location": "eastus"}}`, want: metadata.Instance{Location: "eastus"}},
		{name: "other keys hold anything", body: ` {"compute":{"zone":"1","x":{"zone":[2]},"zones":3,"Zone":4},"network":null} `, want: metadata.Instance{Zone: "1"}},
		{name: "escapes", body: `{"compute":{"location":"east\u0075s","zone":"1\n2"}}`, want: metadata.Instance{Location: "eastus", Zone: "1\n2"}},
		{name: "keys in another case", body: `{"Compute":{"location":"eastus"}}`, err: "the reply has no compute"},
		{name: "values in another case", body: `{"compute":{"Location":"eastus","ZONE":"1"}}`},
		{name: "compute twice", body: `{"compute":{"zone":"1"},"compute":{"zone":"2"}}`, err: `the reply has the key "compute" twice`},
		{name: "zone twice", body: `{"compute":{"zone":"1","zone":"2"}}`, err: `compute in the reply has the key "zone" twice`},
		{name: "two replies", body: `{"compute":{}}{"compute":{}}`, err: "the reply is no JSON"},
		{name: "too deep", body: `{"compute":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, err: "the reply is no JSON"},
		{name: "a string", body: `"compute"`, err: "the reply is no object"},
		{name: "null", body: `null`, err: "the reply is no object"},
		{name: "compute is null", body: `{"compute":null}`, err: "compute in the reply is no object"},
		{name: "compute is a list", body: `{"compute":[{"zone":"1"}]}`, err: "compute in the reply is no object"},
		{name: "a number", body: `{"compute":{"platformFaultDomain":0}}`, err: "compute.platformFaultDomain in the reply is 0, not a string"},
		{name: "no value", body: `{"compute":{"zone":null}}`, err: "compute.zone in the reply is null, not a string"},
		{name: "a list", body: `{"compute":{"location":["eastus"]}}`, err: `compute.location in the reply is ["eastus"], not a string`},
		{name: "a long object", body: `{"compute":{"location":{"x":"` + strings.Repeat("y", 500) + `"}}}`, err: `compute.location in the reply is {"x":"` + strings.Repeat("y", 114) + `..., not a string`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := metadata.ParseInstance([]byte(tt.body))
			checkError(t, err, tt.err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("instance (-want +got):\n%s", diff)
			}
		})
	}
}

// checkError holds the whole text of an error; "" is none.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
