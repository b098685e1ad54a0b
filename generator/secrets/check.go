package secrets

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// The forms are compiled when they are first needed: no other verb needs them.
var (
	tokenForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}\r?\n?$`)
	})
	// A key that was agreed with the other end is kept, so this is what Azure
	// takes (printable ASCII but space, hyphen and tilde, at most 128) and no
	// less than 16 characters, rather than the form in which keys are made.
	// https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-vpn-faq
	sharedKeyForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[!-,.-}]{16,128}\r?\n?$`)
	})
)

// flaw is what makes a value unusable.
type flaw struct {
	file  int    // which of the value's files
	wrong string // what is wrong with it
	// remedy stands in for restoring the file, where no backup would help.
	remedy string
}

func checkAuthority(parts [][]byte, now time.Time) *flaw {
	cert, f := checkPair(parts, now)
	if f != nil {
		return f
	}
	if !cert.BasicConstraintsValid || !cert.IsCA || cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageCertSign == 0 {
		return &flaw{wrong: "is not the certificate of an authority"}
	}
	return nil
}

func checkAdmin(parts [][]byte, now time.Time) *flaw {
	cert, f := checkPair(parts, now)
	if f != nil {
		return f
	}
	if !slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return &flaw{wrong: "is not a client certificate"}
	}
	return nil
}

// checkPair checks a certificate and its key against each other and the clock.
func checkPair(parts [][]byte, now time.Time) (*x509.Certificate, *flaw) {
	cert, err := parseCertificate(parts[0])
	if err != nil {
		return nil, &flaw{wrong: err.Error()}
	}
	key, err := parseKey(parts[1])
	switch {
	case err != nil:
		return nil, &flaw{file: 1, wrong: err.Error()}
	case !samePublic(cert.PublicKey, key.Public()):
		return nil, &flaw{wrong: "does not match its key"}
	case now.Before(cert.NotBefore):
		return nil, &flaw{wrong: "is not valid before " + cert.NotBefore.UTC().Format(time.RFC3339), remedy: "set the clock of this machine"}
	case now.After(cert.NotAfter):
		return nil, &flaw{wrong: "expired on " + cert.NotAfter.UTC().Format(time.RFC3339), remedy: "set the clock of this machine if that is not past"}
	}
	return cert, nil
}

func checkServiceAccount(parts [][]byte, _ time.Time) *flaw {
	var public crypto.PublicKey
	if block, _ := pem.Decode(parts[0]); block != nil && block.Type == "PUBLIC KEY" {
		public, _ = x509.ParsePKIXPublicKey(block.Bytes) // nil if it cannot be parsed
	}
	if public == nil {
		return &flaw{wrong: "holds no readable public key"}
	}
	key, err := parseKey(parts[1])
	switch {
	case err != nil:
		return &flaw{file: 1, wrong: err.Error()}
	case !samePublic(public, key.Public()):
		return &flaw{wrong: "does not match its private key"}
	}
	return nil
}

func checkJoinToken(parts [][]byte, _ time.Time) *flaw {
	if !tokenForm().Match(parts[0]) {
		return &flaw{wrong: "is no join token (6 and 16 of a-z and 0-9 with a dot between)"}
	}
	return nil
}

func checkSharedKey(parts [][]byte, _ time.Time) *flaw {
	if !sharedKeyForm().Match(parts[0]) {
		return &flaw{wrong: "is no shared key (one line of 16 to 128 ASCII characters without space, hyphen and tilde)"}
	}
	return nil
}

// checkSSHKey takes a key with a passphrase too: OpenSSH's form keeps the
// public half in the clear.
func checkSSHKey(parts [][]byte, _ time.Time) *flaw {
	public, _, _, rest, err := ssh.ParseAuthorizedKey(parts[0])
	if err != nil || len(bytes.TrimSpace(rest)) > 0 {
		return &flaw{wrong: "holds no single public key in OpenSSH's form"}
	}
	var own ssh.PublicKey
	signer, err := ssh.ParsePrivateKey(parts[1])
	var locked *ssh.PassphraseMissingError
	switch {
	case err == nil:
		own = signer.PublicKey()
	case errors.As(err, &locked):
		own = locked.PublicKey
	}
	switch {
	case own == nil:
		return &flaw{file: 1, wrong: "holds no readable private key in OpenSSH's form"}
	case !bytes.Equal(own.Marshal(), public.Marshal()):
		return &flaw{wrong: "does not match its private key"}
	}
	return nil
}
