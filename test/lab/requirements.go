package lab

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// Missing says what of the machine's side a lab takes and is not there, or
// nothing. Whether Maven Central can be reached shows only when a distribution
// is fetched.
func Missing() string {
	if runtime.GOOS != "linux" {
		return "network namespaces take Linux"
	}
	if os.Geteuid() != 0 {
		return "network namespaces take root"
	}
	for _, command := range []struct{ name, from string }{
		{"ip", "iproute2"}, {"setpriv", "util-linux"}, {"bash", "bash"}, {"java", "a Java runtime, version 17"},
	} {
		if _, err := exec.LookPath(command.name); err != nil {
			return fmt.Sprintf("%s is not in PATH; it comes with %s", command.name, command.from)
		}
	}
	// Root of a container may lack the right.
	probe, err := NewNamespace("probe")
	if err != nil {
		return fmt.Sprintf("network namespaces cannot be made: %v", err)
	}
	probe.Remove()
	return ""
}
