package agent

import (
	"context"
	"net/netip"
	"slices"

	"github.com/ringwright/ringwright/sidecar/config"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// forgetAfter is how long an address that no DNS gives any more must have
// been silent before it is no seed any more. A pod gets another address
// whenever it is made anew; without this the old ones would pile up.
const forgetAfter = decide.Silence

// seedsOf gives the seeds that a member has by this look, or none where nobody
// is live: then the last good ones stay. While a DNS does not answer, those
// that were seeds before stay among them: it may be about to give them again.
func seedsOf(s decide.Settings, st decide.State, o decide.Observations) []netip.Addr {
	if len(decide.Live(s, st, o)) == 0 {
		return nil
	}
	if !slices.ContainsFunc(o.DNS, func(d decide.DNS) bool { return d.Answer == decide.Silent }) {
		o.Agents = slices.DeleteFunc(slices.Clone(o.Agents), func(a decide.Agent) bool {
			return a.Node == nil && len(a.Datacenters) == 0 && a.SilentFor >= forgetAfter
		})
		st.LastSeeds = nil // those that count are among the agents
	}
	o.Agents = slices.SortedFunc(slices.Values(o.Agents), func(a, b decide.Agent) int { return a.Address.Compare(b.Address) })
	return decide.JoinedSeeds(s, st, o)
}

// seeder keeps the seeds of a running Cassandra up to date.
type seeder struct {
	*agent
	life    int
	seen    []netip.Addr // by the last round; nil where it gave none
	pending bool         // written in this life, and not reloaded
}

// round takes up what a round saw. Only what two rounds in a row say counts.
func (r *seeder) round(ctx context.Context, now sight, st decide.State, seeds []netip.Addr) {
	if r.life != now.Life {
		r.life, r.seen, r.pending = now.Life, nil, false
	}
	again := len(seeds) > 0 && sameSet(seeds, r.seen)
	r.seen = seeds
	if !again || !now.Served || now.Phase != decide.Serving {
		return
	}
	err := r.apply(ctx, st, seeds)
	if ctx.Err() == nil {
		r.tell.outcome("changing the seeds", err)
	}
}

func (r *seeder) apply(ctx context.Context, st decide.State, seeds []netip.Addr) error {
	w, err := r.written.get()
	if err != nil {
		return err
	}
	if !sameSet(w.Seeds, seeds) {
		if err := config.SetSeeds(r.pod.Flags.Conf, seeds); err != nil {
			return err
		}
		r.pending = true
		r.tell.log.Info("the seeds have changed", "seeds", texts(seeds), "before", texts(w.Seeds))
	}
	if r.pending {
		if err := r.tools.ReloadSeeds(ctx); err != nil {
			return err
		}
		r.pending = false
		r.metrics.reloads.Inc()
	}
	if sameSet(st.LastSeeds, seeds) {
		return nil
	}
	return r.book.write(ctx, func(own *volume.RunKeys, _ volume.InitKeys) { own.LastSeeds = texts(seeds) })
}

// sameSet says whether two lists hold the same addresses: in which order
// seeds stand makes no difference to Cassandra.
func sameSet(a, b []netip.Addr) bool {
	return slices.Equal(sorted(a), sorted(b))
}

func sorted(addresses []netip.Addr) []netip.Addr {
	s := slices.Clone(addresses)
	slices.SortFunc(s, netip.Addr.Compare)
	return slices.Compact(s)
}

func texts(addresses []netip.Addr) []string {
	all := make([]string, 0, len(addresses))
	for _, a := range addresses {
		all = append(all, a.String())
	}
	return all
}
