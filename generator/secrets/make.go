package secrets

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"path"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// authorityYears is longer than the ten years of what kubeadm signs with
	// these authorities, so that no certificate outlives its issuer.
	authorityYears = 20
	adminYears     = 1
	// backdate lets a machine whose clock is behind use a certificate at once.
	backdate = time.Hour

	// clusterAdmins is the group that kubeadm binds to cluster-admin.
	// https://kubernetes.io/docs/setup/best-practices/certificates/
	clusterAdmins = "kubeadm:cluster-admins"

	alphanumeric      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"
	sharedKeyLength   = 48
)

func makeAuthority(r *run, v value) ([][]byte, error) {
	key, keyPEM, err := newKey(r.src.Rand)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: r.ring.Name + "-" + v.region + "-" + path.Base(v.name)},
		NotBefore:             r.now.Add(-backdate),
		NotAfter:              r.now.AddDate(authorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	cert, err := x509.CreateCertificate(r.src.Rand, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return [][]byte{encode("CERTIFICATE", cert), keyPEM}, nil
}

func makeAdmin(r *run, v value) ([][]byte, error) {
	ca, caKey, err := r.authorityOf(v)
	if err != nil {
		return nil, err
	}
	key, keyPEM, err := newKey(r.src.Rand)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: r.ring.Name + "-" + v.region + "-admin", Organization: []string{clusterAdmins}},
		NotBefore:   r.now.Add(-backdate),
		NotAfter:    r.now.AddDate(adminYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(r.src.Rand, template, ca, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	return [][]byte{encode("CERTIFICATE", cert), keyPEM}, nil
}

func makeServiceAccount(r *run, _ value) ([][]byte, error) {
	key, keyPEM, err := newKey(r.src.Rand)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	return [][]byte{encode("PUBLIC KEY", public), keyPEM}, nil
}

// makeJoinToken draws a bootstrap token: an id and a secret.
// https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#token-format
func makeJoinToken(r *run, _ value) ([][]byte, error) {
	id, err := draw(r.src.Rand, lowerAlphanumeric, 6)
	if err != nil {
		return nil, err
	}
	secret, err := draw(r.src.Rand, lowerAlphanumeric, 16)
	if err != nil {
		return nil, err
	}
	return [][]byte{[]byte(id + "." + secret + "\n")}, nil
}

func makeSharedKey(r *run, _ value) ([][]byte, error) {
	key, err := draw(r.src.Rand, alphanumeric, sharedKeyLength)
	if err != nil {
		return nil, err
	}
	return [][]byte{[]byte(key + "\n")}, nil
}

func makeSSHKey(r *run, v value) ([][]byte, error) {
	public, private, err := ed25519.GenerateKey(r.src.Rand)
	if err != nil {
		return nil, err
	}
	comment := r.ring.Name + "-" + v.region
	block, err := ssh.MarshalPrivateKey(private, comment)
	if err != nil {
		return nil, err
	}
	sshPublic, err := ssh.NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	line := ssh.MarshalAuthorizedKey(sshPublic)
	return [][]byte{fmt.Appendf(nil, "%s %s\n", line[:len(line)-1], comment), pem.EncodeToMemory(block)}, nil
}

// newKey makes an ECDSA P-256 key, also as the SEC 1 PEM text that kubeadm
// itself writes.
func newKey(rand io.Reader) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return key, encode("EC PRIVATE KEY", der), nil
}

// draw returns n characters of an alphabet of at most 256, each as likely as
// any other: a byte from beyond the last whole multiple of the alphabet's
// length is thrown away, where a plain remainder would favour the first ones.
func draw(rand io.Reader, alphabet string, n int) (string, error) {
	limit := 256 - 256%len(alphabet)
	drawn := make([]byte, 0, n)
	for len(drawn) < n {
		buf := make([]byte, n-len(drawn))
		if _, err := io.ReadFull(rand, buf); err != nil {
			return "", fmt.Errorf("random source: %w", err)
		}
		for _, b := range buf {
			if int(b) < limit {
				drawn = append(drawn, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(drawn), nil
}

func encode(blockType string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der})
}
