package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// ownedBecause looks a name up and says why it is owned, or "" where it is free.
func ownedBecause(t *testing.T, name string, find func(string) (string, bool)) string {
	t.Helper()
	reason, owned := find(name)
	if owned != (reason != "") {
		t.Errorf("%s: owned %v, because %q", name, owned, reason)
	}
	return reason
}

const (
	address     = "it is the pod's address, which every new pod changes; leave it out"
	ports       = "members, security rules and probes of every region count on ports 7000, 7001 and 9042; leave it out"
	directories = "the sidecar reads from the volume's directories what the volume holds; leave it out"
	place       = "datacenter and rack are learnt from the machine and written to cassandra-rackdc.properties; set racks"
	allocation  = "it follows from the racks and the replication factor; set replicationFactor"
	tokens      = "tokens are allocated when a member joins; set numTokens"
	placement   = "it places every row and can never change; it is always Murmur3Partitioner"
	streaming   = "a member that joins without streaming answers reads without data; it is always true"
	native      = "a member has joined once CQL answers, which is how the sidecar knows; to close CQL use nodetool disablebinary"
	oneConfig   = "the sidecar writes the one configuration that Cassandra reads; use config"
	heap        = "the heap is written as -Xms and -Xmx, which must agree; set heap"
	successor   = "the sidecar finds the address of a lost member from its host id; use replace"
	unsafe      = "it turns off a check that keeps data; leave it out"
	misplaced   = "a member in another datacenter or rack than its data would serve the wrong rows; move the pod back or replace the member"
	joins       = "a member that starts joins the ring, or the sidecar would wait for it for ever; leave it out"
	fromFile    = "it reads further options from a file, past this check; write them here"
	jmx         = "the sidecar's nodetool reaches JMX on loopback, port 7199; leave it out"
)

// configKeys says of keys of cassandra.yaml why they are owned.
var configKeys = map[string]string{
	"cluster_name":              "it is the ring's name, which keeps other rings' members out; set the name of the ring",
	"partitioner":               placement,
	"endpoint_snitch":           place,
	"initial_location_provider": place,
	"node_proximity":            place,
	"addresses_config":          place,
	"seed_provider":             "the sidecar finds live seeds before every start, and a fixed list can found a second ring; leave it out",
	"seed_provider.class_name":  "the sidecar finds live seeds before every start, and a fixed list can found a second ring; leave it out",
	"num_tokens":                "it can never change on a member; set numTokens",
	"initial_token":             tokens,
	"allocate_tokens_for_local_replication_factor": allocation,
	"allocate_tokens_for_keyspace":                 allocation,
	"auto_bootstrap":                               streaming,
	"listen_address":                               address,
	"listen_interface":                             address,
	"listen_interface_prefer_ipv6":                 address,
	"listen_on_broadcast_address":                  address,
	"broadcast_address":                            address,
	"broadcast_rpc_address":                        address,
	"rpc_address":                                  address,
	"rpc_interface":                                address,
	"rpc_interface_prefer_ipv6":                    address,
	"storage_port":                                 ports,
	"ssl_storage_port":                             ports,
	"native_transport_port":                        ports,
	"native_transport_port_ssl":                    ports,
	"start_native_transport":                       native,
	"data_file_directories":                        directories,
	"local_system_data_file_directory":             directories,
	"commitlog_directory":                          directories,
	"hints_directory":                              directories,
	"saved_caches_directory":                       directories,
	"cdc_raw_directory":                            directories,
	"startup_checks":                               "the checks of datacenter, rack and resurrected data stay on; leave it out",

	// Neighbours in name that are the user's.
	"rpc_keepalive":                          "",
	"native_transport_max_threads":           "",
	"native_transport_idle_timeout":          "",
	"native_transport_allow_older_protocols": "",
	"dynamic_snitch":                         "",
	"dynamic_snitch_badness_threshold":       "",
	"cdc_enabled":                            "",
	"cdc_total_space":                        "",
	"commitlog_sync":                         "",
	"commitlog_segment_size":                 "",
	"hints_compression":                      "",
	"hinted_handoff_enabled":                 "",
	"disk_failure_policy":                    "",
	"commit_failure_policy":                  "",
	"server_encryption_options":              "",
	"client_encryption_options":              "",
	"authenticator":                          "",
	"storage_compatibility_mode":             "",
	"auto_snapshot":                          "",
	"heap_dump_path":                         "",
	"internode_authenticator":                "",
	"":                                       "",
}

