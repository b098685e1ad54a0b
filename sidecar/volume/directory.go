package volume

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
)

// Names below the mount of the volume.
const (
	directoryName = ".ringwright"
	stateName     = "state.json"
	lockName      = "lock"
	settingsName  = "settings.yaml"
)

// Directory is a mounted volume. Its methods may be used at the same time by
// several goroutines and processes: reading takes no lock, since a file is
// replaced whole, and every change holds the lock file from reading to
// writing.
type Directory struct {
	// Root is the mount, the flag --data.
	Root string
	// Files are the file operations, OS{} in the sidecar.
	Files Files
}

// StatePath is the state file.
func (d *Directory) StatePath() string { return d.path(stateName) }

func (d *Directory) path(name string) string {
	return filepath.Join(d.Root, directoryName, name)
}

// Read gives the state file, the zero State where there is none. A mount that
// is not there is an error, so that it is not taken for an empty volume.
func (d *Directory) Read() (State, error) {
	data, err := d.Files.ReadFile(d.StatePath(), MaxStateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, d.checkRoot()
	} else if err != nil {
		return State{}, explain(d.StatePath(), err)
	}
	s, err := ParseState(data)
	if err != nil {
		return State{}, fmt.Errorf("%s: %w; put back a good copy, or update to the version that wrote it, or move it away: then the next start learns from system.local what the volume is, but neither its ringId nor that the ring removed it", d.StatePath(), err)
	}
	return s, nil
}

// Condition gives the state file and what the volume is by it and by what lies
// there, as State.Condition says it, and with the way out where that cannot be
// told.
func (d *Directory) Condition() (State, Condition, error) {
	s, contents, err := d.inspect()
	if err != nil {
		return State{}, "", err
	}
	condition, err := d.condition(s, contents)
	return s, condition, err
}

// inspect gives the state file and what lies beside it.
func (d *Directory) inspect() (State, Contents, error) {
	s, err := d.Read()
	if err != nil {
		return State{}, Contents{}, err
	}
	contents, err := d.Look()
	return s, contents, err
}

func (d *Directory) checkRoot() error {
	_, err := fs.Stat(d.Files.Tree(d.Root), ".")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: is not there; mount the volume there", d.Root)
	case err != nil:
		return explain(d.Root, err)
	}
	return nil
}

// UpdateInit changes the keys of init, the others only read. It gives the
// state as it is on the disk then. Nothing is written where change changes
// nothing or gives an error, which UpdateInit passes on.
func (d *Directory) UpdateInit(ctx context.Context, change func(own *InitKeys, other RunKeys) error) (State, error) {
	return d.update(ctx, func(s State) (State, error) {
		err := change(&s.InitKeys, s.clone().RunKeys)
		return s, err
	}, checkChange)
}

// UpdateRun changes the keys of run, the others only read. It gives the state
// as it is on the disk then. Nothing is written where change changes nothing
// or gives an error, which UpdateRun passes on.
func (d *Directory) UpdateRun(ctx context.Context, change func(own *RunKeys, other InitKeys) error) (State, error) {
	return d.update(ctx, func(s State) (State, error) {
		err := change(&s.RunKeys, s.InitKeys)
		return s, err
	}, checkChange)
}

// MarkRemoved records that the ring removed this member, which init learns
// from a live agent before the start that it then refuses.
func (d *Directory) MarkRemoved(ctx context.Context) (State, error) {
	return d.update(ctx, func(s State) (State, error) {
		s.Removed = true
		return s, nil
	}, checkChange)
}

// update reads, changes and writes the state file under the lock. change gets
// a copy of its own.
func (d *Directory) update(ctx context.Context, change func(State) (State, error), allowed func(before, after State) error) (State, error) {
	unlock, err := d.lock(ctx)
	if err != nil {
		return State{}, err
	}
	defer unlock()
	before, err := d.Read()
	if err != nil {
		return State{}, err
	}
	after, err := change(before.clone())
	if err != nil {
		return State{}, err
	}
	after = after.bounded()
	if reflect.DeepEqual(before, after) {
		return before, nil
	}
	if err := allowed(before, after); err != nil {
		return State{}, fmt.Errorf("internal: write %s: %w", d.StatePath(), err)
	}
	data, err := after.encode()
	if err != nil {
		return State{}, fmt.Errorf("internal: write %s: %w", d.StatePath(), err)
	}
	if err := d.replace(stateName, data); err != nil {
		return State{}, err
	}
	return after, nil
}

// lock makes the directory where it is missing and takes its lock.
func (d *Directory) lock(ctx context.Context) (unlock func(), err error) {
	if err := d.checkRoot(); err != nil {
		return nil, err
	}
	dir := filepath.Join(d.Root, directoryName)
	if err := d.Files.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, explain(dir, err)
	}
	unlock, err = d.Files.Lock(ctx, d.path(lockName))
	if err != nil {
		return nil, explain(d.path(lockName), err)
	}
	return unlock, nil
}

// replace writes a file of the directory. The mount is synced too, every
// time: whoever made the directory may have died before it did.
func (d *Directory) replace(name string, data []byte) error {
	if err := d.Files.SyncDir(d.Root); err != nil {
		return explain(d.Root, err)
	}
	return replaceFile(d.Files, filepath.Join(d.Root, directoryName), name, data)
}
