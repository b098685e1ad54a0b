package secrets_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringwright/ringwright/generator/secrets"
)

var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

// source has the real random numbers and a fixed clock.
func source(now time.Time) secrets.Source {
	return secrets.Source{Rand: rand.Reader, Now: func() time.Time { return now }}
}

// ringOf is a ring of self-managed regions, each joined to all others.
func ringOf(names ...string) secrets.Ring {
	ring := secrets.Ring{Name: "customers"}
	for _, name := range names {
		ring.Regions = append(ring.Regions, secrets.Region{
			Name:       name,
			APIHost:    "customers-" + name + "-3f9a1c." + name + ".cloudapp.azure.com",
			Peers:      slices.DeleteFunc(slices.Clone(names), func(peer string) bool { return peer == name }),
			MakeSSHKey: true,
		})
	}
	return ring
}

var pairFiles = []string{
	"admin.crt", "admin.key", "cluster-ca.crt", "cluster-ca.key", "etcd-ca.crt", "etcd-ca.key", "front-proxy-ca.crt",
	"front-proxy-ca.key", "join-token", "kubeconfig", "parameters.json", "service-account.key", "service-account.pub",
	"ssh/id_ed25519", "ssh/id_ed25519.pub",
}

// filesOf are all files of self-managed regions, sorted, with further ones.
func filesOf(regions []string, more ...string) []string {
	files := append([]string{".gitignore"}, more...)
	for _, region := range regions {
		for _, file := range pairFiles {
			files = append(files, region+"/"+file)
		}
	}
	slices.Sort(files)
	return files
}

func mustWrite(t *testing.T, dir string, ring secrets.Ring, rotate ...string) secrets.Result {
	t.Helper()
	result, err := secrets.Write(dir, ring, rotate, source(noon))
	if err != nil {
		t.Fatal(err)
	}
	noLeak(t, dir, fmt.Sprintf("%+v", result))
	return result
}

// tree is every file and directory under dir: its mode, modification time and contents.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		about := info.Mode().String() + " " + info.ModTime().String()
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			about += "\n" + string(data)
		}
		all[filepath.ToSlash(name)] = about
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// contents is the regular files under dir.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, about := range tree(t, dir) {
		if mode, data, ok := strings.Cut(about, "\n"); ok && strings.HasPrefix(mode, "-") {
			files[name] = data
		}
	}
	return files
}

// noLeak fails if a text quotes a line of any secret file, long lines in part.
func noLeak(t *testing.T, dir, text string) {
	t.Helper()
	for name, data := range contents(t, dir) {
		if strings.HasSuffix(name, ".gitignore") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, "kubeconfig") {
			continue // derived from the rest
		}
		for line := range strings.Lines(data) {
			line = strings.TrimSpace(line)
			if len(line) < 12 || strings.HasPrefix(line, "-----") {
				continue
			}
			if strings.Contains(text, line[:12]) {
				t.Errorf("%s leaks into: %s", name, text)
			}
		}
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(t *testing.T, dir, name, data string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func certificate(t *testing.T, data []byte) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" || len(rest) > 0 {
		t.Fatalf("want one PEM certificate, got %d bytes, rest %d", len(data), len(rest))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// parameters is a parameter file as Azure reads it.
type parameters struct {
	Schema         string                       `json:"$schema"`
	ContentVersion string                       `json:"contentVersion"`
	Parameters     map[string]map[string]string `json:"parameters"`
}

func parametersOf(t *testing.T, dir, region string) parameters {
	t.Helper()
	var p parameters
	if err := json.Unmarshal(read(t, dir, region+"/parameters.json"), &p); err != nil {
		t.Fatal(err)
	}
	return p
}