func TestOwnedConfigKey(t *testing.T) {
	got := map[string]string{}
	for key := range configKeys {
		got[key] = ownedBecause(t, key, settings.OwnedConfigKey)
	}
	if diff := cmp.Diff(configKeys, got); diff != "" {
		t.Errorf("owned keys (-want +got):\n%s", diff)
	}
}

// jvmOptions says of options why they are owned.
var jvmOptions = map[string]string{
	"-Xms4g": heap, "-Xmx4g": heap, "-Xmx4294967296": heap, "-ms4g": heap, "-mx4g": heap,
	"-XX:MaxHeapSize=4g": heap, "-XX:InitialHeapSize=4g": heap, "-XX:MinHeapSize=4g": heap, "-XX:ErgoHeapSizeLimit=4g": heap,
	"-XX:MaxRAM=8g": heap, "-XX:MaxRAMPercentage=75.0": heap, "-XX:InitialRAMPercentage=50": heap, "-XX:MinRAMPercentage=50": heap,
	"-XX:MaxRAMFraction=2": heap, "-XX:InitialRAMFraction=2": heap, "-XX:MinRAMFraction=2": heap, "-XX:DefaultMaxRAMFraction=2": heap,
	"-XX:+AggressiveHeap": heap, "-XX:-AggressiveHeap": heap,
	"-XX:Flags=/x/f": fromFile, "-XX:VMOptionsFile=/x/f": fromFile,

	"-Dcassandra.config=file:///x/x.yaml":             oneConfig,
	"-Dcassandra.config.loader=x":                     oneConfig,
	"-Dcassandra.config.allow_system_properties=true": oneConfig,
	"-Dcassandra.settings.num_tokens=1":               oneConfig,
	"-Dcassandra.settings.seed_provider.class_name=x": oneConfig,
	"-Dcassandra-rackdc.properties=file:///x/r":       place,
	"-Dcassandra.ignore_dc=true":                      misplaced,
	"-Dcassandra.ignore_rack=true":                    misplaced,
	"-Dcassandra.ignore_rack":                         misplaced,
	"-Dcassandra.auto_bootstrap=false":                streaming,
	"-Dcassandra.join_ring=false":                     joins,
	"-Dcassandra.write_survey=true":                   joins,
	"-Dcassandra.start_gossip=false":                  joins,
	"-Dcassandra.consistent.rangemovement=false":      "one member joins at a time, so it is always true; leave it out",
	"-Dcassandra.replace_address=10.0.0.1":            successor,
	"-Dcassandra.replace_address_first_boot=10.0.0.1": successor,
	"-Dcassandra.replace_node=x":                      successor,
	"-Dcassandra.replace_token=1":                     successor,
	"-Dcassandra.allow_unsafe_join=true":              unsafe,
	"-Dcassandra.allow_unsafe_replace=true":           unsafe,
	"-Dcassandra.override_decommission=true":          "a decommissioned volume must not come back; move its data away to join anew",
	"-Dcassandra.load_ring_state=false":               "a member finds its ring by what it saved of it; leave it out",
	"-Dcassandra.reset_bootstrap_progress=false":      "the sidecar sets it for a volume that has not joined; leave it out",
	"-Dcassandra.start_native_transport=false":        native,
	"-Dcassandra.partitioner=x":                       placement,
	"-Dcassandra.initial_token=1":                     tokens,
	"-Dcassandra.allocate_tokens_for_keyspace=k":      allocation,
	"-Dcassandra.storage_port=7100":                   ports,
	"-Dcassandra.ssl_storage_port=7100":               ports,
	"-Dcassandra.native_transport_port=9142":          ports,
	"-Dcassandra.jmx.local.port=7299":                 jmx,
	"-Dcassandra.jmx.remote.port=7299":                jmx,
	"-Dcassandra.storagedir=/x":                       directories,

	// Neighbours in name that are the user's.
	"-Xss512k": "", "-Xmn800m": "", "-Xmixed": "", "-Xlog:gc": "", "-ea": "",
	"-XX:+UseG1GC": "", "-XX:MaxGCPauseMillis=300": "", "-XX:SoftMaxHeapSize=3g": "", "-XX:MaxDirectMemorySize=1g": "",
	"-XX:+HeapDumpOnOutOfMemoryError": "", "-XX:MaxRAMPercentageOfNothing=1": "", "-XX:": "",
	"-javaagent:/opt/jmx.jar=7070:/etc/jmx.yaml":             "",
	"-Dcassandra.ring_delay_ms=6000":                         "",
	"-Dcassandra.skip_wait_for_gossip_to_settle=0":           "",
	"-Dcassandra.available_processors=2":                     "",
	"-Dcassandra.consistent.simultaneousmoves.allow=true":    "",
	"-Dcassandra.superuser_setup_delay_ms=100":               "",
	"-Dcassandra.autorepair.enable=true":                     "",
	"-Dcassandra.disable_auth_caches_remote_configuration=1": "",
	"-Dx=-Dcassandra.replace_address=1":                      "",
	"--add-opens java.base/java.io=ALL-UNNAMED":              "",
}

