package e2e

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"os/exec"
	"path/filepath"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/ringwright/ringwright/test/lab"
)

// want skips a test unless a world is asked for, and where one cannot be built.
// Where -e2e is given nothing is skipped for want of something: it fails.
func want(t testing.TB) {
	t.Helper()
	if !*enabled {
		t.Skip("builds a world of two Kubernetes clusters: `make e2e`")
	}
	if missing := Missing(); len(missing) > 0 {
		t.Fatalf("a world cannot be built here; what is missing:\n  %s", strings.Join(missing, "\n  "))
	}
}

// prepared is what every world of this process shares.
type prepared struct {
	cache    string // where what was made once is kept
	programs string // the folder of the programs
	images   string // a containerd root with every image
}

var prepare = sync.OnceValues(func() (prepared, error) {
	cache, err := cacheDir()
	if err != nil {
		return prepared{}, err
	}
	p := prepared{cache: cache}
	if p.programs, err = buildPrograms(cache); err != nil {
		return p, err
	}
	p.images, err = p.store()
	return p, err
})

// store makes every image that the manifests of the world name, and those of
// the clusters themselves.
func (p prepared) store() (string, error) {
	dir := filepath.Join(p.cache, "layers")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	dns, err := p.dnsImage()
	if err != nil {
		return "", err
	}
	wanted, err := p.namedImages()
	if err != nil {
		return "", err
	}
	pause, err1 := programImage(dir, pauseImage, filepath.Join(p.programs, "pause"), v1.Config{User: "65535:65535"})
	coredns, err2 := programImage(dir, dns, filepath.Join(p.programs, "coredns"), v1.Config{})
	sidecar, err3 := programImage(dir, wanted.sidecar, filepath.Join(p.programs, "ringwright-sidecar"), v1.Config{User: "65532:65532"})
	cassandra, err4 := cassandraImage(dir, wanted.cassandra)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return "", err
	}
	return imageStore(p.cache, []image{pause, coredns, sidecar, cassandra})
}

// dnsImage is the name under which kubeadm's deployment looks for CoreDNS.
func (p prepared) dnsImage() (string, error) {
	version, err := kubernetesVersion()
	if err != nil {
		return "", err
	}
	listed, err := exec.Command(filepath.Join(p.programs, "kubeadm"), "config", "images", "list", "--kubernetes-version", version).Output()
	if err != nil {
		return "", fmt.Errorf("kubeadm config images list: %w", err)
	}
	for ref := range strings.FieldsSeq(string(listed)) {
		if strings.Contains(ref, "/coredns:") {
			return ref, nil
		}
	}
	return "", fmt.Errorf("kubeadm names no image of CoreDNS: %s", listed)
}

// names are the images that the compiled manifests ask for.
type names struct{ cassandra, sidecar string }

var imageLine = regexp.MustCompile(`(?m)^\s+image: "?([^"\s]+)"?$`)

// namedImages reads them out of the compiled folder that the worlds apply; all
// regions name the same two.
func (p prepared) namedImages() (names, error) {
	var found names
	dir := *out
	if dir == "" {
		compiled, remove, err := compileExample(p.programs)
		if err != nil {
			return found, err
		}
		defer remove()
		dir = compiled
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	var refs []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return found, err
		}
		for _, m := range imageLine.FindAllStringSubmatch(string(data), -1) {
			refs = append(refs, m[1])
		}
	}
	slices.Sort(refs)
	for _, ref := range slices.Compact(refs) {
		if strings.Contains(ref, "sidecar") {
			found.sidecar = ref
		} else {
			found.cassandra = ref
		}
	}
	if found.cassandra == "" || found.sidecar == "" {
		return found, fmt.Errorf("the manifests below %s name %v, not one image of Cassandra and one of the sidecar", dir, refs)
	}
	return found, nil
}

// notHere says whether an error is about something elsewhere that cannot be had.
func notHere(err error) bool {
	var n *lab.NotHere
	return errors.As(err, &n)
}
