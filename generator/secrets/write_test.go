package secrets_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/generator/secrets"
	"golang.org/x/crypto/ssh"
)

func TestWriteMakesEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "secrets")
	result := mustWrite(t, dir, ringOf("westus", "eastus"))
	want := secrets.Result{Made: filesOf([]string{"eastus", "westus"}, "links/eastus--westus.key")}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Made, slices.Sorted(maps.Keys(contents(t, dir)))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name, about := range tree(t, dir) {
		mode, _, _ := strings.Cut(about, " ")
		if mode != "drwx------" && mode != "-rw-------" {
			t.Errorf("%s: mode %s", name, mode)
		}
	}
	for name, form := range map[string]string{
		".gitignore":               `^\*\n$`,
		"eastus/join-token":        `^[a-z0-9]{6}\.[a-z0-9]{16}\n$`,
		"links/eastus--westus.key": `^[A-Za-z0-9]{48}\n$`,
	} {
		if !regexp.MustCompile(form).Match(read(t, dir, name)) {
			t.Errorf("%s: does not have the form %s", name, form)
		}
	}
}

func TestAuthorities(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, ringOf("eastus"))
	keys := map[string]string{}
	for _, name := range []string{"cluster-ca", "front-proxy-ca", "etcd-ca"} {
		cert := certificate(t, read(t, dir, "eastus/"+name+".crt"))
		key := ecKey(t, read(t, dir, "eastus/"+name+".key"))
		if !key.PublicKey.Equal(cert.PublicKey) || key.Curve != elliptic.P256() {
			t.Errorf("%s: the certificate is not of its P-256 key", name)
		}
		if other, taken := keys[key.X.String()]; taken {
			t.Errorf("%s and %s have the same key", name, other)
		}
		keys[key.X.String()] = name
		if err := cert.CheckSignatureFrom(cert); err != nil {
			t.Errorf("%s: is not an authority signed by itself: %v", name, err)
		}
		if want := noon.AddDate(20, 0, 0); !cert.NotAfter.Equal(want) {
			t.Errorf("%s: ends %v, want %v", name, cert.NotAfter, want)
		}
		if back := noon.Sub(cert.NotBefore); back < 5*time.Minute || back > 24*time.Hour {
			t.Errorf("%s: begins %v before it is made", name, back)
		}
	}
	cert := certificate(t, read(t, dir, "eastus/admin.crt"))
	if diff := cmp.Diff("CN=customers-eastus-admin,O=kubeadm:cluster-admins", cert.Subject.String()); diff != "" {
		t.Errorf("admin's subject (-want +got):\n%s", diff)
	}
	if want := noon.AddDate(1, 0, 0); !cert.NotAfter.Equal(want) || !cert.NotBefore.Before(noon) {
		t.Errorf("admin: valid from %v to %v, want the end %v", cert.NotBefore, cert.NotAfter, want)
	}
}

