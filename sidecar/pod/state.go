package pod

import (
	"net/netip"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// State gives what a volume records in the terms of decisions. The list of
// those who are gone is the agent's own and not in it.
func State(s volume.State) decide.State {
	return decide.State{
		Ring: s.Ring, Datacenter: s.Datacenter, Rack: s.Rack, RingID: s.RingID,
		Founding: s.Founding, Joining: s.Joining, Replacing: s.Replacing, FailedStarts: s.FailedStarts,
		Joined: s.Joined, HostID: s.HostID, Address: address(s.Address),
		LastSeeds: addresses(s.LastSeeds), KnownPods: knownPods(s.KnownPods),
		Decommissioned: s.Decommissioned, Removed: s.Removed,
	}
}

// address is one that was checked when it was read, or none.
func address(text string) netip.Addr {
	a, _ := netip.ParseAddr(text)
	return a
}

func addresses(texts []string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		all = append(all, address(text))
	}
	return all
}

func knownPods(pods []volume.KnownPod) []decide.KnownPod {
	var all []decide.KnownPod
	for _, p := range pods {
		all = append(all, decide.KnownPod{Datacenter: p.Datacenter, Pod: p.Pod, HostID: p.HostID, Address: address(p.Address)})
	}
	return all
}
