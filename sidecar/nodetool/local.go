package nodetool

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// What Recover is given.
var _ volume.Dump = (*Tools)(nil).Local

// Local reads the table system.local below dir, which is the data directory
// of a Cassandra that is not running: sstabledump of its files. It is the
// volume.Dump that init gives to Recover before every start of a volume that
// is not recorded as joined and has that table; an error means that nobody can
// tell, and nothing may start.
//
// Every file is read and for each column the youngest value counts, as
// Cassandra would: a restart writes the rack anew but bootstrapped only once,
// so the newest file alone may not hold it. A table without any file is that
// of a Cassandra that ended before its first flush, long before it joined: it
// gives the zero volume.Local.
func (t *Tools) Local(ctx context.Context, dir string) (volume.Local, error) {
	files, err := localFiles(dir)
	if err != nil {
		return volume.Local{}, fmt.Errorf("system.local: %w", err)
	}
	table := &localTable{columns: map[string]cell{}}
	for _, file := range files {
		out, err := t.sstabledump(ctx, file)
		if err != nil {
			return volume.Local{}, err
		}
		if err := table.add(out); err != nil {
			return volume.Local{}, fmt.Errorf("sstabledump %s: %w", file, err)
		}
	}
	return table.local(), nil
}

// localFiles lists the table's data files. One without a list of its parts
// was being written when Cassandra was killed: that list is written last. Its
// rows are in the commit log still, and Cassandra deletes it when it starts.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/io/sstable/format/SSTableWriter.java doPrepare
func localFiles(dir string) ([]string, error) {
	system := filepath.Join(dir, "system")
	tables, err := os.ReadDir(system)
	if err != nil {
		return nil, err
	}
	var files []string
	found := false
	for _, table := range tables {
		if !table.IsDir() || !strings.HasPrefix(table.Name(), "local-") {
			continue
		}
		found = true
		parts, err := os.ReadDir(filepath.Join(system, table.Name()))
		if err != nil {
			return nil, err
		}
		whole := map[string]bool{}
		for _, part := range parts {
			if name, ok := strings.CutSuffix(part.Name(), "-TOC.txt"); ok {
				whole[name] = true
			}
		}
		for _, part := range parts {
			if name, ok := strings.CutSuffix(part.Name(), "-Data.db"); ok && whole[name] {
				files = append(files, filepath.Join(system, table.Name(), part.Name()))
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("%s/local-*: %w", system, fs.ErrNotExist)
	}
	return files, nil
}
