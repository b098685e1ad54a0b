package nodetool_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/nodetool"
)

// TestMain is also the commands: where STUB is set, this binary is nodetool
// or sstabledump, and STUB says how it behaves.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv("STUB"); behaviour != "" {
		os.Exit(stub(behaviour))
	}
	os.Exit(m.Run())
}

// call is what a stub was called with.
type call struct {
	Path    string
	Args    []string
	Environ []string
}

func stub(behaviour string) int {
	switch behaviour {
	case "answer": // record the call, then print what the test has laid out
		record, err := json.Marshal(call{os.Args[0], os.Args[1:], os.Environ()})
		if err == nil {
			err = os.WriteFile(os.Getenv("STUB_CALL"), record, 0o600)
		}
		if err != nil {
			panic(err)
		}
		out, _ := os.ReadFile(filepath.Join(os.Getenv("STUB_DIR"), filepath.Base(os.Args[1])))
		os.Stdout.Write(out)
		os.Stderr.WriteString(os.Getenv("STUB_STDERR"))
		code, _ := strconv.Atoi(os.Getenv("STUB_EXIT"))
		return code
	case "flood":
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("x", 4096)); err != nil {
				return 0
			}
		}
	case "parent": // as nodetool's script does: Java is a child
		child := exec.Command(os.Args[0], os.Args[1:]...)
		child.Env = append(os.Environ(), "STUB=hang")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		return hang()
	case "orphan": // the child outlives the command and keeps its output open
		child := exec.Command(os.Args[0], os.Args[1:]...)
		child.Env = append(os.Environ(), "STUB=hang")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		return 0
	case "alone": // refuses to run beside another
		lock, err := os.Create(os.Getenv("STUB_SOCKET") + ".lock")
		if err != nil {
			panic(err)
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			os.Stderr.WriteString("another one runs\n")
			return 1
		}
		defer lock.Close()
		return hang()
	case "hang":
		return hang()
	}
	panic("no behaviour " + behaviour)
}

// hang tells the test that it is there and prints an empty ring once the test
// says so.
func hang() int {
	conn, err := net.Dial("unix", os.Getenv("STUB_SOCKET"))
	if err != nil {
		panic(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return 1
	}
	fmt.Println()
	return 0
}

// stubs is a PATH with both commands.
type stubs struct {
	dir   string // what they print, by their argument
	tools *nodetool.Tools
}

func newStubs(t *testing.T, behaviour string, environ ...string) *stubs {
	t.Helper()
	bin, dir := t.TempDir(), t.TempDir()
	install(t, bin, "nodetool", "sstabledump")
	return &stubs{dir: dir, tools: &nodetool.Tools{
		// The race detector would let every stub sleep a second at its end,
		// and a coverage run would have it warn.
		Environ:   append([]string{"PATH=" + bin, "GORACE=atexit_sleep_ms=0", "GOCOVERDIR=" + dir, "STUB=" + behaviour, "STUB_DIR=" + dir, "STUB_CALL=" + filepath.Join(dir, "call")}, environ...),
		ImageConf: "/etc/cassandra",
		Limit:     time.Minute, // far from what a slow machine needs
	}}
}

func install(t *testing.T, dir string, names ...string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *stubs) prints(t *testing.T, argument, out string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, argument), []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *stubs) called(t *testing.T) call {
	t.Helper()
	record, err := os.ReadFile(filepath.Join(s.dir, "call"))
	if err != nil {
		t.Fatal(err)
	}
	var c call
	if err := json.Unmarshal(record, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// wantError holds that an error says what it should, or that there is none.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v; want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v; want %q", err, want)
	}
}
