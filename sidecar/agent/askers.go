package agent

import (
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
)

// askedFor is how long it is remembered that somebody asked, as decide.Node
// has it.
const askedFor = decide.Silence

// askers remembers who asked for /v1/node because it wants to join. Whoever
// asks next is told: a DNS answer may be too old to give everybody.
type askers struct {
	mu    sync.Mutex
	since time.Time // when this agent began
	whole bool      // nobody can have asked a live member before
	last  map[netip.Addr]time.Time
	// translated is when somebody asked who cannot be told of, because he has
	// another address than the one that he asks from, or for want of room.
	translated time.Time
}

func newAskers() *askers { return &askers{since: time.Now(), last: map[netip.Addr]time.Time{}} }

// note notes a question from an address by one who names his own.
func (a *askers) note(from, own netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.drop(now)
	_, known := a.last[own]
	if !own.IsValid() || from != own || !known && len(a.last) == api.MaxAsked {
		a.translated = now
		return
	}
	a.last[own] = now
}

// joined says that the volume of this agent has joined in a life that this
// agent saw begin: before, its member was not live.
func (a *askers) joined() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.whole = true
}

func (a *askers) drop(now time.Time) {
	for who, at := range a.last {
		if now.Sub(at) >= askedFor {
			delete(a.last, who)
		}
	}
}

// tell puts what is remembered into a reply.
func (a *askers) tell(n *api.Node) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.drop(now)
	for who, at := range a.last {
		n.Asked = append(n.Asked, decide.Asker{Address: who, Ago: now.Sub(at)})
	}
	slices.SortFunc(n.Asked, func(x, y decide.Asker) int { return x.Address.Compare(y.Address) })
	if n.AskedFor = min(now.Sub(a.since), askedFor); a.whole {
		n.AskedFor = askedFor
	}
	n.Translated = !a.translated.IsZero() && now.Sub(a.translated) < askedFor
}

// noteAsker notes who sent a request, if it names him.
func (a *askers) noteAsker(r *http.Request) {
	named := r.Header.Values(api.AskerHeader)
	if len(named) == 0 {
		return
	}
	own, err := netip.ParseAddr(named[0])
	if err != nil {
		own = netip.Addr{} // somebody who cannot be told of
	}
	a.note(remoteOf(r), own)
}

// remoteOf is who sent a request.
func remoteOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