// kubeadm decides by the block's type how it parses a key.
func ecKey(t *testing.T, data []byte) *ecdsa.PrivateKey {
	t.Helper()
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "EC PRIVATE KEY" || len(rest) > 0 {
		t.Fatal("want one SEC 1 key in PEM")
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestServiceAccountAndSSH(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, ringOf("eastus"))
	block, _ := pem.Decode(read(t, dir, "eastus/service-account.pub"))
	if block == nil || block.Type != "PUBLIC KEY" {
		t.Fatal("service-account.pub is no public key in PEM")
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !ecKey(t, read(t, dir, "eastus/service-account.key")).PublicKey.Equal(public) {
		t.Error("the service account's halves do not match")
	}
	signer, err := ssh.ParsePrivateKey(read(t, dir, "eastus/ssh/id_ed25519"))
	if err != nil {
		t.Fatal(err)
	}
	line, comment, _, _, err := ssh.ParseAuthorizedKey(read(t, dir, "eastus/ssh/id_ed25519.pub"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(signer.PublicKey().Marshal(), line.Marshal()) || line.Type() != "ssh-ed25519" || comment != "customers-eastus" {
		t.Errorf("ssh: type %s, comment %s, or the halves do not match", line.Type(), comment)
	}
}

func TestParameters(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "south-central-us")
	ring.Regions[1].MakeSSHKey = false
	mustWrite(t, dir, ring)
	text := func(name string) map[string]string { return map[string]string{"value": string(read(t, dir, name))} }
	line := func(name string) map[string]string {
		return map[string]string{"value": strings.TrimSuffix(string(read(t, dir, name)), "\n")}
	}
	// An encoding of the key of its own, not the bytes of the certificate.
	spki, err := x509.MarshalPKIXPublicKey(certificate(t, read(t, dir, "eastus/cluster-ca.crt")).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	want := parameters{
		Schema:         "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
		ContentVersion: "1.0.0.0",
		Parameters: map[string]map[string]string{
			"clusterCaCertificate":      text("eastus/cluster-ca.crt"),
			"clusterCaKey":              text("eastus/cluster-ca.key"),
			"frontProxyCaCertificate":   text("eastus/front-proxy-ca.crt"),
			"frontProxyCaKey":           text("eastus/front-proxy-ca.key"),
			"etcdCaCertificate":         text("eastus/etcd-ca.crt"),
			"etcdCaKey":                 text("eastus/etcd-ca.key"),
			"serviceAccountPublicKey":   text("eastus/service-account.pub"),
			"serviceAccountKey":         text("eastus/service-account.key"),
			"joinToken":                 line("eastus/join-token"),
			"sshPublicKey":              line("eastus/ssh/id_ed25519.pub"),
			"south_central_usSharedKey": line("links/eastus--south-central-us.key"),
			"clusterCaHash":             {"value": fmt.Sprintf("sha256:%x", sha256.Sum256(spki))},
		},
	}
	if diff := cmp.Diff(want, parametersOf(t, dir, "eastus")); diff != "" {
		t.Errorf("eastus (-want +got):\n%s", diff)
	}
	other := parametersOf(t, dir, "south-central-us").Parameters
	if _, there := other["sshPublicKey"]; there {
		t.Error("a region whose spec gives the public key has the parameter sshPublicKey")
	}
	if diff := cmp.Diff(want.Parameters["south_central_usSharedKey"], other["eastusSharedKey"]); diff != "" {
		t.Errorf("the two ends of a link have different keys (-want +got):\n%s", diff)
	}
	for _, region := range ring.Regions {
		got := slices.Sorted(maps.Keys(parametersOf(t, dir, region.Name).Parameters))
		if diff := cmp.Diff(secrets.ParameterNames(region), got); diff != "" {
			t.Errorf("%s: ParameterNames and file (-want +got):\n%s", region.Name, diff)
		}
	}
}

// The certificate and its hash were made with the commands that the kubeadm
// reference gives: openssl x509 -pubkey, openssl pkey -outform DER, sha256.
func TestPublicKeyHash(t *testing.T) {
	cert, err := os.ReadFile("testdata/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/ca.hash")
	if err != nil {
		t.Fatal(err)
	}
	got, err := secrets.PublicKeyHash(cert)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), got); diff != "" {
		t.Errorf("hash (-want +got):\n%s", diff)
	}
}

func TestSecondRunChangesNothing(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "westus")
	made := mustWrite(t, dir, ring).Made
	before := tree(t, dir)
	result := mustWrite(t, dir, ring)
	if diff := cmp.Diff(secrets.Result{Kept: made}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("the second run touched (-before +after):\n%s", diff)
	}
}

func TestAppendRegion(t *testing.T) {
	dir := t.TempDir()
	two := ringOf("eastus", "westus")
	mustWrite(t, dir, two)
	before := contents(t, dir)
	result := mustWrite(t, dir, ringOf("eastus", "westus", "brazil"))
	after := contents(t, dir)

	wantMade := []string{"links/brazil--eastus.key", "links/brazil--westus.key"}
	for _, file := range pairFiles {
		wantMade = append(wantMade, "brazil/"+file)
	}
	slices.Sort(wantMade)
	if diff := cmp.Diff(wantMade, result.Made); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"eastus/parameters.json", "westus/parameters.json"}, result.Rewritten); diff != "" {
		t.Errorf("rewritten (-want +got):\n%s", diff)
	}
	for name, data := range before {
		if !slices.Contains(result.Rewritten, name) && after[name] != data {
			t.Errorf("%s changed", name)
		}
	}
	for _, region := range []string{"eastus", "westus"} {
		there := parametersOf(t, dir, region).Parameters["brazilSharedKey"]
		here := parametersOf(t, dir, "brazil").Parameters[region+"SharedKey"]
		if here["value"] == "" || there["value"] != here["value"] {
			t.Errorf("brazil and %s do not have the same shared key", region)
		}
	}

	// Back to two regions: what the third one had is left alone.
	mustWrite(t, dir, two)
	again := contents(t, dir)
	for _, name := range wantMade {
		if again[name] != after[name] {
			t.Errorf("%s is not in the ring any more and was touched", name)
		}
	}
}

// Where somebody else makes the cluster's keys there are only those of the links.
func TestRegionWithoutClusterKeys(t *testing.T) {
	dir := t.TempDir()
	ring := secrets.Ring{Name: "customers", Regions: []secrets.Region{
		{Name: "eastus", Peers: []string{"head-office"}},
		{Name: "westus"},
	}}
	result := mustWrite(t, dir, ring)
	want := []string{".gitignore", "eastus/parameters.json", "links/eastus--head-office.key"}
	if diff := cmp.Diff(want, result.Made); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"head_officeSharedKey"}, secrets.ParameterNames(ring.Regions[0])); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

