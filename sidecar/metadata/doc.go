// Package metadata answers the first question of every start: where am I? It
// turns what the Azure metadata service says of the machine, or what the pod's
// topology label says where that service gives nothing usable, into
// Cassandra's rack, and compares it with the rack that the volume has.
//
// Asking (Client, ReadLabels, Locator) is kept apart from deciding (Site,
// First, Compare), which is pure. The package writes nothing: a rack that it
// cannot vouch for is an error, never a guess.
//
// The contract of the service:
// https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
package metadata
