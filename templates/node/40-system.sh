# shellcheck shell=sh disable=SC2154
set_kernel() {
	printf 'overlay\nbr_netfilter\n' | put "$ROOT/etc/modules-load.d/ringwright.conf" 0644
	for module in overlay br_netfilter; do
		must modprobe "$module"
	done
	put "$ROOT/etc/sysctl.d/90-ringwright.conf" 0644 <<-END
		net.ipv4.ip_forward = 1
		net.bridge.bridge-nf-call-iptables = 1
		net.bridge.bridge-nf-call-ip6tables = 1
		vm.max_map_count = 1048575
	END
	must sysctl -p "$ROOT/etc/sysctl.d/90-ringwright.conf"
}

no_swap() {
	must swapoff -a
	kept=$(awk '/^#/ || $3 != "swap"' "$ROOT/etc/fstab") || fail 'cannot read /etc/fstab'
	printf '%s\n' "$kept" | put "$ROOT/etc/fstab" 0644
}

# Cassandra orders writes by the clock: a node without one that is kept must not join.
check_clock() {
	must systemctl enable --now chrony
	must systemctl is-active chrony
	quietly chronyc waitsync 12 0 0 5 || note 'chrony runs but has not synchronised within a minute'
}
