package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// Reasons that hold for more than one kind of name: why it is owned; what to
// do instead.
const (
	partitionerReason = "it places every row and can never change; it is always Murmur3Partitioner"
	placeReason       = "datacenter and rack are learnt from the machine and written to cassandra-rackdc.properties; set racks"
	tokenReason       = "tokens are allocated when a member joins; set numTokens"
	allocationReason  = "it follows from the racks and the replication factor; set replicationFactor"
	bootstrapReason   = "a member that joins without streaming answers reads without data; it is always true"
	portsReason       = "members, security rules and probes of every region count on ports 7000, 7001 and 9042; leave it out"
	nativeReason      = "a member has joined once CQL answers, which is how the sidecar knows; to close CQL use nodetool disablebinary"
	directoriesReason = "the sidecar reads from the volume's directories what the volume holds; leave it out"
	heapReason        = "the heap is written as -Xms and -Xmx, which must agree; set heap"
	filesReason       = "it reads further options from a file, past this check; write them here"
)

// ownedKeys holds the keys of cassandra.yaml, 4.1's and 5.0's, that the
// sidecar writes itself or that would undo what it guards.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/config/Config.java
var ownedKeys = ownership{
	{"it is the ring's name, which keeps other rings' members out; set the name of the ring", []string{
		"cluster_name"}},
	{partitionerReason, []string{
		"partitioner"}},
	{placeReason, []string{
		"endpoint_snitch", "initial_location_provider", "node_proximity", "addresses_config"}},
	{"the sidecar finds live seeds before every start, and a fixed list can found a second ring; leave it out", []string{
		"seed_provider"}},
	{"it can never change on a member; set numTokens", []string{
		"num_tokens"}},
	{tokenReason, []string{
		"initial_token"}},
	{allocationReason, []string{
		"allocate_tokens_for_*"}},
	{bootstrapReason, []string{
		"auto_bootstrap"}},
	{"it is the pod's address, which every new pod changes; leave it out", []string{
		"listen_address", "listen_interface", "listen_interface_prefer_ipv6", "listen_on_broadcast_address",
		"broadcast_address", "broadcast_rpc_address",
		"rpc_address", "rpc_interface", "rpc_interface_prefer_ipv6"}},
	{portsReason, []string{
		"storage_port", "ssl_storage_port", "native_transport_port", "native_transport_port_ssl"}},
	{nativeReason, []string{
		"start_native_transport"}},
	{directoriesReason, []string{
		"data_file_directories", "local_system_data_file_directory", "commitlog_directory", "hints_directory",
		"saved_caches_directory", "cdc_raw_directory"}},
	{"the checks of datacenter, rack and resurrected data stay on; leave it out", []string{
		"startup_checks"}},
}

// ownedProperties holds the Java properties, what follows -D, that do the
// same as an owned key of cassandra.yaml or lead round the sidecar's door.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/config/CassandraRelevantProperties.java
var ownedProperties = ownership{
	{"the sidecar writes the one configuration that Cassandra reads; use config", []string{
		"cassandra.config*", "cassandra.settings.*"}},
	{placeReason, []string{
		"*rackdc*"}},
	{"a member in another datacenter or rack than its data would serve the wrong rows; move the pod back or replace the member", []string{
		"cassandra.ignore_dc", "cassandra.ignore_rack"}},
	{bootstrapReason, []string{
		"cassandra.auto_bootstrap"}},
	{"a member that starts joins the ring, or the sidecar would wait for it for ever; leave it out", []string{
		"cassandra.join_ring", "cassandra.write_survey", "cassandra.start_gossip"}},
	{"one member joins at a time, so it is always true; leave it out", []string{
		"cassandra.consistent.rangemovement"}},
	{"the sidecar finds the address of a lost member from its host id; use replace", []string{
		"cassandra.replace_*"}},
	{"it turns off a check that keeps data; leave it out", []string{
		"cassandra.allow_unsafe_*"}},
	{"a decommissioned volume must not come back; move its data away to join anew", []string{
		"cassandra.override_decommission"}},
	{"a member finds its ring by what it saved of it; leave it out", []string{
		"cassandra.load_ring_state"}},
	{"the sidecar sets it for a volume that has not joined; leave it out", []string{
		"cassandra.reset_bootstrap_progress"}},
	{nativeReason, []string{
		"cassandra.start_native_transport"}},
	{partitionerReason, []string{
		"cassandra.partitioner"}},
	{tokenReason, []string{
		"cassandra.initial_token"}},
	{allocationReason, []string{
		"cassandra.allocate_tokens_for_*"}},
	{portsReason, []string{
		"cassandra.storage_port", "cassandra.ssl_storage_port", "cassandra.native_transport_port"}},
	{"the sidecar's nodetool reaches JMX on loopback, port 7199; leave it out", []string{
		"cassandra.jmx.local.port", "cassandra.jmx.remote.port"}},
	{directoriesReason, []string{
		"cassandra.storagedir"}},
}

