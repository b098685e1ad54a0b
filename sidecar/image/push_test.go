package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// server is a registry in memory. Where password is set, it takes no other.
type server struct {
	registry http.Handler
	password string

	sync.Mutex
	manifests []string // what was put, by tag or digest, in order
}

func newServer(t *testing.T, password string, options ...registry.Option) (*server, string) {
	t.Helper()
	options = append(options, registry.Logger(log.New(io.Discard, "", 0)))
	s := &server{registry: registry.New(options...), password: password}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, strings.TrimPrefix(h.URL, "http://")
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, password, _ := r.BasicAuth(); password != s.password {
		w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
		return
	}
	if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") {
		s.Lock()
		s.manifests = append(s.manifests, path.Base(r.URL.Path))
		s.Unlock()
	}
	s.registry.ServeHTTP(w, r)
}

// logIn writes docker's configuration, as docker login and az acr login do; no
// password is no login.
func logIn(t *testing.T, host, password string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("DOCKER_CONFIG", dir)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	auths := ""
	if password != "" {
		auths = fmt.Sprintf(`%q: {"auth": %q}`, host, base64.StdEncoding.EncodeToString([]byte("me:"+password)))
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"auths": {`+auths+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPush holds that all arrives, in an order that registries take, and that
// the SBOM is found, whether or not the registry knows what refers to what.
func TestPush(t *testing.T) {
	for _, knows := range []bool{true, false} {
		t.Run(fmt.Sprintf("referrers %t", knows), func(t *testing.T) {
			s, host := newServer(t, "secret", registry.WithReferrersSupport(knows))
			logIn(t, host, "secret")
			image := host + "/team/ringwright-sidecar:1"
			archive, got := makeImage(t, "--image", image, "--push")
			index, entry := open(t, archive)
			if want := image + "@" + entry.Digest.String() + "\n"; got.stdout != want {
				t.Errorf("stdout %q; want %q", got.stdout, want)
			}

			ref, err := name.NewTag(image)
			if err != nil {
				t.Fatal(err)
			}
			password := remote.WithAuth(&authn.Basic{Username: "me", Password: "secret"})
			pulled, err := remote.Index(ref, password)
			if err != nil {
				t.Fatal(err)
			}
			if digest, err := pulled.Digest(); err != nil || digest != entry.Digest {
				t.Errorf("the tag is %s (%v); want %s", digest, err, entry.Digest)
			}
			all := manifests(t, pulled)
			for i, img := range all[:2] {
				wantReferrer(t, ref.Context(), img, all[2+i], password)
				layers(t, img)
			}
			wantOrder(t, s.manifests, index, knows)
		})
	}
}

func wantReferrer(t *testing.T, repo name.Repository, img, sbom v1.Image, password remote.Option) {
	t.Helper()
	subject, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	want, err := sbom.Digest()
	if err != nil {
		t.Fatal(err)
	}
	index, err := remote.Referrers(repo.Digest(subject.String()), password)
	if err != nil {
		t.Fatal(err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list.Manifests {
		got = append(got, d.Digest.String())
	}
	if diff := cmp.Diff([]string{want.String()}, got); diff != "" {
		t.Errorf("what refers to %s (-want +got):\n%s", subject, diff)
	}
}

// wantOrder holds that images come before what refers to them, and the tag
// last. A registry that does not know referrers gets a tag for each subject.
func wantOrder(t *testing.T, got []string, index v1.ImageIndex, knows bool) {
	t.Helper()
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	d := func(i int) string { return list.Manifests[i].Digest.String() }
	tag := func(i int) string { return strings.Replace(d(i), ":", "-", 1) }
	want := []string{d(0), d(1), d(2), d(3), "1"}
	if !knows {
		want = []string{d(0), d(1), d(2), tag(0), d(3), tag(1), "1"}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manifests in order (-want +got):\n%s", diff)
	}
}

// TestPushAgain holds that a second push changes nothing.
func TestPushAgain(t *testing.T) {
	s, host := newServer(t, "", registry.WithReferrersSupport(true))
	logIn(t, host, "")
	image := host + "/ringwright-sidecar:1"
	makeImage(t, "--image", image, "--push")
	first := len(s.manifests)
	makeImage(t, "--image", image, "--push")
	if diff := cmp.Diff([]string{}, s.manifests[first:]); diff != "" {
		t.Errorf("manifests of the second push (-want +got):\n%s", diff)
	}
}

func TestPushRefused(t *testing.T) {
	s, host := newServer(t, "secret")
	closed := httptest.NewServer(nil)
	closed.Close()
	down := strings.TrimPrefix(closed.URL, "http://")
	tests := []struct {
		name, host, password, want string
	}{
		{"no login", host, "", "push " + host + "/ringwright-sidecar:1: " + host + " does not let you: 401 Unauthorized"},
		{"wrong password", host, "guess", "; log in as one who may push: docker login " + host},
		{"nobody there", down, "", "push " + down + "/ringwright-sidecar:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			logIn(t, tt.host, tt.password)
			output := filepath.Join(t.TempDir(), "image.oci.tar")
			got := command(t, "--image", tt.host+"/ringwright-sidecar:1", "--push", "--output", output, standIn(t, "amd64"))
			if got.code != refused || got.stdout != "" || !strings.Contains(got.stderr, tt.want) {
				t.Errorf("exit %d, stdout %q, stderr\n%s\nwant exit 1 and %q", got.code, got.stdout, got.stderr, tt.want)
			}
			if len(s.manifests) > 0 {
				t.Errorf("manifests %q were put", s.manifests)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	for registry, want := range map[string]string{
		"example.azurecr.io": "az acr login --name example",
		"example.org:5000":   "docker login example.org:5000",
	} {
		if got := login(registry); got != want {
			t.Errorf("%s: %q; want %q", registry, got, want)
		}
	}
}
