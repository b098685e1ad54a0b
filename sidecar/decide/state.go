package decide

import (
	"net/netip"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// Settings is the settings file, read anew for every look, and what the pod's
// flags say about itself.
type Settings struct {
	settings.Settings
	// Pod is the pod's own name, such as cassandra-0-0.
	Pod string
	// Address is the pod's present address.
	Address netip.Addr
	// StatefulSetRack is the rack of the pod's StatefulSet, such as rack-0.
	StatefulSetRack string
}

// State is what state.json on the volume holds. The zero State is that of a
// volume that no pod has used yet. Where the file is lost but system.local is
// there, the wiring fills in Ring, Datacenter and Rack from it, and of a
// member Joined and HostID, before it calls Decide.
//
// init and run both write the file. An Action therefore never means "write
// all of this": the wiring takes the lock, reads the file again and changes
// those fields only in which Action.State differs from the State that Decide
// was given. The list `gone` is the agent's own and not in here.
type State struct {
	// Ring, Datacenter and Rack are saved by the first Record of a volume and
	// never change again.
	Ring       string
	Datacenter string
	Rack       string
	// RingID is the ring's random identity; empty on a volume that has only
	// waited, and on one whose state was lost until it is learnt again.
	RingID string
	// Founding: this volume has begun to found the ring RingID.
	Founding bool
	// Joining: this volume has begun to join the ring RingID.
	Joining bool
	// Replacing is the host id whose place this volume takes once it joins;
	// empty for none. It outlives what the settings say about it.
	Replacing string
	// FailedStarts counts how often Cassandra ended here before it had joined.
	FailedStarts int
	// Joined: Cassandra has answered CQL here.
	Joined bool
	// HostID and Address are those under which it did.
	HostID  string
	Address netip.Addr
	// LastSeeds is the last seed set that `run` found good.
	LastSeeds []netip.Addr
	// KnownPods remembers which pod is which member.
	KnownPods []KnownPod
	// Decommissioned and Removed are final: the volume starts nevermore.
	Decommissioned bool
	Removed        bool
}

// joining is the state of a volume that begins to join. What it was before,
// a founder that was overtaken or a member whose data is lost, it no longer is.
func (st State) joining(ringID, replacing string) State {
	if st.Joined {
		st.Joined, st.HostID, st.Address = false, "", netip.Addr{}
	}
	st.RingID, st.Founding, st.Joining, st.Replacing = ringID, false, true, replacing
	return st
}

// KnownPod is one pod and the member that it is.
type KnownPod struct {
	Datacenter string
	Pod        string
	HostID     string
	Address    netip.Addr
}

// Volume is what a data directory holds, judged by the wiring.
type Volume string

// The volumes there are, as `volume` of /v1/node spells them. Founding and
// Joining go by state.json alone: a volume whose first start left no file
// took part in a ring all the same.
const (
	// Empty has no files and state.json knows of no start.
	Empty Volume = "empty"
	// Founding is a founder's that has not answered CQL yet.
	Founding Volume = "founding"
	// Joining is a newcomer's that has not answered CQL yet.
	Joining Volume = "joining"
	// Joined holds a member's data.
	Joined Volume = "joined"
	// Decommissioned holds what a member left behind when it left the ring.
	Decommissioned Volume = "decommissioned"
	// Lost is a member's by its state, but the data is gone.
	Lost Volume = "lost"
	// Removed holds the data of a member that others removed or replaced.
	Removed Volume = "removed"
)

// Volumes are all of them.
var Volumes = []Volume{Empty, Founding, Joining, Joined, Decommissioned, Lost, Removed}

// Phase is what a pod is doing, as `phase` of /v1/node spells it.
type Phase string

// The phases there are. Decide publishes Waiting, Turn, Claiming and Starting;
// the agent makes the others of what it sees.
const (
	Init     Phase = "init"
	Waiting  Phase = "waiting"
	Turn     Phase = "turn"
	Claiming Phase = "claiming"
	Starting Phase = "starting"
	Stopped  Phase = "stopped"
	Serving  Phase = "joined"
)

// Phases are all of them.
var Phases = []Phase{Init, Waiting, Turn, Claiming, Starting, Stopped, Serving}
