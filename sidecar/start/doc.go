// Package start is the verb init: the door that every start of Cassandra
// passes. It learns where the pod is, looks at the ring, asks decide whether
// this volume may start now, and waits, refuses, or writes the configuration
// and becomes Cassandra.
package start
