package agent

import (
	"slices"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// news is what a look tells about which pod is which member.
type news struct {
	// direct is what live members say of themselves.
	direct []volume.KnownPod
	// hearsay is what pods of this ring remember of others.
	hearsay []volume.KnownPod
}

// newsOf gathers news. Where two rings have this name and it is not known
// which is the own one, there is none.
func newsOf(s decide.Settings, st decide.State, o decide.Observations) news {
	id := decide.RingID(s, st, o)
	if id == "" && len(decide.RingIDs(s, st, o)) > 1 {
		return news{}
	}
	var n news
	for _, a := range decide.Live(s, st, o) {
		if a.Node.HostID != "" {
			n.direct = append(n.direct, volume.KnownPod{Datacenter: a.Node.Datacenter, Pod: a.Node.Pod, HostID: a.Node.HostID, Address: a.Address.String()})
		}
	}
	for _, a := range o.Agents {
		if a.Node == nil || a.Node.Ring != s.Ring || a.Node.RingID == "" || a.Node.RingID != id {
			continue
		}
		for _, k := range a.Node.KnownPods {
			if k.HostID != "" && k.Address.IsValid() {
				n.hearsay = append(n.hearsay, volume.KnownPod{Datacenter: k.Datacenter, Pod: k.Pod, HostID: k.HostID, Address: k.Address.String()})
			}
		}
	}
	if st.Joined && st.HostID != "" && st.Address.IsValid() {
		n.direct = append(n.direct, volume.KnownPod{Datacenter: s.Datacenter, Pod: s.Pod, HostID: st.HostID, Address: st.Address.String()})
	}
	return n
}

// apply adds news to what is known. What a member says of itself beats
// everything; what others remember only fills gaps, since their memory may be
// older.
func (n news) apply(known []volume.KnownPod) []volume.KnownPod {
	known = slices.Clone(known)
	at := func(k volume.KnownPod) int {
		return slices.IndexFunc(known, func(o volume.KnownPod) bool { return o.Datacenter == k.Datacenter && o.Pod == k.Pod })
	}
	for _, k := range n.direct {
		if i := at(k); i >= 0 {
			known[i] = k
		} else {
			known = append(known, k)
		}
	}
	for _, k := range n.hearsay {
		if at(k) < 0 {
			known = append(known, k)
		}
	}
	return known
}

// goneOf gives what live members of the ring that a volume has begun to join
// know of those who are gone; a member knows for itself.
func goneOf(s decide.Settings, st decide.State, o decide.Observations) []string {
	if st.Joined || st.RingID == "" {
		return nil
	}
	var gone []string
	for _, a := range decide.Live(s, st, o) {
		if a.Node.RingID == st.RingID {
			gone = append(gone, a.Node.Gone...)
		}
	}
	return gone
}
