package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/sidecar/config"
)

// TestShippedWrite writes the configuration from the files that each version
// of Cassandra ships, and looks at what Cassandra would read.
func TestShippedWrite(t *testing.T) {
	for _, version := range []string{"4.1", "5.0"} {
		image := filepath.Join(config.ShippedDir(t), version)
		t.Run(version, func(t *testing.T) {
			s := start(t, nil)
			image, err := filepath.Abs(image)
			if err != nil {
				t.Fatal(err)
			}
			s.ImageConf = image
			if err := config.Write(s); err != nil {
				t.Fatal(err)
			}
			before, after := content(t, image), content(t, s.Conf)
			wantShippedKeys(t, before["cassandra.yaml"], after["cassandra.yaml"])
			wantShippedOptions(t, before, after)
			for name := range before {
				if !regexp.MustCompile(`^(cassandra\.yaml|cassandra-rackdc\.properties|jvm\d*-server\.options)$`).MatchString(name) && before[name] != after[name] {
					t.Errorf("%s is not the image's", name)
				}
			}
			if err := config.SetSeeds(s.Conf, addresses("10.9.9.9")); err != nil {
				t.Fatal(err)
			}
			want := strings.Replace(after["cassandra.yaml"], `- seeds: "10.1.0.4,10.2.0.4"`, `- seeds: "10.9.9.9"`, 1)
			if diff := cmp.Diff(want, content(t, s.Conf)["cassandra.yaml"]); diff != "" {
				t.Errorf("after SetSeeds (-want +got):\n%s", diff)
			}
		})
	}
}

// wantShippedKeys holds that the shipped keys are there, with their values or
// the start's, and the shipped comments.
func wantShippedKeys(t *testing.T, before, after string) {
	t.Helper()
	want, got := map[string]any{}, map[string]any{}
	for text, into := range map[string]*map[string]any{before: &want, after: &got} {
		if err := yaml.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	const data = "/var/lib/cassandra/"
	for key, value := range map[string]any{
		"cluster_name": "customers", "num_tokens": 8, "allocate_tokens_for_local_replication_factor": 2,
		"seed_provider":  []any{map[string]any{"class_name": "org.apache.cassandra.locator.SimpleSeedProvider", "parameters": []any{map[string]any{"seeds": "10.1.0.4,10.2.0.4"}}}},
		"listen_address": "10.1.0.66", "rpc_address": "10.1.0.66", "endpoint_snitch": "GossipingPropertyFileSnitch",
		"data_file_directories": []any{data + "data"}, "commitlog_directory": data + "commitlog", "hints_directory": data + "hints",
		"saved_caches_directory": data + "saved_caches", "cdc_raw_directory": data + "cdc_raw",
		"disk_failure_policy": "die", "commit_failure_policy": "stop_commit", "concurrent_reads": 64, "sstable_format": "big",
		"server_encryption_options": map[string]any{"internode_encryption": "all"},
		"startup_checks":            map[string]any{"check_data_resurrection": map[string]any{"enabled": true, "heartbeat_file": data + "cassandra-heartbeat"}},
	} {
		want[key] = value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cassandra.yaml (-want +got):\n%s", diff)
	}
	comments := regexp.MustCompile(`(?m)^ *#.*$`)
	if diff := cmp.Diff(comments.FindAllString(before, -1), comments.FindAllString(after, -1)); diff != "" {
		t.Errorf("comments (-before +after):\n%s", diff)
	}
}

// wantShippedOptions holds that an option the start sets is set once, and that
// the others are the shipped ones.
func wantShippedOptions(t *testing.T, before, after map[string]string) {
	t.Helper()
	options := regexp.MustCompile(`(?m)^-.*$`)
	for name, text := range before {
		if !strings.HasSuffix(name, "-server.options") {
			continue
		}
		var want []string
		for _, option := range options.FindAllString(text, -1) {
			if !regexp.MustCompile(`^(-Xm[sx]|-Xss|-XX:MaxGCPauseMillis)`).MatchString(option) {
				want = append(want, option)
			}
		}
		if name == "jvm-server.options" {
			want = append(want, "-Xms4g", "-Xmx4g")
			if strings.Contains(before["jvm11-server.options"], "\n-XX:+UseConcMarkSweepGC\n") {
				want = append(want, "-Xmn1024m") // 4.1
			}
			want = append(want, "-Xss512k", "-XX:MaxGCPauseMillis=200", "-Dcassandra.reset_bootstrap_progress=true")
		}
		if diff := cmp.Diff(want, options.FindAllString(after[name], -1)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// BenchmarkWriteShipped is what one start costs.
func BenchmarkWriteShipped(b *testing.B) {
	image, err := filepath.Abs(filepath.Join(config.ShippedDir(b), "5.0"))
	if err != nil {
		b.Fatal(err)
	}
	s := good()
	s.ImageConf, s.Conf = image, filepath.Join(b.TempDir(), "conf")
	if err := os.Mkdir(s.Conf, 0o755); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := config.Write(s); err != nil {
			b.Fatal(err)
		}
	}
}
