package secrets

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// run is one call of Write.
type run struct {
	store  *store
	ring   Ring
	src    Source
	now    time.Time // UTC, whole seconds: what a certificate can hold
	chosen map[string]bool

	old      map[string][]byte // what the directory holds, by path
	files    map[string][]byte // what it will hold
	changed  map[string][]byte // the part of files that has to be written
	plans    map[string]plan   // by the value's name
	problems Problems
	result   Result
}

// plan is what happens to a value.
type plan int

const (
	keep plan = iota
	create
	replace
	broken // a problem has been recorded
)

func (r *run) problem(file, message string) {
	r.problems.List = append(r.problems.List, Problem{File: filepath.Join(r.store.dir, filepath.FromSlash(file)), Message: message})
}

// decide reads a value and says what happens to it. A value named for rotation
// may be damaged in any way that replacing its files puts right.
func (r *run) decide(v value) plan {
	var absent, unreadable []string
	parts := make([][]byte, len(v.files))
	for i, file := range v.files {
		data, err := r.read(file)
		switch {
		case errors.Is(err, errMisplaced):
			return broken
		case errors.Is(err, fs.ErrNotExist):
			absent = append(absent, file)
		case err != nil:
			unreadable = append(unreadable, file)
		}
		parts[i] = data
	}
	rotates := r.chosen[v.name] || r.chosen[v.signer]
	switch {
	case len(absent) < len(v.files) && r.plans[v.signer] == create && !r.chosen[v.signer]:
		r.problem(v.files[0], "what signed it is gone; restore "+v.signer+".crt and .key from a backup, or make both anew with --rotate "+v.signer)
		return broken
	case len(absent) == len(v.files):
		return create
	case rotates:
		return replace
	case len(unreadable) > 0:
		for _, file := range unreadable {
			r.problem(file, "cannot be read; allow yourself to, or make it anew with --rotate "+v.name)
		}
		return broken
	case len(absent) > 0:
		r.problem(absent[0], "is missing and its other half is there; restore it from a backup, or make both anew with --rotate "+v.name)
		return broken
	}
	if f := r.examine(v, parts); f != nil {
		remedy := f.remedy
		if remedy == "" {
			remedy = "restore it from a backup"
		}
		r.problem(v.files[f.file], f.wrong+"; "+remedy+", or make it anew with --rotate "+v.name)
		return broken
	}
	for i, file := range v.files {
		r.files[file] = parts[i]
	}
	return keep
}

// examine is the check of the value's kind and, where another value signs it,
// that this one did.
func (r *run) examine(v value, parts [][]byte) *flaw {
	if f := v.kind.check(parts, r.now); f != nil || v.signer == "" {
		return f
	}
	if r.plans[v.signer] != keep {
		return nil // the signer's own problem has been recorded
	}
	ca, err := parseCertificate(r.files[v.signer+".crt"])
	if err != nil {
		return nil // it is kept, so it has been parsed
	}
	cert, err := parseCertificate(parts[0])
	if err != nil || cert.CheckSignatureFrom(ca) != nil {
		return &flaw{wrong: "is not signed by " + path.Base(v.signer) + ".crt"}
	}
	return nil
}

// read returns what the directory holds at a path. What is not a regular file
// in real directories is recorded as a problem, since nothing can replace it.
func (r *run) read(file string) ([]byte, error) {
	data, err := r.store.read(file)
	var m *misplaced
	if errors.As(err, &m) {
		r.problem(m.path, m.message()+"; move it away")
		return nil, errMisplaced
	}
	if err == nil {
		r.old[file] = data
	}
	return data, err
}

// carryOut makes the value's files in memory if its plan says so.
func (r *run) carryOut(v value) error {
	if r.plans[v.name] == keep {
		r.result.Kept = append(r.result.Kept, v.files...)
		return nil
	}
	parts, err := v.kind.make(r, v)
	if err != nil {
		return fmt.Errorf("make %s: %w", v.name, err)
	}
	for i, file := range v.files {
		r.files[file], r.changed[file] = parts[i], parts[i]
	}
	if r.plans[v.name] == create {
		r.result.Made = append(r.result.Made, v.files...)
		return nil
	}
	r.result.Rotated = append(r.result.Rotated, v.files...)
	r.result.Next = append(r.result.Next, v.name+": "+v.kind.next(r, v))
	return nil
}

// putInPlace is the only part of a run that changes files.
func (r *run) putInPlace(values []value) error {
	var known []string
	for _, v := range values {
		known = append(known, v.files...)
	}
	for _, d := range r.ring.derived() {
		known = append(known, d.file)
	}
	tightened, err := r.store.tighten(append(known, gitignore))
	if err != nil {
		return err
	}
	r.result.Tightened = tightened
	made, err := r.store.ignore()
	if err != nil {
		return err
	}
	if made {
		r.result.Made = append(r.result.Made, gitignore)
	} else {
		r.result.Kept = append(r.result.Kept, gitignore)
	}
	return r.store.commit(r.changed)
}

// authorityOf returns the certificate and the key of the value's signer, which
// has been kept or made before.
func (r *run) authorityOf(v value) (*x509.Certificate, any, error) {
	cert, err := parseCertificate(r.files[v.signer+".crt"])
	if err != nil {
		return nil, nil, err
	}
	key, err := parseKey(r.files[v.signer+".key"])
	return cert, key, err
}

// shown is a path as the user would type it.
func (r *run) shown(file string) string {
	p := filepath.Join(r.store.dir, filepath.FromSlash(file))
	if strings.ContainsAny(p, " \t'\"$&;()*?\\") {
		return "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
	}
	return p
}
