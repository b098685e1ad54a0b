package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The environment of the process inside: where its world keeps everything, the
// name of its folder of control groups, and where programs and images are.
const (
	dirVariable      = "RINGWRIGHT_E2E_DIR"
	groupsVariable   = "RINGWRIGHT_E2E_GROUPS"
	cacheVariable    = "RINGWRIGHT_E2E_CACHE"
	programsVariable = "RINGWRIGHT_E2E_PROGRAMS"
	imagesVariable   = "RINGWRIGHT_E2E_IMAGES"
)

// inside says whether this process is pid 1 of a world.
func inside() bool { return os.Getenv(dirVariable) != "" }

// Run runs a test in a world of its own. The test binary starts itself again as
// pid 1 of fresh mount, pid, net, uts and ipc namespaces, and that process runs
// the part. However it ends, and however this one ends, the kernel ends every
// process of the world and drops every mount and interface; what is left are
// empty folders of control groups, which are removed here or by the next run.
func Run(t *testing.T, o Options, part func(*World)) {
	t.Helper()
	if inside() {
		part(worldOf(t, o))
		return
	}
	want(t)
	p, err := prepare()
	if notHere(err) {
		t.Fatalf("a world cannot be built here: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	if o.shared() {
		p.runFormed(t)
		return
	}
	dir, err := p.directory(t)
	if err != nil {
		t.Fatal(err)
	}
	defer leave(t, dir)
	failed, skipped := enter(t, p, dir, t.Name())
	if failed != nil {
		t.Fatalf("%s failed in its world: %v", t.Name(), failed)
	}
	if skipped != "" {
		t.Skip(skipped)
	}
}

// worldOf is the world that this process is inside of: a new one, but for tests
// of a formed ring, which share theirs.
func worldOf(t *testing.T, o Options) *World {
	t.Helper()
	if o.shared() && formedWorld != nil {
		formedWorld.again(t)
		return formedWorld
	}
	w := newWorld(t, o)
	if o.shared() {
		formedWorld = w
		if w.Compiled() {
			formedSpec = w.Spec()
		}
	}
	return w
}

// directory is a new directory for everything that a test's world writes. What
// earlier worlds have left is swept first.
func (p prepared) directory(t testing.TB) (string, error) {
	sweep()
	dir := filepath.Join(p.cache, "worlds", fmt.Sprintf("%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), os.Getpid()))
	return dir, errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755))
}

// leave removes the directory of a test, or says where it is where that is of use.
func leave(t testing.TB, dir string) {
	if t.Failed() || *keep {
		t.Logf("logs, volumes and summary.txt are in %s", dir)
		return
	}
	_ = os.RemoveAll(dir)
}

// enter starts this program again inside, to run one test with further flags,
// and waits for it.
func enter(t testing.TB, p prepared, dir, test string, flags ...string) (failed error, skipped string) {
	t.Helper()
	// One world at a time, as the machine has no room for two.
	if err := endFormed(); err != nil {
		return err, ""
	}
	c, err := p.start(dir, test, flags...)
	if err != nil {
		return err, ""
	}
	skipped = relay(c.said, filepath.Join(dir, "output.txt"), nil)
	return c.wait(), skipped
}

// story runs SeedStory in a world of its own and gives what it said.
func (p prepared) story(t testing.TB, flags ...string) (said []byte, failed error) {
	t.Helper()
	dir, err := p.directory(t)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(t, dir) }) // by then it is known how the test ends
	failed, _ = enter(t, p, dir, "TestSeedStory", flags...)
	if said, err = os.ReadFile(filepath.Join(dir, "output.txt")); err != nil {
		t.Fatal(err)
	}
	return said, failed
}

// child is this program again, inside of a world.
type child struct {
	said   io.ReadCloser  // all it says
	asks   io.WriteCloser // what it reads
	groups string
	cmd    *exec.Cmd
	ended  chan error
}

