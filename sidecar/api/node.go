package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
	"github.com/ringwright/ringwright/sidecar/pod"
)

// MaxNode is the largest reply of /v1/node in bytes.
const MaxNode = 64 << 10

// What a list of a Node holds at most.
const (
	// MaxGone is as many host ids as an agent keeps.
	MaxGone = 500
	// MaxKnownPods is how many members the largest datacenter of a ring.yaml
	// has; of more pods the first are told.
	MaxKnownPods = 250
	// MaxAsked is far above the pods of a ring that may join at a time.
	MaxAsked = 250
)

// Node is the reply of /v1/node: one pod, its volume and what it is doing.
type Node struct {
	Ring       string
	RingID     string
	Pod        string
	Datacenter string
	Rack       string
	HostID     string
	Address    netip.Addr
	Volume     decide.Volume
	Phase      decide.Phase
	// Position is zero, in JSON an empty list, while the pod is in no queue.
	Position     decide.Position
	FailedStarts int
	LastSeeds    []netip.Addr
	KnownPods    []decide.KnownPod
	// Gone holds host ids, newest first.
	Gone   []string
	Reason string
	// Now is the pod's clock, to the millisecond.
	Now time.Time
	// Asked, AskedFor and Translated say who asked this agent, as decide.Node
	// explains; times in whole milliseconds, never too much.
	Asked      []decide.Asker
	AskedFor   time.Duration
	Translated bool
}

type (
	nodeJSON struct {
		Ring         string         `json:"ring"`
		RingID       string         `json:"ringId"`
		Pod          string         `json:"pod"`
		Datacenter   string         `json:"datacenter"`
		Rack         string         `json:"rack"`
		HostID       string         `json:"hostId"`
		Address      string         `json:"address"`
		Volume       decide.Volume  `json:"volume"`
		Phase        decide.Phase   `json:"phase"`
		Position     form.Positions `json:"position"`
		FailedStarts int            `json:"failedStarts"`
		LastSeeds    []netip.Addr   `json:"lastSeeds"`
		KnownPods    []knownPodJSON `json:"knownPods"`
		Gone         []string       `json:"gone"`
		Reason       string         `json:"reason"`
		Now          string         `json:"now"`
		Asked        []askerJSON    `json:"asked"`
		AskedFor     int64          `json:"askedFor"`
		Translated   bool           `json:"translated"`
	}
	knownPodJSON struct {
		Datacenter string `json:"datacenter"`
		Pod        string `json:"pod"`
		HostID     string `json:"hostId"`
		Address    string `json:"address"`
	}
)

// Encode writes the reply. Lists that are too long are cut at their end, and
// so are the known pods of a reply that would be: without an answer others
// would take this pod for one that is starting.
func (n Node) Encode() ([]byte, error) {
	n.KnownPods = n.KnownPods[:min(len(n.KnownPods), MaxKnownPods)]
	for {
		data, err := n.encode()
		switch {
		case err != nil || len(data) <= MaxNode:
			return data, err
		case len(n.KnownPods) == 0:
			return nil, fmt.Errorf("/v1/node would have %d bytes; at most %d are read", len(data), MaxNode)
		}
		n.KnownPods = n.KnownPods[:len(n.KnownPods)*3/4]
	}
}

func (n Node) encode() ([]byte, error) {
	out := nodeJSON{
		Ring: n.Ring, RingID: n.RingID, Pod: n.Pod, Datacenter: n.Datacenter, Rack: n.Rack, HostID: n.HostID, Address: textOf(n.Address),
		Volume: n.Volume, Phase: n.Phase, Position: form.Positions{Only: pod.PositionOf(n.Position)}, FailedStarts: n.FailedStarts,
		LastSeeds: append([]netip.Addr{}, n.LastSeeds...), KnownPods: []knownPodJSON{},
		Gone: append([]string{}, n.Gone[:min(len(n.Gone), MaxGone)]...), Reason: n.Reason, Now: form.Time(n.Now),
		Asked: []askerJSON{}, AskedFor: n.AskedFor.Milliseconds(), Translated: n.Translated || len(n.Asked) > MaxAsked,
	}
	for _, a := range n.Asked[:min(len(n.Asked), MaxAsked)] {
		out.Asked = append(out.Asked, askerJSON{a.Address.String(), a.Ago.Milliseconds()})
	}
	for _, k := range n.KnownPods {
		out.KnownPods = append(out.KnownPods, knownPodJSON{k.Datacenter, k.Pod, k.HostID, textOf(k.Address)})
	}
	return json.Marshal(out)
}

