# shellcheck shell=sh disable=SC2154
find_disk() {
	for device in "$ROOT/dev/disk/azure/scsi1/lun$DATA_DISK_LUN" "$ROOT/dev/disk/azure/data/by-lun/$DATA_DISK_LUN"; do
		[ ! -e "$device" ] || return 0
	done
	return 1
}

# mkfs only where blkid finds nothing AND the first MiB is zero, as it is on a
# new Azure disk: blkid ends with 2 for a disk it cannot read, too.
format_disk() {
	status=0
	type=$(blkid -p -o value -s TYPE "$device") || status=$?
	case $status:$type in
	0:xfs) return 0 ;;
	0:?*) fail "$device holds $type, not xfs; it was not touched" ;;
	0:) fail "$device has a partition table; it was not touched" ;;
	2:*) ;;
	*) fail "blkid cannot tell what $device holds (status $status); it was not touched" ;;
	esac
	quietly cmp -n 1048576 "$device" /dev/zero ||
		fail "$device holds something blkid does not know, or cannot be read; it was not touched"
	note "$device is empty: formatting it"
	must mkfs.xfs "$device"
}

mounted_uuid() { findmnt -n -o UUID -M "$ROOT$DATA_MOUNT" || true; }

# The directory is made on the mounted disk only. So an unmounted disk is an
# error of the volume's mount, never an empty volume on the system disk.
data_disk() {
	[ -n "$DATA_DISK_LUN" ] || return 0
	retry 60 5 find_disk || fail "no disk at LUN $DATA_DISK_LUN under /dev/disk/azure/scsi1 or /dev/disk/azure/data/by-lun"
	format_disk
	{ uuid=$(blkid -p -o value -s UUID "$device") && [ -n "$uuid" ]; } || fail "$device has no UUID"
	kept=$(awk -v at="$DATA_MOUNT" '/^#/ || $2 != at' "$ROOT/etc/fstab") || fail 'cannot read /etc/fstab'
	put "$ROOT/etc/fstab" 0644 <<-END
		$kept
		UUID=$uuid $DATA_MOUNT xfs defaults,noatime,nofail 0 2
	END
	mkdir -p "$ROOT$DATA_MOUNT"
	if [ -z "$(mounted_uuid)" ]; then
		must systemctl daemon-reload
		must mount "$ROOT$DATA_MOUNT"
	fi
	[ "$(mounted_uuid)" = "$uuid" ] || fail "$DATA_MOUNT is not the file system $uuid of $device"
	mkdir -p "$ROOT$DATA_DIRECTORY"
	{ chown 999:999 "$ROOT$DATA_DIRECTORY" && chmod 0750 "$ROOT$DATA_DIRECTORY"; } ||
		fail "cannot give $DATA_DIRECTORY to 999:999"
}
