// Package settings is the contract between the generator and the sidecar: the
// settings file and the command lines that the generator writes into
// manifests and the sidecar reads in the pod, and the list of what the ring
// owns in Cassandra's configuration.
//
// Everything here is pure: it reads no file, clock, environment or network.
// It is the one part of the sidecar that the generator may import, so it
// imports the standard library, yaml and pflag only.
package settings
