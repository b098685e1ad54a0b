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

// round is the questions of one look. They are asked at once; run alone
// touches what the observer remembers.
type round struct {
	ctx   context.Context
	o     *Observer
	own   netip.Addr
	asker netip.Addr // what the questions name
	began time.Time

	datacenters []datacenter
	answers     []decide.DNS
	resolved    chan resolved
	replied     chan replied
	resolving   int
	asking      int
}

// datacenter is where to ask for the pods of one.
type datacenter struct {
	name, service string
	servers       []string
}

type resolved struct {
	index  int
	answer dns.Answer
}

type replied struct {
	address netip.Addr
	node    api.Node
	err     error
	at      time.Time
}

func newRound(ctx context.Context, o *Observer, s decide.Settings, began time.Time, asker netip.Addr) *round {
	r := &round{
		ctx: ctx, o: o, own: s.Address, asker: asker, began: began,
		datacenters: []datacenter{{s.Datacenter, s.SeedsService, s.DNS}},
		resolved:    make(chan resolved), replied: make(chan replied),
	}
	for _, p := range s.Peers {
		r.datacenters = append(r.datacenters, datacenter{p.Datacenter, p.SeedsService, p.DNS})
	}
	r.answers = make([]decide.DNS, len(r.datacenters))
	return r
}

// run returns when every DNS has answered or timed out and every agent was
// asked, and gives the answers of the DNS, the own one first.
func (r *round) run() []decide.DNS {
	for i := range r.datacenters {
		r.resolving++
		go func() {
			r.resolved <- resolved{i, r.o.lookup(r.ctx, r.datacenters[i].servers, r.datacenters[i].service)}
		}()
	}
	for address := range r.o.known {
		r.ask(address, 0)
	}
	r.wait()
	return r.answers
}

// also asks those of whom live members have told.
func (r *round) also(told []netip.Addr) {
	for _, address := range told {
		k := r.o.at(address)
		if k.told = r.began; k.asked == 0 {
			r.ask(address, 0)
		}
	}
	r.wait()
}

// wait takes in what is asked until all have answered.
func (r *round) wait() {
	for r.resolving > 0 || r.asking > 0 {
		select {
		case got := <-r.resolved:
			r.resolving--
			r.dns(r.datacenters[got.index].name, got)
		case got := <-r.replied:
			r.asking--
			r.agent(got)
		}
	}
}

// dns takes in what one DNS answered.
func (r *round) dns(name string, got resolved) {
	d := decide.DNS{Datacenter: name, Addresses: got.answer.Addresses}
	switch got.answer.Outcome {
	case dns.Addresses:
		d.Answer = decide.Answered
	case dns.Nobody:
		d.Answer = decide.Nobody
	case dns.NoAnswer:
		d.Answer = decide.Silent
	}
	quiet, ok := r.o.silences[name]
	if !ok || d.Answer == decide.Answered {
		quiet = &silence{}
		r.o.silences[name] = quiet
	}
	if d.Answer != decide.Answered {
		quiet.another(r.o.now())
		d.SilentFor = quiet.lasts
	}
	r.answers[got.index] = d
	for _, address := range d.Addresses {
		if address != r.own {
			r.given(name, address)
		}
	}
	if d.Answer == decide.Answered {
		for address, k := range r.o.known {
			if _, gave := k.given[name]; gave && !slices.Contains(d.Addresses, address) {
				k.omitted[name] = true
			}
		}
	}
}

func (r *round) given(name string, address netip.Addr) {
	k := r.o.at(address)
	k.given[name] = r.began
	delete(k.omitted, name)
	if k.asked == 0 {
		r.ask(address, 0)
	}
}

// ask asks an agent after a pause.
func (r *round) ask(address netip.Addr, after time.Duration) {
	r.o.at(address).asked++
	r.asking++
	go func() {
		if after > 0 {
			select {
			case <-time.After(after):
			case <-r.ctx.Done():
			}
		}
		node, err := r.o.agents.Node(r.ctx, address, r.asker)
		r.replied <- replied{address, node, err, r.o.now()}
	}()
}

// agent takes in what one agent said. One that says it is at another address
// is somebody whom the question should not have reached.
func (r *round) agent(got replied) {
	k := r.o.at(got.address)
	if got.err == nil && got.node.Address == got.address {
		k.node, k.heard, k.silence = got.node.Decide(), got.at, silence{}
		return
	}
	k.silence.another(got.at)
	// Everybody dark is found out in one look instead of three: those take
	// long while the peers' DNS is dark, too.
	if r.resolving > 0 && k.asked < tries && r.ctx.Err() == nil {
		r.ask(got.address, again)
	}
}

// agent gives what is known of an address in the terms of decisions.
func (k *known) agent(address netip.Addr, began time.Time) decide.Agent {
	a := decide.Agent{Address: address, Node: k.node, Heard: k.heard, Tries: k.silence.tries, SilentFor: k.silence.lasts}
	for name := range k.given {
		a.Datacenters = append(a.Datacenters, name)
	}
	slices.Sort(a.Datacenters)
	a.Omitted = len(k.given) > 0 && len(k.omitted) == len(k.given)
	return a
}

// listed says whether the own DNS, whose answer is the first, has the own
// address.
func listed(s decide.Settings, answers []decide.DNS) bool {
	return slices.Contains(answers[0].Addresses, s.Address)
}
