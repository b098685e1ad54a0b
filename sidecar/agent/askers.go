package agent

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
)

// askedFor is how long it is remembered that somebody asked.
const askedFor = 2 * time.Minute

// askers remembers who asked for /v1/node and when. Where there is no room,
// who is new is not remembered: nobody may push others out.
type askers struct {
	mu     sync.Mutex
	last   map[netip.Addr]time.Time
	forgot time.Time // when the old ones were last dropped
}

func newAskers() *askers { return &askers{last: map[netip.Addr]time.Time{}} }

// note notes that somebody asks now.
func (a *askers) note(who netip.Addr) {
	if !who.IsValid() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	_, known := a.last[who]
	if !known && len(a.last) == api.MaxAskers && now.Sub(a.forgot) >= time.Second {
		a.drop(now)
	}
	if known || len(a.last) < api.MaxAskers {
		a.last[who] = now
	}
}

// forget drops whom nobody has heard of for too long.
func (a *askers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.drop(time.Now())
}

func (a *askers) drop(now time.Time) {
	a.forgot = now
	for who, at := range a.last {
		if now.Sub(at) >= askedFor {
			delete(a.last, who)
		}
	}
}

// list gives all that are remembered.
func (a *askers) list() api.Askers {
	a.forget()
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	var all api.Askers
	for who, at := range a.last {
		all = append(all, api.Asker{Address: who, Age: now.Sub(at)})
	}
	return all
}

// remoteOf is who sent a request.
func remoteOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
