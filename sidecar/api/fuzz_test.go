package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
)

// FuzzParseNode holds that ParseNode never panics, and that what it takes is
// written and read again to the same node.
func FuzzParseNode(f *testing.F) {
	for _, seed := range []string{"", "{}", nodeText, nodeText[:100], `{"ring":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := api.ParseNode(data)
		if err != nil || len(n.Gone) > api.MaxGone || len(n.KnownPods) > api.MaxKnownPods || len(n.Asked) > api.MaxAsked {
			return
		}
		again(t, n, api.Node.Encode, api.ParseNode)
	})
}

// FuzzParseRing holds the same of ParseRing.
func FuzzParseRing(f *testing.F) {
	for _, seed := range []string{"", "{}", ringText, `{"at":"2026-11-22T12:00:00.123Z","age":0,"members":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := api.ParseRing(data); err == nil {
			again(t, r, api.Ring.Encode, api.ParseRing)
		}
	})
}

// again writes a value and reads it. One that reads from a shorter form than
// it is written in may not fit.
func again[T any](t *testing.T, value T, encode func(T) ([]byte, error), parse func([]byte) (T, error)) {
	written, err := encode(value)
	if err != nil {
		return
	}
	got, err := parse(written)
	if diff := cmp.Diff(value, got, sameAddress); diff != "" || err != nil {
		t.Fatalf("read again (-want +got): %v\n%s", err, diff)
	}
}
