package main

import (
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// spdxType is the type of the artifact and of its only blob.
const spdxType = "application/spdx+json"

// noConfig is the configuration of what needs none.
const noConfig = "{}"

// artifact is a manifest that holds one document about another manifest, its
// subject. A registry lists it when it is asked for what refers to that one.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
type artifact struct {
	manifest []byte
	document v1.Layer
}

func newArtifact(document []byte, title string, subject v1.Descriptor) (v1.Image, error) {
	blob := static.NewLayer(document, spdxType)
	described, err := partial.Descriptor(blob)
	if err != nil {
		return nil, err
	}
	described.Annotations = map[string]string{"org.opencontainers.image.title": title}
	config, err := partial.Descriptor(static.NewLayer([]byte(noConfig), types.OCIEmptyJSON))
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		ArtifactType:  spdxType,
		Config:        *config,
		Layers:        []v1.Descriptor{*described},
		Subject:       &subject,
	})
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(artifact{manifest, blob})
}

// MediaType is that of every manifest; what sets an artifact apart is inside.
func (artifact) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

// RawConfigFile is an empty object.
func (artifact) RawConfigFile() ([]byte, error) { return []byte(noConfig), nil }

// RawManifest is the manifest's bytes.
func (a artifact) RawManifest() ([]byte, error) { return a.manifest, nil }

// LayerByDigest knows the document only.
func (a artifact) LayerByDigest(h v1.Hash) (partial.CompressedLayer, error) {
	digest, err := a.document.Digest()
	if err != nil {
		return nil, err
	}
	if h != digest {
		return nil, fmt.Errorf("the artifact holds %s alone, not %s", digest, h)
	}
	return a.document, nil
}