// ownedFlags holds what follows -XX: and sets the size of the heap, or brings
// in options from elsewhere.
// https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html
// https://github.com/openjdk/jdk17u/blob/master/src/hotspot/share/gc/shared/gc_globals.hpp
var ownedFlags = ownership{
	{heapReason, []string{
		"MaxHeapSize", "InitialHeapSize", "MinHeapSize", "ErgoHeapSizeLimit", "AggressiveHeap", "MaxRAM",
		"MaxRAMPercentage", "InitialRAMPercentage", "MinRAMPercentage",
		"MaxRAMFraction", "InitialRAMFraction", "MinRAMFraction", "DefaultMaxRAMFraction"}},
	{filesReason, []string{
		"Flags", "VMOptionsFile"}},
}

// OwnedConfigKey says whether a key of cassandra.yaml belongs to the ring, so
// that config may not set it, and if so why and what to set instead. A dotted
// key counts by its first part, as Cassandra reads a.b as b within a.
func OwnedConfigKey(key string) (reason string, owned bool) {
	key, _, _ = strings.Cut(key, ".")
	return ownedKeys.find(key)
}

// xxFlag is a -XX option: its name between the sign of a switch and the value.
var xxFlag = regexp.MustCompile(`^-XX:[+-]?([A-Za-z0-9_]+)`)

// heapOption is -Xms or -Xmx and the spellings without X, which the launcher
// still takes.
var heapOption = regexp.MustCompile(`^-X?m[sx]`)

// OwnedJVMOption says whether an option of the Java machine belongs to the
// ring, however it is written, so that jvmOptions may not hold it, and if so
// why and what to set instead.
func OwnedJVMOption(option string) (reason string, owned bool) {
	if heapOption.MatchString(option) {
		return heapReason, true
	}
	if property, ok := strings.CutPrefix(option, "-D"); ok {
		name, _, _ := strings.Cut(property, "=")
		return ownedProperties.find(name)
	}
	if flag := xxFlag.FindStringSubmatch(option); flag != nil {
		return ownedFlags.find(flag[1])
	}
	return "", false
}

// configKey is the form of every key of cassandra.yaml.
var configKey = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// CheckConfigKey says what is wrong with the form of a key of config.
func CheckConfigKey(key string) error {
	if !configKey.MatchString(key) {
		return fmt.Errorf("%s is no key of cassandra.yaml; keys are a-z, 0-9 and _, and what is nested is a mapping", shown(key))
	}
	return nil
}

// moduleOption is the one option whose value is a word of its own, as in the
// files that Cassandra ships.
var moduleOption = regexp.MustCompile(`^--(add-exports|add-opens|add-modules|add-reads|patch-module) [^\s-]\S*$`)

// blanks are what separates words for the shell and lines for grep, and
// control characters, which no option has.
var blanks = regexp.MustCompile(`[\s\p{Cc}]`)

// CheckJVMOption says what is wrong with the form of an entry of jvmOptions.
// The start script greps the lines of jvm-server.options that begin with a
// dash and splits them at blanks, quotes or not, so a blank within an option
// would begin another word.
// https://github.com/apache/cassandra/blob/cassandra-5.0/bin/cassandra.in.sh
func CheckJVMOption(option string) error {
	switch {
	case !strings.HasPrefix(option, "-") || strings.Trim(option, "-") == "":
		return fmt.Errorf("%s is no option; an option begins with - and has a name", shown(option))
	case blanks.MatchString(option) && !moduleOption.MatchString(option):
		return fmt.Errorf("%s holds a blank, where the start script would split it; write one option per entry, without blanks", shown(option))
	}
	return nil
}
