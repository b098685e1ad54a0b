# shellcheck shell=sh disable=SC2154
STARTED=$STATE/kubeadm-started # there from before kubeadm runs until it has ended well

first() { [ "$ROLE" = controlplane ] && [ "$INDEX" = 0 ]; }

# A member has joined when its kubelet has a certificate; a control plane when
# kubeadm also ended. Only what STARTED says this script left half done is ever
# reset: with that file lost, a control plane is left alone.
joined() {
	[ -e "$KUBERNETES/kubelet.conf" ] || return 1
	[ "$ROLE" = member ] || [ ! -e "$STARTED" ]
}

api_ready() { # SECONDS HOST
	trust=-k # a member learns the CA from discovery, which checks its hash
	[ "$ROLE" = member ] || trust="--cacert $KUBERNETES/pki/ca.crt"
	# shellcheck disable=SC2086
	get "$1" --noproxy '*' $trust -o /dev/null "https://$2:6443/readyz"
}

# kubeadm does not resume. Where its API server runs, what comes after that is
# done again, which stops nothing; else the node is reset. Neither touches the
# data disk. The CA pairs come again from the prelude and etcd's data is kept
# aside, so nothing goes that cannot be had back.
recover() {
	[ -e "$STARTED" ] || return 0
	if [ "$ROLE" = controlplane ] && [ -e "$KUBERNETES/admin.conf" ] && api_ready 120 "$NODE_ADDRESS"; then
		note 'kubeadm was interrupted after its API server ran: doing the rest'
		FINISH=yes
		return 0
	fi
	note 'kubeadm was interrupted: kubeadm reset, then from the beginning; the data disk is not touched'
	must systemctl stop kubelet
	if [ -d "$ROOT/var/lib/etcd/member" ]; then
		aside=$STATE/etcd-before-reset-$(date +%s)
		mv "$ROOT/var/lib/etcd" "$aside" || fail "cannot move /var/lib/etcd to $aside"
		note "the etcd data of before is in $aside"
	fi
	must kubeadm reset -f --cri-socket "$CRI_SOCKET"
	rm -f "$STARTED"
}

# A machine that was made anew must not found a second cluster beside the others.
find_api() {
	if ! first; then
		api_ready 1800 "$API_HOST" || fail "https://$API_HOST:6443/readyz ($API_ADDRESS) was not ready within 30 minutes"
		return 0
	fi
	for address in $CONTROL_PLANE_ADDRESSES; do
		[ "$address" != "$NODE_ADDRESS" ] || continue
		! api_ready 1 "$address" || fail "the cluster lives at $address already; join this machine by hand"
	done
}

# Its output may quote the configuration, hence the log and --skip-token-print.
run_kubeadm() {
	configuration=$STATE/kubeadm.yaml
	if first; then
		text=$(init_configuration)
		set -- init --skip-token-print
		[ "$FINISH" = no ] || set -- "$@" \
			--skip-phases=preflight,certs,kubeconfig,etcd,control-plane,kubelet-start,wait-control-plane
	else
		text=$(join_configuration)
		set -- join
		[ "$FINISH" = no ] || set -- join phase control-plane-join mark-control-plane
	fi
	if [ ! -e "$STARTED" ] && [ -d "$ROOT/var/lib/etcd/member" ]; then
		fail '/var/lib/etcd holds a cluster that this script did not leave half made; see to it by hand'
	fi
	put "$configuration" 0600 <<-END
		$text
	END
	: >"$STARTED"
	must kubeadm "$@" --config "$configuration"
	rm -f "$STARTED" "$configuration"
}
