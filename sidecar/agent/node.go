package agent

import (
	"cmp"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
)

// node is what /v1/node says now.
func (a *agent) node() (api.Node, error) {
	p := a.book.read()
	if p.Volume == "" {
		return api.Node{}, p.Err
	}
	s := a.watch.look()
	n := api.Node{
		Ring: p.State.Ring, RingID: p.State.RingID, Pod: a.pod.Flags.PodName, Datacenter: p.State.Datacenter, Rack: p.State.Rack,
		HostID: p.State.HostID, Address: a.pod.Address, Volume: p.Volume, Phase: s.Phase, Position: s.Position,
		FailedStarts: p.State.FailedStarts, LastSeeds: p.State.LastSeeds, KnownPods: nearFirst(p.State.KnownPods, p.State.Datacenter),
		Gone: a.leavers.all(p.Gone), Reason: s.Reason, Now: time.Now(),
	}
	if p.Err != nil {
		n.Reason = p.Err.Error()
	}
	if settings, ok, _ := a.settings.current(); ok {
		n.Ring, n.Datacenter = cmp.Or(n.Ring, settings.Ring), cmp.Or(n.Datacenter, settings.Datacenter)
	}
	n.Rack = cmp.Or(n.Rack, a.pod.Flags.Rack)
	return n, nil
}

// nearFirst puts the own datacenter's pods first: they are the last to be
// left out of a reply that would be too long.
func nearFirst(pods []decide.KnownPod, datacenter string) []decide.KnownPod {
	sorted := slices.Clone(pods)
	slices.SortStableFunc(sorted, func(p, q decide.KnownPod) int {
		return cmp.Compare(far(p, datacenter), far(q, datacenter))
	})
	return sorted
}

func far(p decide.KnownPod, datacenter string) int {
	if p.Datacenter == datacenter {
		return 0
	}
	return 1
}
