package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// program is what the binary is called in the image, and the image itself.
const program = "ringwright-sidecar"

// recipe is what goes into an image beside the binary.
type recipe struct {
	version string // may be empty
	created time.Time
}

// release is what is written and pushed: an index of one image for each
// platform and of their SBOMs.
type release struct {
	index v1.ImageIndex
	parts []part
}

// part is the release's part for one platform.
type part struct {
	platform v1.Platform
	image    v1.Image
	sbom     []byte
	artifact v1.Image // holds the SBOM and refers to image
}

// release makes the same bytes of the same binaries, in whatever order they
// are given.
func (r recipe) release(binaries []binary) (release, error) {
	binaries = slices.SortedFunc(slices.Values(binaries), func(a, b binary) int {
		return cmp.Compare(a.platform.String(), b.platform.String())
	})
	for i, b := range binaries[1:] {
		if b.platform.Equals(binaries[i].platform) {
			return release{}, fmt.Errorf("two binaries are for %s; want one for each platform", b.platform)
		}
	}
	var made release
	for _, b := range binaries {
		p, err := r.part(b)
		if err != nil {
			return release{}, fmt.Errorf("%s: %w", b.platform, err)
		}
		made.parts = append(made.parts, p)
	}
	made.index = r.index(made.parts)
	return made, nil
}

func (r recipe) part(b binary) (part, error) {
	made, err := r.image(b)
	if err != nil {
		return part{}, err
	}
	img := untyped{made}
	sbom, err := r.sbom(b)
	if err != nil {
		return part{}, err
	}
	subject, err := partial.Descriptor(img)
	if err != nil {
		return part{}, err
	}
	a, err := newArtifact(sbom, sbomName(b.platform), *subject)
	return part{b.platform, img, sbom, a}, err
}

// untyped is an image that is no artifact: a list of manifests says artifactType
// of those alone, while the library would say it of every one.
type untyped struct{ v1.Image }

// ArtifactType is none.
func (untyped) ArtifactType() (string, error) { return "", nil }

// index lists the images and, with a platform that nobody runs, the SBOMs, as
// BuildKit does: so whatever copies or loads the index takes them along, and
// an archive needs no second entry, which `podman load` refuses.
func (r recipe) index(parts []part) v1.ImageIndex {
	var adds []mutate.IndexAddendum
	for _, p := range parts {
		adds = append(adds, mutate.IndexAddendum{Add: p.image, Descriptor: v1.Descriptor{Platform: &p.platform}})
	}
	for _, p := range parts {
		nobody := v1.Platform{OS: "unknown", Architecture: "unknown"}
		adds = append(adds, mutate.IndexAddendum{Add: p.artifact, Descriptor: v1.Descriptor{Platform: &nobody}})
	}
	index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), adds...)
	return mutate.Annotations(index, r.labels()).(v1.ImageIndex)
}
