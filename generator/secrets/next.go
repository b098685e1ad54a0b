package secrets

import "path"

// What has to follow a rotation. Before a region's first deployment nothing
// has to; these sentences are for a region that runs.

// caRotation describes how a running cluster is moved to another authority.
const caRotation = "https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/"

func nextClusterAuthority(_ *run, v value) string {
	return "a running cluster keeps the old authority, whose key is now only on its control planes: it refuses the new kubeconfig, " +
		"and no machine can join, until every control plane and kubelet has the new one (" + caRotation + "); a deployment does not do that"
}

func nextAuthority(_ *run, v value) string {
	name := path.Base(v.name)
	return "a running cluster keeps the old " + name + ", whose key is now only on its control planes, and no control plane can be added, " +
		"until all of them have the new one and the certificates that it signs (" + caRotation + "); a deployment does not do that"
}

func nextServiceAccount(_ *run, _ value) string {
	return "a running cluster keeps the old pair, and no control plane can be added, until every control plane has the new one as " +
		"/etc/kubernetes/pki/sa.pub and sa.key and its API server and controller manager are restarted; " +
		"then every token is void and pods that use one have to be restarted"
}

func nextAdmin(r *run, v value) string {
	return "use the new " + r.shown(v.region+"/kubeconfig") + "; the cluster takes the old certificate until it expires, as Kubernetes revokes none"
}

func nextJoinToken(r *run, v value) string {
	return "make it known to a running cluster before the next machine joins: kubeadm --kubeconfig " + r.shown(v.region+"/kubeconfig") +
		` token create --ttl 0 "$(cat ` + r.shown(v.files[0]) + `)", then token delete with the id of the old one, which token list shows; ` +
		"machines that have joined do not need it"
}

func nextSSHKey(_ *run, _ value) string {
	return "Azure refuses another public key for a machine that exists (PropertyChangeNotAllowed): where the region runs, put the old one, which " +
		"az vm show --query osProfile.linuxConfiguration.ssh.publicKeys prints, into the spec as sshPublicKey, " +
		"and give its machines the new one with az vm user update"
}

func nextSharedKey(r *run, v value) string {
	switch a, b := r.ring.has(v.link.a), r.ring.has(v.link.b); {
	case a && b:
		return "deploy " + v.link.a + " and " + v.link.b + " again, one right after the other; the tunnel is down while only one has the new key"
	case a:
		return "deploy " + v.link.a + " again and give the key to " + v.link.b + "; the tunnel is down while only one has the new key"
	}
	return "deploy " + v.link.b + " again and give the key to " + v.link.a + "; the tunnel is down while only one has the new key"
}
