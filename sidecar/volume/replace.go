package volume

import (
	"errors"
	"path/filepath"
)

// replaceFile puts data in the place of dir/name so that a crash at any
// moment leaves the old file or the new one: the bytes reach the disk before
// the name does, and both have when it returns without an error. Two calls
// for one file must not overlap; what an earlier one left behind is
// overwritten.
func replaceFile(files Files, dir, name string, data []byte) error {
	final := filepath.Join(dir, name)
	temp := final + ".new"
	if err := writeSynced(files, temp, data); err != nil {
		// On a full file system the half file would hold room that others need.
		_ = files.Remove(temp)
		return explain(temp, err)
	}
	if err := files.Rename(temp, final); err != nil {
		_ = files.Remove(temp)
		return explain(final, err)
	}
	if err := files.SyncDir(dir); err != nil {
		return explain(dir, err)
	}
	return nil
}

func writeSynced(files Files, name string, data []byte) error {
	f, err := files.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
