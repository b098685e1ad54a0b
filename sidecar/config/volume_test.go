package config

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVolumeError(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "/conf/.a.1.tmp", Err: syscall.EACCES}, "write /conf/a: permission denied; user " + strconv.Itoa(os.Geteuid()) + " must be able to write there"},
		{&os.LinkError{Op: "rename", Old: "/conf/.a.1.tmp", New: "/conf/a", Err: syscall.EDQUOT}, "write /conf/a: disk quota exceeded; its volume takes more room"},
		{&fs.PathError{Op: "write", Path: "/conf/.a.1.tmp", Err: syscall.EIO}, "write /conf/a: input/output error"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, volumeError("/conf/a", tt.err).Error()); diff != "" {
			t.Errorf("error (-want +got):\n%s", diff)
		}
	}
}