func TestOwnedJVMOption(t *testing.T) {
	got := map[string]string{}
	for option := range jvmOptions {
		got[option] = ownedBecause(t, option, settings.OwnedJVMOption)
	}
	if diff := cmp.Diff(jvmOptions, got); diff != "" {
		t.Errorf("owned options (-want +got):\n%s", diff)
	}
}

func TestCheckJVMOption(t *testing.T) {
	const noOption = "is no option; an option begins with - and has a name"
	tests := map[string]string{
		"-Xss512k": "", "-ea": "", "-da:net.openhft...": "", "-Dx=": "",
		"--add-exports java.base/sun.nio.ch=ALL-UNNAMED": "",
		"--add-opens=java.base/java.io=ALL-UNNAMED":      "",
		"--add-modules jdk.attach":                       "",

		"":                         `"" ` + noOption,
		"-":                        `"-" ` + noOption,
		"--":                       `"--" ` + noOption,
		"Xss512k":                  `"Xss512k" ` + noOption,
		" -Xss512k":                `" -Xss512k" ` + noOption,
		"# -Xss512k":               `"# -Xss512k" ` + noOption,
		"-Xss512k ":                `"-Xss512k " ` + splitHint,
		"-Xss512k -Xmx8g":          `"-Xss512k -Xmx8g" ` + splitHint,
		"-Xss512k\n-Xmx8g":         `"-Xss512k\n-Xmx8g" ` + splitHint,
		"-Xss512k\t-Xmx8g":         `"-Xss512k\t-Xmx8g" ` + splitHint,
		"-Dx=a b":                  `"-Dx=a b" ` + splitHint,
		`-Dx="a b"`:                `"-Dx=\"a b\"" ` + splitHint,
		"--add-exports a/b=c -Xmx": `"--add-exports a/b=c -Xmx" ` + splitHint,
		"--add-exports -Xmx8g":     `"--add-exports -Xmx8g" ` + splitHint,
		"--add-exports  a/b=c":     `"--add-exports  a/b=c" ` + splitHint,
		"--module x":               `"--module x" ` + splitHint,
		"-Dx=\x00":                 `"-Dx=\x00" ` + splitHint,
	}
	got := map[string]string{}
	for option := range tests {
		got[option] = ""
		if err := settings.CheckJVMOption(option); err != nil {
			got[option] = err.Error()
		}
	}
	if diff := cmp.Diff(tests, got); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}

func TestCheckConfigKey(t *testing.T) {
	tests := map[string]bool{
		"concurrent_reads": true, "ideal_consistency_level": true, "a1": true,
		"": false, "Concurrent_reads": false, "concurrent-reads": false, "a.b": false, "a b": false, "a\n": false, "a:": false, "#a": false, "1a": false, "_a": false,
	}
	for key, want := range tests {
		err := settings.CheckConfigKey(key)
		if (err == nil) != want {
			t.Errorf("CheckConfigKey(%q): %v; want good %v", key, err, want)
		}
		if err != nil && !strings.HasSuffix(err.Error(), "is no key of cassandra.yaml; keys are a-z, 0-9 and _, and what is nested is a mapping") {
			t.Errorf("CheckConfigKey(%q): %v; want what keys are", key, err)
		}
	}
}

// TestOwnedPorts holds that the reason names the ports that there are.
func TestOwnedPorts(t *testing.T) {
	want := fmt.Sprintf("ports %d, %d and %d;", settings.StoragePort, settings.TLSStoragePort, settings.NativePort)
	if reason, _ := settings.OwnedConfigKey("storage_port"); !strings.Contains(reason, want) {
		t.Errorf("reason for storage_port: %q; want %q in it", reason, want)
	}
	if reason, _ := settings.OwnedJVMOption("-Dcassandra.jmx.local.port=1"); !strings.Contains(reason, fmt.Sprintf("port %d;", settings.JMXPort)) {
		t.Errorf("reason for the JMX port: %q; want %d in it", reason, settings.JMXPort)
	}
}
