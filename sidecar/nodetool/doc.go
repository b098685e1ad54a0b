// Package nodetool runs Cassandra's own commands and reads what they print:
// nodetool against the Cassandra of this pod, sstabledump against the volume
// of one that is stopped.
//
// Each run starts a Java machine, which costs most of a processor second and
// a hundred megabytes: one runs at a time, none longer than its limit, and
// none leaves a process behind. What is printed is read strictly. A ring that
// was half understood would be taken for a smaller ring, so anything unknown
// is an error, and the caller has no reading at all.
package nodetool
