// Package volume keeps what a pod must still know after it is gone: the state
// file and the last good settings on the volume, and what the pod is doing
// now on a directory that lives and dies with it. It says what a volume is
// (empty, joining, joined, ...) from the state file and Cassandra's
// directories, and makes a lost state file anew from system.local.
//
// It decides nothing about a ring and asks nobody but the file system. Every
// file is replaced whole: a crash leaves the old one or the new one. What
// cannot be read for certain is an error that names the file and the way out.
package volume
