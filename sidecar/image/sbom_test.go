package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// TestSBOM holds that each platform's SBOM lies beside the archive and, the
// same, in it, as a referrer of that platform's image.
func TestSBOM(t *testing.T) {
	archive, _ := makeImage(t, "--version", "v1.2.3+a")
	index, _ := open(t, archive)
	all := manifests(t, index)
	for i, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			beside := read(t, filepath.Join(filepath.Dir(archive), "ringwright-sidecar.linux-"+arch+".spdx.json"))
			img, artifact := all[i], all[2+i]
			if diff := cmp.Diff(string(beside), document(t, artifact)); diff != "" {
				t.Errorf("SBOM (-beside +inside):\n%s", diff)
			}
			checkArtifact(t, img, artifact, arch)
			checkDocument(t, beside, arch)
		})
	}
}

// document is the only blob of an artifact.
func document(t *testing.T, artifact v1.Image) string {
	t.Helper()
	blobs, err := artifact.Layers()
	if err != nil || len(blobs) != 1 {
		t.Fatalf("%d blobs (%v); want one", len(blobs), err)
	}
	r, err := blobs[0].Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	contents, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(contents)
}

func checkArtifact(t *testing.T, img, artifact v1.Image, arch string) {
	t.Helper()
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	size, err := img.Size()
	if err != nil {
		t.Fatal(err)
	}
	got := manifest(t, artifact)
	want := got.DeepCopy() // digests are the library's to check
	want.MediaType = "application/vnd.oci.image.manifest.v1+json"
	want.ArtifactType = "application/spdx+json"
	want.Config.MediaType = "application/vnd.oci.empty.v1+json"
	want.Subject = &v1.Descriptor{MediaType: "application/vnd.oci.image.manifest.v1+json", Size: size, Digest: digest}
	want.Layers[0].MediaType = "application/spdx+json"
	want.Layers[0].Annotations = map[string]string{"org.opencontainers.image.title": "ringwright-sidecar.linux-" + arch + ".spdx.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
}

func checkDocument(t *testing.T, contents []byte, arch string) {
	t.Helper()
	var got spdxDocument
	if err := json.Unmarshal(contents, &got); err != nil {
		t.Fatal(err)
	}
	b, err := readBinary(standIn(t, arch))
	if err != nil {
		t.Fatal(err)
	}
	version, sum := required(t, "golang.org/x/sys")
	goVersion, _, _ := strings.Cut(strings.TrimPrefix(b.info.GoVersion, "go"), " ")
	want := []string{
		fmt.Sprintf("ringwright-sidecar v1.2.3+a MIT pkg:golang/%s@v1.2.3%%2Ba %x", b.info.Main.Path, sha256.Sum256(b.contents)),
		fmt.Sprintf("stdlib %s BSD-3-Clause pkg:golang/stdlib@%s ", goVersion, goVersion),
		fmt.Sprintf("golang.org/x/sys %s NOASSERTION pkg:golang/golang.org/x/sys@%[1]s %x", version, sum),
	}
	if diff := cmp.Diff(want, summaries(got.Packages)); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	wantRelations := []spdxRelationship{
		{"SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-sidecar"},
		{"SPDXRef-sidecar", "DEPENDS_ON", "SPDXRef-stdlib"},
		{"SPDXRef-sidecar", "DEPENDS_ON", "SPDXRef-module-golang.org-2fx-2fsys"},
	}
	if diff := cmp.Diff(wantRelations, got.Relationships); diff != "" {
		t.Errorf("relationships (-want +got):\n%s", diff)
	}
}

// required is a module's version and hash by go.sum.
func required(t *testing.T, module string) (version string, sum []byte) {
	t.Helper()
	for line := range strings.Lines(string(read(t, "go.sum"))) {
		f := strings.Fields(line)
		if f[0] == module && !strings.HasSuffix(f[1], "/go.mod") {
			sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(f[2], "h1:"))
			if err != nil {
				t.Fatal(err)
			}
			return f[1], sum
		}
	}
	t.Fatalf("go.sum has no %s", module)
	return "", nil
}

// summaries are what a reader looks for in packages, one line each.
func summaries(packages []spdxPackage) []string {
	var lines []string
	for _, p := range packages {
		sum := ""
		for _, c := range p.Checksums {
			sum += c.Value
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", p.Name, p.Version, p.License, p.References[0].Locator, sum))
	}
	return lines
}

func TestModulePackages(t *testing.T) {
	tests := []struct {
		name   string
		module debug.Module
		want   string
	}{
		{"as required", debug.Module{Path: "example.org/a", Version: "v2.0.0+incompatible", Sum: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
			"example.org/a v2.0.0+incompatible NOASSERTION pkg:golang/example.org/a@v2.0.0%2Bincompatible e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"replaced", debug.Module{Path: "example.org/a", Version: "v1.0.0", Sum: "h1:x", Replace: &debug.Module{Path: "example.org/fork", Version: "v1.0.1"}},
			"example.org/fork v1.0.1 NOASSERTION pkg:golang/example.org/fork@v1.0.1 "},
		{"without a sum", debug.Module{Path: "example.org/a", Version: "v1.0.0"}, "example.org/a v1.0.0 NOASSERTION pkg:golang/example.org/a@v1.0.0 "},
		{"a sum of another kind", debug.Module{Path: "example.org/a", Version: "v1.0.0", Sum: "h2:47DE"}, "example.org/a v1.0.0 NOASSERTION pkg:golang/example.org/a@v1.0.0 "},
		{"a sum that is none", debug.Module{Path: "example.org/a", Version: "v1.0.0", Sum: "h1:47DE"}, "example.org/a v1.0.0 NOASSERTION pkg:golang/example.org/a@v1.0.0 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := summaries(modulePackages([]*debug.Module{&tt.module}))
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSPDXID(t *testing.T) {
	if a, b := spdxID("example.org/a/b"), spdxID("example.org/a-b"); a == b {
		t.Errorf("two paths are one identifier, %s", a)
	}
}
