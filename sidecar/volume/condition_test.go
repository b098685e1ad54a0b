package volume_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// localTable is a table of system.local as Cassandra 5.0 names it.
const localTable = "data/system/local-7ad54392bcdd35a684174e047860b377/nb-1-big-Data.db"

func TestLook(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		dirs  []string
		want  volume.Contents
	}{
		{"nothing", nil, nil, volume.Contents{}},
		{"what the sidecar and mkfs leave", []string{".ringwright/state.json"}, []string{"lost+found"}, volume.Contents{}},
		{"the same within a mount of its own", []string{"data/lost+found/x", "data/.ringwright/lock", "commitlog/lost+found/y"}, nil, volume.Contents{}},
		{"directories alone", nil, []string{"data/system/local-1", "data/app/rows-1", "commitlog", "hints"}, volume.Contents{Local: true}},
		{"files elsewhere", []string{"hints/a", "saved_caches/b", "cdc_raw/c"}, nil, volume.Contents{}},
		{"a commit log", []string{"commitlog/CommitLog-7-1.log"}, nil, volume.Contents{Files: true}},
		{"a file deep below data", []string{"data/app/rows-1/backups/nb-1-big-Data.db"}, nil, volume.Contents{Files: true}},
		{"a hidden file in data", []string{"data/.cassandra_fs_ownership"}, nil, volume.Contents{Files: true}},
		{"lost+found deeper is somebody's", []string{"data/app/lost+found/x"}, nil, volume.Contents{Files: true}},
		{"system.local", []string{localTable}, nil, volume.Contents{Files: true, Local: true, Identity: true}},
		{"its other parts", []string{"data/system/local-1/nb-1-big-Index.db", "data/system/local-1/nb-1-big-Data.db.tmp", "data/system/local-1/nb-2-big-Data.db/x"}, nil, volume.Contents{Files: true, Local: true}},
		{"its snapshots", []string{"data/system/local-1/snapshots/x/nb-1-big-Data.db"}, nil, volume.Contents{Files: true, Local: true}},
		{"a neighbour", []string{"data/system/local_metadata_log-1/nb-1-big-Data.db", "data/system/peers-1/nb-1-big-Data.db"}, nil, volume.Contents{Files: true}},
		{"several", []string{"data/system/local-2/x", "data/system/local-1/nb-3-big-Data.db"}, nil, volume.Contents{Files: true, Local: true, Identity: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			for _, name := range tt.files {
				put(t, d.Root, name, "x")
			}
			for _, name := range tt.dirs {
				if err := os.MkdirAll(filepath.Join(d.Root, name), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			got, err := d.Look()
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("contents (-want +got): %v\n%s", err, diff)
			}
		})
	}
}

// blind is a file system in which one path cannot be read.
type blind struct {
	volume.OS
	path string
	err  error
}

func (b blind) Tree(root string) fs.FS { return blindTree{b.OS.Tree(root), b} }

type blindTree struct {
	fs.FS
	blind blind
}

func (b blindTree) Open(name string) (fs.File, error) {
	if name == b.blind.path {
		return nil, &fs.PathError{Op: "open", Path: name, Err: b.blind.err}
	}
	return b.FS.Open(name)
}

