// Package agent is the verb run: it stands beside Cassandra, answers kubelets,
// peers and Prometheus, and keeps what the ring has to remember.
//
// It decides nothing about starts, and never ends because something else is
// broken: settings, volume, Cassandra and its tools may all fail, and it says
// so. What it says of itself is what it sees now or what init wrote; where it
// cannot see, it says what keeps others from starting beside this pod.
package agent
