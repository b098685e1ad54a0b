package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// open unpacks an archive and returns the one index in it, valid to the last
// blob.
func open(t *testing.T, archive string) (v1.ImageIndex, v1.Descriptor) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dir := t.TempDir()
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.Mkdir(path, 0o755)
		} else {
			contents, _ := io.ReadAll(r)
			err = os.WriteFile(path, contents, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := root.IndexManifest()
	if err != nil || len(list.Manifests) != 1 {
		t.Fatalf("index.json lists %d manifests (%v); podman load wants one", len(list.Manifests), err)
	}
	index, err := root.ImageIndex(list.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	for _, img := range manifests(t, index) {
		if manifest(t, img).ArtifactType != "" {
			continue // the library wants a configuration with layers in it
		}
		if err := validate.Image(img); err != nil {
			t.Error(err)
		}
	}
	return index, list.Manifests[0]
}

// manifests are all that an index lists, in its order.
func manifests(t *testing.T, index v1.ImageIndex) []v1.Image {
	t.Helper()
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var images []v1.Image
	for _, d := range list.Manifests {
		img, err := index.Image(d.Digest)
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, img)
	}
	return images
}

func manifest(t *testing.T, img v1.Image) *v1.Manifest {
	t.Helper()
	m, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestArchive(t *testing.T) {
	archive, got := makeImage(t, "--image", "example.azurecr.io/ringwright-sidecar:7")
	index, entry := open(t, archive)
	want := map[string]string{
		"org.opencontainers.image.ref.name": "7",
		"io.containerd.image.name":          "example.azurecr.io/ringwright-sidecar:7",
	}
	if diff := cmp.Diff(want, entry.Annotations); diff != "" {
		t.Errorf("annotations of the entry (-want +got):\n%s", diff)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, d := range list.Manifests {
		platforms = append(platforms, strings.TrimSpace(d.Platform.String()+" "+d.ArtifactType))
	}
	wantPlatforms := []string{"linux/amd64", "linux/arm64", "unknown/unknown application/spdx+json", "unknown/unknown application/spdx+json"}
	if diff := cmp.Diff(wantPlatforms, platforms); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("example.azurecr.io/ringwright-sidecar:7@"+entry.Digest.String()+"\n", got.stdout); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
}

// TestReproducible holds that neither the order of the binaries nor the place
// changes a byte.
func TestReproducible(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	amd64, arm64 := standIn(t, "amd64"), standIn(t, "arm64")
	for dir, binaries := range map[string][]string{first: {amd64, arm64}, second: {arm64, amd64}} {
		args := append([]string{"--version", "1", "--output", filepath.Join(dir, "image.oci.tar")}, binaries...)
		if got := command(t, args...); got.code != done {
			t.Fatal(got.stderr)
		}
	}
	if diff := cmp.Diff(files(t, first), files(t, second)); diff != "" {
		t.Errorf("two runs (-first +second):\n%s", diff)
	}
}

// files are the names and contents in a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		all[e.Name()] = string(read(t, filepath.Join(dir, e.Name())))
	}
	return all
}

func TestTar(t *testing.T) {
	if _, err := exec.LookPath("tar"); err != nil {
		t.Skip("tar is not here")
	}
	archive, _ := makeImage(t)
	out, err := exec.Command("tar", "-tf", archive).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	names := slices.DeleteFunc(strings.Fields(string(out)), func(name string) bool {
		return strings.HasPrefix(name, "blobs/sha256/") && len(name) == len("blobs/sha256/")+64
	})
	if diff := cmp.Diff([]string{"blobs/", "blobs/sha256/", "index.json", "oci-layout"}, names); diff != "" {
		t.Errorf("names but blobs (-want +got):\n%s", diff)
	}
}

// TestNothingHalfWritten holds that a write that fails leaves the old file and
// nothing else.
func TestNothingHalfWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "image.oci.tar")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := writeFile(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return full
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), path+": not written") {
		t.Errorf("error %v; want one that names the file and says why", err)
	}
	if diff := cmp.Diff(map[string]string{"image.oci.tar": "old"}, files(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
