package spec

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// vmSize has the parts of a size's name: family, vCPUs, how many of them
	// are in use, features
	// (https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions).
	vmSize = regexp.MustCompile(`^Standard_([A-Z]+)([0-9]+)(?:-([0-9]+))?([a-z]*)(?:_[A-Za-z0-9]+)*$`)
	// firstGeneration sizes boot only generation 1 images: A, D and E before
	// version 4, F before version 2, all without premium disks
	// (https://learn.microsoft.com/azure/virtual-machines/generation-2,
	// https://learn.microsoft.com/azure/virtual-machines/sizes/previous-gen-sizes-list).
	firstGeneration = regexp.MustCompile(`^Standard_(A[0-9]|D[0-9]+(_v[23])?$|E[0-9]+i?_v3$|F[0-9]+$)`)
	// oldNumbers are sizes whose number is not that of their vCPUs.
	oldNumbers = regexp.MustCompile(`^Standard_(DS?[0-9]+(-[0-9]+)?(_v2)?|GS?[0-9]+(-[0-9]+)?)$`)
	// withoutAcceleratedNetworking: every A, the first B series and sizes of one vCPU
	// (https://learn.microsoft.com/azure/virtual-network/accelerated-networking-overview).
	withoutAcceleratedNetworking = regexp.MustCompile(`^Standard_(A[0-9]|B[0-9]+[a-z]*$|[A-Z]+1([^0-9]|$))`)
)

// FirstGeneration reports whether a VM size needs the generation 1 image.
func FirstGeneration(size string) bool { return firstGeneration.MatchString(size) }

// PremiumDisks reports whether a VM size takes them, which an S at the end of
// its family or an s among its features says; every M does.
func PremiumDisks(size string) bool {
	m := vmSize.FindStringSubmatch(size)
	return m != nil && (m[1] == "M" || strings.HasSuffix(m[1], "S") || strings.Contains(m[4], "s"))
}

// armProcessor reports whether a VM size has one, which a p among its features says.
func armProcessor(size string) bool {
	m := vmSize.FindStringSubmatch(size)
	return m != nil && strings.Contains(m[4], "p")
}

// vCPUs is how many a VM size has, 0 where its name does not say it.
func vCPUs(size string) int {
	m := vmSize.FindStringSubmatch(size)
	switch {
	case strings.HasPrefix(size, "Standard_D1_") || strings.HasPrefix(size, "Standard_DS1_"):
		return 1
	case m == nil || oldNumbers.MatchString(size):
		return 0
	}
	digits := m[2]
	if m[3] != "" {
		digits = m[3]
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// memoryGiB is the most memory a VM size can have, 0 where its name does not
// say it: 4 GiB for each vCPU of a D, half of that with the feature l, and 8 of an E
// (https://learn.microsoft.com/azure/virtual-machines/sizes/overview).
func memoryGiB(size string) int {
	m := vmSize.FindStringSubmatch(size)
	if m == nil || oldNumbers.MatchString(size) {
		return 0
	}
	n, err := strconv.Atoi(m[2])
	switch {
	case err != nil:
		return 0
	case m[1] == "D" && strings.Contains(m[4], "l"):
		return 2 * n
	case m[1] == "D":
		return 4 * n
	case m[1] == "E":
		return 8 * n
	}
	return 0
}

// AcceleratedNetworking reports whether a VM size can have it.
func AcceleratedNetworking(size string) bool { return !withoutAcceleratedNetworking.MatchString(size) }

// gatewayTunnels is how many tunnels a gateway of each SKU carries. Other SKUs
// cannot be created any more or lack IKEv2 policies
// (https://learn.microsoft.com/azure/vpn-gateway/about-gateway-skus).
var gatewayTunnels = map[string]int{
	"VpnGw1AZ": 30, "VpnGw2AZ": 30, "VpnGw3AZ": 30, "VpnGw4AZ": 100, "VpnGw5AZ": 100,
}

// maxRegions is how many regions the largest gateway joins: itself and one for each of its tunnels.
const maxRegions = 101

var gatewaySKUs = []string{"VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ"}

// diskSKUs are the disks a member may have. Premium SSD v2 exists in zones only;
// Premium and standard SSD are what an availability set takes; zone-redundant
// disks would let a rack move (https://learn.microsoft.com/azure/virtual-machines/disks-types).
var diskSKUs = []string{"Premium_LRS", "StandardSSD_LRS", "Standard_LRS", "PremiumV2_LRS"}

// standardDisk is the disk of members whose size takes no premium one, where an
// API model says the size.
const standardDisk = "StandardSSD_LRS"

// refusedUsers are names Azure takes for no Linux machine
// (https://learn.microsoft.com/azure/virtual-machines/linux/faq).
var refusedUsers = []string{
	"1", "123", "a", "actuser", "adm", "admin", "admin1", "admin2", "administrator", "aspnet", "backup", "console",
	"david", "guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test",
	"test1", "test2", "test3", "user", "user1", "user2", "user3", "user4", "user5", "video",
}
