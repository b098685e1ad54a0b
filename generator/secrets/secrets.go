// Package secrets makes, once, what a ring needs and must not be in git, and
// keeps it as one file per value under a directory that git ignores:
//
//	<dir>/.gitignore                                  *
//	<dir>/<region>/cluster-ca.crt, .key               signs the cluster's certificates and the admin's
//	<dir>/<region>/front-proxy-ca.crt, .key           signs the aggregation layer's client certificate
//	<dir>/<region>/etcd-ca.crt, .key                  signs etcd's certificates
//	<dir>/<region>/service-account.pub, .key          signs service-account tokens
//	<dir>/<region>/admin.crt, .key                    kubectl's client certificate
//	<dir>/<region>/join-token                         lets a machine join the cluster
//	<dir>/<region>/ssh/id_ed25519, id_ed25519.pub     where the spec gives no public key
//	<dir>/links/<a>--<b>.key                          the IPsec shared key of two gateways
//	<dir>/<region>/kubeconfig, parameters.json        derived from the above on every run
//
// A value that is there is never overwritten unless it is named for rotation,
// so a user may put one of their own in its place: a certificate authority
// (RSA or ECDSA), or the shared key agreed with the other end of a tunnel.
//
// The authorities carry no host name: kubeadm puts the names of the API server
// into the certificates that it issues from them. So a new API host rewrites
// the kubeconfig and leaves the authorities as they are; what a running
// cluster then needs is said in Result.Next.
//
// This is the one package of the generator that draws random numbers and reads
// the clock, and it takes both from its caller.
package secrets

import (
	"errors"
	"io"
	"slices"
	"time"
)

// Ring is the part of a compiled ring that secrets are made for.
type Ring struct {
	Name    string
	Regions []Region // in the spec's order
}

// Region is one region of a ring.
type Region struct {
	Name string
	// APIHost is the public name of the API server, without scheme or port,
	// such as customers-eastus-3f9a1c.eastus.cloudapp.azure.com. It is empty
	// where somebody else makes the cluster's keys (AKS, an existing cluster):
	// then only the keys of its links are made.
	APIHost string
	// Peers are the regions that a gateway connection joins this one to, in
	// the spec's order, and the names of its links outside Azure.
	Peers []string
	// MakeSSHKey says that the spec gives no public key for the machines.
	MakeSSHKey bool
}

// Source is where random numbers and the time come from. Both are required.
type Source struct {
	// Rand is crypto/rand.Reader but in tests. Since Go 1.26 the standard
	// library makes ECDSA keys and signatures from its own secure source
	// whatever reader it is given; the tokens, shared keys, serial numbers and
	// SSH keys come from this one.
	Rand io.Reader
	Now  func() time.Time
}

// Result says what a run did. Paths are relative to the directory, with
// slashes, sorted. No field ever holds a secret.
type Result struct {
	Made      []string // were not there
	Kept      []string // were there and stay as they are
	Rotated   []string // replaced because they, or what signs them, were named
	Rewritten []string // derived files whose contents changed
	Tightened []string // files and directories whose mode let others in
	Completed []string // what an earlier run had decided and was interrupted in putting in place
	Next      []string // what has to follow, one sentence each, in the order of the values
}

// Write makes what is missing under dir, replaces the values named in rotate
// and derives the kubeconfig and the parameter file of every region. Everything
// is made in memory first and put in place as a whole: a run that is
// interrupted has either changed nothing or is completed by the next one. Runs
// in the same directory wait for each other.
//
// The names for rotate are those of RotateNames. What cannot be used as it
// stands (half a pair, a garbled file, an expired certificate and so on) is
// returned as Problems, all at once, and then nothing is written.
func Write(dir string, ring Ring, rotate []string, src Source) (Result, error) {
	return write(&store{dir: dir}, ring, rotate, src)
}

func write(st *store, ring Ring, rotate []string, src Source) (Result, error) {
	if src.Rand == nil || src.Now == nil {
		return Result{}, errors.New("secrets: the source needs both Rand and Now")
	}
	if err := ring.check(); err != nil {
		return Result{}, err
	}
	values := ring.values()
	chosen, err := choose(rotate, values)
	if err != nil {
		return Result{}, err
	}
	completed, err := st.open()
	if err != nil {
		return Result{}, err
	}
	defer st.close()

	r := &run{
		store: st, ring: ring, src: src, now: src.Now().UTC().Truncate(time.Second), chosen: chosen,
		old: map[string][]byte{}, files: map[string][]byte{}, changed: map[string][]byte{}, plans: map[string]plan{},
		result: Result{Completed: completed},
	}
	for _, v := range values {
		r.plans[v.name] = r.decide(v)
	}
	r.readDerived()
	if len(r.problems.List) > 0 {
		return Result{}, r.problems.sorted()
	}
	for _, v := range values {
		if err := r.carryOut(v); err != nil {
			return Result{}, err
		}
	}
	if err := r.derive(); err != nil {
		return Result{}, err
	}
	if err := r.putInPlace(values); err != nil {
		return Result{}, err
	}
	return r.result.sorted(), nil
}

func (r Result) sorted() Result {
	for _, paths := range [][]string{r.Made, r.Kept, r.Rotated, r.Rewritten, r.Tightened, r.Completed} {
		slices.Sort(paths)
	}
	return r
}
