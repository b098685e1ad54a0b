package secrets

import "time"

// value is one thing that is made once: a pair of files or a single one.
type value struct {
	name   string   // what --rotate calls it
	kind   kind     // what it is
	region string   // whose it is; empty for the shared key of two regions
	files  []string // relative to the directory; of a pair the public part first
	signer string   // the name of the value that signs it; empty for most
	link   pair     // the two ends of a shared key
}

// kind is how a value is made, checked and followed up.
type kind struct {
	make  func(r *run, v value) ([][]byte, error)
	check func(parts [][]byte, now time.Time) *flaw // nil if nothing is wrong
	next  func(r *run, v value) string
}

// values are the values of a ring in the order in which they are made: what
// signs comes before what it signs.
func (r Ring) values() []value {
	var all []value
	for _, region := range r.Regions {
		all = append(all, region.values()...)
	}
	for _, p := range r.pairs() {
		v := value{name: p.name(), kind: sharedKey, files: []string{p.file()}, link: p}
		all = append(all, v)
	}
	return all
}

func (r Region) values() []value {
	var all []value
	add := func(name string, k kind, signer string, files ...string) {
		v := value{name: r.Name + "/" + name, kind: k, region: r.Name}
		if signer != "" {
			v.signer = r.Name + "/" + signer
		}
		for _, file := range files {
			v.files = append(v.files, r.Name+"/"+file)
		}
		all = append(all, v)
	}
	if r.APIHost != "" {
		add("cluster-ca", clusterAuthority, "", "cluster-ca.crt", "cluster-ca.key")
		add("front-proxy-ca", authority, "", "front-proxy-ca.crt", "front-proxy-ca.key")
		add("etcd-ca", authority, "", "etcd-ca.crt", "etcd-ca.key")
		add("service-account", serviceAccount, "", "service-account.pub", "service-account.key")
		add("admin", admin, "cluster-ca", "admin.crt", "admin.key")
		add("join-token", joinToken, "", "join-token")
	}
	if r.MakeSSHKey {
		add("ssh", sshKey, "", "ssh/id_ed25519.pub", "ssh/id_ed25519")
	}
	return all
}

// The kinds of values.
var (
	clusterAuthority = kind{make: makeAuthority, check: checkAuthority, next: nextClusterAuthority}
	authority        = kind{make: makeAuthority, check: checkAuthority, next: nextAuthority}
	serviceAccount   = kind{make: makeServiceAccount, check: checkServiceAccount, next: nextServiceAccount}
	admin            = kind{make: makeAdmin, check: checkAdmin, next: nextAdmin}
	joinToken        = kind{make: makeJoinToken, check: checkJoinToken, next: nextJoinToken}
	sshKey           = kind{make: makeSSHKey, check: checkSSHKey, next: nextSSHKey}
	sharedKey        = kind{make: makeSharedKey, check: checkSharedKey, next: nextSharedKey}
)
