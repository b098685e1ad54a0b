package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// cassandraDirectories are Cassandra's below the mount, data first: once
// system.local is gone nobody asks what an attempt left behind.
var cassandraDirectories = []string{"data", "commitlog", "hints", "saved_caches", "cdc_raw"}

// clearedName is where a directory goes before it is removed, so that it is
// gone at once or not at all.
const clearedName = "cleared"

// Clear removes what an attempt to join has left in Cassandra's directories.
// Cassandra would pick its tokens from the ring as that attempt had seen it,
// and so may pick those of a member that has joined since; real rings have
// lost members that way. Nothing is lost with it: what has never joined holds
// no row that others do not have.
//
// The volume must be one whose attempt has begun and, by Recover, not ended;
// of any other Clear removes nothing and gives an error. It says whether there
// was anything to remove.
func (d *Directory) Clear() (bool, error) {
	_, condition, err := d.Condition()
	if err != nil {
		return false, err
	}
	if condition != Joining {
		return false, fmt.Errorf("internal: clear %s: the volume is %s; only what an attempt to join has left may be removed", d.Root, condition)
	}
	if err := d.Files.RemoveAll(d.path(clearedName)); err != nil {
		return false, explain(d.path(clearedName), err)
	}
	cleared := false
	for _, name := range cassandraDirectories {
		had, err := d.clear(name)
		if err != nil {
			return false, err
		}
		cleared = cleared || had
	}
	return cleared, nil
}

func (d *Directory) clear(name string) (bool, error) {
	from, to := filepath.Join(d.Root, name), d.path(clearedName)
	err := d.Files.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, explain(from, err)
	}
	if err := d.Files.SyncDir(d.Root); err != nil {
		return false, explain(d.Root, err)
	}
	if err := d.Files.RemoveAll(to); err != nil {
		return false, explain(to, err)
	}
	return true, nil
}
