package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// packages are the Debian packages that a world takes, and a file of each that
// is there where the package is. A name without a slash is looked up in PATH.
var packages = []struct{ name, file string }{
	{"containerd", "containerd"},
	{"containernetworking-plugins", "/usr/lib/cni/ptp"},
	{"curl", "curl"},
	{"iproute2", "ip"},
	{"iptables", "iptables-restore"},
	{"maven", "mvn"},
	{"mmdebstrap", "mmdebstrap"},
	{"openjdk-17-jdk-headless", "jlink"},
	{"procps", "sysctl"},
	{"python3-pip", "/usr/lib/python3/dist-packages/pip"},
	{"runc", "runc"},
	{"util-linux", "unshare"},
	{"xfsprogs", "mkfs.xfs"},
}

// Missing says what of the machine's side a world takes and is not there, a
// line for each thing, or nothing.
func Missing() []string {
	if runtime.GOOS != "linux" {
		return []string{"Linux"}
	}
	var missing []string
	if os.Geteuid() != 0 {
		missing = append(missing, "root: a world is made of namespaces, mounts and control groups")
	}
	var absent []string
	for _, p := range packages {
		if !there(p.file) {
			absent = append(absent, p.name)
		}
	}
	if len(absent) > 0 {
		missing = append(missing, "the packages "+strings.Join(absent, ", ")+": `make e2e-deps` installs them")
	}
	if len(missing) > 0 {
		return missing
	}
	return kernel()
}

func there(file string) bool {
	if strings.Contains(file, "/") {
		_, err := os.Stat(file)
		return err == nil
	}
	_, err := exec.LookPath(file)
	return err == nil
}

// kernel tries what the kernel, or the container that this runs in, may refuse.
func kernel() []string {
	var missing []string
	for _, try := range []struct{ what, command string }{
		{"the right to make namespaces (CAP_SYS_ADMIN)", "unshare --mount --pid --net --uts --ipc --cgroup --fork true"},
		{"overlay in the kernel", "grep -qw overlay /proc/filesystems"},
		{"xfs in the kernel", "grep -qw xfs /proc/filesystems"},
		{"loop devices", "losetup --find"},
		{"veth and iptables' nat, conntrack, comment and statistic in the kernel", "unshare --net sh -c 'ip link add v0 type veth peer name v1 &&" +
			" iptables -t nat -A POSTROUTING -m conntrack --ctstate NEW -m comment --comment x -m statistic --mode random --probability 0.5 -j MASQUERADE'"},
		{"the control groups cpu, cpuacct, cpuset, devices, freezer, memory and pids", "cd /sys/fs/cgroup && { [ -e cgroup.controllers ] || ls -d cpu cpuacct cpuset devices freezer memory pids; }"},
	} {
		if said, err := exec.Command("sh", "-c", try.command).CombinedOutput(); err != nil {
			missing = append(missing, fmt.Sprintf("%s: %v: %s", try.what, err, strings.TrimSpace(string(said))))
		}
	}
	return missing
}
