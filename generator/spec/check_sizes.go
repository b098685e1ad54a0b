package spec

import (
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ringwright/ringwright/generator/spelling"
)

var (
	wholeGiB = regexp.MustCompile(`^([1-9][0-9]{0,5})Gi$`)
	wholeMiB = regexp.MustCompile(`^([1-9][0-9]{0,6})(Gi|Mi)$`)
)

// minDisk and maxDisk are the sizes a managed disk has, in GiB
// (https://learn.microsoft.com/azure/virtual-machines/disks-types).
const minDisk, maxDisk = 4, 32767

// sizes checks what a member asks of its machine.
func (c *checker) sizes(k *Cassandra) {
	if c.match("cassandra.storage", k.Storage, wholeGiB, "whole GiB such as 512Gi") {
		if n := k.StorageGiB(); n < minDisk || n > maxDisk {
			c.errorf("cassandra.storage", "%s; want %dGi to %dGi, which a managed disk can have", k.Storage, minDisk, maxDisk)
		}
	}
	if q, err := resource.ParseQuantity(k.CPU); err != nil || q.Sign() <= 0 {
		c.errorf("cassandra.cpu", `%s; want cores such as "2" or "500m"`, spelling.Quoted(k.CPU))
		c.spoiled["cassandra.cpu"] = true
	}
	memory := c.match("cassandra.memory", k.Memory, wholeMiB, "whole GiB or MiB such as 8Gi")
	heap := c.match("cassandra.heap", k.Heap, wholeMiB, "whole GiB or MiB such as 4Gi")
	if memory && heap && 2*mebibytes(k.Heap) > mebibytes(k.Memory) {
		where := "cassandra.heap"
		if !c.written(where) {
			where = "cassandra.memory"
		}
		c.errorf(where, "heap %s is more than half of memory %s; the rest of the memory holds the page cache and what Cassandra keeps off the heap", k.Heap, k.Memory)
	}
}

// StorageGiB is the size of a member's data disk in GiB.
func (k *Cassandra) StorageGiB() int {
	n, err := strconv.Atoi(strings.TrimSuffix(k.Storage, "Gi"))
	if err != nil {
		return 0
	}
	return n
}

// mebibytes reads what wholeMiB matches.
func mebibytes(s string) int {
	m := wholeMiB.FindStringSubmatch(s)
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	if m[2] == "Gi" {
		n *= 1024
	}
	return n
}
