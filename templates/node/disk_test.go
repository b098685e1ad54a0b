package node_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/templates/node"
)

const (
	scsi    = "/dev/disk/azure/scsi1/lun0"
	nvme    = "/dev/disk/azure/data/by-lun/0"
	untouch = "; it was not touched"
)

func TestDataDisk(t *testing.T) {
	t.Parallel()
	blank := strings.Repeat("\x00", 1<<20)
	tests := []struct {
		name    string
		prepare func(m *machine)
		device  string // under this name there is a disk
		disk    string // what its first MiB is
		format  []string
		failure string // "" is success
	}{
		{"empty, SCSI", func(*machine) {}, scsi, blank, []string{"mkfs.xfs " + scsi}, ""},
		{"empty, NVMe", func(*machine) {}, nvme, blank, []string{"mkfs.xfs " + nvme}, ""},
		{"formatted before", func(m *machine) { m.set("fs", "xfs\n") }, scsi, "XFSB", nil, ""},
		{"other file system", func(m *machine) { m.set("fs", "ext4\n") }, scsi, "data", nil,
			scsi + " holds ext4, not xfs" + untouch},
		{"partition table", func(m *machine) { m.set("fs", "") }, scsi, "EFI PART", nil,
			scsi + " has a partition table" + untouch},
		{"blkid in error", func(m *machine) { m.set("fail", "4 blkid*\n") }, scsi, blank, nil,
			"blkid cannot tell what " + scsi + " holds (status 4)" + untouch},
		{"blkid in doubt", func(m *machine) { m.set("fail", "8 blkid*\n") }, scsi, blank, nil,
			"blkid cannot tell what " + scsi + " holds (status 8)" + untouch},
		{"blkid finds nothing, the disk is not empty", func(*machine) {}, scsi, blank[1:] + "x", nil,
			scsi + " holds something blkid does not know, or cannot be read" + untouch},
		{"blkid finds nothing, the disk cannot be read", func(*machine) {}, scsi, "", nil,
			scsi + " holds something blkid does not know, or cannot be read" + untouch},
		{"no disk", func(*machine) {}, "", "", nil,
			"no disk at LUN 0 under /dev/disk/azure/scsi1 or /dev/disk/azure/data/by-lun"},
		{"mkfs fails", func(m *machine) { m.set("fail", "1 mkfs.xfs*\n") }, scsi, blank, []string{"mkfs.xfs " + scsi},
			"mkfs.xfs " + scsi + " failed"},
		{"mount fails", func(m *machine) { m.set("fail", "32 mount*\n") }, scsi, blank, []string{"mkfs.xfs " + scsi},
			"mount /var/lib/ringwright/disk failed"},
		{"another disk is mounted there", func(m *machine) { m.set("mounted", "9999\n"); m.set("fs", "xfs\n") }, scsi, "XFSB", nil,
			"/var/lib/ringwright/disk is not the file system 11111111-2222 of " + scsi},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, member())
			m.remove(scsi)
			if tt.device != "" {
				m.write(tt.device, tt.disk)
			}
			tt.prepare(m)
			got := m.runText(node.Functions() + "set -eu\nopen_log\nstep 20 'data disk' data_disk\n")
			want := outcome{stdout: got.stdout}
			if tt.failure != "" {
				want.code, want.stderr = 20, "failed: data disk: "+tt.failure+" (exit 20, log /var/log/ringwright-node.log)\n"
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.format, m.calls("mkfs.xfs")); diff != "" {
				t.Errorf("mkfs (-want +got):\n%s", diff)
			}
			// the directory is on the disk or nowhere
			if made := m.exists("/var/lib/ringwright/disk/cassandra"); made != (tt.failure == "") {
				t.Errorf("Cassandra's directory is there: %t", made)
			}
		})
	}
}

func TestFstab(t *testing.T) {
	t.Parallel()
	step := node.Functions() + "set -eu\nopen_log\nno_swap\ndata_disk\n"
	m := newMachine(t, member())
	m.runText(step)
	want := "UUID=aaaa / ext4 defaults 0 1\nUUID=11111111-2222 /var/lib/ringwright/disk xfs defaults,noatime,nofail 0 2\n"
	if diff := cmp.Diff(want, m.read("/etc/fstab")); diff != "" {
		t.Errorf("/etc/fstab (-want +got):\n%s", diff)
	}
	before := m.tree()
	m.runText(step)
	if diff := cmp.Diff(before, m.tree()); diff != "" {
		t.Errorf("the second run writes (-before +after):\n%s", diff)
	}
	if calls := m.calls("mkfs.xfs", "mount"); calls != nil {
		t.Errorf("the second run calls %q", calls)
	}
}
