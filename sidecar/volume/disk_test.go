package volume_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"testing/fstest"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// errStopped is what every operation gives once the power is off.
var errStopped = errors.New("power off")

// disk is a file system that forgets, when the power goes off, what was not
// synced: a file's bytes may then be none, half or all, and of a directory's
// latest entries any first part may be there.
type disk struct {
	dirs map[string]*directory
	// before is asked before each operation; what it gives is the
	// operation's result.
	before func(operation string) error
}

type directory struct {
	now, durable map[string]*inode
	journal      []func(map[string]*inode)
}

type inode struct {
	data   []byte
	synced bool
	dir    bool
}

func newDisk() *disk {
	return &disk{
		dirs:   map[string]*directory{"/v": newDirectory()},
		before: func(string) error { return nil },
	}
}

func newDirectory() *directory {
	return &directory{now: map[string]*inode{}, durable: map[string]*inode{}}
}

func (d *directory) do(change func(map[string]*inode)) {
	change(d.now)
	d.journal = append(d.journal, change)
}

func missing(operation, name string) error {
	return &fs.PathError{Op: operation, Path: name, Err: fs.ErrNotExist}
}

func (d *disk) parent(operation, name string) (*directory, error) {
	if err := d.before(operation); err != nil {
		return nil, &fs.PathError{Op: operation, Path: name, Err: err}
	}
	parent, ok := d.dirs[path.Dir(name)]
	if !ok {
		return nil, missing(operation, name)
	}
	return parent, nil
}

func (d *disk) ReadFile(name string, limit int) ([]byte, error) {
	parent, ok := d.dirs[path.Dir(name)]
	if !ok || parent.now[path.Base(name)] == nil {
		return nil, missing("read", name)
	}
	data := parent.now[path.Base(name)].data
	return bytes.Clone(data[:min(len(data), limit+1)]), nil
}

func (d *disk) Mkdir(name string) error {
	parent, err := d.parent("mkdir", name)
	if err != nil {
		return err
	}
	if parent.now[path.Base(name)] != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	}
	made := &inode{dir: true, synced: true}
	parent.do(func(entries map[string]*inode) { entries[path.Base(name)] = made })
	d.dirs[name] = newDirectory()
	return nil
}

func (d *disk) Create(name string) (volume.File, error) {
	parent, err := d.parent("create", name)
	if err != nil {
		return nil, err
	}
	made := parent.now[path.Base(name)]
	if made == nil {
		made = &inode{}
		parent.do(func(entries map[string]*inode) { entries[path.Base(name)] = made })
	}
	made.data, made.synced = nil, false
	return &openFile{disk: d, inode: made, name: name}, nil
}

func (d *disk) Rename(from, to string) error {
	parent, err := d.parent("rename", from)
	if err != nil {
		return err
	}
	moved := parent.now[path.Base(from)]
	parent.do(func(entries map[string]*inode) {
		delete(entries, path.Base(from))
		entries[path.Base(to)] = moved
	})
	return nil
}

func (d *disk) Remove(name string) error {
	parent, err := d.parent("remove", name)
	if err != nil {
		return err
	}
	if parent.now[path.Base(name)] == nil {
		return missing("remove", name)
	}
	parent.do(func(entries map[string]*inode) { delete(entries, path.Base(name)) })
	return nil
}

// RemoveAll is never asked for by what this disk tests.
func (d *disk) RemoveAll(name string) error {
	return &fs.PathError{Op: "removeall", Path: name, Err: fs.ErrInvalid}
}

func (d *disk) SyncDir(name string) error {
	if err := d.before("syncdir"); err != nil {
		return &fs.PathError{Op: "syncdir", Path: name, Err: err}
	}
	if synced := d.dirs[name]; synced != nil {
		synced.durable, synced.journal = maps.Clone(synced.now), nil
	}
	return nil
}

func (d *disk) Lock(_ context.Context, name string) (func(), error) {
	_, err := d.parent("lock", name)
	return func() {}, err
}

func (d *disk) Tree(root string) fs.FS {
	tree := fstest.MapFS{}
	for at, dir := range d.dirs {
		if at == root {
			for name, entry := range dir.now {
				tree[name] = &fstest.MapFile{Data: entry.data}
				if entry.dir {
					tree[name].Mode = fs.ModeDir
				}
			}
		}
	}
	return tree
}

type openFile struct {
	disk  *disk
	inode *inode
	name  string
}

// Write leaves half where it does not succeed.
func (f *openFile) Write(data []byte) (int, error) {
	if err := f.disk.before("write"); err != nil {
		f.inode.data = append(f.inode.data, data[:len(data)/2]...)
		return len(data) / 2, &fs.PathError{Op: "write", Path: f.name, Err: err}
	}
	f.inode.data = append(f.inode.data, data...)
	return len(data), nil
}

func (f *openFile) Sync() error {
	if err := f.disk.before("sync"); err != nil {
		return &fs.PathError{Op: "sync", Path: f.name, Err: err}
	}
	f.inode.synced = true
	return nil
}

func (f *openFile) Close() error {
	if err := f.disk.before("close"); err != nil {
		return &fs.PathError{Op: "close", Path: f.name, Err: err}
	}
	return nil
}

// afterPowerLoss gives every disk that may be found when the power is back.
func (d *disk) afterPowerLoss() []*disk {
	found := []*disk{newDisk()}
	delete(found[0].dirs, "/v")
	for name, dir := range d.dirs {
		var next []*disk
		for kept := range len(dir.journal) + 1 {
			entries := maps.Clone(dir.durable)
			for _, change := range dir.journal[:kept] {
				change(entries)
			}
			for _, settled := range settle(entries) {
				for _, other := range found {
					whole := newDisk()
					maps.Copy(whole.dirs, other.dirs)
					whole.dirs[name] = &directory{now: settled, durable: maps.Clone(settled)}
					next = append(next, whole)
				}
			}
		}
		found = next
	}
	for _, whole := range found {
		for name := range whole.dirs {
			parent, ok := whole.dirs[path.Dir(name)]
			if ok && parent.now[path.Base(name)] == nil {
				delete(whole.dirs, name) // its own name did not reach the disk
			}
		}
	}
	return found
}

// settle gives the directory with every choice of bytes that its unsynced
// files may have.
func settle(entries map[string]*inode) []map[string]*inode {
	choices := []map[string]*inode{{}}
	for name, entry := range entries {
		variants := [][]byte{entry.data}
		if !entry.synced {
			variants = [][]byte{nil, entry.data[:len(entry.data)/2], entry.data}
		}
		var next []map[string]*inode
		for _, choice := range choices {
			for _, data := range variants {
				with := maps.Clone(choice)
				with[name] = &inode{data: bytes.Clone(data), synced: true, dir: entry.dir}
				next = append(next, with)
			}
		}
		choices = next
	}
	return choices
}
