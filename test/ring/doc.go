// Package ring runs real rings without Kubernetes: six Cassandras as hosts in
// network namespaces of two regions, each started only through the sidecar and
// restarted as a kubelet would. Its tests are the situations in which a ring
// could be lost, split or filled with the wrong rows.
//
// They take root, Java, and Cassandra from Maven Central; `make ring-test` runs
// them. A failing one leaves a directory with every log and a summary, below
// RINGWRIGHT_RING_LOGS or the system's directory for temporary files. What was
// fetched or made once is below RINGWRIGHT_CACHE or the user's cache directory:
// Cassandra, and a ring of six that was formed with the same sidecar, stopped
// and kept, from which most tests start.
package ring
