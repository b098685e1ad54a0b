# shellcheck shell=sh disable=SC2154
# etcdctl is in the etcd pod, which shares /var/lib/etcd with the host.
snapshot_etcd() {
	put "$ROOT/usr/local/sbin/ringwright-etcd-snapshot" 0755 <<-'END'
		#!/bin/sh
		# Saves etcd, keeps the last 7 snapshots.
		set -eu
		umask 077
		to=/var/lib/ringwright/etcd-snapshots
		pki=/etc/kubernetes/pki/etcd
		id=$(crictl ps -q --state Running --name '^etcd$')
		[ -n "$id" ] || { echo 'etcd does not run here' >&2; exit 1; }
		mkdir -p "$to"
		crictl exec "$id" etcdctl --endpoints=https://127.0.0.1:2379 --cacert="$pki/ca.crt" \
			--cert="$pki/healthcheck-client.crt" --key="$pki/healthcheck-client.key" \
			snapshot save /var/lib/etcd/ringwright.snapshot
		chmod 0600 /var/lib/etcd/ringwright.snapshot
		mv /var/lib/etcd/ringwright.snapshot "$to/etcd-$(date -u +%Y%m%dT%H%M%SZ).db"
		ls "$to"/etcd-*.db | sort | head -n -7 | xargs -r rm -f --
	END
	put "$ROOT/etc/systemd/system/ringwright-etcd-snapshot.service" 0644 <<-END
		[Unit]
		Description=Snapshot of etcd
		[Service]
		Type=oneshot
		ExecStart=/usr/local/sbin/ringwright-etcd-snapshot
	END
	put "$ROOT/etc/systemd/system/ringwright-etcd-snapshot.timer" 0644 <<-END
		[Unit]
		Description=Daily snapshot of etcd
		[Timer]
		OnCalendar=daily
		RandomizedDelaySec=1h
		Persistent=true
		[Install]
		WantedBy=timers.target
	END
	must systemctl daemon-reload
	must systemctl enable --now ringwright-etcd-snapshot.timer
}
