package spec

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDefaultsAreIdempotent holds that no default follows from another in a
// way that a second pass would change.
func TestDefaultsAreIdempotent(t *testing.T) {
	for _, name := range []string{"minimal.yaml", "complete.yaml", "unusual.yaml"} {
		src, err := os.ReadFile("testdata/good/" + name)
		if err != nil {
			t.Fatal(err)
		}
		d := &document{lines: map[string]int{}, spoiled: map[string]bool{}}
		ring := &Ring{}
		d.decode(d.root(src), reflect.ValueOf(ring).Elem(), "")
		setDefaults(ring, d.written)
		data, err := json.Marshal(ring)
		if err != nil {
			t.Fatal(err)
		}
		once := &Ring{}
		if err := json.Unmarshal(data, once); err != nil {
			t.Fatal(err)
		}
		setDefaults(ring, d.written)
		// JSON knows one kind of number, and no default is in config.
		if diff := cmp.Diff(once, ring, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Cassandra{}, "Config")); diff != "" {
			t.Errorf("%s (-once +twice):\n%s", name, diff)
		}
	}
}
