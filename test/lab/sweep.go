package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// prefix begins the name of every namespace that a lab makes; the number of
// the process that made it follows.
const prefix = "ringlab"

// Kill kills every process in the namespace, until there is none.
func (n *Namespace) Kill() {
	for range 10 {
		pids := n.processes()
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// processes are the numbers of the processes in the namespace. This process is
// never among them, though one of its threads may be there for a moment, and
// neither are those that have ended and only wait to be noticed.
func (n *Namespace) processes() []int {
	there, err := os.Stat(namespaceDir + n.Name)
	if err != nil {
		return nil
	}
	links, _ := filepath.Glob("/proc/[0-9]*/ns/net")
	var pids []int
	for _, link := range links {
		here, err := os.Stat(link)
		pid, _ := strconv.Atoi(strings.Split(link, "/")[2])
		if err == nil && os.SameFile(here, there) && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Sweep removes the namespaces that were left by processes that are gone, with
// all that runs in them.
func Sweep() error {
	paths, err := filepath.Glob(namespaceDir + prefix + "*")
	if err != nil {
		return err
	}
	for _, path := range paths {
		n := &Namespace{Name: filepath.Base(path)}
		owner, _, _ := strings.Cut(strings.TrimPrefix(n.Name, prefix), "-")
		if _, err := os.Stat("/proc/" + owner); err == nil {
			continue
		}
		n.Remove()
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("namespace %s of an earlier run cannot be removed; remove it with `ip netns delete`", n.Name)
		}
	}
	return nil
}

// RemoveOwn removes every namespace that this process made.
func RemoveOwn() {
	paths, _ := filepath.Glob(fmt.Sprintf("%s%s%d-*", namespaceDir, prefix, os.Getpid()))
	for _, path := range paths {
		(&Namespace{Name: filepath.Base(path)}).Remove()
	}
}
