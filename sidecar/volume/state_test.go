package volume_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// stateFile is the file of a member.
const stateFile = `{
  "ring": "customers",
  "ringId": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0",
  "datacenter": "dc-eastus",
  "rack": "rack-0",
  "founding": false,
  "joining": true,
  "replacing": "11111111-2222-4333-8444-55555555555b",
  "failedStarts": 2,
  "joined": true,
  "hostId": "11111111-2222-4333-8444-55555555555a",
  "address": "10.1.0.4",
  "lastSeeds": [
    "10.1.0.5",
    "fd00::1"
  ],
  "knownPods": [
    {
      "datacenter": "dc-eastus",
      "pod": "cassandra-1-0",
      "hostId": "11111111-2222-4333-8444-55555555555b",
      "address": "10.1.0.5"
    },
    {
      "datacenter": "dc-westus",
      "pod": "cassandra-0-0",
      "hostId": "11111111-2222-4333-8444-55555555555c",
      "address": "10.2.0.4"
    }
  ],
  "gone": [],
  "decommissioned": false,
  "removed": false
}
`

// podText is the entry of the file's first known pod.
var podText = stateFile[strings.Index(stateFile, "    {\n"):strings.Index(stateFile, ",\n    {\n      \"datacenter\": \"dc-westus\"")]

func member() volume.State {
	return volume.State{
		InitKeys: volume.InitKeys{
			Ring: "customers", RingID: ringX, Datacenter: "dc-eastus", Rack: "rack-0",
			Joining: true, Replacing: hostB, FailedStarts: 2,
		},
		RunKeys: volume.RunKeys{
			Joined: true, HostID: hostA, Address: "10.1.0.4", LastSeeds: []string{"10.1.0.5", "fd00::1"},
			KnownPods: []volume.KnownPod{
				{Datacenter: "dc-eastus", Pod: "cassandra-1-0", HostID: hostB, Address: "10.1.0.5"},
				{Datacenter: "dc-westus", Pod: "cassandra-0-0", HostID: hostC, Address: "10.2.0.4"},
			},
		},
	}
}

