// Package ring runs real rings without Kubernetes: six Cassandras as hosts in
// network namespaces of two regions, each started only through the sidecar and
// restarted as a kubelet would. Its tests are the situations in which a ring
// could be lost, split or filled with the wrong rows.
//
// They take root, Java, and Cassandra from Maven Central; `make ring-test` runs
// them. A failing one leaves a directory with every log and a summary.
package ring
