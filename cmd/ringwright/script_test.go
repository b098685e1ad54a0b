package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// exits CODE COMMAND... runs a command that must exit with that code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// entry is a file, folder or link.
type entry struct {
	path, text string // text is its mode and contents
	info       fs.FileInfo
}

func entries(ts *testscript.TestScript, dir string) []entry {
	root := ts.MkAbs(dir)
	var all []entry
	ts.Check(filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := info.Mode().String()
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			text += "\n" + string(data)
		}
		p, err := filepath.Rel(root, name)
		all = append(all, entry{p, text, info})
		return err
	}))
	return all
}

// texts are the entries' texts by path, without the folders' own where asked.
func texts(all []entry, folders bool) map[string]string {
	m := map[string]string{}
	for _, e := range all {
		if folders || !e.info.IsDir() {
			m[e.path] = e.text
		}
	}
	return m
}

// memory is the key of what a script remembers.
type memory struct{}

// remember DIR... notes everything in the folders, for untouched.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: remember dir...")
	}
	for _, dir := range args {
		ts.Value(memory{}).(map[string][]entry)[dir] = entries(ts, dir)
	}
}

// untouched DIR... fails unless everything in the folders is what was
// remembered: the very same files, not written since, not even with the same bytes.
func untouched(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: untouched dir...")
	}
	for _, dir := range args {
		before, ok := ts.Value(memory{}).(map[string][]entry)[dir]
		if !ok {
			ts.Fatalf("%s is not remembered", dir)
		}
		now := entries(ts, dir)
		if diff := cmp.Diff(texts(before, true), texts(now, true)); diff != "" {
			ts.Fatalf("%s (-before +now):\n%s", dir, diff)
		}
		for i := range now {
			if !os.SameFile(before[i].info, now[i].info) || !before[i].info.ModTime().Equal(now[i].info.ModTime()) {
				ts.Fatalf("%s was written again", filepath.Join(dir, now[i].path))
			}
		}
	}
}

// same DIR DIR fails unless both folders hold the same files with the same modes.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] same dir dir")
	}
	diff := cmp.Diff(texts(entries(ts, args[0]), false), texts(entries(ts, args[1]), false))
	if neg == (diff == "") {
		ts.Fatalf("%s and %s:\n%s", args[0], args[1], diff)
	}
}

// modes DIR FOLDERS FILES fails unless everything in the folder has these modes.
func modes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: modes dir folders files")
	}
	for _, e := range entries(ts, args[0]) {
		want := args[2]
		if e.info.IsDir() {
			want = args[1]
		}
		if got := fmt.Sprintf("%04o", e.info.Mode().Perm()); got != want {
			ts.Fatalf("%s has mode %s, want %s", filepath.Join(args[0], e.path), got, want)
		}
	}
}

// secretIn SECRETS FILE... fails unless a value of the folder of secrets is in
// one of the files or folders, or in stdout or stderr; ! fails where one is.
func secretIn(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] secretin dir file...")
	}
	values := secretValues(ts, args[0])
	if len(values) < 20 {
		ts.Fatalf("only %d values in %s", len(values), args[0])
	}
	var found []string
	for _, where := range args[1:] {
		for _, text := range textsOf(ts, where) {
			if i := slices.IndexFunc(values, func(v string) bool { return strings.Contains(text, v) }); i >= 0 {
				found = append(found, where)
				break
			}
		}
	}
	switch {
	case neg && len(found) > 0:
		ts.Fatalf("a value of %s is in %s", args[0], strings.Join(found, " and "))
	case !neg && len(found) != len(args)-1:
		ts.Fatalf("values of %s are only in %q", args[0], found)
	}
}

func textsOf(ts *testscript.TestScript, where string) []string {
	if where == "stdout" || where == "stderr" {
		return []string{ts.ReadFile(where)}
	}
	var all []string
	for _, e := range entries(ts, where) {
		all = append(all, e.text)
	}
	return all
}

// encoded is what looks like the base64 text in a kubeconfig.
var encoded = regexp.MustCompile(`[A-Za-z0-9+/=]{40,}`)

// secretValues is every line of each key, certificate and token in the folder,
// and the values in the files that are derived from them.
func secretValues(ts *testscript.TestScript, dir string) []string {
	var values []string
	for _, e := range entries(ts, dir) {
		_, text, _ := strings.Cut(e.text, "\n") // behind the mode
		switch filepath.Base(e.path) {
		case "parameters.json":
			var file struct {
				Parameters map[string]struct{ Value any }
			}
			ts.Check(json.Unmarshal([]byte(text), &file))
			for _, p := range file.Parameters {
				values = append(values, fmt.Sprint(p.Value))
			}
		case "kubeconfig":
			values = append(values, encoded.FindAllString(text, -1)...)
		default:
			for line := range strings.Lines(text) {
				if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
					values = append(values, line)
				}
			}
		}
	}
	// The rest of a key's last line, and the * of .gitignore, are in many texts.
	return slices.DeleteFunc(values, func(v string) bool { return len(v) < 16 })
}

// smallDisk DIR SIZE mounts a file system of that size until the script ends.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: smalldisk dir size")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", dir).Run())
	ts.Defer(func() { ts.Check(exec.Command("umount", dir).Run()) })
}
