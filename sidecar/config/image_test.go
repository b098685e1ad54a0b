package config_test

import (
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
	"github.com/ringwright/ringwright/sidecar/settings"
)

const shippedYAML = `# Small, but shaped as the shipped file is.
cluster_name: 'Test Cluster'

num_tokens: 16
# allocate_tokens_for_keyspace: KEYSPACE
allocate_tokens_for_local_replication_factor: 3

# initial_token:

# If not set, it is below the home directory.
# hints_directory: /var/lib/cassandra/hints

partitioner: org.apache.cassandra.dht.Murmur3Partitioner

# Directories of the data.
# data_file_directories:
#     - /var/lib/cassandra/data

# commitlog_directory: /var/lib/cassandra/commitlog
# cdc_raw_directory: /var/lib/cassandra/cdc_raw
disk_failure_policy: stop
commit_failure_policy: stop
key_cache_size:
# saved_caches_directory: /var/lib/cassandra/saved_caches

seed_provider:
  # Members to ask.
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      # Ex: "<ip1>,<ip2>"
      - seeds: "127.0.0.1:7000"

concurrent_reads: 32
# memtable_heap_space: 2048MiB
storage_port: 7000
listen_address: localhost
# broadcast_address: 1.2.3.4
start_native_transport: true
native_transport_port: 9042
rpc_address: localhost

endpoint_snitch: SimpleSnitch
server_encryption_options:
  # none, dc, rack or all
  internode_encryption: none
  # keystore: conf/.keystore
  require_client_auth: false # of members
#startup_checks:
#  check_data_resurrection:
#    enabled: false
storage_compatibility_mode: CASSANDRA_4`

const writtenYAML = `# Small, but shaped as the shipped file is.
cluster_name: customers

num_tokens: 8
# allocate_tokens_for_keyspace: KEYSPACE
allocate_tokens_for_local_replication_factor: 2

# initial_token:

# If not set, it is below the home directory.
hints_directory: /var/lib/cassandra/hints
# hints_directory: /var/lib/cassandra/hints

partitioner: org.apache.cassandra.dht.Murmur3Partitioner

# Directories of the data.
data_file_directories:
  - /var/lib/cassandra/data
# data_file_directories:
#     - /var/lib/cassandra/data

commitlog_directory: /var/lib/cassandra/commitlog
# commitlog_directory: /var/lib/cassandra/commitlog
cdc_raw_directory: /var/lib/cassandra/cdc_raw
# cdc_raw_directory: /var/lib/cassandra/cdc_raw
disk_failure_policy: die
commit_failure_policy: stop_commit
key_cache_size:
saved_caches_directory: /var/lib/cassandra/saved_caches
# saved_caches_directory: /var/lib/cassandra/saved_caches

seed_provider:
  # Members to ask.
      # Ex: "<ip1>,<ip2>"
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "10.1.0.4,10.2.0.4"

concurrent_reads: 64
# memtable_heap_space: 2048MiB
storage_port: 7000
listen_address: "10.1.0.66"
# broadcast_address: 1.2.3.4
start_native_transport: true
native_transport_port: 9042
rpc_address: "10.1.0.66"

endpoint_snitch: GossipingPropertyFileSnitch
server_encryption_options:
  # none, dc, rack or all
  # keystore: conf/.keystore
  internode_encryption: all
startup_checks:
  check_data_resurrection:
    enabled: true
    heartbeat_file: /var/lib/cassandra/cassandra-heartbeat
#startup_checks:
#  check_data_resurrection:
#    enabled: false
storage_compatibility_mode: CASSANDRA_4
sstable_format: big
`

const shippedOptions = `# one flag per line
-ea
-Xss256k
#-Xms4G
#-Xmx4G
-XX:+HeapDumpOnOutOfMemoryError
`

const writtenOptions = `# one flag per line
-ea
#-Xss256k
#-Xms4G
#-Xmx4G
-XX:+HeapDumpOnOutOfMemoryError
# Set by ringwright-sidecar before every start.
-Xms4g
-Xmx4g
-Xss512k
-XX:MaxGCPauseMillis=200
-Dcassandra.reset_bootstrap_progress=true
`

// image are the files of an image: a name that ends in / is a directory, a
// text that begins with -> a link.
func image() map[string]string {
	return map[string]string{
		"cassandra.yaml":                shippedYAML,
		"cassandra-env.sh":              "#!/bin/sh\n",
		"cassandra-rackdc.properties":   "dc=dc1\nrack=rack1\nprefer_local=true\n",
		"cassandra-topology.properties": "10.0.0.1=dc9:rack9\n",
		"jvm-server.options":            shippedOptions,
		"jvm17-server.options":          "-XX:+UseG1GC\n-XX:MaxGCPauseMillis=300\n",
		"jvm17-clients.options":         "-XX:MaxGCPauseMillis=300\n",
		"triggers/":                     "",
		"triggers/README.txt":           "Jars go here.\n",
	}
}

// written are the files of the configuration after Write with start.
func written() map[string]string {
	files := image()
	delete(files, "cassandra-topology.properties")
	files["cassandra.yaml"] = writtenYAML
	files["cassandra-rackdc.properties"] = "# Written by ringwright-sidecar before every start.\ndc=dc-eastus\nrack=rack-0\n"
	files["jvm-server.options"] = writtenOptions
	files["jvm17-server.options"] = "-XX:+UseG1GC\n#-XX:MaxGCPauseMillis=300\n"
	return files
}

// good is a good start without directories to read and write.
func good() config.Start {
	return config.Start{
		Data:    "/var/lib/cassandra",
		Address: netip.MustParseAddr("10.1.0.66"),
		Rack:    "rack-0",
		Seeds:   addresses("10.1.0.4", "10.2.0.4"),
		Flags:   []string{"-Dcassandra.reset_bootstrap_progress=true"},
		Settings: &settings.Settings{
			Ring: "customers", Datacenter: "dc-eastus", Heap: "4Gi", NumTokens: 8, AllocationReplicationFactor: 2,
			Config: map[string]any{
				"concurrent_reads": 64, "commit_failure_policy": "stop_commit", "sstable_format": "big",
				"server_encryption_options": map[string]any{"internode_encryption": "all"},
			},
			JVMOptions: []string{"-Xss512k", "-XX:MaxGCPauseMillis=200"},
		},
	}
}

// start is a good start with an image of the given files.
func start(t *testing.T, files map[string]string) config.Start {
	t.Helper()
	dir, s := t.TempDir(), good()
	s.ImageConf, s.Conf = filepath.Join(dir, "image"), filepath.Join(dir, "conf")
	for _, path := range []string{s.ImageConf, s.Conf} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, s.ImageConf, files)
	return s
}

func addresses(texts ...string) []netip.Addr {
	var as []netip.Addr
	for _, text := range texts {
		as = append(as, netip.MustParseAddr(text))
	}
	return as
}

// fill writes files below a directory.
func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if target, link := strings.CutPrefix(text, "->"); err == nil && link {
			err = os.Symlink(target, path)
		} else if err == nil && strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// content are the files below a directory, links not followed.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		switch {
		case err != nil || name == ".":
			return err
		case entry.IsDir():
			files[name+"/"] = ""
		case entry.Type() == fs.ModeSymlink:
			files[name] = "->"
		default:
			data, err := os.ReadFile(path)
			files[name] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantContent(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, content(t, dir)); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}
