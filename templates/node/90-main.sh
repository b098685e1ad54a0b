# shellcheck shell=sh disable=SC2154
# A joined node: only what stops no container. Never a package, a restart or a
# setting of the kubelet, whatever version the prelude has by now.
converge() {
	note 'this node has joined already: nothing is installed or restarted'
	rm -f "$STARTED" "$STATE/kubeadm.yaml"
	api_at=$API_ADDRESS
	[ "$ROLE" = member ] || api_at=$NODE_ADDRESS
	step 13 hosts set_hosts "$api_at"
	step 14 kernel set_kernel
	step 21 cni write_cni
	step 22 masquerade set_masquerade
	step 24 labels set_labels
	if [ "$ROLE" = controlplane ]; then
		step 29 'etcd snapshots' snapshot_etcd
	fi
}

bootstrap() {
	step 11 cloud-init wait_cloud_init
	step 12 network keep_addresses_free
	step 13 hosts set_hosts "$API_ADDRESS"
	step 14 kernel set_kernel
	step 15 swap no_swap
	step 16 recovery recover
	if [ "$FINISH" = no ]; then
		step 17 packages install_packages
		step 18 kubernetes install_kubernetes
		step 19 containerd configure_containerd
	fi
	step 20 'data disk' data_disk
	step 21 cni write_cni
	step 22 masquerade set_masquerade
	step 23 clock check_clock
	step 24 labels set_labels
	if [ "$ROLE" = controlplane ]; then
		step 25 keys write_keys
		step 26 patches write_patches
	fi
	step 27 'api server' find_api
	step 28 kubeadm run_kubeadm
	if [ "$ROLE" = controlplane ]; then
		# its own from now on: a backend cannot reach itself through its frontend
		step 13 hosts set_hosts "$NODE_ADDRESS"
		step 29 'etcd snapshots' snapshot_etcd
	fi
}

main() {
	set -eu
	umask 022
	trap 'on_exit $?' EXIT
	open_log
	step 10 prelude check_prelude
	if joined; then
		converge
	else
		bootstrap
	fi
	printf 'done: %s\n' "$NODE_NAME"
}
