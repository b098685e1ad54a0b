package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ringwright/ringwright/test/lab"
)

// repository is where the tests of this package find the repository.
const repository = "../.."

// components are what the one program of Kubernetes is called by.
var components = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubeadm", "kubectl", "kubelet"}

// cacheDir is where what was made once is kept: programs, images, formed rings.
func cacheDir() (string, error) {
	cache, err := lab.CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "e2e")
	return dir, os.MkdirAll(dir, 0o755)
}

// buildPrograms makes the programs of the world below dir, and gives their
// folder: Kubernetes, CoreDNS and pause from the module kube, the generator and
// the sidecar as they stand in this repository. The first takes minutes.
func buildPrograms(dir string) (string, error) {
	programs := filepath.Join(dir, "bin")
	if err := os.MkdirAll(programs, 0o755); err != nil {
		return "", err
	}
	if err := buildKubernetes(programs); err != nil {
		return "", err
	}
	for _, name := range []string{"ringwright", "ringwright-sidecar"} {
		if err := goBuild(repository, filepath.Join(programs, name), "./cmd/"+name, ""); err != nil {
			return "", err
		}
	}
	return programs, nil
}

// buildKubernetes builds the module kube, unless what is there came of the same
// files and the same Go.
func buildKubernetes(programs string) error {
	sum, err := sumOfTree("kube")
	if err != nil {
		return err
	}
	stamp := filepath.Join(programs, "kube.sum")
	if old, err := os.ReadFile(stamp); err == nil && string(old) == sum {
		return nil
	}
	version, err := kubernetesVersion()
	if err != nil {
		return err
	}
	const variables = "k8s.io/component-base/version"
	minor := strings.Split(version, ".")[1]
	named := fmt.Sprintf("-X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=1 -X %[1]s.gitMinor=%[3]s", variables, version, minor)
	for _, p := range []struct{ name, flags string }{{"kube", named}, {"coredns", ""}, {"pause", ""}} {
		source := "./" + p.name
		if p.name == "kube" {
			source = "."
		}
		if err := goBuild("kube", filepath.Join(programs, p.name), source, p.flags); err != nil {
			return err
		}
	}
	for _, name := range components {
		link := filepath.Join(programs, name)
		_ = os.Remove(link)
		if err := os.Symlink("kube", link); err != nil {
			return err
		}
	}
	return os.WriteFile(stamp, []byte(sum), 0o644)
}

var requiredKubernetes = regexp.MustCompile(`(?m)^\tk8s\.io/kubernetes (v[0-9.]+)$`)

// kubernetesVersion is the one that the module kube requires, such as v1.36.3.
func kubernetesVersion() (string, error) {
	mod, err := os.ReadFile("kube/go.mod")
	if err != nil {
		return "", err
	}
	found := requiredKubernetes.FindSubmatch(mod)
	if found == nil {
		return "", errors.New("kube/go.mod requires no k8s.io/kubernetes")
	}
	return string(found[1]), nil
}

// goBuild builds a static program.
func goBuild(dir, to, source, variables string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "providerless", "-ldflags", strings.TrimSpace("-s -w "+variables), "-o", to, source)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s in %s: %w: %s", source, dir, err, said)
	}
	return nil
}

// sumOfTree is a sum of a directory's files and of the Go that would build them.
func sumOfTree(dir string) (string, error) {
	goVersion, err := exec.Command("go", "env", "GOVERSION", "GOARCH").Output()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(goVersion)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(data), data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
