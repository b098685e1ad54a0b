// Package network is the IPv4 arithmetic that the rules of the spec and the
// address plan share: prefixes, halves, and the blocks a node subnet is cut into.
package network

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// Private holds the ranges a ring's addresses may come from: RFC 1918
// (https://www.rfc-editor.org/rfc/rfc1918) and the shared address space of
// RFC 6598 (https://www.rfc-editor.org/rfc/rfc6598).
var Private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// ParsePrefix reads an aligned IPv4 prefix. The error says what is wrong with
// s and, where only host bits are set, which prefix was meant.
func ParsePrefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return netip.Prefix{}, fmt.Errorf("%q is not an address range; want one like 10.1.0.0/16", s)
	case !p.Addr().Is4():
		return netip.Prefix{}, fmt.Errorf("%s is not IPv4; want a range like 10.1.0.0/16", s)
	case p != p.Masked():
		return netip.Prefix{}, fmt.Errorf("%s has host bits set; did you mean %s?", s, p.Masked())
	}
	return p, nil
}

// IsPrivate reports whether all of p lies in one of the Private ranges.
func IsPrivate(p netip.Prefix) bool {
	for _, r := range Private {
		if Contains(r, p) {
			return true
		}
	}
	return false
}

// Contains reports whether inner lies wholly inside outer.
func Contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// Size is the number of addresses in p.
func Size(p netip.Prefix) int { return 1 << (32 - p.Bits()) }

// Add returns the address n after a. The result is invalid where it would leave IPv4.
func Add(a netip.Addr, n int) netip.Addr {
	b := a.As4()
	sum := int64(binary.BigEndian.Uint32(b[:])) + int64(n)
	if sum < 0 || sum > 0xffffffff {
		return netip.Addr{}
	}
	binary.BigEndian.PutUint32(b[:], uint32(sum))
	return netip.AddrFrom4(b)
}

// Last is the highest address of p.
func Last(p netip.Prefix) netip.Addr { return Add(p.Addr(), Size(p)-1) }

// LowerHalf is the first half of p; a /32 has none.
func LowerHalf(p netip.Prefix) (netip.Prefix, bool) {
	if p.Bits() >= 32 {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(p.Addr(), p.Bits()+1), true
}

// After is the first aligned prefix of the given length behind p.
func After(p netip.Prefix, bits int) (netip.Prefix, bool) {
	next := Add(Last(p), 1)
	if !next.IsValid() {
		return netip.Prefix{}, false
	}
	aligned := netip.PrefixFrom(next, bits).Masked()
	if aligned.Addr() != next {
		next = Add(Last(aligned), 1)
		if !next.IsValid() {
			return netip.Prefix{}, false
		}
		aligned = netip.PrefixFrom(next, bits)
	}
	return aligned, true
}

// offset is how many addresses a lies behind the first address of p.
func offset(p netip.Prefix, a netip.Addr) int {
	first, it := p.Addr().As4(), a.As4()
	return int(int64(binary.BigEndian.Uint32(it[:])) - int64(binary.BigEndian.Uint32(first[:])))
}

// Free is the lowest aligned prefix of the given length inside p that overlaps
// none of those that are taken.
func Free(p netip.Prefix, bits int, taken []netip.Prefix) (netip.Prefix, bool) {
	candidates := []netip.Prefix{netip.PrefixFrom(p.Addr(), bits)}
	for _, t := range taken {
		if next, ok := After(t, bits); ok {
			candidates = append(candidates, next)
		}
	}
	slices.SortFunc(candidates, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	for _, c := range candidates {
		if Contains(p, c) && !slices.ContainsFunc(taken, c.Overlaps) {
			return c, true
		}
	}
	return netip.Prefix{}, false
}
