package agent

import (
	"context"
	"net/netip"
	"slices"
	"sync"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// departures finds out which members the ring has lost, from one reading to
// the next of the same life of Cassandra: after a restart it may not know
// whom it knew before.
type departures struct {
	life    int
	members map[string]netip.Addr // by host id, where each was last listed
	missing map[string]bool       // not listed by the last reading
}

// hear takes up a reading and gives the host ids that are gone for certain. A
// member is gone when two readings in a row lack it: what says so keeps it
// from starting for ever, and nodetool puts a reading together from several
// answers, between which a member may change its address. confirm asks for
// that second reading.
//
// A member whose address was taken by another that was known elsewhere before
// has only lost its address: the ring forgets the address, not the member. A
// reading that lacks this member itself proves nothing about others.
func (d *departures) hear(life int, own string, members []decide.Member) (gone []string, confirm bool) {
	if d.life != life || d.members == nil {
		d.life, d.members, d.missing = life, map[string]netip.Addr{}, map[string]bool{}
	}
	at := map[netip.Addr]decide.Member{}
	listed := map[string]bool{}
	for _, m := range members {
		at[m.Address] = m
		listed[m.HostID] = true
	}
	if own != "" && !listed[own] {
		return nil, false
	}
	delete(d.members, own)
	for id, address := range d.members {
		heir, taken := at[address]
		before, known := d.members[heir.HostID]
		switch {
		case listed[id]:
			delete(d.missing, id)
		case taken && heir.HostID == "": // who that is this reading does not tell
		case taken && known && before != address:
			delete(d.members, id)
			delete(d.missing, id)
		case d.missing[id]:
			gone = append(gone, id)
		default:
			d.missing[id] = true
		}
	}
	for _, id := range gone {
		delete(d.members, id)
		delete(d.missing, id)
	}
	for _, m := range members {
		if m.State != decide.Joins && m.HostID != "" && m.HostID != own {
			d.members[m.HostID] = m.Address
		}
	}
	slices.Sort(gone)
	return gone, len(d.missing) > 0
}

// leavers keeps the list of those who are gone.
type leavers struct {
	*agent

	mu        sync.Mutex
	seen      departures
	unwritten []string // newest first
}

// heard takes up a reading of the ring.
func (l *leavers) heard(ctx context.Context, life int, members []decide.Member) (confirm bool) {
	own := l.book.read().State.HostID
	l.mu.Lock()
	gone, confirm := l.seen.hear(life, own, members)
	l.unwritten = append(gone, l.unwritten...)
	l.mu.Unlock()
	for _, id := range gone {
		l.tell.log.Warn("the ring lists a member no more: it was removed or replaced, and its volume must not start again", "hostId", id)
	}
	l.write(ctx)
	return confirm
}

// write records what is not recorded yet.
func (l *leavers) write(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.unwritten) == 0 {
		return
	}
	err := l.book.write(ctx, func(own *volume.RunKeys, _ volume.InitKeys) {
		own.Gone = merged(l.unwritten, own.Gone, own.HostID)
	})
	l.tell.outcome("recording who is gone", err)
	if err == nil {
		l.unwritten = nil
	}
}

// all gives those who are gone, whether recorded or not.
func (l *leavers) all(recorded []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return merged(l.unwritten, recorded, "")
}

// merged gives what is in one of two lists, each once, those of the first
// before those of the second, as many as are kept.
func merged(first, second []string, but string) []string {
	if len(first) == 0 && but == "" {
		return second
	}
	var all []string
	seen := map[string]bool{but: true}
	for _, list := range [][]string{first, second} {
		for _, id := range list {
			if !seen[id] && len(all) < volume.MaxGone {
				seen[id] = true
				all = append(all, id)
			}
		}
	}
	return all
}
