package secrets

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
)

// Why a file could not be parsed. The causes are not passed on: they could
// quote what the file holds.
var (
	errNoCertificate = errors.New("holds no readable certificate")
	errNoKey         = errors.New("holds no readable private key, RSA or ECDSA")
)

// parseCertificate returns the first certificate, as kubeadm does; more may
// follow, as while an authority is being replaced, but nothing else.
func parseCertificate(data []byte) (*x509.Certificate, error) {
	var first *x509.Certificate
	for len(bytes.TrimSpace(data)) > 0 {
		block, rest := pem.Decode(data)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, errNoCertificate
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errNoCertificate
		}
		if first == nil {
			first = cert
		}
		data = rest
	}
	if first == nil {
		return nil, errNoCertificate
	}
	return first, nil
}

// parseKey returns the first private key of a PEM file in any form that
// kubeadm reads: SEC 1, PKCS #1 or PKCS #8; other blocks, such as the curve's
// parameters that openssl writes, are passed over.
func parseKey(data []byte) (crypto.Signer, error) {
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return nil, errNoKey
		}
		var key any
		var err error
		switch block.Type {
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		default:
			data = rest
			continue
		}
		if err != nil {
			return nil, errNoKey
		}
		switch k := key.(type) {
		case *ecdsa.PrivateKey:
			return k, nil
		case *rsa.PrivateKey:
			return k, nil
		}
		return nil, errNoKey
	}
}

func samePublic(x, y crypto.PublicKey) bool {
	key, ok := x.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(y)
}
