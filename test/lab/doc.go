// Package lab holds the parts of a world without clouds in which real
// Cassandras run: network namespaces on virtual networks whose link can be cut,
// DNS servers and metadata services that can fail, Cassandra itself from Maven
// Central, and a CQL client.
//
// Making namespaces takes root on Linux. What a process made goes with it: its
// children get SIGKILL when it ends, and its namespaces, whose names begin with
// its number, are removed by the next process that calls Sweep.
package lab
