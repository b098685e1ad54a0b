package nodetool_test

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringwright/ringwright/sidecar/nodetool"
)

const ring = `Datacenter: dc-eastus
=====================
Status=Up/Down
|/ State=Normal/Leaving/Joining/Moving
--  Address    Load        Tokens  Owns (effective)  Host ID                               Rack  
UN  10.1.2.10  306.77 KiB  16      100.0%            3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10  rack-1

`

func TestNodetool(t *testing.T) {
	const id = "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10"
	tests := []struct {
		command, out string
		ask          func(*nodetool.Tools) (any, error)
		want         any
		wantError    string
	}{
		{"status", ring, func(n *nodetool.Tools) (any, error) { return n.Status(t.Context()) },
			[]nodetool.Member{{Address: netip.MustParseAddr("10.1.2.10"), HostID: id, Datacenter: "dc-eastus", Rack: "rack-1", Up: true, State: nodetool.Normal}}, ""},
		{"status", "error: null\n", func(n *nodetool.Tools) (any, error) { return n.Status(t.Context()) }, []nodetool.Member(nil), `nodetool status: line 1, "error: null"`},
		{"netstats", "Mode: JOINING_FAILED\n", func(n *nodetool.Tools) (any, error) { return n.Mode(t.Context()) }, nodetool.ModeJoiningFailed, ""},
		{"netstats", "Node: x\n", func(n *nodetool.Tools) (any, error) { return n.Mode(t.Context()) }, nodetool.Mode(""), "nodetool netstats: it begins with"},
		{"info", "ID                     : " + id + "\n", func(n *nodetool.Tools) (any, error) { return n.HostID(t.Context()) }, id, ""},
		{"info", "\n", func(n *nodetool.Tools) (any, error) { return n.HostID(t.Context()) }, "", "nodetool info: it has 0 lines ID"},
		{"version", "ReleaseVersion: 5.0.9\n", func(n *nodetool.Tools) (any, error) { return n.KnowsFailedJoin(t.Context()) }, true, ""},
		{"version", "ReleaseVersion: 4.1.10\n", func(n *nodetool.Tools) (any, error) { return n.KnowsFailedJoin(t.Context()) }, false, ""},
		{"version", "5.0.9\n", func(n *nodetool.Tools) (any, error) { return n.KnowsFailedJoin(t.Context()) }, false, `nodetool version: it begins with "5.0.9"`},
		{"reloadseeds", "Updated seed node IP list, excluding the current node's IP: /10.1.0.3\n", func(n *nodetool.Tools) (any, error) { return nil, n.ReloadSeeds(t.Context()) }, nil, ""},
		{"reloadseeds", "Seed node list does not contain any remote node IPs\n", func(n *nodetool.Tools) (any, error) { return nil, n.ReloadSeeds(t.Context()) }, nil, ""},
		{"reloadseeds", "Failed to reload the seed node list.\n", func(n *nodetool.Tools) (any, error) { return nil, n.ReloadSeeds(t.Context()) }, nil, `nodetool reloadseeds: "Failed to reload the seed node list."`},
		{"reloadseeds", "", func(n *nodetool.Tools) (any, error) { return nil, n.ReloadSeeds(t.Context()) }, nil, `nodetool reloadseeds: it does not say why`},
		{"stopdaemon", "Cassandra has shutdown.\n", func(n *nodetool.Tools) (any, error) { return nil, n.StopDaemon(t.Context()) }, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.command, func(t *testing.T) {
			s := newStubs(t, "answer")
			s.prints(t, tt.command, tt.out)
			got, err := tt.ask(s.tools)
			wantError(t, err, tt.wantError)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{tt.command}, s.called(t).Args); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFailure holds that a command's own words reach the error.
func TestFailure(t *testing.T) {
	tests := []struct {
		name           string
		stderr, stdout string
		exit           string
		want           string
	}{
		{"not running", "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'.\n", "", "1",
			`nodetool status: exit status 1: "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'."`},
		{"a trace", "Picked up JAVA_TOOL_OPTIONS: -Xx\nOpenJDK 64-Bit Server VM warning: old\nerror: null\n-- StackTrace --\n", "", "2", `exit status 2: "error: null"`},
		{"on standard output", "\n", "\nError: no keyspace\n", "1", `exit status 1: "Error: no keyspace"`},
		{"silent", "", "", "3", "exit status 3: it does not say why"},
		{"long", strings.Repeat("x", 9000), "", "1", `exit status 1: "` + strings.Repeat("x", 300) + `"`},
		{"complaints beside an answer", "WARN something\n", ring, "0", ""},
		{"an answer, but failed", "", ring, "1", "exit status 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStubs(t, "answer", "STUB_STDERR="+tt.stderr, "STUB_EXIT="+tt.exit)
			s.prints(t, "status", tt.stdout)
			members, err := s.tools.Status(t.Context())
			wantError(t, err, tt.want)
			if err != nil && members != nil {
				t.Errorf("members beside an error: %v", members)
			}
		})
	}
}

// TestEnviron holds that no command inherits what is meant for Cassandra.
func TestEnviron(t *testing.T) {
	s := newStubs(t, "answer", "MAX_HEAP_SIZE=8G", "JVM_OPTS=-javaagent:/x.jar", "JVM_EXTRA_OPTS=-Dx=y", "CASSANDRA_CONF=/run/conf", "JVM_OPTS_X=kept", "HOME=/home/cassandra")
	s.prints(t, "status", ring)
	if _, err := s.tools.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := slices.DeleteFunc(slices.Clone(s.tools.Environ), func(v string) bool {
		return strings.HasPrefix(v, "MAX_HEAP_SIZE=") || strings.HasPrefix(v, "JVM_OPTS=") || strings.HasPrefix(v, "JVM_EXTRA_OPTS=")
	})
	if diff := cmp.Diff(kept, s.called(t).Environ); diff != "" {
		t.Errorf("environment of nodetool (-want +got):\n%s", diff)
	}

	data := t.TempDir()
	sstable(t, data, "nb-1-big")
	s.prints(t, "nb-1-big-Data.db", "[]")
	if _, err := s.tools.Local(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	kept = append(slices.DeleteFunc(kept, func(v string) bool { return strings.HasPrefix(v, "CASSANDRA_CONF=") }), "CASSANDRA_CONF=/etc/cassandra")
	if diff := cmp.Diff(kept, s.called(t).Environ); diff != "" {
		t.Errorf("environment of sstabledump (-want +got):\n%s", diff)
	}
}

// TestFind holds where the commands are looked for.
func TestFind(t *testing.T) {
	first, second, image := t.TempDir(), t.TempDir(), t.TempDir()
	install(t, second, "nodetool")
	install(t, image, "nodetool", "sstabledump")
	if err := os.WriteFile(filepath.Join(first, "nodetool"), []byte("not executable"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(first, "sstabledump"), 0o700); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	sstable(t, data, "nb-1-big")
	tests := []struct {
		name, path          string
		wantNodetool, wantS string
	}{
		{"in PATH", first + ":" + second, second, image},
		{"the order of PATH", second + ":" + image, second, image},
		{"not in PATH", first, image, image},
		{"no PATH", "", image, image},
		{"relative and empty entries", ":.:sidecar", image, image},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(second)
			s := newStubs(t, "answer")
			s.prints(t, "status", ring)
			s.prints(t, "nb-1-big-Data.db", "[]")
			s.tools.Environ[0] = "PATH=" + tt.path
			s.tools.NodetoolDir, s.tools.SSTabledumpDir = image, image
			if _, err := s.tools.Status(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.called(t).Path; got != filepath.Join(tt.wantNodetool, "nodetool") {
				t.Errorf("ran %s, want that of %s", got, tt.wantNodetool)
			}
			if _, err := s.tools.Local(t.Context(), data); err != nil {
				t.Fatal(err)
			}
			if got := s.called(t).Path; got != filepath.Join(tt.wantS, "sstabledump") {
				t.Errorf("ran %s, want that of %s", got, tt.wantS)
			}
		})
	}
}

// TestFindNothing holds that a missing command is an error that says where it
// was looked for; in the image it is in the directories of the contract.
func TestFindNothing(t *testing.T) {
	data := t.TempDir()
	sstable(t, data, "nb-1-big")
	n := &nodetool.Tools{Environ: []string{"PATH=/nowhere"}}
	_, err := n.Status(t.Context())
	wantError(t, err, `in PATH, "/nowhere", and in /opt/cassandra/bin`)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not %v", err, fs.ErrNotExist)
	}
	_, err = n.Local(t.Context(), data)
	wantError(t, err, `in PATH, "/nowhere", and in /opt/cassandra/tools/bin`)
}
