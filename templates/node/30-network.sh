# shellcheck shell=sh disable=SC2154
wait_cloud_init() {
	status=0
	quietly cloud-init status --wait || status=$?
	case $status in
	0 | 2) ;; # 2: done, with warnings
	*) fail "cloud-init ended with status $status; cloud-init status --long says why" ;;
	esac
}

has_address() { ip -o -4 address show dev "$nic" to "$NODE_ADDRESS/32" | grep -q .; }

other_addresses() {
	ip -o -4 address show dev "$nic" |
		awk -v keep="$NODE_ADDRESS" '{ split($4, a, "/"); if (a[1] != keep) print $4 }'
}

# cloud-init gives the machine every address of its NIC, and all but the first
# belong to pods: a packet for a pod would end in the host. DHCP in Azure hands
# out the first only. The file is cloud-init's own, as netplan merges all files;
# the driver is named because the accelerated function has the same MAC.
keep_addresses_free() {
	nic=$(ip -o -4 address show to "$NODE_ADDRESS/32" | awk '{ print $2; exit }')
	[ -n "$nic" ] || fail "no network interface has the address $NODE_ADDRESS"
	mac=$(cat "$ROOT/sys/class/net/$nic/address") || fail "$nic has no MAC address"
	put "$ROOT/etc/cloud/cloud.cfg.d/90-ringwright.cfg" 0644 <<-END
		network: {config: disabled}
		datasource: {Azure: {apply_network_config_for_secondary_ips: false}}
	END
	put "$ROOT/etc/netplan/50-cloud-init.yaml" 0600 <<-END
		network:
		  version: 2
		  ethernets:
		    $nic:
		      match: {driver: hv_netvsc, macaddress: "$mac"}
		      set-name: $nic
		      dhcp4: true
		      dhcp6: false
	END
	if [ "$CHANGED" = yes ] || [ -n "$(other_addresses)" ]; then
		# else the kernel drops the whole subnet with the first address of it
		must sysctl -w "net.ipv4.conf.$nic.promote_secondaries=1"
		must netplan apply
		retry 30 2 has_address || fail "$nic got no lease for $NODE_ADDRESS"
		for address in $(other_addresses); do
			quietly ip address del "$address" dev "$nic" || note "$address did not leave $nic at once"
		done
	fi
	left=$(other_addresses | tr '\n' ' ')
	[ -z "$left" ] || fail "$nic still has the pods' addresses $left"
	has_address || fail "$nic lost $NODE_ADDRESS"
}

# set_hosts ADDRESS: ADDRESS is where this node finds the API server.
set_hosts() {
	kept=$(sed '/^# ringwright begin$/,/^# ringwright end$/d' "$ROOT/etc/hosts") || fail 'cannot read /etc/hosts'
	put "$ROOT/etc/hosts" 0644 <<-END
		$kept
		# ringwright begin
		$NODE_ADDRESS $NODE_NAME
		$1 $API_HOST
		# ringwright end
	END
}
