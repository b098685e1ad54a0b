#!/bin/bash
# boot.sh MACHINE PROGRAMS IMAGES [LOOP-DEVICE LUN]... - pid 1 of a machine.
# It runs in fresh mount, pid, uts, ipc and cgroup namespaces and in the network
# namespace of the machine's NIC. Every path is at its usual place: what the
# machine writes below /etc, /opt, /usr/local and /var goes to its own layer.
#
# MACHINE/script is what the template's extension carries, without its last line,
# the call of main: its functions make the hosts file, the kernel's settings, the
# disk, CNI, masquerade, labels, keys and kubeadm's configuration. This file only
# does what Azure, Ubuntu's packages and systemd do on a real one.
set -euo pipefail
machine=$1 programs=$2 images=$3
shift 3

devices() {
	mkdir -p /run/dev
	mount -t tmpfs -o mode=755 tmpfs /run/dev
	cp -a /dev/{null,zero,full,random,urandom,tty,kmsg} /run/dev/
	mkdir -p /run/dev/{pts,shm,mqueue,disk/azure/scsi1}
	ln -s /proc/self/fd /run/dev/fd
	ln -s pts/ptmx /run/dev/ptmx
	while [ $# -gt 0 ]; do
		cp -a "$1" /run/dev/
		ln -s "$1" "/run/dev/disk/azure/scsi1/lun$2"
		shift 2
	done
	mount -t devpts -o newinstance,ptmxmode=0666 devpts /run/dev/pts
	mount --move /run/dev /dev
}

# This machine's folder in each hierarchy is the root of what it sees.
control_groups() {
	mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
	if [ "$(cat "$machine/cgroup")" = v2 ]; then
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		mkdir -p /sys/fs/cgroup/init
		for pid in $(cat /sys/fs/cgroup/cgroup.procs); do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs || true; done
		sed 's/[^ ]*/+&/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
		return
	fi
	while read -r subsystem hierarchy _ on; do
		[ "$subsystem" != '#subsys_name' ] && [ "$on" = 1 ] && [ "$hierarchy" != 0 ] || continue
		mkdir -p "/sys/fs/cgroup/$subsystem"
		mount -t cgroup -o "$subsystem" cgroup "/sys/fs/cgroup/$subsystem"
	done </proc/cgroups
	mkdir /sys/fs/cgroup/systemd
	mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd 2>/dev/null || rmdir /sys/fs/cgroup/systemd
}

# Settings that belong to the whole kernel are shown as the node script and the
# kubelet want them, and stay as they are.
shown_settings() {
	for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 vm/max_map_count=65530 kernel/panic=10 kernel/panic_on_oops=1; do
		file=/run/shown-${setting//[\/=]/-}
		echo "${setting#*=}" >"$file"
		mount --bind "$file" "/proc/sys/${setting%=*}"
	done
}

file_systems() {
	for directory in etc opt usr/local var; do
		upper=/run/machines/${machine##*/}/$directory
		mkdir -p "$upper/upper" "$upper/work"
		mount -t overlay -o "lowerdir=/$directory,upperdir=$upper/upper,workdir=$upper/work" overlay "/$directory"
	done
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir -p /run/netns /run/lock
	# Not below an overlay: containerd lays overlays of its own over its layers.
	for directory in kubelet containerd; do
		mkdir -p "/var/lib/$directory" "$machine/$directory"
		mount --bind "$machine/$directory" "/var/lib/$directory"
		mount --make-shared "/var/lib/$directory"
	done
	mkdir -p /var/lib/etcd "$machine/etcd" "$machine/log"
	mount --bind "$machine/etcd" /var/lib/etcd
	mount --bind "$machine/log" /var/log
}

# What systemd does: start again what ended. Not a nicety: a kubelet that asks
# before containerd's CRI is up exits for good.
keep() { # NAME COMMAND...
	local log=/var/log/$1.log
	shift
	while :; do
		("$@") >>"$log" 2>&1 </dev/null || true
		echo "--- ended, again in 1 s" >>"$log"
		sleep 1
	done
}

# The node script's steps, in its order and under its own shell, up to where
# kubeadm would run; a machine that has joined converges, as the script does.
configure() {
	sh -c '
		. "$0"
		set -eu
		umask 022
		trap "on_exit \$?" EXIT
		open_log
		step 10 prelude check_prelude
		if joined; then
			quietly mount "$DATA_MOUNT" || note "the disk is not mounted" # nofail
			converge
			exit 0
		fi
		step 13 hosts set_hosts "$API_ADDRESS"
		step 14 kernel set_kernel
		step 20 "data disk" data_disk
		step 21 cni write_cni
		step 22 masquerade set_masquerade
		step 24 labels set_labels
		if [ "$ROLE" = controlplane ]; then
			step 25 keys write_keys
			step 26 patches write_patches
			init_configuration | put "$STATE/kubeadm.yaml" 0600
		else
			join_configuration | put "$STATE/kubeadm.yaml" 0600
		fi' "$machine/script"
}

containerd_configuration() {
	cat <<-END
		version = 2
		disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp"]
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "ringwright.test/pause:1"
		  disable_apparmor = true
		  restrict_oom_score_adj = true
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		  runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
		  SystemdCgroup = false
		[plugins."io.containerd.grpc.v1.cri".cni]
		  bin_dir = "/usr/lib/cni"
		  conf_dir = "/etc/cni/net.d"
	END
}

# What differs from a real node's kubelet: the machine's control groups, a disk
# that others fill, too, and less waiting.
kubelet_configuration() {
	cat <<-END
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		failCgroupV1: false
		cgroupDriver: cgroupfs
		failSwapOn: false
		resolvConf: /run/resolv.conf
		evictionHard: {memory.available: "1Mi", nodefs.available: "0%", imagefs.available: "0%", nodefs.inodesFree: "0%"}
		imageGCHighThresholdPercent: 100
		imageGCLowThresholdPercent: 99
		nodeStatusUpdateFrequency: 3s
		nodeLeaseDurationSeconds: 8
		syncFrequency: 5s
		serializeImagePulls: false
	END
}

proxy_configuration() {
	cat <<-END
		apiVersion: kubeproxy.config.k8s.io/v1alpha1
		kind: KubeProxyConfiguration
		clientConnection: {kubeconfig: $machine/kube-proxy.conf}
		hostnameOverride: $NODE_NAME
		mode: iptables
		conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
	END
}

run_kubelet() {
	# shellcheck disable=SC1091
	. /var/lib/kubelet/kubeadm-flags.env
	# shellcheck disable=SC2086
	exec kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf \
		--config=/var/lib/kubelet/config.yaml --config-dir=/etc/kubernetes/kubelet.conf.d $KUBELET_KUBEADM_ARGS
}

member() {
	if [ ! -d /var/lib/containerd/io.containerd.metadata.v1.bolt ]; then
		# By the real path, as a hard link may not cross a mount. Databases are written to.
		cp -al "$images/." "$machine/containerd/"
		for database in io.containerd.metadata.v1.bolt/meta.db io.containerd.snapshotter.v1.overlayfs/metadata.db; do
			cp --remove-destination "$images/$database" "$machine/containerd/$database"
		done
	fi
	containerd_configuration >/run/containerd.toml
	echo 'nameserver 168.63.129.16' >/run/resolv.conf
	keep containerd containerd --config /run/containerd.toml &
	if [ ! -e /etc/kubernetes/kubelet.conf ]; then
		until [ -e "$machine/join" ]; do sleep 0.1; done
		mkdir -p /etc/kubernetes/kubelet.conf.d
		kubelet_configuration >/etc/kubernetes/kubelet.conf.d/90-world.conf
		kubeadm join phase kubelet-start --config /var/lib/ringwright/kubeadm.yaml >>/var/log/kubeadm.log 2>&1
	fi
	keep kubelet run_kubelet &
	proxy_configuration >/run/kube-proxy.yaml
	keep kube-proxy kube-proxy --config=/run/kube-proxy.yaml &
}

# static MANIFEST prints the command of a static pod of kubeadm's.
static() { awk '/^  - command:/ { on = 1; next } on && /^    - / { print $2; next } { on = 0 }' "/etc/kubernetes/manifests/$1.yaml"; }

# anybody PATH prints what the API server tells everybody. A kubectl would take
# more of the machine than what is waited for.
anybody() { curl -sf --noproxy '*' --cacert /etc/kubernetes/pki/ca.crt "https://$NODE_ADDRESS:6443$1"; }

phase() { kubeadm init phase "$@" --config /var/lib/ringwright/kubeadm.yaml >>/var/log/kubeadm.log 2>&1; }

# The control plane that kubeadm makes of the template's keys, without a kubelet:
# the commands of its static pods are run as they are, but for what makes waiting
# shorter.
control_plane() {
	phase certs all
	phase kubeconfig all
	phase etcd local
	phase control-plane all
	# shellcheck disable=SC2046
	{
		keep etcd $(static etcd) --unsafe-no-fsync --log-level=warn &
		keep kube-apiserver $(static kube-apiserver) &
		until anybody /readyz >/dev/null; do sleep 0.2; done
		keep kube-controller-manager $(static kube-controller-manager) --leader-elect=false --node-monitor-period=1s --node-monitor-grace-period=10s &
		keep kube-scheduler $(static kube-scheduler) --leader-elect=false &
	}
	phase upload-config all
	phase bootstrap-token --skip-token-print
	phase addon coredns
	# A member that asks before the token has signed what it asks for asks again after 5 s only.
	until anybody /api/v1/namespaces/kube-public/configmaps/cluster-info | grep -q jws-kubeconfig; do sleep 0.2; done
	kubeadm kubeconfig user --client-name=system:kube-proxy --config /var/lib/ringwright/kubeadm.yaml >"$machine/kube-proxy.conf" 2>>/var/log/kubeadm.log
	: >"$machine/ready"
}

mount --make-rprivate /
mount -t sysfs sysfs /sys
devices "$@"
control_groups
file_systems
shown_settings
export PATH=$programs:${0%/*}/bin:$PATH
# shellcheck disable=SC1091
. "$machine/script" # for the values of its prelude
hostname "$NODE_NAME"
configure
case $ROLE in
controlplane) control_plane ;;
member) member ;;
esac
wait
