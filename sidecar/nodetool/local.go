package nodetool

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Bootstrapped is how far a volume's Cassandra has come with its join.
type Bootstrapped string

// What Cassandra writes into system.local.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/db/SystemKeyspace.java enum BootstrapState
const (
	NeedsBootstrap Bootstrapped = "NEEDS_BOOTSTRAP"
	InProgress     Bootstrapped = "IN_PROGRESS"
	Completed      Bootstrapped = "COMPLETED"
	Decommissioned Bootstrapped = "DECOMMISSIONED"
)

// Local is what a volume's Cassandra knew about itself when it stopped.
type Local struct {
	// Bootstrapped is NeedsBootstrap where nothing was written, as Cassandra
	// itself takes it.
	Bootstrapped Bootstrapped
	// HostID is a UUID in lower case. It may be empty unless Bootstrapped is
	// Completed.
	HostID string
	// Datacenter and Rack are those of its first start; empty if it did not
	// come that far.
	Datacenter, Rack string
}

// Local reads the table system.local below dir, which is the data directory
// of a Cassandra that is not running: sstabledump of its files. init does so
// before every start of a volume that is not recorded as joined and has that
// table; an error means that nobody can tell, and nothing may start.
//
// Every file is read and for each column the youngest value counts, as
// Cassandra would: a restart writes the rack anew but bootstrapped only once,
// so the newest file alone may not hold it. A table without any file is that
// of a Cassandra that ended before its first flush, long before it joined.
func (t *Tools) Local(ctx context.Context, dir string) (Local, error) {
	files, err := localFiles(dir)
	if err != nil {
		return Local{}, fmt.Errorf("system.local: %w", err)
	}
	table := &localTable{columns: map[string]cell{}}
	for _, file := range files {
		out, err := t.sstabledump(ctx, file)
		if err != nil {
			return Local{}, err
		}
		if err := table.add(out); err != nil {
			return Local{}, fmt.Errorf("sstabledump %s: %w", file, err)
		}
	}
	local, err := table.local()
	if err != nil {
		return Local{}, fmt.Errorf("system.local in %s: %w", dir, err)
	}
	return local, nil
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
