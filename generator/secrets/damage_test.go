package secrets_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/generator/secrets"
)

// rsaAuthority is an authority as openssl would make it: RSA, PKCS #8.
func rsaAuthority(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "ours"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.AddDate(30, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

const (
	backup  = "; restore it from a backup, or make it anew with --rotate "
	missing = "is missing and its other half is there; restore it from a backup, or make both anew with --rotate "
)

func truncate(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		data := read(t, dir, name)
		put(t, dir, name, string(data[:len(data)/2]))
	}
}

func exchange(x, y string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		a, b := read(t, dir, x), read(t, dir, y)
		put(t, dir, x, string(b))
		put(t, dir, y, string(a))
	}
}

func without(names ...string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { remove(t, dir, names...) }
}

func TestDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   []string // file: message, below the directory
		repair []string // rotations that put it right; none where only the user can
	}{
		{"key without certificate", without("eastus/cluster-ca.crt"), []string{"eastus/cluster-ca.crt: " + missing + "eastus/cluster-ca"}, []string{"eastus/cluster-ca"}},
		{"certificate without key", without("eastus/etcd-ca.key"), []string{"eastus/etcd-ca.key: " + missing + "eastus/etcd-ca"}, []string{"eastus/etcd-ca"}},
		{"half an ssh pair", without("eastus/ssh/id_ed25519.pub"), []string{"eastus/ssh/id_ed25519.pub: " + missing + "eastus/ssh"}, []string{"eastus/ssh"}},
		{"half a service account", without("westus/service-account.key"), []string{"westus/service-account.key: " + missing + "westus/service-account"}, []string{"westus/service-account"}},
		{"authority gone, admin there", without("eastus/cluster-ca.crt", "eastus/cluster-ca.key"),
			[]string{"eastus/admin.crt: what signed it is gone; restore eastus/cluster-ca.crt and .key from a backup, or make both anew with --rotate eastus/cluster-ca"}, []string{"eastus/cluster-ca"}},
		{"empty token", func(t *testing.T, dir string) { put(t, dir, "eastus/join-token", "") },
			[]string{"eastus/join-token: is no join token (6 and 16 of a-z and 0-9 with a dot between)" + backup + "eastus/join-token"}, []string{"eastus/join-token"}},
		{"garbled token", func(t *testing.T, dir string) {
			put(t, dir, "eastus/join-token", string(read(t, dir, "eastus/join-token"))+"more\n")
		}, []string{"eastus/join-token: is no join token (6 and 16 of a-z and 0-9 with a dot between)" + backup + "eastus/join-token"}, []string{"eastus/join-token"}},
		{"short shared key", func(t *testing.T, dir string) { put(t, dir, "links/eastus--westus.key", "blabla\n") },
			[]string{"links/eastus--westus.key: is no shared key (one line of 16 to 128 ASCII characters without space, hyphen and tilde)" + backup + "links/eastus--westus"}, []string{"links/eastus--westus"}},
		{"shared key of two lines", func(t *testing.T, dir string) {
			put(t, dir, "links/eastus--westus.key", strings.Repeat("a", 20)+"\n"+strings.Repeat("b", 20))
		}, []string{"links/eastus--westus.key: is no shared key (one line of 16 to 128 ASCII characters without space, hyphen and tilde)" + backup + "links/eastus--westus"}, []string{"links/eastus--westus"}},
		{"truncated certificate", truncate("eastus/front-proxy-ca.crt"), []string{"eastus/front-proxy-ca.crt: holds no readable certificate" + backup + "eastus/front-proxy-ca"}, []string{"eastus/front-proxy-ca"}},
		{"certificate and then rubbish", func(t *testing.T, dir string) {
			put(t, dir, "eastus/etcd-ca.crt", string(read(t, dir, "eastus/etcd-ca.crt"))+"rubbish\n")
		}, []string{"eastus/etcd-ca.crt: holds no readable certificate" + backup + "eastus/etcd-ca"}, []string{"eastus/etcd-ca"}},
		{"truncated key", truncate("eastus/cluster-ca.key"), []string{"eastus/cluster-ca.key: holds no readable private key, RSA or ECDSA" + backup + "eastus/cluster-ca"}, []string{"eastus/cluster-ca"}},
		{"empty public key", func(t *testing.T, dir string) { put(t, dir, "eastus/service-account.pub", "") },
			[]string{"eastus/service-account.pub: holds no readable public key" + backup + "eastus/service-account"}, []string{"eastus/service-account"}},
		{"truncated ssh key", truncate("eastus/ssh/id_ed25519"), []string{"eastus/ssh/id_ed25519: holds no readable private key in OpenSSH's form" + backup + "eastus/ssh"}, []string{"eastus/ssh"}},
		{"garbled ssh public key", truncate("eastus/ssh/id_ed25519.pub"), []string{"eastus/ssh/id_ed25519.pub: holds no single public key in OpenSSH's form" + backup + "eastus/ssh"}, []string{"eastus/ssh"}},
		{"certificates exchanged", exchange("eastus/etcd-ca.crt", "westus/etcd-ca.crt"),
			[]string{"eastus/etcd-ca.crt: does not match its key" + backup + "eastus/etcd-ca", "westus/etcd-ca.crt: does not match its key" + backup + "westus/etcd-ca"}, []string{"eastus/etcd-ca", "westus/etcd-ca"}},
		{"service accounts exchanged", exchange("eastus/service-account.pub", "westus/service-account.pub"),
			[]string{"eastus/service-account.pub: does not match its private key" + backup + "eastus/service-account", "westus/service-account.pub: does not match its private key" + backup + "westus/service-account"},
			[]string{"eastus/service-account", "westus/service-account"}},
		{"ssh halves exchanged", exchange("eastus/ssh/id_ed25519.pub", "westus/ssh/id_ed25519.pub"),
			[]string{"eastus/ssh/id_ed25519.pub: does not match its private key" + backup + "eastus/ssh", "westus/ssh/id_ed25519.pub: does not match its private key" + backup + "westus/ssh"}, []string{"eastus/ssh", "westus/ssh"}},
		{"admin of another region", func(t *testing.T, dir string) {
			exchange("eastus/admin.crt", "westus/admin.crt")(t, dir)
			exchange("eastus/admin.key", "westus/admin.key")(t, dir)
		}, []string{"eastus/admin.crt: is not signed by cluster-ca.crt" + backup + "eastus/admin", "westus/admin.crt: is not signed by cluster-ca.crt" + backup + "westus/admin"}, []string{"eastus/admin", "westus/admin"}},
		{"admin in place of an authority", func(t *testing.T, dir string) {
			put(t, dir, "eastus/etcd-ca.crt", string(read(t, dir, "eastus/admin.crt")))
			put(t, dir, "eastus/etcd-ca.key", string(read(t, dir, "eastus/admin.key")))
		}, []string{"eastus/etcd-ca.crt: is not the certificate of an authority" + backup + "eastus/etcd-ca"}, []string{"eastus/etcd-ca"}},
		{"authority in place of admin", func(t *testing.T, dir string) {
			put(t, dir, "eastus/admin.crt", string(read(t, dir, "eastus/cluster-ca.crt")))
			put(t, dir, "eastus/admin.key", string(read(t, dir, "eastus/cluster-ca.key")))
		}, []string{"eastus/admin.crt: is not a client certificate" + backup + "eastus/admin"}, []string{"eastus/admin"}},
		{"all at once", func(t *testing.T, dir string) {
			remove(t, dir, "eastus/cluster-ca.key", "links/eastus--westus.key") // the second is no damage
			put(t, dir, "westus/join-token", "garbled")
		}, []string{"eastus/cluster-ca.key: " + missing + "eastus/cluster-ca",
			"westus/join-token: is no join token (6 and 16 of a-z and 0-9 with a dot between)" + backup + "westus/join-token"}, []string{"eastus/cluster-ca", "westus/join-token"}},
		{"directory in place of a file", func(t *testing.T, dir string) {
			remove(t, dir, "eastus/join-token")
			mkdir(t, dir, "eastus/join-token")
		}, []string{"eastus/join-token: is a directory; want a regular file; move it away"}, nil},
		{"file in place of a directory", func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "westus/ssh")); err != nil {
				t.Fatal(err)
			}
			put(t, dir, "westus/ssh", "x")
		}, []string{"westus/ssh: is a file; want a directory; move it away"}, nil},
		{"derived file is a directory", func(t *testing.T, dir string) {
			remove(t, dir, "eastus/kubeconfig")
			mkdir(t, dir, "eastus/kubeconfig")
		}, []string{"eastus/kubeconfig: is a directory; want a regular file; move it away"}, nil},
		{"link inside", func(t *testing.T, dir string) { link(t, dir, "westus/join-token", "../eastus/join-token") },
			[]string{"westus/join-token: is a symbolic link; want a regular file; move it away"}, nil},
		{"link out of the directory", func(t *testing.T, dir string) { link(t, dir, "eastus/join-token", "/etc/hostname") },
			[]string{"eastus/join-token: is a symbolic link; want a regular file; move it away"}, nil},
		{"directory linked out", func(t *testing.T, dir string) {
			outside := t.TempDir()
			if err := os.Rename(filepath.Join(dir, "westus"), filepath.Join(outside, "westus")); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(outside, "westus"), filepath.Join(dir, "westus")); err != nil {
				t.Fatal(err)
			}
		}, []string{"westus: is a symbolic link; want a directory; move it away"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ring := ringOf("eastus", "westus")
			mustWrite(t, dir, ring)
			tt.damage(t, dir)
			// Modes are not tightened either where there are problems.
			if err := os.Chmod(filepath.Join(dir, "eastus/etcd-ca.crt"), 0o644); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			refused(t, dir, ring, nil, noon, tt.want)
			if tt.repair == nil {
				return
			}
			mustWrite(t, dir, ring, tt.repair...)
			if again := mustWrite(t, dir, ring); len(again.Kept) != len(contents(t, dir)) {
				t.Errorf("the rotation did not put it right: %+v", again)
			}
		})
	}
}

