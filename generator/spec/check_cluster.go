package spec

import (
	"crypto/rsa"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spelling"
)

var (
	userNames = sized{1, 32, regexp.MustCompile(`^[a-z_][a-z0-9_-]*$`)}
	// dnsLabels: https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#domain-name-label
	dnsLabels = sized{3, 63, regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`)}
)

func (c *checker) cluster(region string, r *Region) {
	path, k := at(region, "cluster"), &r.Cluster
	if !c.choice(at(path, "type"), k.Type, ClusterVM, ClusterAKS, ClusterExisting) {
		return
	}
	if k.Type == ClusterExisting {
		c.existing(region, r)
		return
	}
	c.otherTypes(path, k)
	if k.Type == ClusterAKS {
		c.aks(region, path, r)
		return
	}
	if !slices.Contains([]int{1, 3, 5}, k.ControlPlanes) {
		c.errorf(at(path, "controlPlanes"), "%d; want 1, 3 or 5, so that etcd has a majority", k.ControlPlanes)
		c.spoiled[at(path, "controlPlanes")] = true
	}
	c.vmSizes(path, k)
	c.disk(path, r)
	if !userNames.MatchString(k.AdminUsername) || slices.Contains(refusedUsers, k.AdminUsername) {
		c.errorf(at(path, "adminUsername"), "%s; want 1 to 32 of a-z, 0-9, _ and -, and none that Azure refuses (admin, root, user, ...)", spelling.Quoted(k.AdminUsername))
	}
	c.sshKey(at(path, "sshPublicKey"), k.SSHPublicKey)
	c.apiServerCIDRs(at(path, "apiServerCIDRs"), k.APIServerCIDRs, kubeadmPort)
	if where := at(path, "dnsPrefix"); c.written(where) {
		c.match(where, k.DNSPrefix, dnsLabels, "3 to 63 of a-z, 0-9 and -, a letter first and no - last, such as customers-eastus-3f9a1c")
	}
	if n := k.AddressesPerNode; n < 8 || n > 256 || n&(n-1) != 0 {
		c.errorf(at(path, "addressesPerNode"), "%d; want 8, 16, 32, 64, 128 or 256", n)
		c.spoiled[at(path, "addressesPerNode")] = true
	}
	if k.PackageMirror != "" {
		c.match(at(path, "packageMirror"), k.PackageMirror, mirrors, "the address of an apt repository without user, password and query, such as https://packages.example.com/kubernetes")
	}
}

// keysOf are the keys that one type of cluster has alone.
var keysOf = map[string][]string{
	ClusterVM: {
		"controlPlanes", "controlPlaneSize", "adminUsername", "sshPublicKey", "dnsPrefix",
		"addressesPerNode", "firstConsecutiveStaticIP", "dataDiskSku", "packageMirror",
	},
	ClusterAKS: {"networkPlugin", "networkPluginMode", "podSubnet", "systemSize", "storageSku"},
}

// otherTypes refuses the keys of the other cluster types.
func (c *checker) otherTypes(path string, k *Cluster) {
	for _, kind := range []string{ClusterVM, ClusterAKS} {
		for _, key := range keysOf[kind] {
			if kind != k.Type && c.written(at(path, key)) {
				c.errorf(at(path, key), "only with type %s, and this is %s; leave it out", kind, k.Type)
			}
		}
	}
	for _, key := range existingKeys {
		if c.written(at(path, key)) {
			c.errorf(at(path, key), "it is for clusters of type existing; leave it out")
		}
	}
}

func (c *checker) disk(path string, r *Region) {
	k := &r.Cluster
	where := at(path, "dataDiskSku")
	if !c.choice(where, k.DataDiskSku, diskSKUs...) {
		return
	}
	if strings.HasPrefix(k.DataDiskSku, "Premium") && !PremiumDisks(k.MemberSize) {
		c.errorf(at(path, "memberSize"), "%s takes no premium disk; want a size with an s in it, such as Standard_E4ds_v5, or dataDiskSku StandardSSD_LRS", k.MemberSize)
	}
	if k.DataDiskSku == "PremiumV2_LRS" && r.Racks != RacksZone {
		c.errorf(where, "PremiumV2_LRS does not go with an availability set; want racks: zone, or Premium_LRS")
	}
}

// vmSizes demands sizes that boot the image and hold what runs on them.
func (c *checker) vmSizes(path string, k *Cluster) {
	planes, members := at(path, "controlPlaneSize"), at(path, "memberSize")
	if c.match(planes, k.ControlPlaneSize, vmSize, "a VM size such as Standard_D2ds_v5") {
		c.x64(planes, k.ControlPlaneSize)
		// https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/#before-you-begin
		if vCPUs(k.ControlPlaneSize) == 1 {
			c.errorf(planes, "%s has one vCPU; kubeadm wants a control plane with 2 at least", k.ControlPlaneSize)
		}
	}
	if c.match(members, k.MemberSize, vmSize, "a VM size such as Standard_E4ds_v5") {
		c.x64(members, k.MemberSize)
		c.fits(members, k.MemberSize, keptByNode)
	}
}

func (c *checker) x64(path, size string) {
	if armProcessor(size) {
		c.errorf(path, "%s has an Arm processor, and the machines' image is for x64; want a size without a p in it, such as Standard_E4ds_v5", size)
		c.spoiled[path] = true
	}
}

// kept is what a node keeps for itself.
type kept struct {
	cpu resource.Quantity
	mib int
}

// keptByNode is what a machine of ours keeps: the DNS server, the sidecar and,
// of memory, what the kernel and the kubelet hold back.
var keptByNode = kept{resource.MustParse("250m"), 1024}

// fits demands that a member's request finds room on its machine. Where the
// size is a default, the request is what has to change.
func (c *checker) fits(path, size string, node kept) {
	k := &c.ring.Cassandra
	if n := vCPUs(size); n > 0 && !c.spoiled["cassandra.cpu"] {
		need := resource.MustParse(k.CPU)
		need.Add(node.cpu)
		if need.CmpInt64(int64(n)) > 0 {
			c.tooSmall(path, "cassandra.cpu", "%s has %s and the node keeps %s; no room for cassandra.cpu %s", size, counted(n, "vCPU"), node.cpu.String(), k.CPU)
		}
	}
	if n := memoryGiB(size); n > 0 && !c.spoiled["cassandra.memory"] && mebibytes(k.Memory)+node.mib > n*1024 {
		c.tooSmall(path, "cassandra.memory", "%s has %dGi at most and the node keeps %dMi; no room for cassandra.memory %s", size, n, node.mib, k.Memory)
	}
}

// tooSmall adds a problem at a size that was written, else once for all
// regions at the request.
func (c *checker) tooSmall(size, request, format string, args ...any) {
	if c.written(size) {
		c.errorf(size, format, args...)
		return
	}
	c.errorf(request, format, args...)
	c.spoiled[request] = true
}

// minRSABits is the shortest RSA key Azure takes
// (https://learn.microsoft.com/azure/virtual-machines/linux/mac-create-ssh-keys).
const minRSABits = 2048

func (c *checker) sshKey(path, line string) {
	if line == "" {
		return
	}
	const want = "want one line such as: ssh-ed25519 AAAA... name"
	switch kind, taken := sshKey(line); {
	case kind == "":
		c.errorf(path, "not a public key; %s", want)
	case !taken:
		c.errorf(path, "%s; Azure takes ssh-ed25519, and ssh-rsa of at least %d bits", kind, minRSABits)
	}
}

// sshKey is the type of a public key, empty where the line is none, and
// reports whether Azure takes it.
func sshKey(line string) (kind string, taken bool) {
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(options) > 0 {
		return "", false
	}
	return key.Type(), key.Type() == ssh.KeyAlgoED25519 || key.Type() == ssh.KeyAlgoRSA && rsaBits(key) >= minRSABits
}

func rsaBits(key ssh.PublicKey) int {
	if crypto, ok := key.(ssh.CryptoPublicKey); ok {
		if public, ok := crypto.CryptoPublicKey().(*rsa.PublicKey); ok {
			return public.N.BitLen()
		}
	}
	return 0
}

// kubeadmPort is where kubeadm's API server listens
// (https://kubernetes.io/docs/reference/networking/ports-and-protocols/).
const kubeadmPort = 6443

// maxRanges is how many addresses and ranges a security rule takes
// (https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#networking-limits).
const maxRanges = 4000

// rangesOf demands some ranges, no more than a rule takes.
func (c *checker) rangesOf(path string, ranges []string, want string) {
	switch {
	case len(ranges) == 0:
		c.errorf(path, "missing; want %s", want)
	case len(ranges) > maxRanges:
		c.errorf(path, "%d; want at most %d", len(ranges), maxRanges)
		c.spoiled[path] = true
	}
}

// apiServerCIDRs demands ranges that Azure takes in one rule: it refuses prefixes that overlap.
func (c *checker) apiServerCIDRs(path string, ranges []string, port int) {
	if len(ranges) == 0 {
		c.errorf(path, "missing: who may reach the API server on port %d? want ranges such as [203.0.113.0/24]; 0.0.0.0/0 is everybody", port)
		return
	}
	if len(ranges) > maxRanges {
		c.errorf(path, "%d; Azure takes at most %d in a rule", len(ranges), maxRanges)
		return
	}
	var before []netip.Prefix
	for i, s := range ranges {
		p, err := network.ParsePrefix(s)
		if err != nil {
			c.errorf(item(path, i), "%v", err)
			continue
		}
		for _, other := range before {
			if p.Overlaps(other) {
				c.errorf(item(path, i), "%s overlaps %s, and Azure takes no rule with overlapping ranges; leave the smaller out", p, other)
				break
			}
		}
		before = append(before, p)
	}
}

// mirrors are addresses without user, password, query and fragment, of
// characters that neither the shell nor a list of apt reads as anything else.
var mirrors = regexp.MustCompile(`^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$`)
