// Package cql asks a Cassandra whether it serves clients: the OPTIONS message
// of CQL's native protocol, which a member answers with SUPPORTED, without a
// login, from the moment it has joined.
//
// A question costs one connection and about a hundred bytes each way. Whatever
// answers on the port, a question ends within its time-out and keeps at most
// maxBody bytes.
package cql