func mkdir(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, dir, name, target string) {
	t.Helper()
	remove(t, dir, name)
	if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// refused expects exactly those problems, no secret in them and nothing written.
func refused(t *testing.T, dir string, ring secrets.Ring, rotate []string, now time.Time, want []string) {
	t.Helper()
	before := tree(t, dir)
	result, err := secrets.Write(dir, ring, rotate, source(now))
	var problems *secrets.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error = %v, want problems", err)
	}
	noLeak(t, dir, err.Error())
	var got []string
	for _, p := range problems.List {
		name, err := filepath.Rel(dir, p.File)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(name)+": "+p.Message)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(secrets.Result{}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("something was written (-before +after):\n%s", diff)
	}
}

func TestExpiry(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus")
	mustWrite(t, dir, ring)
	later := noon.AddDate(1, 0, 0).Add(time.Second)
	refused(t, dir, ring, nil, later, []string{
		"eastus/admin.crt: expired on 2027-11-03T12:00:00Z; set the clock of this machine if that is not past, or make it anew with --rotate eastus/admin",
	})
	if _, err := secrets.Write(dir, ring, []string{"eastus/admin"}, source(later)); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Write(dir, ring, nil, source(later)); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	refused(t, dir, ring, []string{"eastus/admin"}, noon.AddDate(-1, 0, 0), []string{
		"eastus/cluster-ca.crt: is not valid before 2026-11-03T11:00:00Z; set the clock of this machine, or make it anew with --rotate eastus/cluster-ca",
		"eastus/etcd-ca.crt: is not valid before 2026-11-03T11:00:00Z; set the clock of this machine, or make it anew with --rotate eastus/etcd-ca",
		"eastus/front-proxy-ca.crt: is not valid before 2026-11-03T11:00:00Z; set the clock of this machine, or make it anew with --rotate eastus/front-proxy-ca",
	})
}

