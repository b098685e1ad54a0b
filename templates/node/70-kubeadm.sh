# shellcheck shell=sh disable=SC2154
pem() { # FILE MODE BASE64
	text=$(decoded "$3") || fail "the prelude's value for $1 is not base64"
	case $text in
	'-----BEGIN '*) ;;
	*) fail "the prelude's value for $1 is not PEM" ;;
	esac
	put "$KUBERNETES/pki/$1" "$2" <<-END
		$text
	END
}

# Every control plane has these from the template, so none is ever uploaded.
write_keys() {
	pem ca.crt 0644 "$CLUSTER_CA_CERTIFICATE_B64"
	pem ca.key 0600 "$CLUSTER_CA_KEY_B64"
	pem front-proxy-ca.crt 0644 "$FRONT_PROXY_CA_CERTIFICATE_B64"
	pem front-proxy-ca.key 0600 "$FRONT_PROXY_CA_KEY_B64"
	pem etcd/ca.crt 0644 "$ETCD_CA_CERTIFICATE_B64"
	pem etcd/ca.key 0600 "$ETCD_CA_KEY_B64"
	pem sa.pub 0644 "$SERVICE_ACCOUNT_PUBLIC_KEY_B64"
	pem sa.key 0600 "$SERVICE_ACCOUNT_KEY_B64"
}

# The cluster's DNS is what the peers ask, so it must not hang on one machine.
# kubeadm's own would put both replicas on control plane 0, the only node there
# is at first, or on the first member. Required, they wait for two members; a
# lone member serves with one. matchLabelKeys lets a rollout go on where each
# node has a replica already. The toleration goes because a control plane that
# joins has its taint before it has its label.
write_patches() {
	put "$KUBERNETES/patches/corednsdeployment+strategic.yaml" 0644 <<-END
		spec:
		  template:
		    spec:
		      tolerations:
		      - {key: CriticalAddonsOnly, operator: Exists}
		      affinity:
		        nodeAffinity:
		          requiredDuringSchedulingIgnoredDuringExecution:
		            nodeSelectorTerms:
		            - matchExpressions:
		              - {key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}
		        podAntiAffinity:
		          requiredDuringSchedulingIgnoredDuringExecution:
		          - labelSelector: {matchLabels: {k8s-app: kube-dns}}
		            matchLabelKeys: [pod-template-hash]
		            topologyKey: kubernetes.io/hostname
	END
}

registration() {
	cat <<-END
		nodeRegistration:
		  name: $NODE_NAME
		  criSocket: $CRI_SOCKET
		  kubeletExtraArgs:
		  - {name: node-ip, value: "$NODE_ADDRESS"}
		  - {name: node-labels, value: "$LABELS"}
	END
	if [ "$ROLE" = controlplane ]; then
		cat <<-END
			  - {name: register-with-taints, value: "node-role.kubernetes.io/control-plane=:NoSchedule"}
			patches: {directory: /etc/kubernetes/patches}
		END
	fi
}

# kubernetesVersion is this kubeadm's: left out, kubeadm asks the internet.
# No podSubnet: addresses come from CNI alone.
init_configuration() {
	cat <<-END
		apiVersion: kubeadm.k8s.io/v1beta4
		kind: InitConfiguration
		bootstrapTokens:
		- {token: "$token", ttl: 0s}
		localAPIEndpoint: {advertiseAddress: "$NODE_ADDRESS", bindPort: 6443}
		$(registration)
		---
		apiVersion: kubeadm.k8s.io/v1beta4
		kind: ClusterConfiguration
		clusterName: $CLUSTER_NAME
		kubernetesVersion: $(kubeadm_version)
		controlPlaneEndpoint: "$API_HOST:6443"
		certificateValidityPeriod: 87600h
		networking: {serviceSubnet: "$SERVICE_CIDR", dnsDomain: cluster.local}
		apiServer:
		  certSANs:
		$(for name in "$API_HOST" $CONTROL_PLANE_ADDRESSES $API_FRONTEND 127.0.0.1; do printf '  - "%s"\n' "$name"; done)
		---
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		cgroupDriver: systemd
		clusterDNS: ["$DNS_ADDRESS"]
		clusterDomain: cluster.local
		maxPods: $MAX_PODS
	END
}

join_configuration() {
	cat <<-END
		apiVersion: kubeadm.k8s.io/v1beta4
		kind: JoinConfiguration
		discovery:
		  bootstrapToken:
		    apiServerEndpoint: "$API_HOST:6443"
		    token: "$token"
		    caCertHashes: ["$ca_hash"]
		$(registration)
	END
	if [ "$ROLE" = controlplane ]; then
		cat <<-END
			controlPlane:
			  localAPIEndpoint: {advertiseAddress: "$NODE_ADDRESS", bindPort: 6443}
		END
	fi
}
