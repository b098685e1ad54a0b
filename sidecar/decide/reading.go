package decide

// NeedsRing says whether a decision on these observations looks at R. While
// somebody is starting nobody else does, whatever the ring looks like, and a
// reading costs a live member most of a processor second.
func NeedsRing(s Settings, st State, o Observations) bool {
	l := &look{s: s, st: st, o: o}
	return o.Volume == Joined || someoneStarting(l).condition == ""
}
