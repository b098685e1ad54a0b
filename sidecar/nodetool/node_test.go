package nodetool

import (
	"strings"
	"testing"
)

const netstats = `Mode: NORMAL
Not sending any streams.
Read Repair Statistics:
Attempted: 0
Mismatch (Blocking): 0
Mismatch (Background): 0
Pool Name                    Active   Pending      Completed   Dropped
Large messages                  n/a         0              0         0
Small messages                  n/a         0             12         0
Gossip messages                 n/a         0            345         0
`

const info = `ID                     : 3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10
Gossip active          : true
Native Transport active: true
Load                   : 306.77 KiB
Uncompressed load      : 402.3 KiB
Generation No          : 1795370400
Uptime (seconds)       : 4468
Heap Memory (MB)       : 121.30 / 975.13
Data Center            : dc-eastus
Rack                   : rack-1
Token                  : (invoke with -T/--tokens to see all 16 tokens)
`

func TestParseMode(t *testing.T) {
	tests := []struct {
		name, out string
		want      Mode
		wantError string
	}{
		{"normal", netstats, "NORMAL", ""},
		{"left", strings.Replace(netstats, "NORMAL", "DECOMMISSIONED", 1), ModeDecommissioned, ""},
		{"failed, with streams", "Mode: JOINING_FAILED\nBootstrap 6f2f\n    /10.1.0.3\nMode: NORMAL\n", ModeJoiningFailed, ""},
		{"joins, with streams", "Mode: JOINING\nBootstrap 6f2f\n    /10.1.0.3\n", "JOINING", ""},
		{"joins, without", strings.Replace(netstats, "NORMAL", "JOINING", 1), ModeJoiningIdle, ""},
		{"nothing", "", "", `begins with ""`},
		{"torn", "Mode: JOIN", "", `begins with "Mode: JOIN"`},
		{"no mode", "Mode: \nNot sending any streams.\n", "", `begins with "Mode: "`},
		{"lower case", "Mode: normal\n", "", `begins with "Mode: normal"`},
		{"null", "Mode: null\n", "", `begins with "Mode: null"`},
		{"later", "WARN\n" + netstats, "", `begins with "WARN"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseMode(tt.out)
			wantResult(t, got, err, tt.want, tt.wantError)
		})
	}
}

func TestParseHostID(t *testing.T) {
	const id = "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10"
	tests := []struct {
		name, out string
		want      string
		wantError string
	}{
		{"info", info, id, ""},
		{"capitals", strings.Replace(info, id, strings.ToUpper(id), 1), id, ""},
		{"not known yet", strings.Replace(info, id, "null", 1), "", `ID is "null", not a UUID`},
		{"no ID", strings.Replace(info, "ID  ", "IP  ", 1), "", "0 lines ID"},
		{"two", info + info, "", "2 lines ID"},
		{"torn", info[:40], "", "not a UUID"},
		{"nothing", "", "", "0 lines ID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseHostID(tt.out)
			wantResult(t, got, err, tt.want, tt.wantError)
		})
	}
}

// wantResult holds that there is either the result or the error.
func wantResult[T comparable](t *testing.T, got T, err error, want T, wantError string) {
	t.Helper()
	if wantError == "" && (err != nil || got != want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if zero := *new(T); wantError != "" && (err == nil || !strings.Contains(err.Error(), wantError) || got != zero) {
		t.Errorf("got %v, %v; want error %q", got, err, wantError)
	}
}
