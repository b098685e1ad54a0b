package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMisuse(t *testing.T) {
	tests := []struct {
		name  string
		args  []string
		epoch string
		want  string
	}{
		{"no binary", nil, "", "no binary is named; want one for each platform"},
		{"unknown flag", []string{"--tag", "1", "b"}, "", "flag provided but not defined: -tag"},
		{"no tag", []string{"--image", "ringwright-sidecar", "b"}, "", `image "ringwright-sidecar" has no tag; want such as myregistry.azurecr.io/ringwright-sidecar:1`},
		{"no tag but a port", []string{"--image", "example.org:5000/a", "b"}, "", "has no tag"},
		{"no name", []string{"--image", "", "b"}, "", `image "" is no name of an image`},
		{"capitals", []string{"--image", "example.org/Sidecar:1", "b"}, "", "is no name of an image"},
		{"a digest", []string{"--image", "example.org/a@sha256:00", "b"}, "", "has a digest, which is known only afterwards"},
		{"a push to nowhere", []string{"--push", "b"}, "", `image "ringwright-sidecar:dev" has no registry to push to; want such as`},
		{"a date", []string{"b"}, "2026-01-01", `SOURCE_DATE_EPOCH is "2026-01-01"; want the seconds since 1970`},
		{"before 1970", []string{"b"}, "-1", "want the seconds since 1970"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("SOURCE_DATE_EPOCH", tt.epoch)
			wantFailure(t, command(t, tt.args...), misused, tt.want)
		})
	}
}

// TestRefused holds that what would not start is refused before anything is
// written.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign")
	contents := bytes.ReplaceAll(read(t, standIn(t, "amd64")), []byte("GOOS=linux"), []byte("GOOS=plan9"))
	if err := os.WriteFile(foreign, contents, 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		binaries []string
		want     string
	}{
		{"missing", []string{filepath.Join(dir, "none")}, "none: no such file"},
		{"a script", []string{script}, "script: it holds no Go build information"},
		{"another system's", []string{foreign}, "foreign: it was built for plan9/amd64; want GOOS=linux"},
		{"dynamic", []string{standIn(t, "amd64", "-buildmode=pie")}, "it is linked dynamically, and the image holds no linker; build it with CGO_ENABLED=0"},
		{"twice", []string{standIn(t, "arm64"), standIn(t, "amd64"), standIn(t, "arm64")}, "two binaries are for linux/arm64; want one for each platform"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := t.TempDir()
			args := append([]string{"--output", filepath.Join(out, "image.oci.tar")}, tt.binaries...)
			wantFailure(t, command(t, args...), refused, tt.want)
			if diff := cmp.Diff(map[string]string{}, files(t, out)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func wantFailure(t *testing.T, got result, code int, message string) {
	t.Helper()
	if got.code != code || got.stdout != "" || !strings.HasPrefix(got.stderr, "image: ") || !strings.Contains(got.stderr, message) {
		t.Errorf("exit %d, stdout %q, stderr\n%s\nwant exit %d and %q", got.code, got.stdout, got.stderr, code, message)
	}
}

func TestHelp(t *testing.T) {
	got := command(t, "--help")
	if got.code != done || !strings.HasPrefix(got.stderr, "usage: image [flags] BINARY...\n") || !strings.Contains(got.stderr, "-push") {
		t.Errorf("exit %d\n%s", got.code, got.stderr)
	}
}

func TestFullName(t *testing.T) {
	tests := map[string]string{
		"ringwright-sidecar:dev":      "docker.io/library/ringwright-sidecar:dev",
		"mine/ringwright-sidecar:dev": "docker.io/mine/ringwright-sidecar:dev",
		"docker.io/mine/sidecar:1":    "docker.io/mine/sidecar:1",
		"docker.io/sidecar:1":         "docker.io/library/sidecar:1",
		"example.azurecr.io/a/b:1":    "example.azurecr.io/a/b:1",
		"localhost:5000/sidecar:1":    "localhost:5000/sidecar:1",
	}
	for image, want := range tests {
		parsed, err := parseTarget(image, false)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(want, parsed.full()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", image, diff)
		}
	}
}
