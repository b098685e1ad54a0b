package volume_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// row is system.local of a member.
func row(bootstrapped string) volume.Local {
	return volume.Local{
		Bootstrapped: bootstrapped, ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-0",
		HostID: hostA, BroadcastAddress: "10.1.0.4",
	}
}

func TestRecover(t *testing.T) {
	place := volume.InitKeys{Ring: "customers", Datacenter: "dc-eastus", Rack: "rack-0"}
	with := func(change func(*volume.InitKeys)) volume.State {
		keys := place
		change(&keys)
		return volume.State{InitKeys: keys}
	}
	founding := with(func(k *volume.InitKeys) { k.Founding, k.RingID = true, ringX })
	joining := with(func(k *volume.InitKeys) { k.Joining, k.RingID, k.Replacing, k.FailedStarts = true, ringX, hostB, 2 })
	joinedBy := func(s volume.State) volume.State {
		s.Joined, s.HostID, s.Address = true, hostA, "10.1.0.4"
		return s
	}
	decommissioned := with(func(*volume.InitKeys) {})
	decommissioned.Decommissioned = true
	first := volume.Local{ClusterName: "customers", HostID: hostA}
	for _, tt := range []struct {
		name   string
		before volume.State
		row    volume.Local
		want   volume.Condition
		after  volume.State
	}{
		{"lost file, joined", volume.State{}, row("COMPLETED"), volume.Joined, joinedBy(volume.State{InitKeys: place})},
		{"lost file, decommissioned", volume.State{}, row("DECOMMISSIONED"), volume.Decommissioned, decommissioned},
		{"lost file, streaming", volume.State{}, row("IN_PROGRESS"), volume.Joining, with(func(k *volume.InitKeys) { k.Joining = true })},
		{"lost file, not begun", volume.State{}, row("NEEDS_BOOTSTRAP"), volume.Joining, with(func(k *volume.InitKeys) { k.Joining = true })},
		{"lost file, the very first row", volume.State{}, first, volume.Joining, volume.State{InitKeys: volume.InitKeys{Ring: "customers", Joining: true}}},
		{"run died before it recorded", joining, row("COMPLETED"), volume.Joined, joinedBy(joining)},
		{"so it did beside the founder", founding, row("COMPLETED"), volume.Joined, joinedBy(founding)},
		{"an attempt goes on", joining, row("IN_PROGRESS"), volume.Joining, joining},
		{"a founding goes on", founding, row(""), volume.Founding, founding},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			if diff := cmp.Diff(volume.State{}, tt.before); diff != "" {
				write(t, d, tt.before)
			}
			put(t, d.Root, localTable, "x")
			var directory string
			got, condition, err := d.Recover(ctx, func(_ context.Context, given string) (volume.Local, error) {
				directory = given
				return tt.row, nil
			})
			if err != nil || condition != tt.want {
				t.Errorf("condition %q, %v; want %q", condition, err, tt.want)
			}
			if want := filepath.Join(d.Root, "data"); directory != want {
				t.Errorf("dumped below %q; want %q", directory, want)
			}
			if diff := cmp.Diff(tt.after, got); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.after, read(t, d)); diff != "" {
				t.Errorf("read again (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecoverAsksOnlyWhereUnknown holds that what is recorded costs no dump.
func TestRecoverAsksOnlyWhereUnknown(t *testing.T) {
	joined := member()
	removed, decommissioned := member(), member()
	removed.Removed, decommissioned.Decommissioned = true, true
	for _, tt := range []struct {
		name  string
		state volume.State
		files []string
		want  volume.Condition
	}{
		{"joined", joined, []string{localTable}, volume.Joined},
		{"removed", removed, []string{localTable}, volume.Removed},
		{"decommissioned", decommissioned, []string{localTable}, volume.Decommissioned},
		{"lost", joined, nil, volume.Lost},
		{"joining without an identity", volume.State{InitKeys: volume.InitKeys{Joining: true}}, []string{"commitlog/x"}, volume.Joining},
		{"empty", volume.State{}, nil, volume.Empty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			write(t, d, tt.state)
			for _, name := range tt.files {
				put(t, d.Root, name, "x")
			}
			got, condition, err := d.Recover(ctx, func(context.Context, string) (volume.Local, error) {
				t.Error("dumped")
				return volume.Local{}, nil
			})
			if err != nil || condition != tt.want {
				t.Errorf("condition %q, %v; want %q", condition, err, tt.want)
			}
			if diff := cmp.Diff(tt.state, got); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRecoverRefuses(t *testing.T) {
	change := func(change func(*volume.Local)) volume.Local {
		l := row("COMPLETED")
		change(&l)
		return l
	}
	broken := errors.New("table is corrupt")
	joining := volume.State{InitKeys: volume.InitKeys{Ring: "customers", RingID: ringX, Datacenter: "dc-eastus", Rack: "rack-0", Joining: true}}
	const cannotTell = "system.local does not say whether this member has joined: "
	for _, tt := range []struct {
		name  string
		state volume.State
		row   volume.Local
		err   error
		want  string
	}{
		{"the dump fails", volume.State{}, volume.Local{}, broken, cannotTell + "table is corrupt; put back "},
		{"a word of another version", volume.State{}, row("PAUSED"), nil, cannotTell + `bootstrapped is "PAUSED"`},
		{"joined as nobody", volume.State{}, change(func(l *volume.Local) { l.HostID = "" }), nil, cannotTell + `bootstrapped is COMPLETED and host_id is ""`},
		{"joined nowhere", volume.State{}, change(func(l *volume.Local) { l.Rack = "" }), nil, cannotTell + "bootstrapped is COMPLETED and data_center or rack is missing"},
		{"another ring's disk", joining, change(func(l *volume.Local) { l.ClusterName = "orders" }), nil, `system.local has cluster_name "orders" and `},
		{"another rack's disk", joining, change(func(l *volume.Local) { l.Rack = "rack-1" }), nil, `system.local has rack "rack-1" and `},
		{"another datacenter's disk", joining, change(func(l *volume.Local) { l.DataCenter = "dc-westus" }), nil, `system.local has data_center "dc-westus" and `},
		{"a ring of nobody's", volume.State{}, change(func(l *volume.Local) { l.ClusterName = "Test Cluster" }), nil, `cluster_name "Test Cluster", which no ring of this sidecar has`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			before := write(t, d, tt.state)
			put(t, d.Root, localTable, "x")
			_, condition, err := d.Recover(ctx, func(context.Context, string) (volume.Local, error) { return tt.row, tt.err })
			wantError(t, err, d.Root+": ", tt.want)
			if !errors.Is(err, tt.err) && tt.err != nil {
				t.Errorf("error %v; want %v in its chain", err, tt.err)
			}
			if condition != "" {
				t.Errorf("condition %q beside the error", condition)
			}
			if diff := cmp.Diff(before, read(t, d)); diff != "" {
				t.Errorf("written all the same (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("files without an identity", func(t *testing.T) {
		d := onDisk(t)
		put(t, d.Root, "data/app/rows-1/nb-1-big-Data.db", "x")
		_, _, err := d.Recover(ctx, nil)
		wantError(t, err, d.Root+": holds files of Cassandra, and nothing says what they are: ", d.StatePath(), "move data and commitlog away")
		if !errors.Is(err, volume.ErrUnknown) {
			t.Errorf("error %v; want ErrUnknown in its chain", err)
		}
	})
	t.Run("a broken state file", func(t *testing.T) {
		d := onDisk(t)
		put(t, d.Root, localTable, "x")
		put(t, d.Root, ".ringwright/state.json", "{")
		_, _, err := d.Recover(ctx, nil)
		wantError(t, err, d.StatePath()+": ends in the middle")
		if err := os.Remove(d.StatePath()); err != nil { // the way out that the error names
			t.Fatal(err)
		}
		s, condition, err := d.Recover(ctx, func(context.Context, string) (volume.Local, error) { return row("COMPLETED"), nil })
		if err != nil || condition != volume.Joined || s.RingID != "" {
			t.Errorf("%+v, %q, %v; want joined without a ringId", s, condition, err)
		}
	})
}

// TestRecoverWithoutTable holds that the dump is asked as soon as Cassandra
// has made the directory: it may not have come to its first flush. Where no
// attempt is recorded either, the files may be a member's.
func TestRecoverWithoutTable(t *testing.T) {
	d := onDisk(t)
	put(t, d.Root, "data/system/local-1/nb-1-big-Index.db", "x")
	nothing := func(context.Context, string) (volume.Local, error) { return volume.Local{}, nil }
	_, _, err := d.Recover(ctx, nothing)
	wantError(t, err, "no table of it is whole")
	if got := read(t, d); got.Joining {
		t.Error("recorded as joining")
	}
	write(t, d, volume.State{InitKeys: volume.InitKeys{Joining: true, RingID: ringX}})
	_, condition, err := d.Recover(ctx, nothing)
	if err != nil || condition != volume.Joining {
		t.Errorf("condition %q, %v; want joining", condition, err)
	}
}

// TestHasLeft holds that only DECOMMISSIONED ends a recorded member.
func TestHasLeft(t *testing.T) {
	for bootstrapped, want := range map[string]bool{"DECOMMISSIONED": true, "COMPLETED": false, "": false} {
		d := onDisk(t)
		write(t, d, member())
		put(t, d.Root, localTable, "x")
		got, err := d.HasLeft(ctx, func(context.Context, string) (volume.Local, error) { return row(bootstrapped), nil })
		if err != nil || got != want || read(t, d).Decommissioned != want {
			t.Errorf("%q: left %v, %v, recorded %v; want %v", bootstrapped, got, err, read(t, d).Decommissioned, want)
		}
	}
	d := onDisk(t)
	write(t, d, member())
	if left, err := d.HasLeft(ctx, func(context.Context, string) (volume.Local, error) { return volume.Local{}, io.ErrUnexpectedEOF }); left || err == nil {
		t.Errorf("left %v, %v; want the dump's error", left, err)
	}
}

// TestRecoverMeetsRun holds that what run records while the dump runs stands,
// and that run is not kept waiting meanwhile.
func TestRecoverMeetsRun(t *testing.T) {
	d := onDisk(t)
	write(t, d, volume.State{InitKeys: volume.InitKeys{Joining: true, RingID: ringX}})
	put(t, d.Root, localTable, "x")
	want := volume.State{InitKeys: volume.InitKeys{Joining: true, RingID: ringX}, RunKeys: volume.RunKeys{Joined: true, HostID: hostA}}
	got, condition, err := d.Recover(ctx, func(context.Context, string) (volume.Local, error) {
		_, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
			own.Joined, own.HostID = true, hostA
			return nil
		})
		return row("IN_PROGRESS"), err
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil || condition != volume.Joined {
		t.Errorf("%q, %v, state (-want +got):\n%s", condition, err, diff)
	}
}
