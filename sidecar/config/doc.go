// Package config writes the configuration that Cassandra starts with.
//
// Write copies the image's own configuration directory and lays what the ring
// decides over it: cassandra.yaml, cassandra-rackdc.properties and the JVM
// options. SetSeeds later changes the one line of it that may change while
// Cassandra runs. Everything is read and checked before the first byte is
// written, and every file is replaced whole, so whoever reads the directory
// finds each file as it was or as it will be.
//
// cassandra.yaml is edited by lines: what is not set keeps its bytes, comments
// and order included. Which keys a version of Cassandra knows is read from the
// file that it ships.
//
// The package decides nothing about seeds or flags; it writes what it is
// given, and refuses what no member may start with.
package config
