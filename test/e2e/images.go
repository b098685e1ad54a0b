package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/ringwright/ringwright/test/lab"
)

// pauseImage is what holds a pod's namespaces; boot.sh tells containerd so.
const pauseImage = "ringwright.test/pause:1"

// image is an image archive that machines find in their containerd, as if they
// had pulled it.
type image struct {
	ref    string
	layers []string // tar files
	config v1.Config
}

// imageStore makes a containerd root that holds the images, below dir, once for
// each set of images, and gives its path. Machines take it by hard links.
func imageStore(dir string, images []image) (string, error) {
	h := sha256.New()
	for _, i := range images {
		fmt.Fprintln(h, i.ref, i.config)
		for _, layer := range i.layers {
			sum, err := fileSum(layer)
			if err != nil {
				return "", err
			}
			fmt.Fprintln(h, sum)
		}
	}
	store := filepath.Join(dir, "images-"+hex.EncodeToString(h.Sum(nil))[:16])
	if _, err := os.Stat(store); err == nil {
		return store, nil
	}
	earlier, _ := filepath.Glob(filepath.Join(dir, "images-*"))
	for _, e := range earlier {
		_ = os.RemoveAll(e)
	}
	made := store + ".new"
	if err := errors.Join(os.RemoveAll(made), os.MkdirAll(made, 0o755)); err != nil {
		return "", err
	}
	var archives []string
	for n, i := range images {
		archive := filepath.Join(dir, fmt.Sprintf("image-%d.tar", n))
		defer os.Remove(archive)
		if err := i.write(archive); err != nil {
			return "", fmt.Errorf("image %s: %w", i.ref, err)
		}
		archives = append(archives, archive)
	}
	if err := importImages(made, archives); err != nil {
		return "", err
	}
	return store, os.Rename(made, store)
}

// write writes the image as an archive that containerd imports.
func (i image) write(path string) error {
	made, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		Architecture: "amd64", OS: "linux", Config: i.config, RootFS: v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return err
	}
	for _, file := range i.layers {
		layer, err := tarball.LayerFromFile(file)
		if err != nil {
			return err
		}
		if made, err = mutate.AppendLayers(made, layer); err != nil {
			return err
		}
	}
	tag, err := name.NewTag(i.ref)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(path, tag, made)
}

// importImages runs a containerd of its own that imports the archives below root.
func importImages(root string, archives []string) error {
	const script = `set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
cat >/run/containerd.toml <<END
version = 2
root = "$1"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp"]
END
shift
containerd --config /run/containerd.toml >/run/log 2>&1 &
tries=0
until ctr version >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || { cat /run/log; exit 1; }
	sleep 0.3
done
for archive; do ctr -n k8s.io images import "$archive"; done
ctr -n k8s.io images ls -q
kill $!
wait || true`
	cmd := lab.Alone(append([]string{"sh", "-c", script, "import", root}, archives...)...)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("import the images into containerd: %w: %s", err, said)
	}
	return nil
}

// programImage is an image of one static program.
func programImage(dir, ref, program string, config v1.Config) (image, error) {
	layer := filepath.Join(dir, "layer-"+filepath.Base(program)+".tar")
	cmd := exec.Command("tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-cf", layer, "-C", filepath.Dir(program), filepath.Base(program))
	if said, err := cmd.CombinedOutput(); err != nil {
		return image{}, fmt.Errorf("layer of %s: %w: %s", ref, err, said)
	}
	config.Entrypoint = []string{"/" + filepath.Base(program)}
	return image{ref: ref, layers: []string{layer}, config: config}, nil
}

func fileSum(path string) (string, error) {
	said, err := exec.Command("sha256sum", path).Output()
	if err != nil {
		return "", fmt.Errorf("sha256sum %s: %w", path, err)
	}
	sum, _, _ := strings.Cut(string(said), " ")
	return sum, nil
}