// TestLookRefuses holds that what cannot be read is never an empty volume.
func TestLookRefuses(t *testing.T) {
	for _, path := range []string{".", "data", "data/app", "commitlog", "data/system", "data/system/local-1"} {
		t.Run(path, func(t *testing.T) {
			d := onDisk(t)
			for _, name := range []string{"data/app", "data/system/local-1", "commitlog"} {
				if err := os.MkdirAll(filepath.Join(d.Root, name), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			d.Files = blind{path: path, err: syscall.EIO}
			_, err := d.Look()
			wantError(t, err, filepath.Join(d.Root, path)+": input/output error")
			d.Files = blind{path: path, err: fs.ErrPermission}
			_, err = d.Look()
			wantError(t, err, "belongs to uid ", "runAsUser or fsGroup")
		})
	}
	t.Run("an identity beside rows", func(t *testing.T) { // else a member would look lost
		d := onDisk(t)
		put(t, d.Root, "data/app/rows-1/nb-1-big-Data.db", "x")
		put(t, d.Root, localTable, "x")
		d.Files = blind{path: filepath.Dir(localTable), err: syscall.EIO}
		_, err := d.Look()
		wantError(t, err, filepath.Join(d.Root, filepath.Dir(localTable))+": input/output error")
	})
	d := onDisk(t)
	put(t, d.Root, "data/system", "a file")
	_, err := d.Look()
	wantError(t, err, filepath.Join(d.Root, "data/system"))
}

func TestCondition(t *testing.T) {
	nothing := volume.Contents{}
	files := volume.Contents{Files: true}
	identity := volume.Contents{Files: true, Local: true, Identity: true}
	initKeys := func(k volume.InitKeys) volume.State { return volume.State{InitKeys: k} }
	runKeys := func(k volume.RunKeys) volume.State {
		return volume.State{InitKeys: volume.InitKeys{Joining: true}, RunKeys: k}
	}
	founding := initKeys(volume.InitKeys{Founding: true, RingID: ringX})
	joining := initKeys(volume.InitKeys{Joining: true})
	joined := runKeys(volume.RunKeys{Joined: true, HostID: hostA})
	for _, tt := range []struct {
		name     string
		state    volume.State
		contents volume.Contents
		want     volume.Condition
	}{
		{"nothing at all", volume.State{}, nothing, volume.Empty},
		{"a pod that only waited", initKeys(volume.InitKeys{Ring: "customers", Datacenter: "dc-eastus", Rack: "rack-0", FailedStarts: 1}), nothing, volume.Empty},
		{"files of which nothing is recorded", volume.State{}, files, ""},
		{"an identity of which nothing is recorded", volume.State{}, identity, ""},
		{"founding before the first file", founding, nothing, volume.Founding},
		{"founding", founding, identity, volume.Founding},
		{"joining before the first file", joining, nothing, volume.Joining},
		{"joining, killed before its identity was written", joining, files, volume.Joining},
		{"joining", joining, identity, volume.Joining},
		{"joined", joined, identity, volume.Joined},
		{"data wiped, state left", joined, nothing, volume.Lost},
		{"identity lost, rows left", joined, files, volume.Lost},
		{"its directory left alone", joined, volume.Contents{Files: true, Local: true}, volume.Lost},
		{"decommissioned", runKeys(volume.RunKeys{Joined: true, HostID: hostA, Decommissioned: true}), identity, volume.Decommissioned},
		{"decommissioned and wiped", runKeys(volume.RunKeys{Joined: true, HostID: hostA, Decommissioned: true}), nothing, volume.Decommissioned},
		{"removed", runKeys(volume.RunKeys{Joined: true, HostID: hostA, Removed: true}), identity, volume.Removed},
		{"removed, whatever else", runKeys(volume.RunKeys{Removed: true, Decommissioned: true}), nothing, volume.Removed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.state.Condition(tt.contents)
			if got != tt.want || errors.Is(err, volume.ErrUnknown) != (tt.want == "") {
				t.Errorf("condition %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestBegin(t *testing.T) {
	for _, tt := range []struct {
		name    string
		before  volume.State
		files   []string
		attempt volume.Attempt
		want    volume.State
	}{
		{"the founder", volume.State{}, nil, volume.Attempt{RingID: ringX, Founding: true},
			volume.State{InitKeys: volume.InitKeys{RingID: ringX, Founding: true}}},
		{"the founder again", volume.State{InitKeys: volume.InitKeys{RingID: ringX, Founding: true, FailedStarts: 1}}, nil, volume.Attempt{RingID: ringX, Founding: true},
			volume.State{InitKeys: volume.InitKeys{RingID: ringX, Founding: true, FailedStarts: 1}}},
		{"the founder joins a ring that is there", volume.State{InitKeys: volume.InitKeys{RingID: ringX, Founding: true}}, nil, volume.Attempt{RingID: ringY},
			volume.State{InitKeys: volume.InitKeys{RingID: ringY, Joining: true}}},
		{"a replacement", volume.State{}, nil, volume.Attempt{RingID: ringX, Replacing: hostB},
			volume.State{InitKeys: volume.InitKeys{RingID: ringX, Joining: true, Replacing: hostB}}},
		{"a joiner that is told who is gone", volume.State{RunKeys: volume.RunKeys{Gone: []string{hostB}}}, nil, volume.Attempt{RingID: ringX, Gone: []string{hostA, hostB}},
			volume.State{InitKeys: volume.InitKeys{RingID: ringX, Joining: true}, RunKeys: volume.RunKeys{Gone: []string{hostB, hostA}}}},
		{"a joiner again", volume.State{InitKeys: volume.InitKeys{RingID: ringX, Joining: true, Replacing: hostB}}, []string{localTable}, volume.Attempt{RingID: ringX},
			volume.State{InitKeys: volume.InitKeys{RingID: ringX, Joining: true}}},
		{"a lost member", volume.State{
			InitKeys: volume.InitKeys{RingID: ringX, Joining: true},
			RunKeys:  volume.RunKeys{Joined: true, HostID: hostA, Address: "10.1.0.4", LastSeeds: []string{"10.1.0.5"}, Gone: []string{hostB}},
		}, nil, volume.Attempt{RingID: ringX, Replacing: hostA}, volume.State{
			InitKeys: volume.InitKeys{RingID: ringX, Joining: true, Replacing: hostA},
			RunKeys:  volume.RunKeys{LastSeeds: []string{"10.1.0.5"}, Gone: []string{hostB}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			write(t, d, tt.before)
			for _, name := range tt.files {
				put(t, d.Root, name, "x")
			}
			got, err := d.Begin(ctx, tt.attempt)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("state (-want +got): %v\n%s", err, diff)
			}
			if diff := cmp.Diff(tt.want, read(t, d)); diff != "" {
				t.Errorf("read again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBeginRefuses(t *testing.T) {
	joined := volume.State{InitKeys: volume.InitKeys{RingID: ringX}, RunKeys: volume.RunKeys{Joined: true, HostID: hostA}}
	removed, decommissioned := joined, joined
	removed.Removed, decommissioned.Decommissioned = true, true
	founding := volume.State{InitKeys: volume.InitKeys{RingID: ringX, Founding: true}}
	joining := volume.State{InitKeys: volume.InitKeys{RingID: ringX, Joining: true}}
	join, found := volume.Attempt{RingID: ringX}, volume.Attempt{RingID: ringY, Founding: true}
	for _, tt := range []struct {
		name    string
		state   volume.State
		files   []string
		attempt volume.Attempt
		want    string
	}{
		{"joined", joined, []string{localTable}, join, "is joined; it cannot join"},
		{"removed", removed, []string{localTable}, join, "is removed; it cannot join"},
		{"removed and wiped", removed, nil, join, "is removed; it cannot join"},
		{"decommissioned", decommissioned, nil, join, "is decommissioned; it cannot join"},
		{"lost", joined, nil, found, "is lost; it cannot found a ring"},
		{"joining", joining, nil, found, "is joining; it cannot found a ring"},
		{"a second ring", founding, nil, found, "is founding ring " + ringX},
		{"no ringId", volume.State{}, nil, volume.Attempt{}, "lacks the ringId"},
		{"found and replace", volume.State{}, nil, volume.Attempt{RingID: ringX, Founding: true, Replacing: hostB}, "cannot both found and replace"},
		{"unknown files", volume.State{}, []string{"commitlog/x"}, join, "holds files of Cassandra, and nothing says what they are"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := onDisk(t)
			before := write(t, d, tt.state)
			for _, name := range tt.files {
				put(t, d.Root, name, "x")
			}
			_, err := d.Begin(ctx, tt.attempt)
			wantError(t, err, d.Root+": ", tt.want)
			if diff := cmp.Diff(before, read(t, d)); diff != "" {
				t.Errorf("written all the same (-want +got):\n%s", diff)
			}
		})
	}
}
