package config_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ringwright/ringwright/sidecar/config"
)

// ownMounts is set in the process whose mounts nobody else sees.
const ownMounts = "CONFIG_TEST_OWN_MOUNTS"

// TestVolume runs itself in a mount namespace, where it fills a small volume
// and makes one read-only.
func TestVolume(t *testing.T) {
	if os.Getenv(ownMounts) == "" {
		runWithOwnMounts(t)
		return
	}
	s := start(t, image())
	if err := syscall.Mount("tmpfs", s.Conf, "tmpfs", 0, "size=128k,mode=0755"); err != nil {
		t.Fatal(err)
	}
	conf := s.Conf
	defer func() { _ = syscall.Unmount(conf, syscall.MNT_DETACH) }()
	inConf := func(name string) string { return filepath.Join(conf, name) }
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	before := content(t, s.Conf)

	big := filepath.Join(s.ImageConf, "jvm17-clients.options")
	if err := os.WriteFile(big, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	wantLines(t, config.Write(s), []string{"write " + inConf("jvm17-clients.options") + ": no space left on device; its volume takes more room"})
	wantContent(t, s.Conf, before)

	filler := inConf("filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the volume: %v", err)
	}
	full := maps.Clone(before)
	full["filler"] = content(t, s.Conf)["filler"]
	wantLines(t, config.SetSeeds(s.Conf, s.Seeds[:1]), []string{"write " + inConf("cassandra.yaml") + ": no space left on device; its volume takes more room"})
	wantContent(t, s.Conf, full)
	if err := os.Remove(big); err != nil {
		t.Fatal(err)
	}
	delete(before, "jvm17-clients.options")
	if err := config.Write(s); err != nil {
		t.Fatalf("a start after which there is room: %v", err)
	}
	wantContent(t, s.Conf, before)

	if err := syscall.Mount("", s.Conf, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	const readOnly = ": read-only file system; --conf takes a volume that can be written to, such as an emptyDir"
	wantLines(t, config.Write(s), []string{"write " + inConf("cassandra-env.sh") + readOnly})
	wantLines(t, config.SetSeeds(s.Conf, s.Seeds[:1]), []string{"write " + inConf("cassandra.yaml") + readOnly})
	if err := os.Remove(filepath.Join(s.ImageConf, "cassandra-env.sh")); err != nil {
		t.Fatal(err)
	}
	wantLines(t, config.Write(s), []string{"write " + inConf("cassandra-env.sh") + readOnly})
	s.Conf = inConf("deeper")
	wantLines(t, config.Write(s), []string{"write " + s.Conf + readOnly})
}

// runWithOwnMounts runs the calling test in a process with mounts of its own.
func runWithOwnMounts(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), ownMounts+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSYS) {
		t.Skipf("this machine gives no mount namespace (%v); full and read-only volumes are not tested", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("in a mount namespace: %v\n%s", err, out)
	}
}
