package nodetool_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// sstable lays out the parts of a file of system.local.
func sstable(t *testing.T, data, name string, without ...string) {
	t.Helper()
	dir := filepath.Join(data, "system", "local-7ad54392bcdd35a684174e047860b377")
	if err := os.MkdirAll(filepath.Join(dir, "snapshots"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Data.db", "Statistics.db", "TOC.txt"} {
		if !slices.Contains(without, part) {
			if err := os.WriteFile(filepath.Join(dir, name+"-"+part), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func row(second int, columns ...string) string {
	var cells []string
	for i := 0; i < len(columns); i += 2 {
		cells = append(cells, fmt.Sprintf(`{"name":%q,"value":%q}`, columns[i], columns[i+1]))
	}
	return fmt.Sprintf(`[{"partition":{"key":["local"],"position":0},"rows":[{"type":"row","position":14,"liveness_info":{"tstamp":"2026-11-22T17:01:%02dZ"},"cells":[%s]}]}]`,
		second, strings.Join(cells, ","))
}

func TestLocal(t *testing.T) {
	const id = "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10"
	place := []string{"cluster_name", "customers", "data_center", "dc-eastus", "rack", "rack-1", "host_id", id, "broadcast_address", "10.1.0.4"}
	local := func(bootstrapped string) volume.Local {
		return volume.Local{Bootstrapped: bootstrapped, ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-1", HostID: id, BroadcastAddress: "10.1.0.4"}
	}
	started := row(1, place...)
	tests := []struct {
		name   string
		files  map[string]string // name: what it holds
		torn   []string          // files without a list of parts
		stderr string
		want   volume.Local
	}{
		{"one file", map[string]string{"nb-1-big": row(1, append(place, "bootstrapped", "COMPLETED")...)}, nil, "", local("COMPLETED")},
		{"a restart's file beside the join's", map[string]string{"nb-3-big": row(2, "bootstrapped", "COMPLETED"), "nb-10-big": row(9, "rack", "rack-1"), "nb-2-big": started}, nil, "", local("COMPLETED")},
		{"files of 5.0", map[string]string{"oa-3gly_0t3c_2xzhs2kpqnbm1ucqfz-big": started, "da-3gly_0t4c_0fvki2kpqnbm1ucqfz-bti": row(2, "bootstrapped", "COMPLETED")}, nil, "WARN slow\n", local("COMPLETED")},
		{"killed while joining", map[string]string{"nb-1-big": started, "nb-2-big": row(2, "bootstrapped", "IN_PROGRESS")}, nil, "",
			local("IN_PROGRESS")},
		{"killed while writing", map[string]string{"nb-1-big": started, "nb-2-big": "torn"}, []string{"nb-2-big"}, "",
			local("")},
		{"killed before the first flush", nil, nil, "", volume.Local{}},
		{"decommissioned", map[string]string{"nb-1-big": started, "nb-4-big": row(4, "bootstrapped", "DECOMMISSIONED")}, nil, "",
			local("DECOMMISSIONED")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, data := newStubs(t, "answer", "STUB_STDERR="+tt.stderr), t.TempDir()
			sstable(t, data, "nothing", "Data.db")
			for name, out := range tt.files {
				sstable(t, data, name)
				s.prints(t, name+"-Data.db", out)
			}
			for _, name := range tt.torn {
				if err := os.Remove(filepath.Join(data, "system", "local-7ad54392bcdd35a684174e047860b377", name+"-TOC.txt")); err != nil {
					t.Fatal(err)
				}
			}
			// A table whose name only begins alike.
			if err := os.MkdirAll(filepath.Join(data, "system", "local_metadata_log-1"), 0o700); err != nil {
				t.Fatal(err)
			}
			got, err := s.tools.Local(t.Context(), data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Local (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLocalRefuses(t *testing.T) {
	s := newStubs(t, "answer")
	_, err := s.tools.Local(t.Context(), t.TempDir())
	wantError(t, err, "system.local: open ")

	data := t.TempDir()
	if err := os.Mkdir(filepath.Join(data, "system"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = s.tools.Local(t.Context(), data)
	wantError(t, err, "system/local-*: file does not exist")

	sstable(t, data, "nb-1-big")
	_, err = s.tools.Local(t.Context(), data) // the stub prints nothing
	wantError(t, err, "nb-1-big-Data.db: what it prints is not the expected JSON")

	broken := newStubs(t, "answer", "STUB_EXIT=1", "STUB_STDERR=Cannot find file\n")
	_, err = broken.tools.Local(t.Context(), data)
	wantError(t, err, `nb-1-big-Data.db: exit status 1: "Cannot find file"`)
}

// TestLocalRecovers holds that what is read makes a member of a volume whose
// state file is lost, and refuses a disk of another ring.
func TestLocalRecovers(t *testing.T) {
	const id = "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10"
	s, root := newStubs(t, "answer"), t.TempDir()
	sstable(t, filepath.Join(root, "data"), "nb-1-big")
	s.prints(t, "nb-1-big-Data.db", row(1, "cluster_name", "customers", "data_center", "dc-eastus", "rack", "rack-1",
		"host_id", id, "broadcast_address", "10.1.0.4", "bootstrapped", "COMPLETED"))
	d := &volume.Directory{Root: root, Files: volume.OS{}}
	state, condition, err := d.Recover(t.Context(), s.tools.Local)
	want := volume.State{
		InitKeys: volume.InitKeys{Ring: "customers", Datacenter: "dc-eastus", Rack: "rack-1"},
		RunKeys:  volume.RunKeys{Joined: true, HostID: id, Address: "10.1.0.4"},
	}
	if diff := cmp.Diff(want, state); diff != "" || condition != volume.Joined || err != nil {
		t.Errorf("Recover: %q, %v, state (-want +got):\n%s", condition, err, diff)
	}

	if err := os.Remove(d.StatePath()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.UpdateInit(t.Context(), func(own *volume.InitKeys, _ volume.RunKeys) error {
		own.Ring = "orders"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, _, err = d.Recover(t.Context(), s.tools.Local)
	wantError(t, err, `system.local has cluster_name "customers" and`)
}
