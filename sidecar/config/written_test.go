package config_test

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
	"github.com/ringwright/ringwright/sidecar/cql"
)

func TestReadWritten(t *testing.T) {
	const options = "client_encryption_options:\n"
	for _, tt := range []struct {
		name, yaml string
		want       cql.Security
		wrong      string
	}{
		{"nothing is said", "cluster_name: customers\n", cql.Plain, ""},
		{"an empty file", "", cql.Plain, ""},
		{"as shipped", options + "  enabled: false\n  # optional: true\n  keystore: conf/.keystore\n  require_client_auth: false\n", cql.Plain, ""},
		{"not enabled, whatever else", options + "  enabled: false\n  require_client_auth: true\n", cql.Plain, ""},
		{"nothing within", options, cql.Plain, ""},
		{"encrypted", options + "  enabled: true\n", cql.TLS, ""},
		{"no certificate of clients", options + "  enabled: true\n  require_client_auth: false\n", cql.TLS, ""},
		{"one may be shown", options + "  enabled: true\n  require_client_auth: optional\n", cql.TLS, ""},
		{"one must be shown", options + "  enabled: true\n  require_client_auth: true\n", cql.MutualTLS, ""},
		{"one line", "client_encryption_options: {enabled: yes, require_client_auth: 'true'}\n", cql.MutualTLS, ""},
		{"plain ones too", options + "  enabled: true\n  optional: true\n  require_client_auth: true\n", cql.Plain, ""},
		{"not optional", options + "  enabled: On\n  optional: off\n", cql.TLS, ""},
		{"nothing for a value", options + "  enabled:\n", cql.Plain, ""},
		{"through an anchor", "a: &yes true\n" + options + "  enabled: *yes\n", cql.TLS, ""},
		{"no truth", options + "  enabled: maybe\n", cql.Plain, `line 2: client_encryption_options.enabled is "maybe"; it takes true or false`},
		{"no YAML", "a: [\n", cql.Plain, "cassandra.yaml: yaml: "},
		{"no mapping", "- a\n", cql.Plain, "takes a mapping of keys"},
		{"too large", strings.Repeat("#", 1<<20+1), cql.Plain, "has more than 1048576 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conf := t.TempDir()
			if err := os.WriteFile(config.WrittenFile(conf), []byte(tt.yaml), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := config.ReadWritten(conf)
			switch {
			case tt.wrong == "" && err != nil, tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
				t.Errorf("error %v; want %q", err, tt.wrong)
			case got.Security != tt.want || got.Seeds != nil:
				t.Errorf("read %+v; want security %d", got, tt.want)
			}
		})
	}
	if _, err := config.ReadWritten(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
}

// TestReadWrittenSeeds holds that what Write and SetSeeds write is read back.
func TestReadWrittenSeeds(t *testing.T) {
	s := start(t, image())
	s.Settings.Config["client_encryption_options"] = map[string]any{"enabled": true}
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	for _, seeds := range [][]netip.Addr{s.Seeds, addresses("10.1.0.5"), addresses("10.1.0.5", "fd00::1"), many(config.MaxSeeds)} {
		if err := config.SetSeeds(s.Conf, seeds); err != nil {
			t.Fatal(err)
		}
		got, err := config.ReadWritten(s.Conf)
		if diff := cmp.Diff(config.Written{Security: cql.TLS, Seeds: seeds}, got, same); diff != "" || err != nil {
			t.Errorf("read back (-want +got): %v\n%s", err, diff)
		}
	}
	data, err := os.ReadFile(config.WrittenFile(s.Conf))
	if err != nil {
		t.Fatal(err)
	}
	for _, seeds := range []string{`"10.1.0.5:7000"`, `"10.1.0.5, 10.1.0.6"`, `""`, `[]`} {
		edited := strings.Replace(string(data), `- seeds: "`+text(many(config.MaxSeeds))+`"`, "- seeds: "+seeds, 1)
		if edited == string(data) {
			t.Fatal("the seeds' line was not found")
		}
		if err := os.WriteFile(config.WrittenFile(s.Conf), []byte(edited), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := config.ReadWritten(s.Conf); got.Seeds != nil || err != nil {
			t.Errorf("seeds %s read as %v, %v", seeds, got.Seeds, err)
		}
	}
}

func text(addresses []netip.Addr) string {
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ",")
}