// What the user has put in place of a value is used as it is.
func TestOwnValuesAreKept(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "westus")
	mustWrite(t, dir, ring)
	const agreed = "Agreed_with/the.0ther+end!"
	put(t, dir, "links/eastus--westus.key", agreed)
	cert, key := rsaAuthority(t)
	remove(t, dir, "eastus/admin.crt", "eastus/admin.key")
	put(t, dir, "eastus/cluster-ca.crt", cert)
	put(t, dir, "eastus/cluster-ca.key", key)
	result := mustWrite(t, dir, ring)
	if diff := cmp.Diff([]string{"eastus/admin.crt", "eastus/admin.key"}, result.Made); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if err := certificate(t, read(t, dir, "eastus/admin.crt")).CheckSignatureFrom(certificate(t, []byte(cert))); err != nil {
		t.Errorf("the admin certificate is not signed by the user's own authority: %v", err)
	}
	got := parametersOf(t, dir, "westus").Parameters["eastusSharedKey"]["value"]
	if diff := cmp.Diff(agreed, got); diff != "" {
		t.Errorf("shared key (-want +got):\n%s", diff)
	}
}

func TestHostChange(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus")
	mustWrite(t, dir, ring)
	ring.Regions[0].APIHost = "other.eastus.cloudapp.azure.com"
	result := mustWrite(t, dir, ring)
	if diff := cmp.Diff([]string{"eastus/kubeconfig"}, result.Rewritten); diff != "" {
		t.Errorf("rewritten (-want +got):\n%s", diff)
	}
	if len(result.Made)+len(result.Rotated) > 0 {
		t.Errorf("another API host changed values: %+v", result)
	}
	if len(result.Next) != 1 || !strings.Contains(result.Next[0], "https://customers-eastus-3f9a1c.eastus.cloudapp.azure.com:6443") ||
		!strings.Contains(result.Next[0], "https://other.eastus.cloudapp.azure.com:6443") {
		t.Errorf("next = %q, want one sentence with both hosts", result.Next)
	}
	if next := mustWrite(t, dir, ring).Next; len(next) > 0 {
		t.Errorf("said again: %q", next)
	}
}

func TestModesAreTightened(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "westus")
	mustWrite(t, dir, ring)
	want := map[string]os.FileMode{
		".": 0o755, "eastus": 0o750, "eastus/ssh": 0o701, "links": 0o777, "eastus/cluster-ca.key": 0o644,
		"eastus/parameters.json": 0o640, ".gitignore": 0o644, "links/eastus--westus.key": 0o602,
	}
	for name, mode := range want {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "westus/join-token"), 0o400); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), mustWrite(t, dir, ring).Tightened); diff != "" {
		t.Errorf("tightened (-want +got):\n%s", diff)
	}
	for name, about := range tree(t, dir) {
		mode, _, _ := strings.Cut(about, " ")
		if mode != "drwx------" && mode != "-rw-------" && (name != "westus/join-token" || mode != "-r--------") {
			t.Errorf("%s: mode %s", name, mode)
		}
	}
}

// With the same random numbers and the same time every file is the same, but
// for the check number that the OpenSSH form draws for itself, which
// cryptotest makes the same too.
func TestExact(t *testing.T) {
	run := func() map[string]string {
		cryptotest.SetGlobalRandom(t, 7)
		dir := t.TempDir()
		src := secrets.Source{Rand: rand.NewChaCha8([32]byte{1}), Now: func() time.Time { return noon }}
		if _, err := secrets.Write(dir, ringOf("eastus", "westus"), nil, src); err != nil {
			t.Fatal(err)
		}
		return contents(t, dir)
	}
	if diff := cmp.Diff(run(), run()); diff != "" {
		t.Errorf("two runs with the same source differ:\n%s", diff)
	}
}

func TestDraw(t *testing.T) {
	// Every byte value once: 248 of them are four rounds of 62 characters, the
	// last eight are thrown away and the stream is then at its end.
	stream := make([]byte, 256)
	for i := range stream {
		stream[i] = byte(i)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	got, err := secrets.Draw(bytes.NewReader(stream), alphabet, 248)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Repeat(alphabet, 4), got); diff != "" {
		t.Errorf("drawn (-want +got):\n%s", diff)
	}
	if _, err := secrets.Draw(bytes.NewReader(stream), alphabet, 249); !errors.Is(err, io.EOF) {
		t.Errorf("error = %v, want %v: one of the last eight bytes was used", err, io.EOF)
	}
}

func TestSourceFails(t *testing.T) {
	dir := t.TempDir()
	dry := errors.New("no entropy")
	_, err := secrets.Write(dir, ringOf("eastus"), nil, secrets.Source{Rand: iotest.ErrReader(dry), Now: func() time.Time { return noon }})
	if !errors.Is(err, dry) {
		t.Errorf("error = %v, want %v", err, dry)
	}
	if left := contents(t, dir); len(left) > 0 {
		t.Errorf("files were written: %v", slices.Sorted(maps.Keys(left)))
	}
	if _, err := secrets.Write(dir, ringOf("eastus"), nil, secrets.Source{}); err == nil {
		t.Error("a source without clock and random numbers was taken")
	}
}
