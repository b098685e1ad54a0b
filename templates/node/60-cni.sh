# shellcheck shell=sh disable=SC2154
# Pods take the block's addresses in the node's own subnet, so every region
# reaches them as it reaches hosts. dataDir is forgotten at a reboot, as the
# pods are: an address that a power cut left taken would be lost for ever.
write_cni() {
	put "$ROOT/etc/cni/net.d/10-ringwright.conflist" 0644 <<-END
		{
		  "cniVersion": "1.0.0",
		  "name": "ringwright",
		  "plugins": [
		    {
		      "type": "ptp",
		      "ipam": {
		        "type": "host-local",
		        "subnet": "$NODE_SUBNET",
		        "rangeStart": "$POD_FIRST",
		        "rangeEnd": "$POD_LAST",
		        "gateway": "$POD_GATEWAY",
		        "routes": [{"dst": "0.0.0.0/0"}],
		        "dataDir": "/run/ringwright/cni"
		      }
		    },
		    {"type": "portmap", "capabilities": {"portMappings": true}}
		  ]
		}
	END
}

# Inside the ring a pod is seen under its own address, elsewhere under the
# node's: Azure lets only that out, and the metadata service answers no other.
# --noflush with a chain declared empties and fills it in one commit.
set_masquerade() {
	put "$ROOT/usr/local/sbin/ringwright-masquerade" 0755 <<-END
		#!/bin/sh
		set -e
		iptables-restore -w --noflush <<RULES
		*nat
		:RINGWRIGHT-MASQ - [0:0]
		$(for cidr in $RING_CIDRS; do printf '%s\n' "-A RINGWRIGHT-MASQ -d $cidr -j RETURN"; done)
		-A RINGWRIGHT-MASQ -j MASQUERADE
		COMMIT
		RULES
		jump='POSTROUTING -s $POD_BLOCK -j RINGWRIGHT-MASQ'
		iptables -w -t nat -C \$jump 2>/dev/null || iptables -w -t nat -A \$jump
	END
	put "$ROOT/etc/systemd/system/ringwright-masquerade.service" 0644 <<-END
		[Unit]
		Description=Source addresses of pods that leave the ring
		Before=kubelet.service
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/usr/local/sbin/ringwright-masquerade
		[Install]
		WantedBy=multi-user.target
	END
	after='containerd.service ringwright-masquerade.service'
	if [ -n "$DATA_DISK_LUN" ]; then
		unit=$(systemd-escape -p --suffix=mount "$DATA_MOUNT") || fail "systemd has no name for $DATA_MOUNT"
		after="$after $unit"
	fi
	put "$ROOT/etc/systemd/system/kubelet.service.d/20-ringwright.conf" 0644 <<-END
		[Unit]
		Wants=containerd.service ringwright-masquerade.service
		After=$after
	END
	must systemctl daemon-reload
	must systemctl enable ringwright-masquerade.service
	must "$ROOT/usr/local/sbin/ringwright-masquerade"
}
