package e2e

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/generator/spec"
)

// TestSpec holds that the world's spec is the example but for the size of its
// members and their delays.
func TestSpec(t *testing.T) {
	read := func(path string) *spec.Ring {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ring, err := spec.Parse(path, text)
		if err != nil {
			t.Fatal(err)
		}
		return ring
	}
	world, example := read("ring.yaml"), read(repository+"/ring.yaml")
	own := cmpopts.IgnoreFields(spec.Cassandra{}, "Storage", "CPU", "Memory", "Heap", "JVMOptions")
	if diff := cmp.Diff(example, world, own); diff != "" {
		t.Errorf("(-example +world):\n%s", diff)
	}
	type size struct{ Storage, CPU, Memory, Heap string }
	got := size{world.Cassandra.Storage, world.Cassandra.CPU, world.Cassandra.Memory, world.Cassandra.Heap}
	if diff := cmp.Diff(size{"4Gi", "100m", "768Mi", "128Mi"}, got); diff != "" {
		t.Errorf("the members' size (-want +got):\n%s", diff)
	}
}
