# shellcheck shell=sh disable=SC2154
decoded() { printf '%s' "$1" | base64 -d; }

matches() { printf '%s\n' "$1" | grep -Eqx "$2"; }

check_prelude() {
	: "${PACKAGE_MIRROR:=}" "${API_FRONTEND:=}" "${DATA_DISK_LUN:=}"
	names='ROLE INDEX NODE_NAME LOCATION RACKS NODE_ADDRESS NODE_SUBNET POD_BLOCK POD_GATEWAY
		POD_FIRST POD_LAST MAX_PODS RING_CIDRS SERVICE_CIDR DNS_ADDRESS CLUSTER_NAME
		KUBERNETES_VERSION API_HOST API_ADDRESS CONTROL_PLANE_ADDRESSES
		JOIN_TOKEN_B64 CLUSTER_CA_HASH_B64'
	case ${ROLE:-} in
	controlplane) names="$names CLUSTER_CA_CERTIFICATE_B64 CLUSTER_CA_KEY_B64
		FRONT_PROXY_CA_CERTIFICATE_B64 FRONT_PROXY_CA_KEY_B64 ETCD_CA_CERTIFICATE_B64
		ETCD_CA_KEY_B64 SERVICE_ACCOUNT_PUBLIC_KEY_B64 SERVICE_ACCOUNT_KEY_B64" ;;
	member) names="$names DATA_DISK_LUN DATA_MOUNT DATA_DIRECTORY" ;;
	*) fail "ROLE is '${ROLE:-}', not member or controlplane" ;;
	esac
	missing=
	for name in $names; do
		eval "value=\${$name:-}"
		[ -n "$value" ] || missing="$missing $name"
	done
	[ -z "$missing" ] || fail "the prelude lacks$missing"
	case $RACKS in
	faultDomain | zone) ;;
	*) fail "RACKS is '$RACKS', not faultDomain or zone" ;;
	esac
	matches "$KUBERNETES_VERSION" '1\.[0-9]+(\.[0-9]+)?' ||
		fail "KUBERNETES_VERSION is '$KUBERNETES_VERSION', not like 1.36 or 1.36.3"
	if [ "$ROLE" = member ]; then
		case $DATA_DIRECTORY in
		"$DATA_MOUNT"/?*) ;;
		*) fail "DATA_DIRECTORY $DATA_DIRECTORY is not below DATA_MOUNT $DATA_MOUNT" ;;
		esac
	fi
	# the values themselves must not be shown
	{ token=$(decoded "$JOIN_TOKEN_B64") && matches "$token" '[a-z0-9]{6}\.[a-z0-9]{16}'; } ||
		fail 'JOIN_TOKEN_B64 is not the base64 of a bootstrap token'
	{ ca_hash=$(decoded "$CLUSTER_CA_HASH_B64") && matches "$ca_hash" 'sha256:[0-9a-f]{64}'; } ||
		fail 'CLUSTER_CA_HASH_B64 is not the base64 of sha256:<hex>'
}
