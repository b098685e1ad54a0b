package config_test

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
)

func TestWrite(t *testing.T) {
	s := start(t, image())
	for range 2 { // the second start finds what the first wrote
		if err := config.Write(s); err != nil {
			t.Fatal(err)
		}
		wantContent(t, s.Conf, written())
	}
	wantContent(t, s.ImageConf, image())
}

func TestWriteCreatesTheDirectory(t *testing.T) {
	s := start(t, image())
	s.Conf = filepath.Join(s.Conf, "a", "b")
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	wantContent(t, s.Conf, written())
}

// TestWriteVersions holds that a key which a version of Cassandra may not
// know is written only where its own file shows it.
func TestWriteVersions(t *testing.T) {
	const minimal = "cluster_name: x\n"
	for name, want := range map[string]bool{minimal: false, minimal + "startup_checks:\n": true, "#startup_checks:\n" + minimal: true, minimal + "# not startup_checks: x\n": false} {
		files := image()
		files["cassandra.yaml"] = name
		s := start(t, files)
		if err := config.Write(s); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(content(t, s.Conf)["cassandra.yaml"], "\n    heartbeat_file: "); got != want {
			t.Errorf("shipped file %q: startup_checks written is %t, want %t", name, got, want)
		}
	}
}

func TestWriteIPv6(t *testing.T) {
	s := start(t, image())
	s.Address, s.Seeds = netip.MustParseAddr("fd00::1"), addresses("fd00:1:2:3:4:5:6:7", "::ffff:10.1.0.4")
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	got := content(t, s.Conf)["cassandra.yaml"]
	for _, line := range []string{"\nlisten_address: \"fd00::1\"\n", "\nrpc_address: \"fd00::1\"\n", "\n      - seeds: \"fd00:1:2:3:4:5:6:7,10.1.0.4\"\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("the file lacks %q:\n%s", line, got)
		}
	}
}

// TestWriteRefuses holds that a wrong start is refused with all that is wrong
// and before anything is written.
func TestWriteRefuses(t *testing.T) {
	tests := []struct {
		name string
		edit func(*config.Start)
		want []string
	}{
		{"no settings", func(s *config.Start) { s.Settings, s.Data = nil, "data" },
			[]string{`the directory of the data is "data"; it takes an absolute path`, "the settings are missing"}},
		{"no seeds", func(s *config.Start) { s.Seeds = nil }, []string{"there are no seeds; Cassandra takes at least one"}},
		{"all values", func(s *config.Start) {
			s.ImageConf, s.Conf, s.Rack, s.Settings.Datacenter, s.Address = "", "conf", "rack 0", "dc\nrack=1", netip.Addr{}
			s.Seeds = append(addresses("0.0.0.0", "224.0.0.1", "fe80::1%eth0"), netip.Addr{})
			s.Settings.Heap = "4G"
			s.Settings.Config = map[string]any{"auto_bootstrap": false, "Ring": 1}
			s.Settings.JVMOptions, s.Flags = []string{"-Xmx1g", "-a -b"}, []string{"x"}
		}, []string{
			`the directory of the image's configuration is ""; it takes an absolute path`,
			`the directory of the configuration is "conf"; it takes an absolute path`,
			`datacenter is "dc\nrack=1"; it takes 1-48 characters of A-Z, a-z, 0-9, _ and -`,
			`rack is "rack 0"; it takes 1-48 characters of A-Z, a-z, 0-9, _ and -`,
			"the pod's address is missing; it takes an IP address",
			"a seed is 0.0.0.0; it takes the IP address of one pod",
			"a seed is 224.0.0.1; it takes the IP address of one pod",
			"a seed is fe80::1%eth0; it takes the IP address of one pod",
			"a seed is missing; it takes an IP address",
			"config: ...",
			"config: auto_bootstrap belongs to the ring: ...",
			`heap is "4G"; it takes a whole number of Mi or Gi`,
			"JVM options: ...", "JVM options: ...",
			"jvmOptions: -Xmx1g belongs to the ring: ...",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, image())
			conf := s.Conf
			tt.edit(&s)
			wantLines(t, config.Write(s), tt.want)
			wantContent(t, conf, map[string]string{})
		})
	}
}

// wantLines holds an error against its lines; "..." stands for what another
// package words.
func wantLines(t *testing.T, err error, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(err.Error(), "\n")
	for i := range min(len(got), len(want)) {
		if prefix, open := strings.CutSuffix(want[i], "..."); open && strings.HasPrefix(got[i], prefix) {
			got[i] = want[i]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// TestWriteRefusesImages holds the image itself against what the ring owns.
func TestWriteRefusesImages(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"keys that the ring owns", map[string]string{"cassandra.yaml": "auto_bootstrap: false\n" + strings.Replace(shippedYAML, ": 9042", ": 9142", 1) + "\nbroadcast_address: 10.0.0.1\ninitial_token:\n"}, []string{
			"IMAGE/cassandra.yaml: line 1: the image sets auto_bootstrap, which belongs to the ring: ...",
			"line 40: the image sets native_transport_port, which belongs to the ring: ...",
			"line 53: the image sets broadcast_address, which belongs to the ring: ..."}},
		{"options that the ring owns", map[string]string{"jvm-server.options": "-ea\n-Dcassandra.join_ring=false\n", "jvm17-server.options": "#-Xmx1g\n-ea -Dcassandra.ignore_rack=true -Xmx1g\n"}, []string{
			"IMAGE/jvm-server.options: line 2: the image sets -Dcassandra.join_ring=false, which belongs to the ring: ...",
			"IMAGE/jvm17-server.options: line 2: the image sets -Dcassandra.ignore_rack=true, which belongs to the ring: ..."}},
		{"no YAML", map[string]string{"cassandra.yaml": "a: [\n"}, []string{"IMAGE/cassandra.yaml: yaml: line 1: did not find expected node content"}},
		{"nothing to edit", map[string]string{"cassandra.yaml": "", "jvm-server.options": ""}, []string{
			"IMAGE/cassandra.yaml is missing; --image-conf takes the configuration that Cassandra 4.1 or 5.0 ships",
			"IMAGE/jvm-server.options is missing; --image-conf takes the configuration that Cassandra 4.1 or 5.0 ships"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := image()
			for name, text := range tt.files {
				if files[name] = text; text == "" {
					delete(files, name)
				}
			}
			s := start(t, files)
			for i := range tt.want {
				tt.want[i] = strings.Replace(tt.want[i], "IMAGE", s.ImageConf, 1)
			}
			wantLines(t, config.Write(s), tt.want)
			wantContent(t, s.Conf, map[string]string{})
		})
	}
}
