package network

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePrefix(t *testing.T) {
	tests := []struct{ in, want string }{
		{"10.1.0.0/16", ""},
		{"0.0.0.0/0", ""},
		{"10.1.128.5/17", "10.1.128.5/17 has host bits set; did you mean 10.1.128.0/17?"},
		{"fd00::/64", "fd00::/64 is not IPv4; want a range like 10.1.0.0/16"},
		{"10.1.0.0", `"10.1.0.0" is not an address range; want one like 10.1.0.0/16`},
		{"10.1.0.0/33", `"10.1.0.0/33" is not an address range; want one like 10.1.0.0/16`},
	}
	for _, tt := range tests {
		got := ""
		if _, err := ParsePrefix(tt.in); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParsePrefix(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestAfterIsAlignedAndBehind(t *testing.T) {
	tests := []struct {
		prefix string
		bits   int
		want   string
	}{
		{"10.1.0.0/17", 27, "10.1.128.0/27"},
		{"10.1.0.0/28", 27, "10.1.0.32/27"},
		{"10.1.0.0/24", 16, "10.2.0.0/16"},
		{"255.255.0.0/16", 27, ""},
	}
	for _, tt := range tests {
		got := ""
		if p, ok := After(netip.MustParsePrefix(tt.prefix), tt.bits); ok {
			got = p.String()
		}
		if got != tt.want {
			t.Errorf("After(%s, %d) = %q, want %q", tt.prefix, tt.bits, got, tt.want)
		}
	}
}

// TestBlocksOfTheExample holds the addresses that DESIGN gives for the
// two-region example: a change here moves machines of rings that exist.
func TestBlocksOfTheExample(t *testing.T) {
	subnet := netip.MustParsePrefix("10.1.0.0/17")
	b := Blocks{Subnet: subnet, Size: 32}
	got := []string{
		b.Member(0).First.String(), b.Member(0).Gateway().String(), b.Member(0).Prefix().String(),
		b.Member(1).First.String(), b.ControlPlane(0).First.String(), b.ControlPlane(1).First.String(),
		APIFrontend(subnet).String(), FirstStatic(subnet).String(),
	}
	want := []string{
		"10.1.0.32", "10.1.0.33", "10.1.0.32/27",
		"10.1.0.64", "10.1.127.160", "10.1.127.128",
		"10.1.127.200", "10.1.127.250",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if pods := b.Member(0).Pods(); len(pods) != 30 || pods[0].String() != "10.1.0.34" || pods[29].String() != "10.1.0.63" {
		t.Errorf("pods of member 0 = %v, want 10.1.0.34 to 10.1.0.63", pods)
	}
}

// TestBlocksNeverMeet fills every subnet size with every block size: blocks are
// disjoint, inside the subnet, and clear of the first block and the tail.
func TestBlocksNeverMeet(t *testing.T) {
	for bits := 17; bits <= 30; bits++ {
		subnet := netip.PrefixFrom(netip.MustParseAddr("10.1.0.0"), bits)
		for size := 8; size <= 256; size *= 2 {
			b := Blocks{Subnet: subnet, Size: size}
			seen := map[netip.Addr]bool{}
			members := b.Capacity() / 2
			for i := range b.Capacity() {
				block := b.Member(i)
				if i >= members {
					block = b.ControlPlane(i - members)
				}
				if seen[block.First] {
					t.Fatalf("%s by %d: block %s given twice", subnet, size, block.First)
				}
				seen[block.First] = true
				last := Add(block.First, size-1)
				if !subnet.Contains(last) || offset(subnet, last) >= Size(subnet)-tailSize || offset(subnet, block.First) < size {
					t.Fatalf("%s by %d: block %s leaves its range", subnet, size, block.First)
				}
				if !b.Given(block.First) || !b.Given(last) {
					t.Fatalf("%s by %d: Given denies block %s", subnet, size, block.First)
				}
			}
			if f := APIFrontend(subnet); subnet.Contains(f) && b.Capacity() > 0 && b.Given(f) {
				t.Fatalf("%s by %d: the frontend %s lies in a block", subnet, size, f)
			}
		}
	}
}

func TestFreeIsTheLowest(t *testing.T) {
	tests := []struct {
		prefix string
		bits   int
		taken  []string
		want   string
	}{
		{"10.1.0.0/16", 28, nil, "10.1.0.0/28"},
		{"10.1.0.0/16", 28, []string{"10.1.0.0/17", "10.1.128.0/24", "10.1.129.0/27"}, "10.1.129.32/28"},
		{"10.1.0.0/16", 28, []string{"10.1.129.0/27", "10.1.0.0/17"}, "10.1.128.0/28"},
		{"10.1.0.0/16", 28, []string{"10.1.0.64/27"}, "10.1.0.0/28"},
		{"10.1.0.0/24", 28, []string{"10.1.0.0/25", "10.1.0.128/25"}, ""},
		{"10.1.0.0/28", 27, nil, ""},
	}
	for _, tt := range tests {
		var taken []netip.Prefix
		for _, s := range tt.taken {
			taken = append(taken, netip.MustParsePrefix(s))
		}
		got := ""
		if p, ok := Free(netip.MustParsePrefix(tt.prefix), tt.bits, taken); ok {
			got = p.String()
		}
		if got != tt.want {
			t.Errorf("Free(%s, %d, %v) = %q, want %q", tt.prefix, tt.bits, tt.taken, got, tt.want)
		}
	}
}
