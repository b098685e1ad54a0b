package volume_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

const (
	hostA = "11111111-2222-4333-8444-55555555555a"
	hostB = "11111111-2222-4333-8444-55555555555b"
	hostC = "11111111-2222-4333-8444-55555555555c"
	ringX = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0"
	ringY = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee1"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)
)

// onDisk is a volume in a directory of its own.
func onDisk(t *testing.T) *volume.Directory {
	t.Helper()
	return &volume.Directory{Root: t.TempDir(), Files: volume.OS{}}
}

// put writes a file below a directory, with the directories above it.
func put(t *testing.T, root, name, text string) {
	t.Helper()
	name = filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, d *volume.Directory) volume.State {
	t.Helper()
	s, err := d.Read()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantError holds that an error says all of the parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q; want %q in it", err, part)
		}
	}
}

// goodSettings is a settings file that differs by a number.
func goodSettings(reads int) []byte {
	data, err := settings.Marshal(&settings.Settings{
		Ring: "customers", Region: "eastus", Location: "eastus", Datacenter: "dc-eastus",
		Racks: settings.RacksFaultDomain, Founder: settings.NoFounder, Members: 3,
		Order: []string{"dc-eastus"}, SeedsService: "cassandra-seeds.customers-eastus.svc.cluster.local",
		DNS: []string{"10.0.0.10:53"}, IMDSTimeout: 70 * time.Second, Heap: "4Gi", NumTokens: 16,
		AllocationReplicationFactor: 3, Config: map[string]any{"concurrent_reads": reads},
	})
	if err != nil {
		panic(fmt.Sprintf("settings of the test: %v", err))
	}
	return data
}
