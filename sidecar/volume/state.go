package volume

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/sidecar/object"
)

const (
	// MaxGone is how many host ids Gone holds at most.
	MaxGone = 500
	// MaxLastSeeds is how many addresses LastSeeds holds at most, as many as
	// a seeds line does.
	MaxLastSeeds = 20
	// MaxKnownPods is how many pods KnownPods holds at most. It is far above
	// the largest ring and keeps the file within MaxStateSize.
	MaxKnownPods = 1000
	// MaxStateSize is the largest state file in bytes. The largest that the
	// limits above allow is smaller.
	MaxStateSize = 512 << 10
)

// State is the state file. Each part is one process's to change, so that
// neither undoes what the other found; what one may change of the other's has
// a method of its own.
type State struct {
	InitKeys
	RunKeys
}

// InitKeys are the keys that init writes, before Cassandra starts.
type InitKeys struct {
	// Ring is the ring's name, saved at the first start.
	Ring string `json:"ring"`
	// RingID tells this ring from another of the same name. It is empty until
	// a start of Cassandra begins, and on a recovered volume until a live
	// agent whose ring lists the volume's host id gives its own: whoever
	// learns it writes it with UpdateInit. Until then agents of this ring's
	// name count as of this ring.
	RingID string `json:"ringId"`
	// Datacenter is Cassandra's datacenter, saved at the first start.
	Datacenter string `json:"datacenter"`
	// Rack is Cassandra's rack, saved at the first start.
	Rack string `json:"rack"`
	// Founding says that a start as the ring's first member began.
	Founding bool `json:"founding"`
	// Joining says that a start as a new member began.
	Joining bool `json:"joining"`
	// Replacing is the host id whose place the start takes, or empty.
	Replacing string `json:"replacing"`
	// FailedStarts is how often Cassandra ended before it had joined.
	FailedStarts int `json:"failedStarts"`
}

// RunKeys are the keys that run writes, beside Cassandra. Three of them are
// also written before a start, each by a method of its own: Begin forgets the
// membership of an earlier life, MarkRemoved and Recover record what was
// found out then. Nothing else of init can reach them.
type RunKeys struct {
	// Joined says that Cassandra answered CQL on this volume once.
	Joined bool `json:"joined"`
	// HostID is Cassandra's host id once Joined, a UUID in lower case.
	HostID string `json:"hostId"`
	// Address is the address Cassandra last had as a member.
	Address string `json:"address"`
	// LastSeeds are the addresses last written as seeds, best first; the
	// first MaxLastSeeds are kept.
	LastSeeds []string `json:"lastSeeds"`
	// KnownPods are the ring's members by pod, sorted by datacenter and pod
	// when written. Those of other datacenters are among them: where the whole
	// datacenter is dark, nobody else can tell its returning pods who they
	// were. Of more than MaxKnownPods the own datacenter's are kept first.
	KnownPods []KnownPod `json:"knownPods"`
	// Gone are the host ids that the ring listed once and lists no more,
	// newest first; the first MaxGone are kept.
	Gone []string `json:"gone"`
	// Decommissioned says that the member left the ring for good.
	Decommissioned bool `json:"decommissioned"`
	// Removed says that the ring removed the member; starting it would take
	// its tokens back.
	Removed bool `json:"removed"`
}

// KnownPod is a member that this one has seen.
type KnownPod struct {
	Datacenter string `json:"datacenter"`
	Pod        string `json:"pod"`
	HostID     string `json:"hostId"`
	Address    string `json:"address"`
}

// compare orders pods as they are written.
func (p KnownPod) compare(q KnownPod) int {
	return cmp.Or(strings.Compare(p.Datacenter, q.Datacenter), strings.Compare(p.Pod, q.Pod))
}

// UnmarshalJSON takes every key once and no other.
func (p *KnownPod) UnmarshalJSON(data []byte) error {
	return object.Decode(data, []object.Field{
		object.At("datacenter", &p.Datacenter), object.At("pod", &p.Pod), object.At("hostId", &p.HostID), object.At("address", &p.Address),
	})
}

// ParseState reads a state file strictly: one JSON object, every key of State
// once, no other, each value within its rules.
//
// An unknown key is an error although a newer sidecar may have written it: it
// may be what forbids a start, and a damaged name (jgined) would otherwise
// turn a member into a volume that never joined. The way back is the sidecar
// that wrote the file.
func ParseState(data []byte) (State, error) {
	if len(data) > MaxStateSize {
		return State{}, fmt.Errorf("has more than %d bytes, the most that a sidecar writes", MaxStateSize)
	}
	var s State
	if err := object.Decode(data, []object.Field{
		object.At("ring", &s.Ring), object.At("ringId", &s.RingID), object.At("datacenter", &s.Datacenter), object.At("rack", &s.Rack),
		object.At("founding", &s.Founding), object.At("joining", &s.Joining), object.At("replacing", &s.Replacing), object.At("failedStarts", &s.FailedStarts),
		object.At("joined", &s.Joined), object.At("hostId", &s.HostID), object.At("address", &s.Address), object.At("lastSeeds", &s.LastSeeds),
		object.At("knownPods", &s.KnownPods), object.At("gone", &s.Gone), object.At("decommissioned", &s.Decommissioned), object.At("removed", &s.Removed),
	}); err != nil {
		return State{}, err
	}
	if err := s.check(); err != nil {
		return State{}, err
	}
	return s.clone(), nil
}

// encode gives the file of a state that ParseState takes.
func (s State) encode() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	s = s.clone()
	s.LastSeeds = append([]string{}, s.LastSeeds...) // a list is never null
	s.KnownPods = append([]KnownPod{}, s.KnownPods...)
	s.Gone = append([]string{}, s.Gone...)
	return encodeJSON(s)
}

// encodeJSON writes for people who read the file on a broken volume.
func encodeJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(value)
	return out.Bytes(), err
}

// clone gives a copy that shares no list; an empty list is nil.
func (s State) clone() State {
	s.LastSeeds = append([]string(nil), s.LastSeeds...)
	s.KnownPods = append([]KnownPod(nil), s.KnownPods...)
	s.Gone = append([]string(nil), s.Gone...)
	return s
}

// bounded gives the state with its lists as they are kept.
func (s State) bounded() State {
	s = s.clone()
	s.LastSeeds = firsts(s.LastSeeds, MaxLastSeeds)
	s.Gone = firsts(s.Gone, MaxGone)
	foreign := func(p KnownPod) int {
		if p.Datacenter == s.Datacenter {
			return 0
		}
		return 1
	}
	slices.SortFunc(s.KnownPods, func(p, q KnownPod) int { return cmp.Or(foreign(p)-foreign(q), p.compare(q)) })
	s.KnownPods = s.KnownPods[:min(len(s.KnownPods), MaxKnownPods)]
	slices.SortFunc(s.KnownPods, KnownPod.compare)
	return s.clone()
}

// firsts gives the first limit entries that differ.
func firsts(entries []string, limit int) []string {
	seen := map[string]bool{}
	entries = slices.DeleteFunc(entries, func(entry string) bool {
		again := seen[entry]
		seen[entry] = true
		return again
	})
	return entries[:min(len(entries), limit)]
}