// start starts this program again inside, to run one test with further flags.
func (p prepared) start(dir, test string, flags ...string) (*child, error) {
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(a string) bool {
		return strings.HasPrefix(a, "-test.") && !strings.HasPrefix(a, "-test.timeout")
	})
	args = append([]string{"-test.v", "-test.count=1", "-test.run=^" + test + "$"}, append(args, flags...)...)
	c := &child{groups: fmt.Sprintf("%s%d", groupsPrefix, os.Getpid()), ended: make(chan error, 1)}
	c.cmd = exec.Command("/proc/self/exe", args...)
	c.cmd.Env = append(os.Environ(), dirVariable+"="+dir, groupsVariable+"="+c.groups,
		cacheVariable+"="+p.cache, programsVariable+"="+p.programs, imagesVariable+"="+p.images)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c.said, c.cmd.Stdout, c.cmd.Stderr = reader, writer, writer
	if c.asks, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	started := make(chan error, 1)
	go func() {
		// The kernel ends the child when the thread that started it ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		writer.Close()
		started <- err
		if err == nil {
			c.ended <- c.cmd.Wait()
		}
	}()
	return c, <-started
}

// wait waits until the child has ended and what it said was read.
func (c *child) wait() error {
	err := <-c.ended
	_, _ = c.asks.Close(), c.said.Close()
	removeGroups(c.groups)
	return err
}

// relay shows what a test inside says as it says it, keeps it in a file, and
// gives the reason where the test was skipped. What begins with resultPrefix goes
// to results without it, in place of being shown.
func relay(from io.Reader, path string, results chan<- string) (skipped string) {
	file, err := os.Create(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	last := ""
	s := bufio.NewScanner(from)
	s.Buffer(nil, 4<<20) // kubectl's words may be long
	for s.Scan() {
		line := s.Text()
		fmt.Fprintln(file, line)
		switch result, is := strings.CutPrefix(line, resultPrefix); {
		case is:
			results <- result
			continue
		case strings.HasPrefix(line, "--- SKIP"):
			skipped = strings.TrimSpace(last)
		case strings.HasPrefix(line, "=== "), line == "PASS", strings.HasPrefix(line, "--- PASS"):
			continue
		}
		last = line
		fmt.Println(line)
	}
	return skipped
}

// groupsPrefix begins the name of a world's folder of control groups; the number
// of the process outside follows.
const groupsPrefix = "ringwright-e2e-"

// sweep removes what worlds of processes that are gone have left: folders of
// control groups, files, and loop devices whose disk nobody mounts.
func sweep() {
	folders, _ := filepath.Glob("/sys/fs/cgroup/*/" + groupsPrefix + "*")
	also, _ := filepath.Glob("/sys/fs/cgroup/" + groupsPrefix + "*")
	for _, f := range append(folders, also...) {
		if pid := strings.TrimPrefix(filepath.Base(f), groupsPrefix); !alive(pid) {
			removeGroups(filepath.Base(f))
		}
	}
	cache, err := cacheDir()
	if err != nil {
		return
	}
	detachLoops(func(file string) bool {
		below, err := filepath.Rel(filepath.Join(cache, "worlds"), file)
		world, _, _ := strings.Cut(below, "/")
		return err == nil && filepath.IsLocal(below) && !alive(world[strings.LastIndex(world, "-")+1:])
	})
	dirs, _ := filepath.Glob(filepath.Join(cache, "worlds", "*-[0-9]*"))
	for _, dir := range dirs {
		// Those of failed tests stay until the test runs again.
		if pid := dir[strings.LastIndex(dir, "-")+1:]; !alive(pid) && time.Since(modified(dir)) > 24*time.Hour {
			_ = os.RemoveAll(dir)
		}
	}
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func alive(pid string) bool {
	if _, err := strconv.Atoi(pid); err != nil {
		return false
	}
	_, err := os.Stat("/proc/" + pid)
	return err == nil
}

// removeGroups removes the folders of that name in every hierarchy. They empty
// a moment after the last process of theirs has ended.
func removeGroups(name string) {
	for range 20 {
		folders, _ := filepath.Glob("/sys/fs/cgroup/*/" + name)
		if one := "/sys/fs/cgroup/" + name; modified(one) != (time.Time{}) {
			folders = append(folders, one)
		}
		if len(folders) == 0 {
			return
		}
		for _, f := range folders {
			removeGroup(f, true)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// removeGroup removes the groups below a folder, and the folder itself.
func removeGroup(folder string, itself bool) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if e.IsDir() {
			removeGroup(filepath.Join(folder, e.Name()), true)
		}
	}
	if itself {
		_ = os.Remove(folder)
	}
}
