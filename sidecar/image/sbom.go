package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	license   = "MIT"
	goLicense = "BSD-3-Clause"
	unknown   = "NOASSERTION"
)

// sbomName is the file name of a platform's SBOM.
func sbomName(p v1.Platform) string {
	return fmt.Sprintf("%s.%s-%s.spdx.json", program, p.OS, p.Architecture)
}

// sbom lists what is linked into a binary, by the binary's own account.
func (r recipe) sbom(b binary) ([]byte, error) {
	root := r.rootPackage(b)
	doc := spdxDocument{
		Version:     "SPDX-2.3",
		DataLicense: "CC0-1.0",
		ID:          "SPDXRef-DOCUMENT",
		Name:        strings.TrimSuffix(sbomName(b.platform), ".spdx.json"),
		Creation: spdxCreation{
			Created:  r.created.Format(time.RFC3339),
			Creators: []string{"Tool: ringwright-image"},
		},
		Packages:      []spdxPackage{root},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", root.ID}},
	}
	for _, p := range append([]spdxPackage{goPackage(b.info.GoVersion)}, modulePackages(b.info.Deps)...) {
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, spdxRelationship{root.ID, "DEPENDS_ON", p.ID})
	}
	// A namespace belongs to one document only, so it is made of the document.
	contents, err := doc.encode()
	if err != nil {
		return nil, err
	}
	doc.Namespace = fmt.Sprintf("https://github.com/ringwright/ringwright/spdx/%s-%x", doc.Name, sha256.Sum256(contents))
	return doc.encode()
}

// rootPackage is the binary itself.
func (r recipe) rootPackage(b binary) spdxPackage {
	p := newPackage("sidecar", program, r.version, b.info.Main.Path)
	p.Purpose = "APPLICATION"
	p.File = "/" + program
	p.License = license
	p.Checksums = []spdxChecksum{{"SHA256", fmt.Sprintf("%x", sha256.Sum256(b.contents))}}
	return p
}

// goPackage is the standard library, under the name that scanners and the Go
// project's own advisories know it by.
func goPackage(version string) spdxPackage {
	version, _, _ = strings.Cut(strings.TrimPrefix(version, "go"), " ") // experiments follow the blank
	p := newPackage("stdlib", "stdlib", version, "stdlib")
	p.License = goLicense
	return p
}

// modulePackages are the modules, in the order of their paths, as the binary
// lists them.
func modulePackages(modules []*debug.Module) []spdxPackage {
	var packages []spdxPackage
	for _, m := range modules {
		if m.Replace != nil {
			m = m.Replace
		}
		p := newPackage("module-"+spdxID(m.Path), m.Path, m.Version, m.Path)
		if sum, ok := sha256Sum(m.Sum); ok {
			p.Checksums = []spdxChecksum{{"SHA256", sum}}
		}
		packages = append(packages, p)
	}
	return packages
}

func newPackage(id, name, version, module string) spdxPackage {
	purl := "pkg:golang/" + module
	if version != "" {
		purl += "@" + url.QueryEscape(version)
	}
	return spdxPackage{
		ID:        "SPDXRef-" + id,
		Name:      name,
		Version:   version,
		Purpose:   "LIBRARY",
		Location:  unknown,
		Concluded: unknown,
		License:   unknown,
		Copyright: unknown,
		References: []spdxReference{{
			Category: "PACKAGE-MANAGER",
			Type:     "purl",
			Locator:  purl,
		}},
	}
}

// spdxID writes a path in the letters that an identifier may have, such that
// no two paths become one.
func spdxID(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "-%02x", c)
		}
	}
	return b.String()
}

// sha256Sum is a line of go.sum as other tools write it. It is the hash of a
// module's list of hashes, not of its archive.
// https://go.dev/ref/mod#go-sum-files
func sha256Sum(sum string) (string, bool) {
	encoded, ok := strings.CutPrefix(sum, "h1:")
	if !ok {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != sha256.Size {
		return "", false
	}
	return hex.EncodeToString(raw), true
}
