package lab_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/test/lab"
)

func TestParseStatus(t *testing.T) {
	const text = `Datacenter: dc-eastus
=====================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack  
UN  10.1.2.10  306.77 KiB  16      100.0%            3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10  rack-1
DN  10.1.2.11  ?           16      100.0%            3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d11  rack-2

Datacenter: dc-south
====================
UJ  10.2.2.10  1 KiB       16      ?                 3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d12  rack-1

Note: Non-system keyspaces don't have the same replication settings
`
	want := []lab.Member{
		{"UN", "10.1.2.10", "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10", "rack-1", "dc-eastus"},
		{"DN", "10.1.2.11", "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d11", "rack-2", "dc-eastus"},
		{"UJ", "10.2.2.10", "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d12", "rack-1", "dc-south"},
	}
	got := lab.ParseStatus(text)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"UN": 1, "DN": 1, "UJ": 1}, lab.States(got)); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}
