package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// Condition is what a volume is, as /v1/node publishes it.
type Condition string

// The conditions of a volume.
const (
	// Empty: nothing on it, no start ever began.
	Empty Condition = "empty"
	// Founding: a start as the ring's first member began.
	Founding Condition = "founding"
	// Joining: a start as a new member began.
	Joining Condition = "joining"
	// Joined: it holds a member.
	Joined Condition = "joined"
	// Decommissioned: its member left the ring for good.
	Decommissioned Condition = "decommissioned"
	// Lost: the state file knows a member whose data is not there.
	Lost Condition = "lost"
	// Removed: the ring removed its member.
	Removed Condition = "removed"
)

// ErrUnknown is in the chain of the error of a volume that holds files of
// Cassandra of which nothing says what they are.
var ErrUnknown = errors.New("holds files of Cassandra, and nothing says what they are")

// Contents is what lies in Cassandra's directories.
type Contents struct {
	// Files says that there is a file below data or commitlog.
	Files bool
	// Local says that data/system/local-* is there. Cassandra makes the
	// directory before it has anything to put there.
	Local bool
	// Identity says that a table is in it. A member's is, from before it
	// joined; without one Cassandra would start as somebody new.
	Identity bool
}

// Look reads Cassandra's directories. What it cannot read is an error, never
// an empty volume.
func (d *Directory) Look() (Contents, error) {
	if err := d.checkRoot(); err != nil {
		return Contents{}, err
	}
	tree := d.Files.Tree(d.Root)
	var c Contents
	var err error
	if c.Local, c.Identity, err = findLocal(tree); err != nil {
		return Contents{}, d.explainTree(err)
	}
	c.Files = c.Identity
	for _, name := range []string{"data", "commitlog"} {
		if c.Files {
			break
		}
		if c.Files, err = hasFile(tree, name); err != nil {
			return Contents{}, d.explainTree(err)
		}
	}
	return c, nil
}

func (d *Directory) explainTree(err error) error {
	at := d.Root
	var pathError *fs.PathError
	if errors.As(err, &pathError) && !filepath.IsAbs(pathError.Path) {
		at = filepath.Join(d.Root, filepath.FromSlash(pathError.Path))
	}
	return explain(at, err)
}

// hasFile says whether there is anything but directories below name, up to
// the first. What mkfs and this sidecar put into a mount does not count.
func hasFile(tree fs.FS, name string) (bool, error) {
	found := false
	err := fs.WalkDir(tree, name, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // never there, or removed by Cassandra meanwhile
			return nil
		case err != nil:
			return err
		case path.Dir(p) == name && entry.IsDir() && (entry.Name() == "lost+found" || entry.Name() == directoryName):
			return fs.SkipDir
		case !entry.IsDir():
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}

// findLocal looks for the directory of system.local and for a table in it.
func findLocal(tree fs.FS) (directory, table bool, err error) {
	const system = "data/system"
	directories, err := fs.ReadDir(tree, system)
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, nil
	} else if err != nil {
		return false, false, err
	}
	for _, d := range directories {
		if !d.IsDir() || !strings.HasPrefix(d.Name(), "local-") {
			continue
		}
		directory = true
		entries, err := fs.ReadDir(tree, path.Join(system, d.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, false, err
		}
		for _, entry := range entries {
			if strings.HasSuffix(entry.Name(), "-Data.db") && entry.Type().IsRegular() {
				table = true
			}
		}
	}
	return directory, table, nil
}

// Tables tells one set of system.local's files from another: their names, sizes
// and times, empty where there are none. Whoever has asked what they say has to
// ask again when it changes.
func (d *Directory) Tables() (string, error) {
	tree := d.Files.Tree(d.Root)
	names, err := fs.Glob(tree, "data/system/local-*/*-Data.db")
	if err != nil {
		return "", d.explainTree(err)
	}
	var all strings.Builder
	for _, name := range names {
		info, err := fs.Stat(tree, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return "", d.explainTree(err)
		}
		fmt.Fprintf(&all, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	}
	return all.String(), nil
}

// Condition says what a volume is by what is recorded and what lies there. It
// asks nobody: what Recover would find out is not in it, so before a start
// Recover comes first. The error has ErrUnknown in its chain.
func (s State) Condition(c Contents) (Condition, error) {
	switch {
	case s.Removed:
		return Removed, nil
	case s.Decommissioned:
		return Decommissioned, nil
	case s.Joined && !c.Identity:
		return Lost, nil
	case s.Joined:
		return Joined, nil
	case s.Founding:
		return Founding, nil
	case s.Joining:
		return Joining, nil
	case c.Files:
		return "", ErrUnknown
	}
	return Empty, nil
}

// condition is Condition with the way out of its error.
func (d *Directory) condition(s State, c Contents) (Condition, error) {
	condition, err := s.Condition(c)
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s records no start and system.local is not there; put both back from a copy, or move data and commitlog away to join anew", d.Root, err, d.StatePath())
	}
	return condition, nil
}
