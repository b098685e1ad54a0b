package decide

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"
)

// The model: pods with volumes, agents and an init that runs Decide itself,
// Cassandra's start as real rings showed it, DNS, links, and an operator.
// Everything is a value, so that a world can be copied and gone on with.

const (
	maxPods    = 6
	maxRegions = 3
	maxHosts   = 20 // member identities in one schedule; one that needs more ends
	never      = -1 << 30
)

type seconds = int

// shape is what does not change within a schedule.
type shape struct {
	pods, regions int
	region        [maxPods]int
	rack          [maxPods]int
	ordinal       [maxPods]int
	perRegion     int
	racks         int
	allocation    int
	zone          bool // racks are zones
	without       []Condition
	// ringDelay is Cassandra's: 30 s, or less where a test makes it short.
	ringDelay seconds
}

// The other delays of Cassandra that matter: a shadow round gives up after two
// ring delays, a failed attempt lingers for ten, gossip is slow for 20 s of 30.
func (sh *shape) shadowRound() seconds { return 2 * sh.ringDelay }
func (sh *shape) lingers() seconds     { return 10 * sh.ringDelay }
func (sh *shape) ringLag() seconds     { return sh.ringDelay * 2 / 3 }

func newShape(regions, perRegion, racks, allocation int) *shape {
	sh := &shape{pods: regions * perRegion, regions: regions, perRegion: perRegion, racks: racks, allocation: allocation, ringDelay: 30}
	for p := range sh.pods {
		sh.region[p], sh.rack[p], sh.ordinal[p] = p/perRegion, p%perRegion%racks, p%perRegion/racks
	}
	return sh
}

func (sh *shape) String() string {
	return fmt.Sprintf("%d regions x %d pods, %d racks", sh.regions, sh.perRegion, sh.racks)
}

// addr is a pod's address: the region's network times 64, then a number.
type addr int16

var addresses = func() (all [maxRegions * 64]netip.Addr) {
	for i := range all {
		all[i] = netip.AddrFrom4([4]byte{10, byte(i / 64), 0, byte(i % 64)})
	}
	return all
}()

func (a addr) ip() netip.Addr { return addresses[a] }

func addrOf(ip netip.Addr) addr { b := ip.As4(); return addr(int(b[1])*64 + int(b[3])) }

// names that are needed often.
var (
	regionNames = [maxRegions]string{"dc-0", "dc-1", "dc-2"}
	rackNames   = [8]string{"rack-0", "rack-1", "rack-2", "rack-3", "rack-4", "rack-5", "rack-6", ""}
	hostNames   [maxHosts + 1]string
	ringNames   [8]string
	podNames    [8][8]string
)

func init() {
	for i := 1; i <= maxHosts; i++ {
		hostNames[i] = fmt.Sprintf("h%d", i)
	}
	for i := range ringNames {
		ringNames[i] = fmt.Sprintf("r%d", i)
		for j := range podNames[i] {
			podNames[i][j] = fmt.Sprintf("cassandra-%d-%d", i, j)
		}
	}
}

func (sh *shape) name(p int) string { return podNames[sh.rack[p]][sh.ordinal[p]] }

// dataKind is what Cassandra's directories hold.
type dataKind int

const (
	noData dataKind = iota
	partialData
	fullData
	decommissionedData
)

// volume is a disk: state.json and the data.
type volume struct {
	st    State
	known [maxPods]int // host id by pod, what State.KnownPods says
	gone  uint32       // host ids, what `gone` says
	data  dataKind
	host  int
	ring  int
	rack  string              // first rack written
	dc    string              // first datacenter written
	peers [maxHosts + 1]entry // what system.peers remembers
	heard bool                // the wiring has been told that this host was removed
	began string              // whose place it has begun to take
}

// stage is how far a Cassandra process has come.
type stage int

const (
	off stage = iota
	shadow
	joining
	normal
)

// entry is what a process knows about a host id.
type entry struct {
	seq     int32
	addr    addr
	owner   int8
	state   MemberState // 0: not known
	up      bool
	removed bool
}

type process struct {
	stage    stage
	since    seconds
	addr     addr
	host     int
	ring     int
	newcomer bool
	replaces int
	ownSeed  bool
	seeds    []addr
	view     [maxHosts + 1]entry
	gossiped seconds
}

type pod struct {
	exists    bool
	comes     bool // false: never comes
	addr      addr
	agent     bool
	memory    memory
	here      int // the rack of its machine
	phase     Phase
	position  Position
	renewed   seconds
	closed    seconds // since when ports 7000 and 7199 are closed
	listed    uint32  // host ids the agent's ring listed since Cassandra began
	vol       volume
	cass      process
	init      initProcess
	foreign   bool    // its address belongs to a pod of another ring by now
	elsewhere bool    // it is of a datacenter that no settings name
	skew      seconds // of its machine's clock
	nat       bool    // others see its questions come from another address
	oldRing   *Ring   // a reading that its wiring passes off as new
	noRing    bool    // its wiring gets no reading
	late      bool    // its wiring asks those whom Unasked gives in the next look
	old       *volume // the disk it had before it was replaced
	last      Condition
	reason    string
	cutAt     [maxPods]seconds // since when the link to that pod is cut
}