// A new admin certificate must not bring a new authority with it unasked.
func TestRotateAdminWithoutAuthority(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus")
	mustWrite(t, dir, ring)
	remove(t, dir, "eastus/cluster-ca.crt", "eastus/cluster-ca.key")
	refused(t, dir, ring, []string{"eastus/admin"}, noon, []string{
		"eastus/admin.crt: what signed it is gone; restore eastus/cluster-ca.crt and .key from a backup, or make both anew with --rotate eastus/cluster-ca",
	})
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads every file")
	}
	dir := t.TempDir()
	ring := ringOf("eastus")
	mustWrite(t, dir, ring)
	for _, name := range []string{"eastus/join-token", "eastus/kubeconfig"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err := secrets.Write(dir, ring, nil, source(noon))
	want := filepath.Join(dir, "eastus/join-token") + ": cannot be read; allow yourself to, or make it anew with --rotate eastus/join-token"
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	result, err := secrets.Write(dir, ring, []string{"eastus/join-token"}, source(noon))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"eastus/kubeconfig", "eastus/parameters.json"}, result.Rewritten); diff != "" {
		t.Errorf("rewritten (-want +got):\n%s", diff)
	}
}

// A directory that is not one of secrets is not made private or hidden from git.
func TestForeignDirectory(t *testing.T) {
	for _, ignore := range []string{"", "*.o\nbin/\n"} {
		dir := t.TempDir()
		put(t, dir, "README.md", "a repository")
		if ignore != "" {
			put(t, dir, ".gitignore", ignore)
		}
		before := tree(t, dir)
		if _, err := secrets.Write(dir, ringOf("eastus"), nil, source(noon)); err == nil || !strings.Contains(err.Error(), "name an empty directory") {
			t.Errorf("with .gitignore %q: error = %v", ignore, err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Errorf("something was written (-before +after):\n%s", diff)
		}
	}
	dir := t.TempDir()
	const own = "# ours\n*\n!.gitignore\n"
	put(t, dir, ".gitignore", own)
	mustWrite(t, dir, ringOf("eastus"))
	if diff := cmp.Diff(own, string(read(t, dir, ".gitignore"))); diff != "" {
		t.Errorf(".gitignore (-want +got):\n%s", diff)
	}
}
