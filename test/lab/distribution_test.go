package lab

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestJars holds that each list names Cassandra, its agent and no jar twice.
func TestJars(t *testing.T) {
	for version := range javaVersions {
		sums, err := Jars(version)
		if err != nil {
			t.Fatal(err)
		}
		agents := 0
		for name, sum := range sums {
			if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(sum) || filepath.Ext(name) != ".jar" {
				t.Errorf("%s: %q %q is no sum and jar", version, sum, name)
			}
			if strings.HasPrefix(name, "jamm-") {
				agents++
			}
		}
		if sums["cassandra-all-"+version+".jar"] == "" || agents != 1 {
			t.Errorf("%s: %d jars, %d of them jamm; want Cassandra and one jamm among them", version, len(sums), agents)
		}
	}
}

func TestVerify(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.jar": "hello\n", "b.jar": "other"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const hello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	if err := verify(dir, map[string]string{"a.jar": hello}); err != nil {
		t.Errorf("the right sum: %v", err)
	}
	for _, name := range []string{"b.jar", "c.jar"} {
		if err := verify(dir, map[string]string{"a.jar": hello, name: hello}); err == nil {
			t.Errorf("%s with another sum or missing: no error", name)
		}
	}
	if err := prune(dir, map[string]string{"a.jar": hello}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "b.jar")); err == nil {
		t.Error("b.jar is not listed, but still there")
	}
}

// TestImageOptions holds that the image sets nothing that the sidecar would
// refuse, as it would then start nothing.
func TestImageOptions(t *testing.T) {
	paths, err := fs.Glob(embedded, "image/conf/jvm*-server.options")
	if err != nil || len(paths) != 3 {
		t.Fatalf("%v, %v; want three files", paths, err)
	}
	for _, path := range paths {
		data, err := fs.ReadFile(embedded, path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			option := strings.TrimSpace(line)
			if !strings.HasPrefix(option, "-") || strings.HasPrefix(option, "-Xm") {
				continue
			}
			if err := settings.CheckJVMOption(option); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			if reason, owned := settings.OwnedJVMOption(option); owned {
				t.Errorf("%s: %s belongs to the ring: %s", path, option, reason)
			}
		}
	}
}
