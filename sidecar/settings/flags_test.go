package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/sidecar/settings"
)

func TestFlagsAddTo(t *testing.T) {
	fs := pflag.NewFlagSet("init", pflag.ContinueOnError)
	var got settings.Flags
	got.AddTo(fs)
	if diff := cmp.Diff(settings.Flags{ImageConf: "/etc/cassandra", Listen: ":8089"}, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if err := fs.Parse(flagArgs); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(flags(), got); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
}

const (
	takesConf   = "it takes a directory of its own that a new pod finds empty"
	takesListen = "; it takes an address and a port, such as :8089"
	takesIP     = "; it takes the pod's IP address"
	takesRack   = "; it takes the rack of the pod's StatefulSet, such as rack-0"
	takesPod    = "; it takes the pod's name, such as cassandra-0-0"
	takesData   = "; it takes the absolute path of the mounted volume"
)

func TestFlagsCheck(t *testing.T) {
	tests := []struct {
		name string
		edit func(*settings.Flags)
		want string
	}{
		{"good", func(*settings.Flags) {}, ""},
		{"zone", func(f *settings.Flags) { f.Rack, f.PodName = "rack-1a", "cassandra-1a-0" }, ""},
		{"listen on one address", func(f *settings.Flags) { f.Listen = "127.0.0.1:8089" }, ""},
		{"IPv6", func(f *settings.Flags) { f.PodIP = "fd00::1" }, ""},
		{"beside the image's configuration", func(f *settings.Flags) { f.Conf = "/etc/cassandra-conf" }, ""},
		{"relative path", func(f *settings.Flags) { f.Data = "data" }, `--data is "data"` + takesData},
		{"path with a detour", func(f *settings.Flags) { f.Data = "/var/../data" }, `--data is "/var/../data"` + takesData},
		{"path with a final slash", func(f *settings.Flags) { f.Data = "/data/" }, `--data is "/data/"` + takesData},
		{"root", func(f *settings.Flags) { f.Data = "/" }, `--data is "/"` + takesData},
		{"configuration on the volume", func(f *settings.Flags) { f.Conf = f.Data + "/conf" }, "--conf is /var/lib/cassandra/conf, within --data /var/lib/cassandra; " + takesConf},
		{"configuration over the image's", func(f *settings.Flags) { f.Conf = f.ImageConf }, "--conf is /etc/cassandra, within --image-conf /etc/cassandra; " + takesConf},
		{"rack value alone", func(f *settings.Flags) { f.Rack = "0" }, `--rack is "0"` + takesRack},
		{"rack in capitals", func(f *settings.Flags) { f.Rack = "rack-A" }, `--rack is "rack-A"` + takesRack},
		{"pod of another set", func(f *settings.Flags) { f.PodName = "web-0" }, `--pod-name is "web-0"` + takesPod},
		{"pod of another rack", func(f *settings.Flags) { f.Rack = "rack-1" }, "--rack is rack-1, but pod cassandra-0-2 is of rack-0; it takes the rack of the pod's StatefulSet"},
		{"address not filled in", func(f *settings.Flags) { f.PodIP = "$(POD_IP)" }, `--pod-ip is "$(POD_IP)", which Kubernetes fills in only where the container's env declares it` + takesIP},
		{"address of everywhere", func(f *settings.Flags) { f.PodIP = "0.0.0.0" }, `--pod-ip is "0.0.0.0"` + takesIP},
		{"address of many", func(f *settings.Flags) { f.PodIP = "224.0.0.1" }, `--pod-ip is "224.0.0.1"` + takesIP},
		{"address by name", func(f *settings.Flags) { f.PodIP = "pod.test" }, `--pod-ip is "pod.test"` + takesIP},
		{"listen without a port", func(f *settings.Flags) { f.Listen = "8089" }, `--listen is "8089"` + takesListen},
		{"listen on port 0", func(f *settings.Flags) { f.Listen = ":0" }, `--listen is ":0"` + takesListen},
		{"listen on a service", func(f *settings.Flags) { f.Listen = ":http" }, `--listen is ":http"` + takesListen},
		{"listen on a name", func(f *settings.Flags) { f.Listen = "localhost:8089" }, `--listen is "localhost:8089"` + takesListen},
		{"listen nowhere", func(f *settings.Flags) { f.Listen = "" }, `--listen is missing` + takesListen},
		{"everything at once", func(f *settings.Flags) { *f = settings.Flags{ImageConf: "etc", Listen: ":8089"} },
			"--settings is missing; it takes the absolute path of the settings file\n" +
				`--image-conf is "etc"; it takes the absolute path of the image's configuration` + "\n" +
				"--conf is missing; it takes the absolute path of the directory to write the configuration to\n" +
				"--data is missing" + takesData + "\n" +
				"--rack is missing" + takesRack + "\n" +
				"--pod-name is missing" + takesPod + "\n" +
				"--pod-ip is missing" + takesIP + "\n" +
				"--labels is missing; it takes the absolute path of the file of the pod's labels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := flags()
			tt.edit(&f)
			got := ""
			if err := f.Check(); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