type dnsFault int

const (
	dnsWorks dnsFault = iota
	dnsFails
	dnsNobody
)

// records is one version of a service's A records.
type records struct {
	at   seconds
	from [maxPods]addr // by pod; 0 for none
}

type region struct {
	fault   dnsFault
	history [6]records // newest first
	founder bool
	front   bool
	replace [maxPods]int // host id by pod
}

type world struct {
	*shape
	now      seconds
	seq      int32
	pods     [maxPods]pod
	regions  [maxRegions]region
	dnsCut   [maxRegions][maxRegions]seconds // asker, asked; never for works
	hosts    int
	hostPod  [maxHosts + 1]int
	jDied    [maxHosts + 1]seconds
	dead     uint32 // host ids removed or replaced
	rings    int
	nextAddr [maxRegions]int
	faults   int
	except   bool // the founding that S1 allows has happened
	stats    *coverage
	broken   string
	refused  string // why Cassandra itself last ended a start
	trace    []string
	tracing  bool
	reread   bool // no reading is taken again
	quick    bool // little time passes between steps
	lags     *[maxPods][maxRegions]seconds
	rng      *rand.Rand
	free     [maxRegions]addr
}

// newWorld: every pod scheduled, nothing on any volume.
func newWorld(sh *shape, rng *rand.Rand) *world {
	w := &world{shape: sh, rng: rng, stats: &coverage{}}
	for r := range sh.regions {
		w.regions[r].founder = true
		for asked := range w.dnsCut[r] {
			w.dnsCut[r][asked] = never
		}
		for i := range w.regions[r].history {
			w.regions[r].history[i].at = never
		}
	}
	for p := range sh.pods {
		w.pods[p].comes = true
		w.pods[p].here = sh.rack[p]
		for q := range w.pods[p].cutAt {
			w.pods[p].cutAt[q] = never
		}
	}
	for p := range sh.pods {
		w.create(p, 0)
	}
	return w
}

func (w *world) clone() *world {
	c := *w
	for p := range c.pods {
		c.pods[p].init.agents = slices.Clone(c.pods[p].init.agents)
	}
	c.trace = slices.Clip(c.trace)
	return &c
}

func (w *world) logf(format string, args ...any) {
	if w.tracing {
		w.trace = append(w.trace, fmt.Sprintf("%5ds ", w.now)+fmt.Sprintf(format, args...))
	}
}

func (w *world) breaks(invariant, format string, args ...any) {
	if w.broken == "" {
		w.broken = invariant + ": " + fmt.Sprintf(format, args...)
		w.logf("BROKEN %s", w.broken)
	}
}

// noWhere is a machine of which nobody says where it is.
const noWhere = len(rackNames) - 1

func (w *world) time(t seconds) time.Time { return noon.Add(time.Duration(t) * time.Second) }

func (w *world) at(a addr) int {
	for p := range w.pods[:w.shape.pods] {
		if w.pods[p].exists && w.pods[p].addr == a {
			return p
		}
	}
	return -1
}

// create schedules a pod: a new sandbox, empty emptyDir, the volume it had.
func (w *world) create(p int, a addr) {
	r := w.region[p]
	if a == 0 {
		w.nextAddr[r]++
		a = addr(r*64 + 1 + w.nextAddr[r]%62)
	}
	o := &w.pods[p]
	o.exists, o.addr, o.agent = true, a, true
	o.phase, o.position, o.closed, o.renewed = Init, Position{}, w.now, never
	o.cass, o.init, o.listed = process{}, initProcess{}, 0
	o.memory = memory{since: w.now, translated: never}
	w.publishRecords(r)
	w.logf("pod %d is created at %s", p, a.ip())
}

// remove deletes a pod; what ran in it ends.
func (w *world) remove(p int) {
	w.stop(p)
	o := &w.pods[p]
	w.free[w.region[p]] = o.addr
	o.exists, o.agent = false, false
	o.init = initProcess{}
	w.publishRecords(w.region[p])
	w.logf("pod %d is deleted", p)
}

func (w *world) publishRecords(r int) {
	h := &w.regions[r].history
	rec := records{at: w.now}
	for p := range w.shape.pods {
		if w.region[p] == r && w.pods[p].exists {
			rec.from[p] = w.pods[p].addr
		}
	}
	copy(h[1:], h[:len(h)-1])
	h[0] = rec
}

// linked says whether q's agent answers p's questions.
func (w *world) linked(p, q int) bool { return w.pods[p].cutAt[q] == never }

// joined says which volumes have joined, as the wiring judges them: by
// state.json, and where that does not say so, by sstabledump.
func (o *pod) volume() Volume {
	v := &o.vol
	switch {
	case v.st.Removed:
		return Removed
	case v.st.Decommissioned || v.data == decommissionedData:
		return Decommissioned
	case v.st.Joined && v.data == noData:
		return Lost
	case v.st.Joined || v.data == fullData:
		return Joined
	case v.st.Founding:
		return Founding
	case v.st.Joining || v.data == partialData:
		return Joining
	}
	return Empty
}
