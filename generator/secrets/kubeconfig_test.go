package secrets_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/generator/secrets"
	"go.yaml.in/yaml/v3"
)

// kubeconfig is the file as kubectl reads it, written down a second time so
// that a wrong key in the code is not repeated here.
type kubeconfig struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Current    string `yaml:"current-context"`
	Contexts   []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server string
			CA     string `yaml:"certificate-authority-data"`
		}
	}
	Users []struct {
		Name string
		User struct {
			Certificate string `yaml:"client-certificate-data"`
			Key         string `yaml:"client-key-data"`
		}
	}
}

func kubeconfigOf(t *testing.T, dir, region string) kubeconfig {
	t.Helper()
	var k kubeconfig
	if err := yaml.Unmarshal(read(t, dir, region+"/kubeconfig"), &k); err != nil {
		t.Fatal(err)
	}
	if len(k.Contexts) != 1 || len(k.Clusters) != 1 || len(k.Users) != 1 {
		t.Fatalf("want one context, cluster and user, got %d, %d, %d", len(k.Contexts), len(k.Clusters), len(k.Users))
	}
	return k
}

func decode(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// apiServer is a server whose certificate the region's cluster CA has issued
// for its API host, and that lets in who has one from the same authority.
func apiServer(t *testing.T, dir string, region secrets.Region) *httptest.Server {
	t.Helper()
	ca := certificate(t, read(t, dir, region.Name+"/cluster-ca.crt"))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    []string{region.APIHost},
		NotBefore:   ca.NotBefore,
		NotAfter:    noon.Add(10 * 365 * 24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, ca, key.Public(), ecKey(t, read(t, dir, region.Name+"/cluster-ca.key")))
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(ca)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.TLS.PeerCertificates[0].Subject)
	}))
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    clients,
		Time:         func() time.Time { return noon },
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are part of the test
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// get asks a server what it takes the holder of a kubeconfig for. The dialer
// stands in for the DNS: only the kubeconfig's own host leads to the server.
func get(t *testing.T, k kubeconfig, server *httptest.Server) (string, error) {
	t.Helper()
	pair, err := tls.X509KeyPair(decode(t, k.Users[0].User.Certificate), decode(t, k.Users[0].User.Key))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(decode(t, k.Clusters[0].Cluster.CA)) {
		t.Fatal("the kubeconfig has no authority")
	}
	base, err := url.Parse(k.Clusters[0].Cluster.Server)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, Time: func() time.Time { return noon }},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != base.Host {
				return nil, fmt.Errorf("dialled %s", address)
			}
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(base.String() + "/version")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestKubeconfigReachesItsClusterOnly(t *testing.T) {
	dir := t.TempDir()
	ring := ringOf("eastus", "westus")
	mustWrite(t, dir, ring)
	k := kubeconfigOf(t, dir, "eastus")
	const name = "customers-eastus"
	type names struct{ APIVersion, Kind, Current, Context, ContextCluster, ContextUser, Cluster, User, Server string }
	got := names{k.APIVersion, k.Kind, k.Current, k.Contexts[0].Name, k.Contexts[0].Context.Cluster, k.Contexts[0].Context.User,
		k.Clusters[0].Name, k.Users[0].Name, k.Clusters[0].Cluster.Server}
	want := names{"v1", "Config", name, name, name, name, name, name, "https://" + ring.Regions[0].APIHost + ":6443"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}

	east, west := apiServer(t, dir, ring.Regions[0]), apiServer(t, dir, ring.Regions[1])
	who, err := get(t, k, east)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("CN=customers-eastus-admin,O=kubeadm:cluster-admins", who); diff != "" {
		t.Errorf("the server sees (-want +got):\n%s", diff)
	}
	if who, err := get(t, k, west); err == nil {
		t.Errorf("the other region's server took it for %s", who)
	}

	// After the rotation of the authority only the new kubeconfig fits a server of the new one.
	mustWrite(t, dir, ring, "eastus/cluster-ca")
	renewed := apiServer(t, dir, ring.Regions[0])
	if _, err := get(t, kubeconfigOf(t, dir, "eastus"), renewed); err != nil {
		t.Errorf("the new kubeconfig: %v", err)
	}
	if _, err := get(t, k, renewed); err == nil {
		t.Error("the old kubeconfig is taken by the new authority")
	}
}
