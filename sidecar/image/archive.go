package main

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// archiveSuffix ends the name of an archive; an SBOM's has another instead.
const archiveSuffix = ".oci.tar"

// write writes the SBOMs and then the archive, and says which files those are.
func (r release) write(output string, t target, modified time.Time) ([]string, error) {
	dir := filepath.Dir(output)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var written []string
	for _, p := range r.parts {
		path := filepath.Join(dir, sbomName(p.platform))
		err := writeFile(path, func(w io.Writer) error {
			_, err := w.Write(p.sbom)
			return err
		})
		if err != nil {
			return nil, err
		}
		written = append(written, path)
	}
	err := writeFile(output, func(w io.Writer) error { return r.archive(w, t, modified) })
	return append(written, output), err
}

// archive writes the release as an OCI image layout in a tar.
func (r release) archive(w io.Writer, t target, modified time.Time) error {
	dir, err := os.MkdirTemp("", program+"-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	// What loads the archive names the image so: skopeo and podman by the
	// first, Docker and containerd by the second.
	err = path.AppendIndex(r.index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": t.TagStr(),
		"io.containerd.image.name":          t.full(),
	}))
	if err != nil {
		return err
	}
	return pack(w, dir, modified)
}

// pack writes a folder's files as a tar that depends on their names and
// contents only.
func pack(w io.Writer, dir string, modified time.Time) error {
	archive := tar.NewWriter(w)
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		if entry.IsDir() {
			return archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: path + "/", Mode: 0o755, ModTime: modified})
		}
		contents, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: 0o644, Size: int64(len(contents)), ModTime: modified}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(contents)
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

// writeFile writes beside the file and renames, so that there is the old one,
// the new one or none, but never half of one.
func writeFile(path string, write func(io.Writer) error) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimPrefix(filepath.Base(path), ".")+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
			err = fmt.Errorf("%s: not written: %w", path, err)
		}
	}()
	if err := write(temp); err != nil {
		return err
	}
	if err := temp.Chmod(0o644); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
