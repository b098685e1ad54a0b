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

const (
	hostA = "11111111-2222-4333-8444-55555555555a"
	hostB = "11111111-2222-4333-8444-55555555555b"
	ringX = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)

// sameAddress compares what go-cmp cannot look into.
var sameAddress = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func at(text string) netip.Addr { return netip.MustParseAddr(text) }

// aNode has every field.
func aNode() api.Node {
	return api.Node{
		Ring: "customers", RingID: ringX, Pod: "cassandra-0-1", Datacenter: "dc-eastus", Rack: "rack-0", HostID: hostA, Address: at("10.1.0.5"),
		Volume: decide.Joining, Phase: decide.Claiming, Position: decide.Position{FailedStarts: 1, Datacenter: 2, Ordinal: 1, Pod: "cassandra-0-1"},
		FailedStarts: 1, LastSeeds: []netip.Addr{at("10.1.0.6"), at("fd00::1")},
		KnownPods: []decide.KnownPod{{Datacenter: "dc-eastus", Pod: "cassandra-0-0", HostID: hostB, Address: at("10.1.0.6")}},
		Gone:      []string{hostB, hostA}, Reason: "claims the turn to <join>", Now: noon,
		Asked: []decide.Asker{{Address: at("10.1.0.7"), Ago: 1500 * time.Millisecond}}, AskedFor: 2 * time.Minute, Translated: true,
	}
}

const nodeText = `{"ring":"customers","ringId":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0","pod":"cassandra-0-1","datacenter":"dc-eastus","rack":"rack-0",` +
	`"hostId":"11111111-2222-4333-8444-55555555555a","address":"10.1.0.5","volume":"joining","phase":"claiming","position":[1,0,2,1,"cassandra-0-1"],"failedStarts":1,` +
	`"lastSeeds":["10.1.0.6","fd00::1"],"knownPods":[{"datacenter":"dc-eastus","pod":"cassandra-0-0","hostId":"11111111-2222-4333-8444-55555555555b","address":"10.1.0.6"}],` +
	`"gone":["11111111-2222-4333-8444-55555555555b","11111111-2222-4333-8444-55555555555a"],"reason":"claims the turn to \u003cjoin\u003e","now":"2026-11-22T12:00:00.123Z",` +
	`"asked":[{"address":"10.1.0.7","ago":1500}],"askedFor":120000,"translated":true}`

func aRing() api.Ring {
	return api.Ring{At: noon, Age: 1500 * time.Millisecond, Members: []decide.Member{
		{Address: at("10.1.0.5"), HostID: hostA, Datacenter: "dc-eastus", Rack: "rack-0", Up: true, State: decide.Normal},
		{Address: at("10.1.0.6"), Datacenter: "dc-eastus", Rack: "rack-1", State: decide.Joins},
	}}
}

const ringText = `{"at":"2026-11-22T12:00:00.123Z","age":1500,"members":[` +
	`{"address":"10.1.0.5","hostId":"11111111-2222-4333-8444-55555555555a","datacenter":"dc-eastus","rack":"rack-0","up":true,"state":"N"},` +
	`{"address":"10.1.0.6","hostId":"","datacenter":"dc-eastus","rack":"rack-1","up":false,"state":"J"}]}`

// instead gives a text with one part of it replaced.
func instead(t *testing.T, text, old, new string) []byte {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("the good reply lacks %s", old)
	}
	return []byte(strings.Replace(text, old, new, 1))
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v; want %q", err, want)
	}
}

// hostID is the n-th of many.
func hostID(n int) string { return fmt.Sprintf("%08x-2222-4333-8444-555555555555", n) }
