package network

import "net/netip"

const (
	// tailSize is how many addresses at the end of a node subnet never belong
	// to a block: control planes and load-balancer frontends live there.
	tailSize = 64
	// frontendOffset is where in the tail the internal frontend of the API server is.
	frontendOffset = 8
	// staticOffset is how far before the subnet's last address the first
	// control plane is by default, so that five fit before the broadcast address.
	staticOffset = 5
	// azureFirst is how many addresses Azure keeps at the start of a subnet; it
	// keeps the last one too (https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq).
	azureFirst = 4
)

// Blocks is a node subnet cut into aligned blocks of Size addresses, one for each machine.
type Blocks struct {
	Subnet netip.Prefix
	Size   int // addresses per block, a power of two
}

// Block is what one machine owns: its host address and those of its pods.
type Block struct {
	First netip.Addr // a member's own address; unused on a control plane
	Size  int
}

// total is how many blocks the subnet has, the ones that are never given included.
func (b Blocks) total() int { return Size(b.Subnet) / b.Size }

// tailBlocks is how many blocks at the end touch the tail.
func (b Blocks) tailBlocks() int { return (tailSize + b.Size - 1) / b.Size }

// Capacity is how many machines fit: all blocks but the first and those that
// touch the tail. It is never negative.
func (b Blocks) Capacity() int { return max(0, b.total()-1-b.tailBlocks()) }

// Member is the block of member i: members grow upwards from block 1.
func (b Blocks) Member(i int) Block { return b.at(1 + i) }

// ControlPlane is the block of control plane j: they grow downwards from the
// tail, so that a change of either count moves nobody.
func (b Blocks) ControlPlane(j int) Block { return b.at(b.total() - b.tailBlocks() - 1 - j) }

func (b Blocks) at(n int) Block { return Block{First: Add(b.Subnet.Addr(), n*b.Size), Size: b.Size} }

// Given reports whether a lies in a block that some machine may own.
func (b Blocks) Given(a netip.Addr) bool {
	n := offset(b.Subnet, a) / b.Size
	return b.Subnet.Contains(a) && n >= 1 && n < b.total()-b.tailBlocks()
}

// Prefix is the block as a range.
func (b Block) Prefix() netip.Prefix {
	bits := 32
	for n := b.Size; n > 1; n >>= 1 {
		bits--
	}
	return netip.PrefixFrom(b.First, bits)
}

// Gateway is the address that the node answers for its pods; it never leaves the node.
func (b Block) Gateway() netip.Addr { return Add(b.First, 1) }

// Pods are the addresses of the block's pods, in order.
func (b Block) Pods() []netip.Addr {
	pods := make([]netip.Addr, 0, b.Size-2)
	for i := 2; i < b.Size; i++ {
		pods = append(pods, Add(b.First, i))
	}
	return pods
}

// APIFrontend is the address of the internal load balancer of the API server in subnet.
func APIFrontend(subnet netip.Prefix) netip.Addr {
	return Add(Last(subnet), 1-tailSize+frontendOffset)
}

// FirstStatic is where the first control plane is unless the spec says otherwise.
func FirstStatic(subnet netip.Prefix) netip.Addr { return Add(Last(subnet), -staticOffset) }

// KeptByAzure reports whether Azure keeps a for itself in subnet.
func KeptByAzure(subnet netip.Prefix, a netip.Addr) bool {
	n := offset(subnet, a)
	return n >= 0 && n < azureFirst || n == Size(subnet)-1
}
