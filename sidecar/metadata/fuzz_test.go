package metadata_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
	"github.com/ringwright/ringwright/sidecar/settings"
)

var rackName = regexp.MustCompile(`^rack-[A-Za-z0-9_-]{1,48}$`)

// FuzzInstance holds that no reply whatever leads to a rack that could not
// stand in cassandra-rackdc.properties, to one of the other kind or of another
// location, or to an error of more than one line; and that what was read
// comes through when it is written anew.
func FuzzInstance(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.json")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"compute":{"location":"East US","zone":"1\nrack=2","platformFaultDomain":"../0"}}`))
	f.Add([]byte(`{"compute":{"location":"eastus","location":"westus"},"Compute":{}}`))
	f.Add([]byte(`{"compute":[1,{"zone":null}],"compute":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		instance, err := metadata.ParseInstance(body)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || instance != (metadata.Instance{}) {
				t.Fatalf("got %+v, %q, want one line alone", instance, err)
			}
			return
		}
		checkRacks(t, instance)
		again, err := json.Marshal(map[string]any{"compute": map[string]string{
			"location": instance.Location, "zone": instance.Zone, "platformFaultDomain": instance.FaultDomain,
		}})
		if err != nil {
			t.Fatal(err)
		}
		second, err := metadata.ParseInstance(again)
		if diff := cmp.Diff(instance, second); err != nil || diff != "" {
			t.Fatalf("read anew: %v (-first +second):\n%s", err, diff)
		}
	})
}

func checkRacks(t *testing.T, instance metadata.Instance) {
	t.Helper()
	for racks, value := range map[string]string{settings.RacksFaultDomain: instance.FaultDomain, settings.RacksZone: instance.Zone} {
		place, err := metadata.Site{Location: "eastus", Racks: racks}.OfInstance(instance)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || place != (metadata.Place{}) {
				t.Fatalf("racks: %s: got %+v, %q, want one line alone", racks, place, err)
			}
			continue
		}
		here := strings.EqualFold(strings.ReplaceAll(instance.Location, " ", ""), "eastus")
		if !rackName.MatchString(place.Rack) || place.Rack != "rack-"+value || !here {
			t.Fatalf("racks: %s: %+v is %q", racks, instance, place.Rack)
		}
	}
}

// FuzzLabels holds that what was read comes through when it is written as the
// kubelet writes it, and that no label leads to a rack that could not stand in
// cassandra-rackdc.properties.
func FuzzLabels(f *testing.F) {
	f.Add([]byte("app=\"cassandra\"\ntopology.kubernetes.io/zone=\"eastus-fd1\""))
	f.Add([]byte("topology.kubernetes.io/zone=\"eastus-3\"\n"))
	f.Add([]byte(`topology.kubernetes.io/zone="eastus-\x31\n\"\\"`))
	f.Add([]byte("a=`b`\n='c'\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		labels, err := metadata.ParseLabels(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || labels != nil {
				t.Fatalf("got %v, %q, want one line alone", labels, err)
			}
			return
		}
		var lines []string
		for key, value := range labels {
			if utf8.ValidString(key) {
				lines = append(lines, fmt.Sprintf("%v=%q", key, value))
			}
		}
		slices.Sort(lines)
		again, err := metadata.ParseLabels([]byte(strings.Join(lines, "\n")))
		if err != nil || len(again) != len(lines) {
			t.Fatalf("written anew: %v, %v", again, err)
		}
		for key, value := range again {
			if labels[key] != value {
				t.Fatalf("%q was %q and is %q", key, labels[key], value)
			}
		}
		for _, racks := range []string{settings.RacksFaultDomain, settings.RacksZone} {
			place, err := metadata.Site{Location: "eastus", Racks: racks}.OfLabels(labels)
			if err == nil && !rackName.MatchString(place.Rack) {
				t.Fatalf("racks: %s: %v is %q", racks, labels, place.Rack)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("racks: %s: %q, want one line", racks, err)
			}
		}
	})
}
