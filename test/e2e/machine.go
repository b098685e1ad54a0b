package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ringwright/ringwright/test/lab"
)

// Machine is a virtual machine: a namespace with its NIC and, while it runs, the
// processes of a node or of a control plane in namespaces of their own.
type Machine struct {
	Name    string
	Cluster *Cluster

	model *machineModel
	host  *lab.Namespace
	dir   string // its own layer, logs and marks
	disks []*disk
	off   bool // its disks are not attached
	cmd   *exec.Cmd
}

func newMachine(c *Cluster, model *machineModel) (*Machine, error) {
	w := c.world
	m := &Machine{Name: model.Name, Cluster: c, model: model, host: c.network.hosts[model.Name], dir: filepath.Join(w.Dir, "machines", model.Name)}
	for _, sub := range []string{m.dir, filepath.Join(w.Dir, "disks")} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			return nil, err
		}
	}
	for _, d := range model.Disks {
		made, err := newDisk(filepath.Join(w.Dir, "disks"), d)
		if err != nil {
			return nil, err
		}
		m.disks = append(m.disks, made)
	}
	functions, ok := strings.CutSuffix(strings.TrimRight(model.Script, "\n"), "\nmain")
	if !ok {
		return nil, fmt.Errorf("%s: its script does not end with a call of main", m.Name)
	}
	version := "v1"
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		version = "v2"
	}
	return m, errors.Join(
		os.WriteFile(filepath.Join(m.dir, "script"), []byte(functions+"\n"), 0o600),
		os.WriteFile(filepath.Join(m.dir, "cgroup"), []byte(version), 0o644),
	)
}

// controlPlane says whether the machine's script makes it a control plane.
func (m *Machine) controlPlane() bool { return m.model.Prelude["ROLE"] == "controlplane" }

// boot starts the machine.
func (m *Machine) boot() error {
	w := m.Cluster.world
	groups, err := w.groups(m.Name)
	if err != nil {
		return err
	}
	args := []string{m.dir, w.prepared.programs, w.prepared.images}
	for _, d := range m.disks {
		if m.off {
			continue
		}
		device, err := d.attach()
		if err != nil {
			return err
		}
		args = append(args, device, fmt.Sprint(d.model.LUN))
	}
	log, err := os.OpenFile(filepath.Join(m.dir, "console.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	const script = `for group in $groups; do echo 0 >"$group/cgroup.procs"; done
exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child --mount-proc bash "$boot" "$@"`
	m.cmd = exec.Command("bash", append([]string{"-euc", script, m.Name}, args...)...)
	m.cmd.Env = append(os.Environ(), "groups="+strings.Join(groups, " "), "boot="+filepath.Join(w.source, "machine", "boot.sh"), "HOME=/root")
	m.cmd.Stdout, m.cmd.Stderr = log, log
	return m.host.Start(m.cmd)
}

// groups makes a machine's folders of control groups, one in each hierarchy, or
// empties them of what a machine that was lost has left.
func (w *World) groups(machine string) ([]string, error) {
	name := os.Getenv(groupsVariable)
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		return unifiedGroups(name, machine)
	}
	var all []string
	hierarchies, _ := filepath.Glob("/sys/fs/cgroup/*")
	for _, h := range hierarchies {
		if filepath.Base(h) == "unified" {
			continue
		}
		folder := filepath.Join(h, name, machine)
		removeGroup(folder, false)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(h, file))
			if err != nil {
				continue // another hierarchy
			}
			for _, at := range []string{filepath.Join(h, name), folder} {
				if err := os.WriteFile(filepath.Join(at, file), value, 0o644); err != nil {
					return nil, err
				}
			}
		}
		all = append(all, folder)
	}
	return all, nil
}

// unifiedGroups does the same in the one hierarchy of version 2.
func unifiedGroups(name, machine string) ([]string, error) {
	top := filepath.Join("/sys/fs/cgroup", name)
	folder := filepath.Join(top, machine)
	removeGroup(folder, false)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	for _, at := range []string{"/sys/fs/cgroup", top} {
		controllers, err := os.ReadFile(filepath.Join(at, "cgroup.controllers"))
		if err != nil {
			return nil, err
		}
		wanted := "+" + strings.Join(strings.Fields(string(controllers)), " +")
		if err := os.WriteFile(filepath.Join(at, "cgroup.subtree_control"), []byte(wanted), 0o644); err != nil {
			return nil, err
		}
	}
	return []string{folder}, nil
}

// Kill takes the machine's power away: every process of it ends at once, and its
// disks are nobody's.
func (m *Machine) Kill() {
	w := m.Cluster.world
	w.Helper()
	w.Say("%s loses power", m.Name)
	first, err := m.pid()
	w.must(err)
	_ = m.cmd.Process.Signal(syscall.SIGKILL)
	_ = m.cmd.Wait()
	// The kernel ends pid 1 after all others of its namespace.
	for range 100 {
		if !lives(first) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.must(m.release())
}

// release takes the loop devices of the machine's disks away.
func (m *Machine) release() error {
	var errs []error
	for _, d := range m.disks {
		errs = append(errs, d.release())
	}
	return errors.Join(errs...)
}

// lives says whether a process runs; one that only waits to be noticed does not.
func lives(pid string) bool {
	state, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(state), ") Z ")
}

// Boot starts the machine again, after Kill.
func (m *Machine) Boot() {
	w := m.Cluster.world
	w.Helper()
	w.Say("%s boots", m.Name)
	w.must(m.boot())
}

// DetachDisks has the machine boot without its data disks from now on, or with them.
func (m *Machine) DetachDisks(off bool) { m.off = off }

// WipeDisks makes the machine's data disks new ones. The machine must be off; on
// it the node script makes a file system and the members' directory at the next
// boot, as its steps do on a new machine.
func (m *Machine) WipeDisks() {
	w := m.Cluster.world
	w.Helper()
	w.Say("%s: its disk is lost, a new one is in its place", m.Name)
	for _, d := range m.disks {
		w.must(d.wipe())
	}
}

// Anew makes the machine a new one of the same name, as a deployment does where
// it was deleted: what it wrote is gone, but for its data disks. It must be off,
// and its node deleted; Boot has it join.
func (m *Machine) Anew() {
	w := m.Cluster.world
	w.Helper()
	w.Say("%s is made anew", m.Name)
	for _, dir := range []string{filepath.Join("/run/machines", m.Name), filepath.Join(m.dir, "kubelet"), filepath.Join(m.dir, "containerd")} {
		w.must(os.RemoveAll(dir))
	}
}

// In runs a command in the machine's namespaces, as a person would over SSH.
func (m *Machine) In(command string) (string, error) {
	pid, err := m.pid()
	if err != nil {
		return "", err
	}
	said, err := exec.Command("nsenter", "--target", pid, "--mount", "--pid", "--net", "--uts", "--ipc", "--", "sh", "-c", command).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %s: %w: %s", m.Name, command, err, said)
	}
	return string(said), err
}

// pid is that of the machine's pid 1: the child of what started it.
func (m *Machine) pid() (string, error) {
	parent := fmt.Sprint(m.cmd.Process.Pid)
	children, err := os.ReadFile("/proc/" + parent + "/task/" + parent + "/children")
	if err != nil {
		return "", err
	}
	first := strings.Fields(string(children))
	if len(first) != 1 {
		return "", fmt.Errorf("%s does not run", m.Name)
	}
	return first[0], nil
}
