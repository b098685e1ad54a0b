// Package api is what the agents of a ring say to one another: the replies of
// /v1/node and /v1/ring, how they are written, and how they are read from
// somebody who may be anybody.
//
// A reply is read in bounded time and memory, and one that breaks a rule is no
// reply at all: what is half understood could be taken for a ring that is
// empty or a member that is gone. Keys that are not known are passed over, so
// that a newer agent can say more.
package api
