package config_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
)

// TestWriteRemoves holds that nothing of an earlier start stays but the
// agent's file, whatever kind it was and will be.
func TestWriteRemoves(t *testing.T) {
	files := image()
	files[".hidden"] = "of the image\n"
	files[".ringwright-phase.json"] = "of the image\n"
	files["sub/deep/file"] = "of the image\n"
	s := start(t, files)
	fill(t, s.Conf, map[string]string{
		".ringwright-phase.json":          "{}",
		".ringwright-phase.json.1.tmp":    "{",
		".cassandra.yaml.99.tmp":          "half",
		"cassandra.yaml/was/a":            "directory",
		"cassandra-topology.properties":   "10.0.0.1=dc9:rack9\n",
		"jvm21-server.options":            "-Xmx1g\n",
		"old/dir/file":                    "x",
		"sub":                             "was a file",
		"triggers/.ringwright-phase.json": "is not the agent's, as it lies deeper",
		"triggers/old.jar":                "x",
		"cassandra-env.sh":                "->" + filepath.Join(s.ImageConf, "cassandra-env.sh"),
	})
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	want := written()
	maps.Copy(want, map[string]string{
		".hidden": "of the image\n", "sub/": "", "sub/deep/": "", "sub/deep/file": "of the image\n",
		".ringwright-phase.json": "{}", ".ringwright-phase.json.1.tmp": "{",
	})
	wantContent(t, s.Conf, want)
	if got := content(t, s.ImageConf)["cassandra-env.sh"]; got != files["cassandra-env.sh"] {
		t.Errorf("the image's file, which a link led to, is now %q", got)
	}
}

// TestWriteFollowsLinks holds that what links lead to is copied, so that the
// configuration stands by itself.
func TestWriteFollowsLinks(t *testing.T) {
	outside := t.TempDir()
	fill(t, outside, map[string]string{"logback.xml": "<x/>\n"})
	files := image()
	maps.Copy(files, map[string]string{
		"..data":                "->..2026",
		"..2026/keys/a.pem":     "key\n",
		"keys":                  "->..data/keys",
		"a.pem":                 "->keys/a.pem",
		"logback.xml":           "->" + filepath.Join(outside, "logback.xml"),
		"..2026/jvm":            shippedOptions,
		"jvm-server.options":    "->..data/jvm",
		"cassandra-env.sh":      "->cassandra-env-real.sh",
		"cassandra-env-real.sh": "#!/bin/sh\n",
	})
	s := start(t, files)
	link := filepath.Join(outside, "image") // as /opt/cassandra/conf leads to /etc/cassandra
	if err := os.Symlink(s.ImageConf, link); err != nil {
		t.Fatal(err)
	}
	s.ImageConf = link
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	want := written()
	maps.Copy(want, map[string]string{
		"..data/": "", "..data/keys/": "", "..data/keys/a.pem": "key\n", "..data/jvm": shippedOptions,
		"..2026/": "", "..2026/keys/": "", "..2026/keys/a.pem": "key\n", "..2026/jvm": shippedOptions,
		"keys/": "", "keys/a.pem": "key\n", "a.pem": "key\n", "logback.xml": "<x/>\n", "cassandra-env-real.sh": "#!/bin/sh\n",
	})
	wantContent(t, s.Conf, want)
}

func TestWriteRefusesTrees(t *testing.T) {
	tests := []struct {
		name string
		edit func(t *testing.T, s *config.Start)
		want string
	}{
		{"missing", func(_ *testing.T, s *config.Start) { s.ImageConf += "/none" }, "lstat IMAGE: no such file or directory"},
		{"a file", func(_ *testing.T, s *config.Start) { s.ImageConf += "/cassandra.yaml" }, "IMAGE is no directory"},
		{"link to nowhere", func(t *testing.T, s *config.Start) { fill(t, s.ImageConf, map[string]string{"x": "->none"}) }, "stat IMAGE/x: no such file or directory"},
		{"link to itself", func(t *testing.T, s *config.Start) {
			fill(t, s.ImageConf, map[string]string{"triggers/x": "->../triggers"})
		},
			"IMAGE/triggers/x leads to the directory IMAGE/triggers; it takes one within IMAGE that does not hold the link"},
		{"link to all", func(t *testing.T, s *config.Start) { fill(t, s.ImageConf, map[string]string{"x": "->."}) },
			"IMAGE/x leads to the directory IMAGE; it takes one within IMAGE that does not hold the link"},
		{"link to a directory outside", func(t *testing.T, s *config.Start) { fill(t, s.ImageConf, map[string]string{"x": "->../conf"}) },
			"IMAGE/x leads to the directory CONF; it takes one within IMAGE that does not hold the link"},
		{"pipe", func(t *testing.T, s *config.Start) {
			if err := syscall.Mkfifo(filepath.Join(s.ImageConf, "x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "IMAGE/x is neither file nor directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, image())
			tt.edit(t, &s)
			want := strings.NewReplacer("IMAGE", s.ImageConf, "CONF", s.Conf).Replace("image configuration: " + tt.want)
			wantLines(t, config.Write(s), []string{want})
			wantContent(t, s.Conf, map[string]string{})
		})
	}
}

func TestWriteModes(t *testing.T) {
	s := start(t, image())
	modes := map[string]fs.FileMode{
		"cassandra-env.sh": 0o755, "cassandra.yaml": 0o640, "cassandra-rackdc.properties": 0o600, "jvm-server.options": 0o444,
		"jvm17-server.options": 0o644, "jvm17-clients.options": 0o060, "triggers/README.txt": 0o664, "triggers": fs.ModeDir | 0o550,
	}
	for name, mode := range modes {
		if err := os.Chmod(filepath.Join(s.ImageConf, name), mode.Perm()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(s.ImageConf, "triggers"), 0o755) }) // or the folder stays
	if os.Geteuid() != 0 {                                                            // no other user could read it
		modes["jvm17-clients.options"] = 0o600
		if err := os.Chmod(filepath.Join(s.ImageConf, "jvm17-clients.options"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := maps.Clone(modes)
	for name, mode := range want {
		want[name] = mode&0o700 | 0o400 // for Cassandra to read, and nobody else
	}
	want["triggers"] = fs.ModeDir | 0o750 // or the next start could not write there
	for range 2 {
		if err := config.Write(s); err != nil {
			t.Fatal(err)
		}
		got := map[string]fs.FileMode{}
		for name := range modes {
			info, err := os.Lstat(filepath.Join(s.Conf, name))
			if err != nil {
				t.Fatal(err)
			}
			got[name] = info.Mode()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("modes (-want +got):\n%s", diff)
		}
	}
}
