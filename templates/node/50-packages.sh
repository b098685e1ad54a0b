# shellcheck shell=sh disable=SC2154
apt() {
	quietly env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -yq \
		-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"
}

installed() { # PACKAGE VERSION-PATTERN
	# shellcheck disable=SC2016
	found=$(dpkg-query -W -f='${db:Status-Status} ${Version}' "$1" 2>/dev/null) || return 1
	# shellcheck disable=SC2254
	case $found in
	"installed "$2) return 0 ;;
	esac
	return 1
}

install_packages() {
	missing=
	for package in containerd chrony conntrack ethtool iptables socat xfsprogs; do
		installed "$package" '*' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	retry 5 15 apt update || fail 'apt-get update failed'
	# shellcheck disable=SC2086
	retry 3 15 apt install $missing || fail "cannot install$missing"
}

version_pin() {
	case $KUBERNETES_VERSION in
	*.*.*) printf '%s-*' "$KUBERNETES_VERSION" ;;
	*) printf '%s.*' "$KUBERNETES_VERSION" ;;
	esac
}

kubernetes_missing() {
	for package in kubelet kubeadm kubectl; do
		installed "$package" "$pin" || return 0
	done
	! installed kubernetes-cni '*' || ! installed cri-tools '*'
}

# Only ever called on a node that has not joined: later versions come with the
# runbook's upgrade, one node at a time. Hence the hold.
install_kubernetes() {
	pin=$(version_pin)
	if kubernetes_missing; then
		repository=https://pkgs.k8s.io/core:/stable:/v$(printf '%s' "$KUBERNETES_VERSION" | cut -d. -f1,2)/deb/
		[ -z "$PACKAGE_MIRROR" ] || repository=${PACKAGE_MIRROR%/}/
		key=$(get 300 -L "${repository}Release.key") || fail "cannot fetch ${repository}Release.key"
		case $key in
		*'BEGIN PGP PUBLIC KEY BLOCK'*) ;;
		*) fail "${repository}Release.key is not a PGP key" ;;
		esac
		printf '%s\n' "$key" | put "$ROOT/etc/apt/keyrings/ringwright.asc" 0644
		put "$ROOT/etc/apt/sources.list.d/ringwright.list" 0644 <<-END
			deb [signed-by=/etc/apt/keyrings/ringwright.asc] $repository /
		END
		retry 5 15 apt update || fail "apt-get update failed; the repository is $repository"
		retry 3 15 apt install --allow-change-held-packages --allow-downgrades \
			"kubelet=$pin" "kubeadm=$pin" "kubectl=$pin" kubernetes-cni cri-tools ||
			fail "cannot install Kubernetes $pin from $repository"
	fi
	must apt-mark hold kubelet kubeadm kubectl kubernetes-cni cri-tools
}

kubeadm_version() { kubeadm version -o short; }

# 1.7 and 2.x name the same settings differently. Binaries and configuration of
# CNI are where containerd looks by itself. The sandbox image is kubeadm's, so
# that it is pulled once and never collected.
configure_containerd() {
	put "$ROOT/etc/crictl.yaml" 0644 <<-END
		runtime-endpoint: $CRI_SOCKET
		image-endpoint: $CRI_SOCKET
	END
	version=$(containerd --version | awk '{ sub(/^v/, "", $3); print $3 }')
	list=$(kubeadm config images list --kubernetes-version "$(kubeadm_version)") ||
		fail 'kubeadm does not list its images'
	sandbox=$(printf '%s\n' "$list" | grep '/pause:') || fail 'kubeadm names no pause image'
	case $version in
	1.*) format=2 runtime='"io.containerd.grpc.v1.cri"' images=$runtime key=sandbox_image ;;
	2.*) format=3 runtime='"io.containerd.cri.v1.runtime"' images='"io.containerd.cri.v1.images".pinned_images' key=sandbox ;;
	*) fail "containerd is '$version'; 1.7 or 2.x would do" ;;
	esac
	put "$ROOT/etc/containerd/config.toml" 0644 <<-END
		version = $format
		[plugins.$images]
		  $key = "$sandbox"
		[plugins.$runtime.containerd.runtimes.runc]
		  runtime_type = "io.containerd.runc.v2"
		[plugins.$runtime.containerd.runtimes.runc.options]
		  SystemdCgroup = true
	END
	# the stamp is written after the restart, so that one that was cut short is made good
	sum=$(cksum <"$ROOT/etc/containerd/config.toml")
	if [ "$(cat "$STATE/containerd-restarted" 2>/dev/null)" != "$sum" ]; then
		must systemctl enable containerd
		must systemctl restart containerd
		printf '%s\n' "$sum" | put "$STATE/containerd-restarted" 0644
	fi
	retry 30 2 quietly crictl info || fail 'containerd does not answer'
}
