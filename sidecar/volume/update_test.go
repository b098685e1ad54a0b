package volume_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// TestUpdateSplit holds that a writer reaches its own keys only, not even
// through a list that it was shown.
func TestUpdateSplit(t *testing.T) {
	d := onDisk(t)
	write(t, d, member())
	got, err := d.UpdateInit(ctx, func(own *volume.InitKeys, other volume.RunKeys) error {
		if diff := cmp.Diff(member().RunKeys, other); diff != "" {
			t.Errorf("shown to init (-want +got):\n%s", diff)
		}
		own.FailedStarts, own.Replacing = 0, ""
		other.LastSeeds[0], other.KnownPods[0].Pod = "10.9.9.9", "cassandra-9-9"
		return nil
	})
	want := member()
	want.FailedStarts, want.Replacing = 0, ""
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("UpdateInit (-want +got): %v\n%s", err, diff)
	}
	var kept *volume.RunKeys
	got, err = d.UpdateRun(ctx, func(own *volume.RunKeys, other volume.InitKeys) error {
		if diff := cmp.Diff(want.InitKeys, other); diff != "" {
			t.Errorf("shown to run (-want +got):\n%s", diff)
		}
		own.Address, own.Gone = "10.1.0.9", []string{hostB}
		kept = own
		return nil
	})
	want.Address, want.Gone = "10.1.0.9", []string{hostB}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("UpdateRun (-want +got): %v\n%s", err, diff)
	}
	kept.LastSeeds[0] = "10.9.9.9" // a writer that goes on with what it was lent
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what UpdateRun gave was changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, read(t, d)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}

// TestUpdateInPlace holds that a change within a list is seen.
func TestUpdateInPlace(t *testing.T) {
	d := onDisk(t)
	write(t, d, member())
	if _, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
		own.LastSeeds[0], own.KnownPods[0].Address = "10.1.0.7", "10.1.0.7"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	got := read(t, d)
	if got.LastSeeds[0] != "10.1.0.7" || got.KnownPods[0].Address != "10.1.0.7" {
		t.Errorf("state %+v; want the new address", got)
	}
}

// TestUpdateWritesNothing holds that no file is written where nothing changes
// or the change gives an error.
func TestUpdateWritesNothing(t *testing.T) {
	files := newDisk()
	d := &volume.Directory{Root: "/v", Files: files}
	write(t, d, member())
	files.before = func(operation string) error {
		if operation != "mkdir" && operation != "lock" {
			t.Errorf("%s", operation)
		}
		return nil
	}
	write(t, d, member())
	refusal := errors.New("no")
	if _, err := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
		own.Gone = []string{hostB}
		return refusal
	}); !errors.Is(err, refusal) {
		t.Errorf("error %v; want the change's", err)
	}
}

// TestUpdateRefuses holds what no writer may take back.
func TestUpdateRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*volume.State)
		want   string
	}{
		{"ring", func(s *volume.State) { s.Ring = "orders" }, "ring would change from customers"},
		{"ring's id", func(s *volume.State) { s.RingID = ringY }, "ringId would change"},
		{"datacenter", func(s *volume.State) { s.Datacenter = "dc-westus" }, "datacenter would change"},
		{"rack", func(s *volume.State) { s.Rack = "" }, "rack would change from rack-0"},
		{"joined", func(s *volume.State) { s.Joined = false }, "joined would be taken back"},
		{"host id", func(s *volume.State) { s.HostID = hostB }, "hostId would change"},
		{"removed", func(s *volume.State) { s.Removed = false }, "removed would be taken back"},
		{"decommissioned", func(s *volume.State) { s.Decommissioned = false }, "decommissioned would be taken back"},
		{"what is no address", func(s *volume.State) { s.Address = "here" }, `address is "here"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			s := member()
			s.Removed, s.Decommissioned = true, true
			before := write(t, d, s)
			after := s
			tt.change(&after)
			_, initErr := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
				*own = after.InitKeys
				return nil
			})
			_, runErr := d.UpdateRun(ctx, func(own *volume.RunKeys, _ volume.InitKeys) error {
				*own = after.RunKeys
				return nil
			})
			wantError(t, errors.Join(initErr, runErr), "internal: write "+d.StatePath()+": ", tt.want)
			if diff := cmp.Diff(before, read(t, d)); diff != "" {
				t.Errorf("written all the same (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTakeRingID holds that a recovered volume takes a ringId later, once.
func TestTakeRingID(t *testing.T) {
	d := onDisk(t)
	s := member()
	s.RingID = ""
	write(t, d, s)
	take := func(ringID string) error {
		_, err := d.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
			own.RingID = ringID
			return nil
		})
		return err
	}
	if err := take(ringX); err != nil {
		t.Fatal(err)
	}
	wantError(t, take(ringY), "ringId would change")
	if got := read(t, d).RingID; got != ringX {
		t.Errorf("ringId %s; want %s", got, ringX)
	}
}
