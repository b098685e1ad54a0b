package observe

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
)

const (
	// remembered is how long an address counts after a DNS has given it, and
	// how long a DNS or an address that is silent may hide somebody.
	remembered = decide.Silence
	// counted is the most that the time between two tries adds to a silence.
	counted = 10 * time.Second
	// again is the pause before a silent address is asked once more while a
	// slow DNS holds the look up, and tries how often it is asked in a look.
	again = 300 * time.Millisecond
	tries = decide.Tries
)

// Reading says whether a look also asks for R.
type Reading bool

// The two kinds of look.
const (
	WithoutRing Reading = false
	WithRing    Reading = true
)

// Agents asks agents, as api.Client does.
type Agents interface {
	Node(ctx context.Context, agent, asker netip.Addr) (api.Node, error)
	Ring(ctx context.Context, agent netip.Addr) (api.Ring, error)
}

// Lookup asks the DNS servers of one cluster for a name, as
// dns.Resolver.Lookup does.
type Lookup func(ctx context.Context, servers []string, name string) dns.Answer

// Observer looks, and remembers its looks. One goroutine uses it.
type Observer struct {
	// Asks says that this is init's: while the volume has not joined, every
	// question names the pod, so that those who are asked can tell of it.
	Asks bool

	agents Agents
	lookup Lookup
	now    func() time.Time

	since    time.Time
	listed   time.Time
	live     time.Time
	silences map[string]*silence // of DNS, by datacenter
	known    map[netip.Addr]*known
	ring     *decide.Ring       // the last reading
	failed   map[netip.Addr]int // how often in a row a live member gave no reading that would do
}

// known is an address and what is remembered of it.
type known struct {
	// given is when the DNS of a datacenter last gave it; omitted those that
	// have since answered without it.
	given   map[string]time.Time
	omitted map[string]bool
	last    bool      // one of lastSeeds
	told    time.Time // when a live member last told of it
	silence silence
	node    *decide.Node
	heard   time.Time
	asked   int // times in this look
}

// silence counts tries that came to nothing.
type silence struct {
	tries int
	last  time.Time
	lasts time.Duration
}

func (s *silence) another(now time.Time) {
	if s.tries > 0 {
		s.lasts += min(now.Sub(s.last), counted)
	}
	s.tries++
	s.last = now
}

// New gives an observer whose process begins now.
func New(agents Agents, lookup Lookup) *Observer { return newAt(agents, lookup, time.Now) }

func newAt(agents Agents, lookup Lookup, now func() time.Time) *Observer {
	return &Observer{agents: agents, lookup: lookup, now: now, since: now(), silences: map[string]*silence{}, known: map[netip.Addr]*known{}}
}

// Look makes one look. It fills in all of the observations but Rack,
// NewRingID and Own.Ended, which are the caller's to know; own is what this
// pod publishes. When ctx ends the look is not complete and must not be used.
func (o *Observer) Look(ctx context.Context, s decide.Settings, st decide.State, v decide.Volume, own decide.Own, want Reading) decide.Observations {
	began := o.now()
	o.begin(began, s.Address, st.LastSeeds)
	asker := netip.Addr{}
	if o.Asks && v != decide.Joined {
		asker = s.Address
	}
	r := newRound(ctx, o, s, began, asker)
	obs := decide.Observations{Began: began, Since: o.since, Volume: v, Own: own}
	obs.DNS = r.run()
	for {
		obs.Agents = o.seen(began)
		unasked := decide.Unasked(s, st, obs)
		if len(unasked) == 0 || ctx.Err() != nil {
			break
		}
		r.also(unasked)
	}
	answers := obs.DNS
	obs.ListedSince = o.span(&o.listed, began, listed(s, answers))
	live := decide.Live(s, st, obs)
	obs.LiveSince = o.span(&o.live, began, len(live) > 0)
	if want == WithRing {
		obs.Ring = o.read(ctx, s, st, obs, live)
	}
	return obs
}

// seen are all agents of this look, sorted by address.
func (o *Observer) seen(began time.Time) []decide.Agent {
	var agents []decide.Agent
	for address, k := range o.known {
		agents = append(agents, k.agent(address, began))
	}
	slices.SortFunc(agents, func(a, b decide.Agent) int { return a.Address.Compare(b.Address) })
	return agents
}

// begin forgets what is too old, and takes up lastSeeds.
func (o *Observer) begin(began time.Time, own netip.Addr, lastSeeds []netip.Addr) {
	for _, k := range o.known {
		k.node, k.asked, k.last = nil, 0, false
		for datacenter, at := range k.given {
			if began.Sub(at) >= remembered {
				delete(k.given, datacenter)
				delete(k.omitted, datacenter)
			}
		}
	}
	for _, address := range lastSeeds {
		if address != own {
			o.at(address).last = true
		}
	}
	for address, k := range o.known {
		if len(k.given) == 0 && !k.last && began.Sub(k.told) >= remembered {
			delete(o.known, address)
		}
	}
}

func (o *Observer) at(address netip.Addr) *known {
	k, ok := o.known[address]
	if !ok {
		k = &known{given: map[string]time.Time{}, omitted: map[string]bool{}}
		o.known[address] = k
	}
	return k
}

// span keeps since when something has been so in every look.
func (o *Observer) span(since *time.Time, began time.Time, is bool) time.Time {
	switch {
	case !is:
		*since = time.Time{}
	case since.IsZero():
		*since = began
	}
	return *since
}
