package api_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
)

func TestNode(t *testing.T) {
	n := aNode()
	n.Now = noon.Add(400 * time.Microsecond).In(time.FixedZone("", 3600))
	data, err := n.Encode()
	if diff := cmp.Diff(nodeText, string(data)); diff != "" || err != nil {
		t.Errorf("written (-want +got): %v\n%s", err, diff)
	}
	got, err := api.ParseNode(data)
	if diff := cmp.Diff(aNode(), got, sameAddress); diff != "" || err != nil {
		t.Errorf("read (-want +got): %v\n%s", err, diff)
	}
	want := &decide.Node{
		Ring: "customers", RingID: ringX, Pod: "cassandra-0-1", Datacenter: "dc-eastus", Rack: "rack-0", HostID: hostA, Volume: decide.Joining,
		Phase: decide.Claiming, Position: n.Position, KnownPods: n.KnownPods, Gone: n.Gone, Now: noon,
		Asked: n.Asked, AskedFor: n.AskedFor, Translated: true,
	}
	if diff := cmp.Diff(want, got.Decide(), sameAddress); diff != "" {
		t.Errorf("for decisions (-want +got):\n%s", diff)
	}
}

// TestNodeOfNothing holds that an agent that knows nothing yet can say so,
// without null anywhere.
func TestNodeOfNothing(t *testing.T) {
	n := api.Node{Pod: "cassandra-0-0", Volume: decide.Empty, Phase: decide.Init, Now: noon}
	data, err := n.Encode()
	if err != nil || strings.Contains(string(data), "null") {
		t.Fatalf("written %s, %v", data, err)
	}
	got, err := api.ParseNode(data)
	if err != nil || got.Pod != n.Pod || !got.Position.IsZero() || len(got.LastSeeds)+len(got.KnownPods)+len(got.Gone) != 0 || got.Address.IsValid() {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestNodeFields(t *testing.T) {
	for _, v := range []decide.Volume{decide.Empty, decide.Founding, decide.Joining, decide.Joined, decide.Decommissioned, decide.Lost, decide.Removed} {
		for _, p := range []decide.Phase{decide.Init, decide.Waiting, decide.Turn, decide.Claiming, decide.Starting, decide.Stopped, decide.Serving} {
			n := aNode()
			n.Volume, n.Phase = v, p
			data, err := n.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := api.ParseNode(data); err != nil || got.Volume != v || got.Phase != p {
				t.Errorf("%s and %s read as %s and %s, %v", v, p, got.Volume, got.Phase, err)
			}
		}
	}
}

// TestNodeIsReadable holds that the fullest node an agent can have is within
// what others read, and that the first pods are in it.
func TestNodeIsReadable(t *testing.T) {
	n := aNode()
	n.Datacenter, n.Reason = strings.Repeat("d", 48), strings.Repeat("<", 1024)
	n.LastSeeds, n.KnownPods, n.Gone = nil, nil, nil
	for i := range 600 {
		long := netip.MustParseAddr(fmt.Sprintf("fd00:1111:2222:3333:4444:5555:6666:%x", 0x1000+i))
		n.KnownPods = append(n.KnownPods, decide.KnownPod{Datacenter: n.Datacenter, Pod: fmt.Sprintf("cassandra-abcdefgh-%d", 10000+i), HostID: hostID(i), Address: long})
		n.Gone = append(n.Gone, hostID(i))
		n.LastSeeds = append(n.LastSeeds, long)
	}
	n.LastSeeds = n.LastSeeds[:20]
	data, err := n.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := api.ParseNode(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Gone) != api.MaxGone || len(got.KnownPods) < 100 {
		t.Errorf("%d gone and %d known pods in %d bytes", len(got.Gone), len(got.KnownPods), len(data))
	}
	if diff := cmp.Diff(n.KnownPods[:len(got.KnownPods)], got.KnownPods, sameAddress); diff != "" {
		t.Errorf("known pods (-want +got):\n%s", diff)
	}
	n.KnownPods = n.KnownPods[:api.MaxKnownPods+1]
	for i := range n.KnownPods {
		n.KnownPods[i] = decide.KnownPod{Datacenter: "dc", Pod: "cassandra-0-0", HostID: hostA, Address: at("10.1.0.6")}
	}
	n.Gone = nil
	data, err = n.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := api.ParseNode(data); err != nil || len(got.KnownPods) != api.MaxKnownPods {
		t.Errorf("%d known pods, %v; want %d", len(got.KnownPods), err, api.MaxKnownPods)
	}
	n.Reason = strings.Repeat("x", api.MaxNode)
	if data, err := n.Encode(); err == nil || data != nil {
		t.Errorf("a reply of %d bytes was written", len(data))
	}
}

func TestParseNodeRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"nothing", nodeText, "", "is empty"},
		{"no object", nodeText, "[]", "is no JSON object"},
		{"half", nodeText[200:], "", "ends in the middle"},
		{"more", nodeText, nodeText + "{}", "goes on after its end"},
		{"too long", `"customers"`, `"` + strings.Repeat("x", api.MaxNode) + `"`, "has more than 65536 bytes"},
		{"a missing key", `"failedStarts":1,`, "", `lacks the key "failedStarts"`},
		{"a key twice", `"failedStarts":1,`, `"failedStarts":1,"failedStarts":1,`, `"failedStarts" twice`},
		{"another case", `"failedStarts"`, `"failedstarts"`, `lacks the key "failedStarts"`},
		{"null", `"failedStarts":1`, `"failedStarts":null`, "failedStarts is null"},
		{"null for a list", nodeText[strings.Index(nodeText, `"gone"`):strings.Index(nodeText, `,"reason"`)], `"gone":null`, "gone is null"},
		{"a ring", `"customers"`, `"Customers"`, `ring is "Customers"`},
		{"a ring id", ringX, "x", `ringId is "x"`},
		{"no pod", `"cassandra-0-1","datacenter"`, `"","datacenter"`, `pod is ""`},
		{"another pod", `"cassandra-0-1","datacenter"`, `"mysql-0","datacenter"`, `pod is "mysql-0"`},
		{"a datacenter", `"dc-eastus","rack"`, `"dc eastus","rack"`, `datacenter is "dc eastus"`},
		{"a rack", `"rack-0"`, `"rack 0"`, `rack is "rack 0"`},
		{"a host id", hostA + `","address":"10.1.0.5"`, `X","address":"10.1.0.5"`, `hostId is "X"`},
		{"an address", `"10.1.0.5"`, `"10.1.0.05"`, `address is "10.1.0.05"`},
		{"an address with a zone", `"10.1.0.5"`, `"fe80::1%eth0"`, `address is "fe80::1%eth0"`},
		{"an address in another form", `"10.1.0.5"`, `"::ffff:10.1.0.5%"`, `address is`},
		{"a volume", `"joining"`, `"joined "`, `volume is "joined "`},
		{"a phase", `"claiming"`, `""`, `phase is ""`},
		{"a claim without a position", `[1,0,2,1,"cassandra-0-1"]`, `[]`, "phase is claiming without a position"},
		{"a short position", `[1,0,2,1,"cassandra-0-1"]`, `[1,0,2,"cassandra-0-1"]`, "position has 4 entries"},
		{"a long position", `[1,0,`, `[1,0,0,`, "position has 6 entries"},
		{"a position below zero", `[1,0,`, `[-1,0,`, `position[0] is -1; it takes 0 or more`},
		{"null in a position", `[1,0,`, `[1,null,`, `position has "null" as entry 1`},
		{"a fraction in a position", `[1,0,`, `[1,0.5,`, `position has "0.5" as entry 1`},
		{"nobody's position", `1,"cassandra-0-1"]`, `1,""]`, `position[4] is ""; it takes a pod's name`},
		{"no list for a position", `[1,0,2,1,"cassandra-0-1"]`, `{}`, "position is no list"},
		{"failed starts", `"failedStarts":1`, `"failedStarts":-1`, "failedStarts is -1"},
		{"a huge number", `"failedStarts":1`, `"failedStarts":1e99`, "failedStarts is a number"},
		{"nobody who asked", `"10.1.0.7","ago"`, `"","ago"`, "asked entry 0 has no address"},
		{"somebody who asked twice", `"asked":[`, `"asked":[{"address":"10.1.0.7","ago":0},`, "asked entry 1 is 10.1.0.7, as another one is"},
		{"a question of the future", `"ago":1500`, `"ago":-1`, "ago is -1"},
		{"a memory of less than nothing", `"askedFor":120000`, `"askedFor":-1`, "askedFor is -1"},
		{"a seed", `"fd00::1"`, `""`, `lastSeeds has "" as entry 1`},
		{"no list of seeds", `["10.1.0.6","fd00::1"]`, `"10.1.0.6"`, "lastSeeds is no list of texts"},
		{"a known pod of nobody", `"pod":"cassandra-0-0"`, `"pod":""`, "knownPods entry 0 is no pod of a ring"},
		{"a known pod without a host id", hostB + `","address"`, `","address"`, "knownPods entry 0 is no pod of a ring"},
		{"a known pod without a key", `"pod":"cassandra-0-0",`, ``, `knownPods entry 0 lacks the key "pod"`},
		{"a known pod that is none", `[{"datacenter"`, `[1,{"datacenter"`, "knownPods entry 0 is no JSON object"},
		{"no list of pods", nodeText[strings.Index(nodeText, `[{"data`):strings.Index(nodeText, `,"gone"`)], `{}`, "knownPods is no list"},
		{"somebody gone", `"gone":["1`, `"gone":["X`, "gone[0] is"},
		{"null for somebody gone", `"gone":[`, `"gone":[null,`, `gone[0] is ""`},
		{"a time without milliseconds", "00.123Z", "00Z", `now is "2026-11-22T12:00:00Z"`},
		{"a time elsewhere", "00.123Z", "00.123+01:00", "now is"},
		{"no UTF-8", "customers", "a\xff", "is no text in UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := api.ParseNode(instead(t, nodeText, tt.old, tt.new))
			wantError(t, err, tt.want)
		})
	}
	newer := instead(t, nodeText, `{"ring"`, `{"mood":{"good":[true]},"ring"`)
	if got, err := api.ParseNode(newer); err != nil || !cmp.Equal(got, aNode(), sameAddress) {
		t.Errorf("a newer agent's: %+v, %v", got, err)
	}
}
