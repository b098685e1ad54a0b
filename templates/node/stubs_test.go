package node_test

// stubBegin opens every stub: it records the call and the environment, and
// ends at once where the test wants this call to fail.
const stubBegin = `#!/bin/sh
name=${0##*/} call="${0##*/} $*"
printf '%s\n' "$call" >>"$S/calls"
env >>"$S/environment"
while read -r status pattern; do
	case $call in
	$pattern) echo "$name: out of order" >&2; exit "$status" ;;
	esac
done <"$S/fail"
`

// stubs are the commands a test machine has besides the real tools: what each
// does to the little machine whose state is files in $S. Most do nothing.
var stubs = map[string]string{
	"apt-mark": "", "chown": "", "chronyc": "", "cloud-init": "", "iptables": "",
	"iptables-restore": "cat >>\"$S/rules\"\n", "modprobe": "", "netplan": "", "sleep": "",
	"swapoff": "", "sysctl": "", "systemctl": "",

	"apt-get": `
case " $* " in
*" install "*)
	install=
	for word; do
		case $word in
		install) install=yes ;;
		-* | DPkg* | Acquire* | Dpkg*) ;;
		*=*) [ -z "$install" ] || echo "${word%%=*} $(cat "$S/kubernetes")-1.1" >>"$S/installed" ;;
		*) [ -z "$install" ] || echo "$word 1" >>"$S/installed" ;;
		esac
	done ;;
esac
`,
	"blkid": `
[ -e "$S/fs" ] || exit 2
case $* in
*TYPE*) cat "$S/fs" ;;
*UUID*) echo 11111111-2222 ;;
esac
`,
	"containerd": `cat "$S/containerd"
`,
	"crictl": `
case $1 in
ps) echo 0123etcd ;;
exec) echo snapshot >"$ROOT/var/lib/etcd/ringwright.snapshot" ;;
esac
`,
	"curl": `
for url; do :; done
case $* in
*169.254.169.254*) cat "$S/metadata" ;;
*Release.key*) echo '-----BEGIN PGP PUBLIC KEY BLOCK-----' ;;
*/readyz*) grep -qxF "$url" "$S/ready" || exit 7 ;;
esac
`,
	"dpkg-query": `
for package; do :; done
while read -r one version; do
	[ "$one" != "$package" ] || { printf 'installed %s' "$version"; exit 0; }
done <"$S/installed"
exit 1
`,
	"findmnt": `cat "$S/mounted" 2>/dev/null
`,
	"ip": `
one() { printf '2: eth0    inet %s brd 10.1.127.255 scope global eth0\n' "$1"; }
case $* in
*" address show "*)
	only=
	case $* in *" to "*) for only; do :; done ;; esac
	while read -r address; do
		case ${address%/*}/32 in
		"${only:-${address%/*}/32}") one "$address" ;;
		esac
	done <"$S/addresses" ;;
"address del "*)
	[ -e "$S/sticky" ] && exit 0
	grep -vxF "$3" "$S/addresses" >"$S/addresses.new"
	mv "$S/addresses.new" "$S/addresses" ;;
esac
`,
	// The real one may quote its configuration on any error; this one always does.
	"kubeadm": `
version=v$(cat "$S/kubernetes")
for configuration; do :; done
k=$ROOT/etc/kubernetes
case $1:$* in
version:*) echo "$version" ;;
config:*) printf 'registry.k8s.io/%s\n' "kube-apiserver:$version" pause:3.10.2 etcd:3.6.8-0 ;;
reset:*) rm -rf "$k/pki" "$k/admin.conf" "$k/kubelet.conf" ;;
init:* | join:*)
	cat "$configuration"
	cp "$configuration" "$S/kubeadm.yaml"
	mkdir -p "$k"
	: >"$k/kubelet.conf"
	if grep -q advertiseAddress "$configuration"; then
		: >"$k/admin.conf"
		mkdir -p "$ROOT/var/lib/etcd/member"
	fi ;;
esac
`,
	"mkfs.xfs":       "echo xfs >\"$S/fs\"\n",
	"mount":          "echo 11111111-2222 >\"$S/mounted\"\n",
	"systemd-escape": "echo var-lib-ringwright-disk.mount\n",
}

// tools are the real commands a test machine has; what is on neither list does
// not exist there, so nothing can touch the machine that runs the tests.
var tools = []string{
	"awk", "base64", "cat", "chmod", "cksum", "cmp", "cp", "cut", "date", "env", "grep",
	"head", "ls", "mkdir", "mv", "rm", "sed", "sort", "tr", "xargs",
}
