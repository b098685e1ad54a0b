package metadata

import (
	"net/netip"
	"time"
)

// The metadata service answers 5 requests a second and machine; more get 429.
// https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#rate-limiting
//
// Pods of one machine cannot agree on who asks when, but they read the same
// clock, and no two have the same address. So time is cut into rounds of
// turns, and a pod asks only in the turn that the last bits of its address
// name: once a round at most, whenever it starts and however often it tries.
// Six turns in a row take 1.05 s, so that pods with a turn each keep below the
// limit even when a request is late by 50 ms.
//
// A long round has a turn for each address of a machine that has 32 of them,
// and an aligned block of 16 or 32 is what machines are given. It takes 6.7 s,
// too long where somebody waits. A short round is a quarter of that and gives
// neighbouring addresses, which pods that start together mostly have, a turn
// each. A pod's turn in short rounds is also one in long rounds.
//
// Pods whose turns coincide may exceed the limit. Then 429 parts them, as it
// must where others on the machine ask, too.
const (
	turnLength = 210 * time.Millisecond
	shortRound = 8
	longRound  = 32
)

// turn is a pod's place in rounds of the given number of turns.
type turn struct{ number, of int64 }

func turnOf(address netip.Addr, of int64) turn {
	bytes := address.As16() // all zero where there is no address
	return turn{int64(bytes[len(bytes)-1]) % of, of}
}

func (n turn) round() time.Duration { return time.Duration(n.of) * turnLength }

// next is when the pod may ask, at t or within a round after it.
func (n turn) next(t time.Time) time.Time {
	late := time.Duration(t.UnixNano()-n.number*int64(turnLength)) % n.round()
	if late > 0 {
		late -= n.round()
	}
	return t.Add(-late)
}
