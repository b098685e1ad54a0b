package node_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/templates/node"
)

func TestScriptFitsTheTemplate(t *testing.T) {
	script := node.Script()
	if len(script) > node.MaxScript {
		t.Errorf("the script has %d characters, at most %d are allowed", len(script), node.MaxScript)
	}
	for i, line := range strings.Split(script, "\n") {
		for _, r := range line {
			if r != '\t' && (r < ' ' || r > '~') {
				t.Errorf("line %d has %q, which is not printable ASCII: %s", i+1, r, line)
			}
		}
	}
	if strings.HasPrefix(script, "[") || strings.Contains(script, "#!/bin/sh\n# shellcheck") {
		t.Error("the script begins with [, an ARM expression, or has a shebang of its own")
	}
	if !strings.HasSuffix(script, "\nmain\n") || strings.Contains(node.Functions(), "\nmain\n") {
		t.Error("main must be called in the last file and nowhere else")
	}
}

// A name in the prelude that nothing reads is a value that reaches nothing.
func TestEveryPreludeNameIsUsed(t *testing.T) {
	names := controlPlane(0)
	maps.Copy(names, member())
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !regexp.MustCompile(`\$\{?` + name + `\b`).MatchString(node.Script()) {
			t.Errorf("the script never reads %s", name)
		}
	}
}

// The table of exit codes in the head of the script is the steps' own.
func TestExitCodeTable(t *testing.T) {
	want := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^#   \d\d .*$`).FindAllString(node.Script(), -1) {
		for _, m := range regexp.MustCompile(`(\d\d) ([a-z-]+(?: [a-z]+)?)`).FindAllStringSubmatch(line, -1) {
			want[m[2]] = m[1]
		}
	}
	got := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t+step (\d\d) '?([a-z -]+?)'? [a-z_]+( .*)?$`).FindAllStringSubmatch(node.Script(), -1) {
		if code, ok := got[m[2]]; ok && code != m[1] {
			t.Errorf("step %s has the codes %s and %s", m[2], code, m[1])
		}
		got[m[2]] = m[1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-) and steps (+) differ:\n%s", diff)
	}
	seen := map[string]string{}
	for name, code := range got {
		if other, ok := seen[code]; ok {
			t.Errorf("%s and %s share the code %s", name, other, code)
		}
		seen[code] = name
	}
}

func TestShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not installed: the script was not linted")
	}
	file := filepath.Join(t.TempDir(), "script.sh")
	m := &machine{t: t, prelude: controlPlane(0)}
	if err := os.WriteFile(file, []byte(m.script(node.Script())), 0o600); err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob("*.sh")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(shellcheck, append([]string{"-s", "sh", file}, parts...)...).CombinedOutput(); err != nil {
		t.Errorf("shellcheck: %v\n%s", err, out)
	}
}

// Sourced, the functions do nothing, and each can be called alone.
func TestFunctionsAlone(t *testing.T) {
	m := newMachine(t, member())
	got := m.runText(node.Functions())
	if diff := cmp.Diff(outcome{}, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Errorf("sourcing does something (-want +got):\n%s", diff)
	}
	if calls := m.calls(); calls != nil || m.exists("/var/log/ringwright-node.log") {
		t.Errorf("sourcing calls %q or writes a log", calls)
	}
	got = m.runText(node.Functions() + "write_cni\n")
	if got.code != 0 || got.stderr != "" || !m.exists("/etc/cni/net.d/10-ringwright.conflist") {
		t.Errorf("write_cni alone: %+v", got)
	}
}