func textOf(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// ParseNode reads a reply of /v1/node. Every key has to be there, none may be
// null, and each value must be one that an agent can have.
func ParseNode(data []byte) (Node, error) {
	if len(data) > MaxNode {
		return Node{}, fmt.Errorf("has more than %d bytes", MaxNode)
	}
	var n Node
	var address, now string
	var position form.Positions
	var askedFor int64
	if err := object.DecodeSome(data, []object.Field{
		object.At("ring", &n.Ring), object.At("ringId", &n.RingID), object.At("pod", &n.Pod), object.At("datacenter", &n.Datacenter),
		object.At("rack", &n.Rack), object.At("hostId", &n.HostID), object.At("address", &address), object.At("volume", &n.Volume),
		object.At("phase", &n.Phase), object.At("position", &position), object.At("failedStarts", &n.FailedStarts),
		object.At("lastSeeds", (*addresses)(&n.LastSeeds)), object.At("knownPods", (*knownPods)(&n.KnownPods)), object.At("gone", &n.Gone),
		object.At("reason", &n.Reason), object.At("now", &now),
		object.At("asked", (*askers)(&n.Asked)), object.At("askedFor", &askedFor), object.At("translated", &n.Translated),
	}); err != nil {
		return Node{}, err
	}
	var errs [4]error
	n.AskedFor, errs[3] = parseAge("askedFor", askedFor)
	n.Position = pod.Position(position.Only)
	if position.Only != nil {
		errs[2] = position.Only.Check()
	}
	n.Address, errs[0] = parseAddress("address", address)
	n.Now, errs[1] = form.ParseTime("now", now)
	return n, errors.Join(append(errs[:], n.check())...)
}

// check says what in a reply no agent says. What an agent may not know yet,
// such as the ring while it has no settings, may be empty.
func (n Node) check() error {
	for _, value := range []struct {
		key, text, takes string
		form             *regexp.Regexp
	}{
		{"ring", n.Ring, "a ring's name", form.Ring},
		{"ringId", n.RingID, "8-64 characters of A-Z, a-z, 0-9 and -", form.RingID},
		{"datacenter", n.Datacenter, "a datacenter's name", form.Place},
		{"rack", n.Rack, "a rack's name", form.Place},
		{"hostId", n.HostID, "a host id", form.HostID},
	} {
		if value.text != "" && !value.form.MatchString(value.text) {
			return fmt.Errorf("%s is %s; it takes %s or nothing", value.key, object.Shown(value.text), value.takes)
		}
	}
	switch {
	case !form.Pod.MatchString(n.Pod):
		return fmt.Errorf("pod is %s; it takes a pod's name", object.Shown(n.Pod))
	case !slices.Contains(decide.Volumes, n.Volume):
		return fmt.Errorf("volume is %s, which no agent says", object.Shown(string(n.Volume)))
	case !slices.Contains(decide.Phases, n.Phase):
		return fmt.Errorf("phase is %s, which no agent says", object.Shown(string(n.Phase)))
	case n.FailedStarts < 0:
		return fmt.Errorf("failedStarts is %d; it takes 0 or more", n.FailedStarts)
	case (n.Phase == decide.Turn || n.Phase == decide.Claiming) && n.Position.IsZero():
		return fmt.Errorf("phase is %s without a position", n.Phase)
	}
	for i, id := range n.Gone {
		if !form.HostID.MatchString(id) {
			return fmt.Errorf("gone[%d] is %s; it takes a host id", i, object.Shown(id))
		}
	}
	return nil
}

// Decide gives the part that decisions need.
func (n Node) Decide() *decide.Node {
	return &decide.Node{
		Ring: n.Ring, RingID: n.RingID, Pod: n.Pod, Datacenter: n.Datacenter, Rack: n.Rack, HostID: n.HostID, Volume: n.Volume,
		Phase: n.Phase, Position: n.Position, KnownPods: n.KnownPods, Gone: n.Gone, Now: n.Now,
		Asked: n.Asked, AskedFor: n.AskedFor, Translated: n.Translated,
	}
}
