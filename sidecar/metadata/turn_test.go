package metadata

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTurn holds, at every millisecond of a round and before 1970, too, that a
// turn comes within a round, that it is the pod's, and that the turns of two
// pods never come closer than the length of one.
func TestTurn(t *testing.T) {
	t.Parallel()
	for _, of := range []int64{shortRound, longRound} {
		for _, start := range []time.Time{time.Unix(1795375259, 123456789), time.Unix(-100, 5)} {
			for ms := time.Duration(0); ms < time.Duration(of)*turnLength; ms += 7 * time.Millisecond {
				now := start.Add(ms)
				asked := map[int64]bool{}
				for number := range of {
					n := turn{number, of}
					at := n.next(now)
					if wait := at.Sub(now); wait < 0 || wait >= n.round() {
						t.Fatalf("turn %d of %d comes %v after %v, want within %v", number, of, wait, now, n.round())
					}
					if again := n.next(at); !again.Equal(at) {
						t.Fatalf("turn %d of %d at %v comes again at %v, want at once", number, of, at, again)
					}
					// Every pod's turn is a whole number of lengths away from the others'.
					asked[at.Sub(turn{0, of}.next(now)).Nanoseconds()%int64(turnLength)] = true
				}
				if diff := cmp.Diff(map[int64]bool{0: true}, asked); diff != "" {
					t.Fatalf("turns at %v begin apart from the grid (-want +got):\n%s", now, diff)
				}
			}
		}
	}
}

// TestTurnOf holds who has which turn, and that the turn of a long round is
// the pod's in a short one.
func TestTurnOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]turn{
		"10.1.0.2": {2, 32}, "10.1.0.33": {1, 32}, "10.1.7.255": {31, 32}, "::ffff:10.1.0.2": {2, 32}, "fd00::1:9": {9, 32},
	} {
		long, short := turnOf(netip.MustParseAddr(address), longRound), turnOf(netip.MustParseAddr(address), shortRound)
		if long != want || short != (turn{want.number % 8, 8}) {
			t.Errorf("%s has %v and %v, want %v and the same in short rounds", address, long, short, want)
		}
		now := time.Unix(1795375259, 0)
		if at := long.next(now); !short.next(at).Equal(at) {
			t.Errorf("%s may ask at %v in long rounds, not in short ones", address, at)
		}
	}
	if got := turnOf(netip.Addr{}, shortRound); got != (turn{0, 8}) {
		t.Errorf("no address has %v, want the first turn", got)
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	var got []time.Duration
	for _, tries := range []int{1, 2, 3, 4, 5, math.MaxInt} {
		got = append(got, pause(tries, 0), pause(tries, 0.999999999).Round(time.Millisecond))
	}
	s := time.Second
	if diff := cmp.Diff([]time.Duration{s, 3 * s, 2 * s, 6 * s, 4 * s, 12 * s, 8 * s, 24 * s, 8 * s, 24 * s, 8 * s, 24 * s}, got); diff != "" {
		t.Errorf("least and longest pauses (-want +got):\n%s", diff)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"0":                             0,
		" 7 ":                           7 * time.Second,
		"2147483647":                    2147483647 * time.Second,
		"99999999999999999999":          0,
		"-5":                            0,
		"1.5":                           0,
		"soon":                          0,
		"Sun, 22 Nov 2026 10:00:30 GMT": 30 * time.Second,
		"Sun, 22 Nov 2026 09:00:00 GMT": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("Retry-After: %q means %v, want %v", value, got, want)
		}
	}
}

// TestTryDials holds that a client without Dial finds its way by itself.
func TestTryDials(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"compute": {"location": "eastus", "zone": "1"}}`))
	}))
	defer server.Close()
	got, err := (&Client{Base: server.URL}).try(context.Background(), apiVersion, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Instance{Location: "eastus", Zone: "1"}, got); diff != "" {
		t.Errorf("instance (-want +got):\n%s", diff)
	}
}