// write records a state with both writers.
func write(t *testing.T, d *volume.Directory, s volume.State) volume.State {
	t.Helper()
	if _, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
		*own = s.InitKeys
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	got, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
		*own = s.RunKeys
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestStateFile(t *testing.T) {
	d := onDisk(t)
	if diff := cmp.Diff(volume.State{}, read(t, d)); diff != "" {
		t.Errorf("without a file (-want +got):\n%s", diff)
	}
	write(t, d, member())
	data, err := os.ReadFile(d.StatePath())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stateFile, string(data)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(member(), read(t, d)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	entries, err := os.ReadDir(filepath.Dir(d.StatePath()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"lock", "state.json"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	replace := func(old, new string) string {
		if !strings.Contains(stateFile, old) {
			t.Fatalf("the good file lacks %s", old)
		}
		return strings.Replace(stateFile, old, new, 1)
	}
	for _, tt := range []struct{ name, file, want string }{
		{"empty", "", "is empty"},
		{"blank", " \n", "is empty"},
		{"zeroes, as a lost write leaves them", strings.Repeat("\x00", 512), "is no JSON"},
		{"torn", stateFile[:len(stateFile)/2], "ends in the middle"},
		{"torn before the brace", strings.TrimSuffix(stateFile, "}\n"), "ends in the middle"},
		{"two files in one", stateFile + stateFile, "goes on after its end"},
		{"a new head on an old tail", "{}" + stateFile[2:], "goes on after its end"},
		{"a list", "[]", "is no JSON object"},
		{"null", "null", "is no JSON object"},
		{"not UTF-8", replace("customers", "custom\xffers"), "is no text in UTF-8"},
		{"too large", stateFile + strings.Repeat(" ", volume.MaxStateSize), "has more than 524288 bytes"},
		{"somebody else's", `{"apiVersion": "v1"}`, `has the key "apiVersion", which this version does not know; a newer one may have written it`},
		{"a newer version's", replace(`"gone"`, `"quarantined": true, "gone"`), `has the key "quarantined"`},
		{"another case", replace(`"joined"`, `"Joined"`), `has the key "Joined"`},
		{"a damaged name", replace(`"joined"`, `"jgined"`), `has the key "jgined"`},
		{"a long name", `{"` + strings.Repeat("x", 100) + `": 1}`, `has the key "` + strings.Repeat("x", 64) + `"...`},
		{"a missing key", replace("  \"gone\": [],\n", ""), `lacks the key "gone"`},
		{"a key twice", replace(`"gone": [],`, `"gone": [], "gone": [],`), `has the key "gone" twice`},
		{"null for a list", replace(`"gone": []`, `"gone": null`), "gone is null"},
		{"null for a name", replace(`"customers"`, `null`), "ring is null"},
		{"null in a list", replace(`"gone": []`, `"gone": [null]`), `gone[0] is ""`},
		{"text for truth", replace(`"joined": true`, `"joined": "true"`), "joined is a string where it takes bool"},
		{"a broken number", replace(`"failedStarts": 2`, `"failedStarts": 2.5`), "failedStarts is a number 2.5 where it takes int"},
		{"below zero", replace(`"failedStarts": 2`, `"failedStarts": -2`), "failedStarts is -2"},
		{"a ring's name", replace("customers", "../x"), `ring is "../x"`},
		{"a ring's id", replace(ringX, "a b"), `ringId is "a b"`},
		{"a datacenter", replace(`"dc-eastus"`, `"dc eastus"`), `datacenter is "dc eastus"`},
		{"a rack", replace("rack-0", `rack\n0`), `rack is "rack\n0"`},
		{"a host id in capitals", replace(hostA, strings.ToUpper(hostA)), "hostId is"},
		{"the replaced", replace(hostB, "?"), `replacing is "?"`},
		{"an address", replace("10.1.0.4", "10.1.0.004"), `address is "10.1.0.004"`},
		{"a long form of an address", replace("fd00::1", "fd00:0::1"), `lastSeeds[1] is "fd00:0::1"`},
		{"a seed twice", replace("fd00::1", "10.1.0.5"), "lastSeeds[1] is 10.1.0.5, which is there already"},
		{"founding and joining", replace(`"founding": false`, `"founding": true`), "founding and joining are both true"},
		{"founding without an id", strings.NewReplacer(ringX, "", `"founding": false`, `"founding": true`, `"joining": true`, `"joining": false`).Replace(stateFile), "founding is true without a ringId"},
		{"joined as nobody", replace(`"hostId": "`+hostA+`"`, `"hostId": ""`), "joined is true without a hostId"},
		{"a pod's datacenter", replace("      \"datacenter\": \"dc-eastus\"", "      \"datacenter\": \"\""), `knownPods[0] has the datacenter ""; it takes a datacenter's name`},
		{"pods of one datacenter out of order", replace("      \"datacenter\": \"dc-eastus\"", "      \"datacenter\": \"dc-westus\""), "knownPods[1] is cassandra-0-0 of dc-westus after cassandra-1-0 of dc-westus"},
		{"datacenters out of order", replace("      \"datacenter\": \"dc-eastus\"", "      \"datacenter\": \"dc-zone\""), "knownPods[1] is cassandra-0-0 of dc-westus after cassandra-1-0 of dc-zone"},
		{"a pod's name", replace("cassandra-1-0", "cassandra"), "knownPods[0] has the pod"},
		{"a pod's key", replace(`"pod"`, `"pods"`), `knownPods has the key "pods"`},
		{"a pod's host id", replace("      \"hostId\": \""+hostB, "      \"hostId\": \"b"), `knownPods[0] has the hostId "b"`},
		{"a pod's address", replace("      \"address\": \"10.1.0.5\"", "      \"address\": \"\""), `knownPods[0] has the address ""`},
		{"a pod twice", replace("    {\n", podText+",\n    {\n"), "knownPods[1] is cassandra-1-0 of dc-eastus after cassandra-1-0 of dc-eastus; it takes each pod once, sorted by datacenter and pod"},
		{"no pod", replace("\"knownPods\": [", "\"knownPods\": [null, "), "knownPods is no JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			put(t, d.Root, ".ringwright/state.json", tt.file)
			got, err := d.Read()
			wantError(t, err, d.StatePath()+": ", tt.want, "put back a good copy")
			if diff := cmp.Diff(volume.State{}, got); diff != "" {
				t.Errorf("state beside the error (-want +got):\n%s", diff)
			}
			// No writer may take such a file for none and write over it.
			if _, err := d.MarkRemoved(ctx); err == nil {
				t.Error("MarkRemoved wrote over it")
			}
			if data, err := os.ReadFile(d.StatePath()); err != nil || string(data) != tt.file {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	d := onDisk(t)
	if err := os.MkdirAll(d.StatePath(), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := d.Read()
	wantError(t, err, d.StatePath()+": is no regular file")

	d = onDisk(t)
	put(t, d.Root, ".ringwright", "")
	_, err = d.Read()
	wantError(t, err, d.StatePath(), "a file stands where a directory should")

	d.Root = filepath.Join(d.Root, "absent")
	for name, call := range map[string]func() error{
		"Read":        func() error { _, err := d.Read(); return err },
		"Look":        func() error { _, err := d.Look(); return err },
		"MarkRemoved": func() error { _, err := d.MarkRemoved(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) { wantError(t, call(), d.Root+": is not there; mount the volume there") })
	}
}

func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }

// TestLargestState holds that the largest lists are kept as they should be
// and fit the file.
func TestLargestState(t *testing.T) {
	s := member()
	s.LastSeeds, s.KnownPods, s.Gone = nil, nil, nil
	s.Datacenter = strings.Repeat("d", 48)
	var wantSeeds, wantGone []string
	for i := range 2 * volume.MaxGone {
		s.Gone = append(s.Gone, id(i), id(i/2)) // older duplicates go
	}
	for i := range volume.MaxGone {
		wantGone = append(wantGone, id(i))
	}
	for i := range 3 * volume.MaxLastSeeds {
		s.LastSeeds = append(s.LastSeeds, fmt.Sprintf("2001:db8:1111:2222:3333:4444:5555:%x", 0x1000+i))
	}
	wantSeeds = s.LastSeeds[:volume.MaxLastSeeds]
	// The own datacenter's pods come first, though its name comes last.
	others := []string{"dc-eastus", strings.Repeat("c", 48)}
	for i := range volume.MaxKnownPods / 2 {
		for _, dc := range append(others, s.Datacenter) {
			s.KnownPods = append(s.KnownPods, volume.KnownPod{Datacenter: dc, Pod: fmt.Sprintf("cassandra-00000000-%d", 99999-i), HostID: id(i), Address: "2001:db8:1111:2222:3333:4444:5555:6666"})
		}
	}
	d := onDisk(t)
	write(t, d, s)
	got := read(t, d)
	if diff := cmp.Diff(wantSeeds, got.LastSeeds); diff != "" {
		t.Errorf("lastSeeds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantGone, got.Gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	kept := map[string]int{}
	for _, p := range got.KnownPods {
		kept[p.Datacenter]++
	}
	if diff := cmp.Diff(map[string]int{s.Datacenter: volume.MaxKnownPods / 2, others[1]: volume.MaxKnownPods / 2}, kept); diff != "" {
		t.Errorf("known pods by datacenter (-want +got):\n%s", diff)
	}
	if first := got.KnownPods[0]; first.Datacenter != others[1] || first.Pod != "cassandra-00000000-99500" {
		t.Errorf("the first known pod is %+v; want them sorted", first)
	}
}
