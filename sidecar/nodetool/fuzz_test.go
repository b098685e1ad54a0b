package nodetool

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzStatus holds that what is taken for a ring is one: every member whole
// and of its own address, as many as there are rows, and the same when it is
// printed again.
func FuzzStatus(f *testing.F) {
	f.Add(ring)
	f.Add(oneToken)
	f.Add("\n")
	f.Add(strings.Replace(ring, "rack-10", "räck-10", 1))
	f.Fuzz(func(t *testing.T, out string) {
		members, err := parseStatus(out)
		if err != nil {
			wantOneLine(t, err)
			return
		}
		if len(members) > strings.Count(out, "\n") {
			t.Fatalf("%d members of %d lines", len(members), strings.Count(out, "\n"))
		}
		var b strings.Builder
		for _, m := range members {
			if !m.Address.IsValid() || m.Datacenter == "" || m.Rack == "" || !strings.Contains("NJLM", string(m.State)) || len(m.State) != 1 {
				t.Fatalf("member %+v", m)
			}
			status := "D"
			if m.Up {
				status = "U"
			}
			fmt.Fprintf(&b, "Datacenter: %s\n--  %-60s  %-36s  Rack\n%s%s  %-60s  %-36s  %s\n\n", m.Datacenter, "Address", "Host ID", status, m.State, m.Address, m.HostID, m.Rack)
		}
		if len(members) == 0 {
			return
		}
		again, err := parseStatus(b.String())
		if err != nil {
			t.Fatalf("printed again: %v\n%s", err, b.String())
		}
		if diff := cmp.Diff(members, again, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			t.Fatalf("printed again (-first +second):\n%s", diff)
		}
	})
}

// FuzzMode holds that a mode is one word of capitals and stands in the text.
func FuzzMode(f *testing.F) {
	f.Add(netstats)
	f.Add("Mode: JOINING_FAILED\n")
	f.Add("Mode: JOINING\nNot sending any streams.\n")
	f.Fuzz(func(t *testing.T, out string) {
		mode, err := parseMode(out)
		if err != nil {
			wantOneLine(t, err)
		} else if mode == ModeJoiningIdle {
			if !strings.HasPrefix(out, "Mode: JOINING\nNot sending any streams.\n") {
				t.Fatalf("mode %q", mode)
			}
		} else if !strings.HasPrefix(out, "Mode: "+string(mode)+"\n") || strings.Trim(string(mode), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			t.Fatalf("mode %q", mode)
		}
	})
}

// FuzzHostID holds that a host id is a UUID that stands in the text.
func FuzzHostID(f *testing.F) {
	f.Add(info)
	f.Add("ID : null\n")
	f.Fuzz(func(t *testing.T, out string) {
		id, err := parseHostID(out)
		if err != nil {
			wantOneLine(t, err)
		} else if !uuidForm.MatchString(id) || !strings.Contains(strings.ToLower(out), id) {
			t.Fatalf("host id %q", id)
		}
	})
}

// FuzzDump holds that dumps never panic, that the order of two files does not
// matter, and that a file read twice says what it says once.
func FuzzDump(f *testing.F) {
	f.Add(dumped, part(1, set("rack", "rack-1")))
	f.Add(dumped, part(4, unset("rack"), set("bootstrapped", "DECOMMISSIONED")))
	f.Add("[]", "{}")
	f.Fuzz(func(t *testing.T, a, b string) {
		one, err := merge(a, b)
		if err != nil {
			wantOneLine(t, err)
			if _, other := merge(b, a); other == nil {
				t.Fatalf("%v, but none in the other order", err)
			}
			return
		}
		for _, order := range [][]string{{b, a}, {a, b, a}, {b, b, a}} {
			if other, err := merge(order...); err != nil || other != one {
				t.Fatalf("%+v, in another order %+v, %v", one, other, err)
			}
		}
	})
}

// wantOneLine holds that an error fits a log.
func wantOneLine(t *testing.T, err error) {
	t.Helper()
	if s := err.Error(); strings.ContainsAny(s, "\n\r") || len(s) > 500+10*maxShown {
		t.Fatalf("error of %d bytes: %s", len(s), s)
	}
}
