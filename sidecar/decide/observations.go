package decide

import (
	"net/netip"
	"time"
)

// Observations is what one complete look saw, and what the wiring remembers
// of earlier looks of the same process. A look is complete when every DNS
// server has answered or timed out, every agent of Agents has been asked
// once after Began, and R has been asked for if somebody is live and NeedsRing
// says so; while the volume has not joined and the pod does not claim, a reading
// up to 30 s old will do. All times are this pod's, from one monotonic clock.
type Observations struct {
	// Began is when the look began; nothing in it was read before.
	Began time.Time
	// Since is when this process began.
	Since time.Time
	// Volume is what the data directory holds now.
	Volume Volume
	// Rack is where the metadata service or the label says the pod is, as a
	// rack's name; empty when neither answered.
	Rack string
	// NewRingID is a random UUID, drawn anew for every look. It is used when
	// this look founds the ring.
	NewRingID string
	// DNS holds the answer for the own datacenter and for each peer.
	DNS []DNS
	// ListedSince is the beginning of the time through which every look of
	// this process found its own address in its own DNS's answer; zero when
	// this look did not.
	ListedSince time.Time
	// LiveSince is the beginning of the time through which every look of this
	// process found somebody live; zero when this look did not.
	LiveSince time.Time
	// Agents holds every address but the own that is in N, in State.LastSeeds,
	// or that Unasked gave in this look or the one before, each once.
	Agents []Agent
	// Ring is R: the reading of a live member, one of the own datacenter
	// first; nil when none was had. A volume that has joined but has no RingID
	// wants the ring of the first live member that lists its host id, so the
	// wiring asks on until one does.
	Ring *Ring
	// Own is what this pod publishes.
	Own Own
}

// DNS is what the DNS of one datacenter answered.
type DNS struct {
	// Datacenter is the own one or a peer's.
	Datacenter string
	// Answer is how this look was answered.
	Answer Answer
	// Addresses are the A records, at least one if Answer is Answered.
	Addresses []netip.Addr
	// SilentFor is how long it has given no addresses; zero if Answer is
	// Answered. It is counted as Agent.SilentFor is.
	SilentFor time.Duration
}

// Answer is how a DNS answered.
type Answer int

// The kinds of answer.
const (
	// Silent: no server answered, or only with an error.
	Silent Answer = iota
	// Nobody: NXDOMAIN, or an answer without addresses.
	Nobody
	// Answered: at least one address.
	Answered
)

// Agent is one address and what its agent said.
type Agent struct {
	Address netip.Addr
	// Datacenters are those whose DNS gave the address in the 120 s before
	// Began, however long the look took; none for one that only
	// State.LastSeeds holds or a live agent was asked from.
	Datacenters []string
	// Omitted: each DNS that had given the address has since given an answer
	// with addresses, but without this one.
	Omitted bool
	// Node is the answer to this look; nil for none within a second, or one
	// that is no valid /v1/node.
	Node *Node
	// Heard is when Node came.
	Heard time.Time
	// Tries is how often in a row it has not answered, this look included.
	Tries int
	// SilentFor is the time from the first of those tries to the last. What
	// lies between two of them counts for 10 s at most: a process that was held
	// up saw nothing of who may have come and gone meanwhile.
	SilentFor time.Duration
}

// Node is the part of /v1/node that decisions need.
type Node struct {
	Ring, RingID          string
	Pod, Datacenter, Rack string
	HostID                string
	Volume                Volume
	Phase                 Phase
	// Position is zero while the pod is in no queue.
	Position  Position
	KnownPods []KnownPod
	Gone      []string
	Now       time.Time
	// Asked are those whose init asked this agent for /v1/node in the time
	// AskedFor, each once, the asker of this very answer included. An init of a
	// volume that has not joined says with each question which address it has;
	// questions that do not say so are none of Asked.
	Asked []Asker
	// AskedFor is how far back Asked reaches: the time since the agent began,
	// at most 120 s. It is 120 s at once where this very agent saw Cassandra
	// start and then recorded the volume as joined: nobody can have asked a live
	// member before.
	AskedFor time.Duration
	// Translated: in that time somebody asked from another address than the
	// one that he has, so that Asked may lack him.
	Translated bool
}

// Asker is an address that an agent was asked from.
type Asker struct {
	Address netip.Addr
	// Ago is the time from the last question to this answer, on the agent's
	// monotonic clock.
	Ago time.Duration
}

// Ring is one reading of /v1/ring.
type Ring struct {
	// From is the address of the agent that gave it.
	From netip.Addr
	// Began is a time, on this pod's clock, before which the reading was
	// certainly not begun: that of the request which it answered anew, never
	// the sender's own clock.
	Began   time.Time
	Members []Member
}

// Member is one line of a Ring.
type Member struct {
	Address    netip.Addr
	HostID     string
	Datacenter string
	Rack       string
	Up         bool
	State      MemberState
}

// MemberState is the second letter of nodetool status.
type MemberState byte

// The states there are. All but Joins are members.
const (
	Normal  MemberState = 'N'
	Leaving MemberState = 'L'
	Moving  MemberState = 'M'
	Joins   MemberState = 'J'
)

// Own is what this pod publishes and whether others can see it.
type Own struct {
	// Phase and Position are what was published last.
	Phase    Phase
	Position Position
	// ReadBack is when the own agent last showed exactly this claim over
	// HTTP: the wiring reads it back before every look that it makes while
	// claiming. Zero when the agent did not answer or showed another phase or
	// position, and when two renewals since lay 10 s or more apart.
	ReadBack time.Time
	// Ended: the phase file held starting or stopped when this process began,
	// and no Record has counted that start yet.
	Ended bool
}
