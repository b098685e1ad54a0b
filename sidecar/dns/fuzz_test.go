package dns

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// FuzzAnswer holds that no message makes parse panic, that what it takes is
// an answer to this question by its header, and that nobody and addresses
// come from nothing but what means them.
func FuzzAnswer(f *testing.F) {
	const id = 0x1d0f
	q, err := question(name)
	if err != nil {
		f.Fatal(err)
	}
	asked, err := pack(id, q)
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range messages {
		f.Add(packed(unpack(asked), m.answer))
	}
	f.Add(packed(unpack(asked), addresses(many(501)...)))
	f.Add(asked)
	f.Fuzz(func(t *testing.T, message []byte) {
		got, err := parse(message, id, q)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("error of several lines: %s", err)
			}
			return
		}
		if message[0] != id>>8 || message[1] != id&0xff || message[2]&0x80 == 0 {
			t.Fatalf("taken with header %#x", message[:12])
		}
		code := dnsmessage.RCode(message[3] & 0xf)
		switch {
		case got.truncated:
			if message[2]&2 == 0 {
				t.Fatal("truncated without the flag")
			}
		case got.refused != nil:
			if len(got.addresses) > 0 || code == dnsmessage.RCodeNameError {
				t.Fatalf("refused (%v) as %+v", got.refused, got)
			}
		case len(got.addresses) == 0:
			if count := int(message[6])<<8 | int(message[7]); code != dnsmessage.RCodeNameError && (code != dnsmessage.RCodeSuccess || count > 0) {
				t.Fatalf("nobody from code %d and %d records", code, count)
			}
		default:
			wantGoodAddresses(t, got.addresses, code)
		}
	})
}

func wantGoodAddresses(t *testing.T, list []netip.Addr, code dnsmessage.RCode) {
	t.Helper()
	unique := slices.Compact(slices.Clone(list))
	if code != dnsmessage.RCodeSuccess || len(list) > maxAddresses || len(unique) != len(list) || !slices.IsSortedFunc(list, netip.Addr.Compare) {
		t.Fatalf("code %d, addresses %v", code, list)
	}
	for _, address := range list {
		if !address.Is4() || address.IsUnspecified() || address.IsMulticast() {
			t.Fatalf("address %s", address)
		}
	}
}
