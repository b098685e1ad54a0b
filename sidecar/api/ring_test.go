package api_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
)

func TestRing(t *testing.T) {
	r := aRing()
	r.Age -= time.Millisecond - time.Nanosecond // is never said to be less
	data, err := r.Encode()
	if diff := cmp.Diff(ringText, string(data)); diff != "" || err != nil {
		t.Errorf("written (-want +got): %v\n%s", err, diff)
	}
	got, err := api.ParseRing(data)
	if diff := cmp.Diff(aRing(), got, sameAddress); diff != "" || err != nil {
		t.Errorf("read (-want +got): %v\n%s", err, diff)
	}
	data, err = api.Ring{At: noon}.Encode()
	if got, err2 := api.ParseRing(data); err != nil || err2 != nil || len(got.Members) != 0 || strings.Contains(string(data), "null") {
		t.Errorf("without members %s, %v, %v", data, err, err2)
	}
	for _, state := range []decide.MemberState{decide.Normal, decide.Leaving, decide.Moving, decide.Joins} {
		r.Members[0].State = state
		data, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := api.ParseRing(data); err != nil || got.Members[0].State != state {
			t.Errorf("%c read as %+v, %v", state, got.Members, err)
		}
	}
}

func TestRingTooLarge(t *testing.T) {
	r := aRing()
	for i := range 10000 {
		m := r.Members[0]
		m.Address = netip.AddrFrom4([4]byte{10, 2, byte(i >> 8), byte(i)})
		m.Datacenter = strings.Repeat("d", 48)
		r.Members = append(r.Members, m)
	}
	data, err := r.Encode()
	wantError(t, err, "at most 1048576 are read")
	if data != nil {
		t.Error("it was written all the same")
	}
}

func TestParseRingRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"nothing", ringText, "", "is empty"},
		{"null", ringText, "null", "is no JSON object"},
		{"half", ringText[100:], "", "ends in the middle"},
		{"too long", `"at"`, strings.Repeat(" ", api.MaxRing) + `"at"`, "has more than 1048576 bytes"},
		{"no members", ringText[strings.Index(ringText, `,"members"`):], "}", `lacks the key "members"`},
		{"null for members", ringText[strings.Index(ringText, `[{`):], "null}", "members is null"},
		{"an age below zero", `"age":1500`, `"age":-1`, "age is -1"},
		{"an age beyond all", `"age":1500`, `"age":9223372036854775807`, "age is 9223372036854775807"},
		{"a fraction of an age", `"age":1500`, `"age":1.5`, "age is a number"},
		{"no time", "00.123Z", "", "at is"},
		{"no address", `"address":"10.1.0.5"`, `"address":""`, "members[0] has no address"},
		{"an address", `"address":"10.1.0.5"`, `"address":"localhost"`, `members[0] address is "localhost"`},
		{"an address twice", `"address":"10.1.0.6"`, `"address":"10.1.0.5"`, "members[1] is at 10.1.0.5, as another one is"},
		{"a host id", hostA, "x", `members[0] has the hostId "x"`},
		{"no datacenter", `"dc-eastus"`, `""`, "members[0] is in"},
		{"no rack", `"rack-1"`, `"r 1"`, "members[1] is in"},
		{"no word on up", `"up":true,`, ``, `members[0] lacks the key "up"`},
		{"a text for up", `"up":true`, `"up":"true"`, "members[0] up is a string"},
		{"an unknown state", `"state":"N"`, `"state":"X"`, `members[0] has the state "X"`},
		{"two states", `"state":"N"`, `"state":"NJ"`, `members[0] has the state "NJ"`},
		{"no state", `"state":"N"`, `"state":""`, `members[0] has the state ""`},
		{"a member that is none", `"members":[`, `"members":[[],`, "members[0] is no JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := api.ParseRing(instead(t, ringText, tt.old, tt.new))
			wantError(t, err, tt.want)
		})
	}
}
