// Package observe looks at the ring: it asks the DNS of every datacenter who
// is there, every agent what it is doing, and a live member for its reading of
// the ring, and remembers from one look to the next what only time can tell.
//
// It decides nothing. What a look is, and when it is complete, stands at
// decide.Observations.
package observe
