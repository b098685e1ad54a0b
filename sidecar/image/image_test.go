package main

import (
	"archive/tar"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestImage(t *testing.T) {
	const epoch = 1767225600
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	archive, _ := makeImage(t, "--version", "1.2.3")
	index, _ := open(t, archive)
	labels := recipe{version: "1.2.3"}.labels()
	if diff := cmp.Diff("1.2.3", labels["org.opencontainers.image.version"]); diff != "" {
		t.Errorf("version (-want +got):\n%s", diff)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(labels, list.Annotations); diff != "" {
		t.Errorf("annotations of the index (-want +got):\n%s", diff)
	}
	for i, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			img := manifests(t, index)[i]
			config, err := img.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			modified := time.Unix(epoch, 0).UTC()
			want := &v1.ConfigFile{
				Architecture: arch,
				OS:           "linux",
				Created:      v1.Time{Time: modified},
				Config:       v1.Config{User: "65532", Entrypoint: []string{"/ringwright-sidecar"}, Labels: labels},
				RootFS:       config.RootFS,
				History:      []v1.History{{Created: v1.Time{Time: modified}, CreatedBy: "make image", Comment: "/ringwright-sidecar"}},
			}
			if diff := cmp.Diff(want, config); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
			wantFiles := []file{{"ringwright-sidecar", 0o755, modified, string(read(t, standIn(t, arch)))}}
			if diff := cmp.Diff(wantFiles, layers(t, img)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// file is one in a layer.
type file struct {
	Name     string
	Mode     int64
	Modified time.Time
	Contents string
}

// layers are the files of all layers of an image.
func layers(t *testing.T, img v1.Image) []file {
	t.Helper()
	all, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	for _, l := range all {
		contents, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		defer contents.Close()
		r := tar.NewReader(contents)
		for {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if h.Typeflag != tar.TypeReg || h.Uid != 0 || h.Gid != 0 {
				t.Errorf("%s: type %c, owner %d:%d; want a file of 0:0", h.Name, h.Typeflag, h.Uid, h.Gid)
			}
			files = append(files, file{h.Name, h.Mode, h.ModTime.UTC(), string(body)})
		}
	}
	return files
}
