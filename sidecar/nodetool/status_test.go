package nodetool

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ids are host ids.
var ids = []string{
	"3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10", "5b8e7c11-2a64-4f7e-8d3c-91d5a7f6e021",
	"88d0e6f3-90aa-41c9-b1b7-3f6c2d8e4b32", "c2a94f07-13de-4d1b-a6f0-7e9b8c5d3a43",
}

// ring is what 4.1 and 5.0 print for two datacenters whose members have
// sixteen tokens.
const ring = `Datacenter: dc-eastus
=====================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack   
UN  10.1.2.10  306.77 KiB  16      33.4%             3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10  rack-1 
DN  10.1.1.7   1.2 GiB     16      66.6%             5b8e7c11-2a64-4f7e-8d3c-91d5a7f6e021  rack-10

Datacenter: dc-southcentralus
=============================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack   
UJ  10.2.0.9   ?           16      ?                 88d0e6f3-90aa-41c9-b1b7-3f6c2d8e4b32  rack-0 
?L  10.2.0.10  75.1 KiB    16      100.0%            C2A94F07-13DE-4D1B-A6F0-7E9B8C5D3A43  rack-0 

`

// oneToken is the other layout: a token each, no keyspace to own, an address
// of IPv6, a member whose host id is not known yet.
const oneToken = `Datacenter: dc-eastus
=====================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address               Load      Owns  Host ID                               Token                 Rack  
UM  fd00:0:0:0:0:0:0:1a2  70.5 KiB  ?     3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10  -9111111111111111111  rack-0
DJ  10.1.0.3              ?         ?                                           5222222222222222222   rack-1

Note: Non-system keyspaces don't have the same replication settings, effective ownership information is meaningless
`

func TestParseStatus(t *testing.T) {
	member := func(address, id, dc, rack string, up bool, state State) Member {
		return Member{Address: netip.MustParseAddr(address), HostID: id, Datacenter: dc, Rack: rack, Up: up, State: state}
	}
	tests := []struct {
		name string
		out  string
		want []Member
	}{
		{"two datacenters", ring, []Member{
			member("10.1.1.7", ids[1], "dc-eastus", "rack-10", false, Normal),
			member("10.1.2.10", ids[0], "dc-eastus", "rack-1", true, Normal),
			member("10.2.0.9", ids[2], "dc-southcentralus", "rack-0", true, Joining),
			member("10.2.0.10", ids[3], "dc-southcentralus", "rack-0", false, Leaving),
		}},
		{"a token each", oneToken, []Member{
			member("10.1.0.3", "", "dc-eastus", "rack-1", false, Joining),
			member("fd00::1a2", ids[0], "dc-eastus", "rack-0", true, Moving),
		}},
		{"no members", "\n", nil},
		{"no members, a note", "\nNote: nothing is owned\n", nil},
		{"a rack of two words", strings.ReplaceAll(oneToken, "rack-0", "rack 0"), []Member{
			member("10.1.0.3", "", "dc-eastus", "rack-1", false, Joining),
			member("fd00::1a2", ids[0], "dc-eastus", "rack 0", true, Moving),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseStatus(tt.out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseStatusRefuses breaks one thing of a good output at a time.
func TestParseStatusRefuses(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     string
	}{
		{"nothing at all", ring, "", "it prints nothing"},
		{"an error instead", ring, "error: null\n-- StackTrace --\n", "belongs to no table"},
		{"unknown first letter", "DN  10.1.1.7", "XN  10.1.1.7", `"XN" is no status`},
		{"unknown second letter", "DN  10.1.1.7", "DX  10.1.1.7", `"DX" is no status`},
		{"a name for an address", "10.1.2.10", "member-01", `"member-01" is no address`},
		{"an address with a port", "10.1.1.7 ", "10.1.1:70", `"10.1.1:70" is no address`},
		{"half a host id", ids[1], ids[1][:30] + "      ", "is no host id"},
		{"no rack", "rack-10", "       ", "has no rack"},
		{"a row cut short", "  66.6%             " + ids[1] + "  rack-10", "", `ends before the end of column "Tokens"`},
		{"a row cut in the host id", ids[1] + "  rack-10", ids[1][:20], `ends before the end of column "Host ID"`},
		{"a load out of its column", "1.2 GiB     16", "123456.2 GiB  16", `no two blanks precede column "Tokens"`},
		{"a load one blank too long", "1.2 GiB     16", "12345.2 GiB 16", `no two blanks precede column "Tokens"`},
		{"an end within the table", "rack-0 \n\n", "rack-0 \n", `ends within the table of "dc-southcentralus"`},
		{"no rows", "UN  10.1.2.10  306.77 KiB  16      33.4%             3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10  rack-1 \nDN  10.1.1.7   1.2 GiB     16      66.6%             5b8e7c11-2a64-4f7e-8d3c-91d5a7f6e021  rack-10\n", "", "table has no members"},
		{"no blank between datacenters", "rack-10\n\n", "rack-10\n", "name was not expected here"},
		{"no name", "Datacenter: dc-eastus", "Datacenter: ", "name was not expected here"},
		{"no header", "--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack   \nUN", "UN", "no header"},
		{"no host ids", "Host ID", "Host Id", "column Host ID 0 times"},
		{"two racks", "Tokens  ", "Rack    ", "column Rack 2 times"},
		{"a rest without a table", "Datacenter: dc-southcentralus", "What is this", "belongs to no table"},
		{"the same address twice", "10.2.0.9 ", "10.1.1.7 ", "lists 10.1.1.7 twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(ring, tt.old, tt.new, 1)
			if broken == ring {
				t.Fatal("the test changes nothing")
			}
			got, err := parseStatus(broken)
			if err == nil || !strings.Contains(err.Error(), tt.want) || got != nil {
				t.Errorf("parseStatus: %v, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// TestParseStatusTorn holds that no beginning of an output is taken for a
// smaller ring, but for one that ends where a datacenter does.
func TestParseStatusTorn(t *testing.T) {
	end := strings.Index(ring, "\n\n") + 2
	for n := range len(ring) {
		if n == end {
			continue
		}
		if got, err := parseStatus(ring[:n]); err == nil {
			t.Fatalf("the first %d bytes are taken for %d members:\n%s", n, len(got), ring[:n])
		}
	}
}
