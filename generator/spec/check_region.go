package spec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
)

func (c *checker) region(path string, r *Region) {
	c.location(path, r)
	c.regionName(path, r)
	// A default is made of parts that have rules of their own.
	if where := at(path, "datacenter"); c.written(where) {
		c.match(where, r.Datacenter, datacenterNames, "1 to 48 of letters, digits, _ and -, a letter or digit at both ends, such as dc-eastus")
	}
	if where := at(path, "resourceGroup"); c.written(where) {
		c.match(where, r.ResourceGroup, resourceGroups, "1 to 90 of letters, digits, _ . ( ) and -, no . at the end, such as customers-eastus")
	}
	if r.Subscription != "" {
		c.match(at(path, "subscription"), r.Subscription, uuid, "a subscription's id, such as 00000000-0000-0000-0000-000000000000")
	}
	c.cluster(path, r)
	if c.racks(path, r) {
		c.replace(path, r)
	}
}

// keptNames mean something else where a region's name can stand.
var keptNames = []string{None, "links"}

func (c *checker) regionName(path string, r *Region) {
	where := c.origin(path, "name")
	if r.Name != r.Location && !c.match(where, r.Name, regionNames, "at most 24 of a-z, 0-9 and single -, the first a letter, such as eastus") {
		return
	}
	if slices.Contains(keptNames, r.Name) {
		c.errorf(where, "%s cannot be a region's name: founder may say none, and the secrets of links are in a folder links", r.Name)
	}
	// Else region a's link to b-to-c could have the name of a-to-b's link to c.
	if slices.Contains(strings.Split(r.Name, "-"), "to") {
		c.errorf(where, "%s has the word to, which stands between the two names of a link; want another", r.Name)
	}
}

// location demands one that is known or whose facts the spec declares.
func (c *checker) location(path string, r *Region) {
	where := at(path, "location")
	cloud, sovereign := sovereignCloud(r.Location)
	switch known := r.InAzure(); {
	case known:
	case r.Location == "" && !r.Deployed():
		c.errorf(where, "missing; want where the cluster is: an Azure location such as eastus, or a name of your own such as frankfurt")
	case sovereign && r.Deployed():
		c.errorf(where, "%s is a location of %s, a cloud apart: its names, endpoints and accounts are not those of public Azure, which is all that is compiled for; want a location there", r.Location, cloud)
	case r.Location == "":
		c.errorf(where, "missing; want an Azure location such as eastus")
	case !r.Deployed():
		c.namedLocation(path, r)
	case !regionNames.MatchString(r.Location):
		c.errorf(where, "%s; want an Azure location as `az account list-locations` names it, such as eastus%s", spelling.Quoted(r.Location), nearestLocation(r.Location))
	case !c.written(at(path, "zones")) || !c.written(at(path, "faultDomains")):
		c.errorf(where, "%s is not in the table; declare its zones (`zones: []` for none) and faultDomains (`az vm list-skus --location %s --resource-type availabilitySets` shows MaximumPlatformFaultDomainCount)%s",
			r.Location, r.Location, nearestLocation(r.Location))
	}
}

// namedLocation demands of a location that is not Azure's what its nodes are
// labelled with.
func (c *checker) namedLocation(path string, r *Region) {
	where := at(path, "location")
	switch {
	case !regionNames.MatchString(r.Location):
		c.errorf(where, "%s; want at most 24 of a-z, 0-9 and single -, the first a letter, such as frankfurt: the zone labels of the nodes begin with it", spelling.Quoted(r.Location))
	case r.Racks == RacksZone && !c.written(at(path, "zones")):
		c.errorf(where, "%s is no Azure location in the table; declare the zones that its nodes are labelled with: `zones: [a, b, c]` for %s-a and so on%s",
			r.Location, zoneLabel+"="+r.Location, nearestLocation(r.Location))
	case r.Racks == RacksFaultDomain && !c.written(at(path, "faultDomains")):
		c.errorf(where, "%s is no Azure location in the table; declare the fault domains that its nodes are labelled with: `faultDomains: 3` for %s-fd0 and so on%s",
			r.Location, zoneLabel+"="+r.Location, nearestLocation(r.Location))
	}
}

// zoneLabel is the label of nodes that racks go by
// (https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone).
const zoneLabel = "topology.kubernetes.io/zone"

func nearestLocation(word string) string {
	return nearest(strings.ReplaceAll(strings.ToLower(word), " ", ""), locationNames())
}

// racks checks how the members are spread, and reports whether that is sound.
func (c *checker) racks(path string, r *Region) bool {
	before := len(c.problems.List)
	c.zones(path, r)
	c.faultDomains(path, r)
	if !c.choice(at(path, "racks"), r.Racks, RacksFaultDomain, RacksZone) {
		return false
	}
	_, known := locations[r.Location]
	switch zoneless := len(r.Zones) == 0 && (known || c.written(at(path, "zones"))); {
	case r.Cluster.Type == ClusterAKS && r.Racks == RacksFaultDomain:
		c.errorf(at(path, "racks"), "faultDomain: every node of AKS reports fault domain 0, so all members would be in one rack; want zone")
	case r.Cluster.Type == ClusterAKS && zoneless:
		c.errorf(at(path, "racks"), "zone: %s has no zones, and AKS has no other racks; want a location with zones, or cluster.type vm", r.Location)
	case r.Racks == RacksZone && zoneless:
		c.errorf(at(path, "racks"), "zone: there are no zones; want faultDomain, or zones that %s has", r.Location)
	}
	if len(c.problems.List) > before || r.FaultDomains < 0 || r.FaultDomains > maxFaultDomains || c.spoiled["cassandra.replicationFactor"] {
		return false
	}
	racks := len(r.RackValues())
	if racks == 0 {
		return false
	}
	if !c.between(at(path, "members"), r.Members, 1, r.mostMembers()) {
		return false
	}
	c.spread(path, r, racks, c.ring.Cassandra.ReplicationFactor)
	return len(c.problems.List) == before
}

const (
	// maxMachineMembers is how many members a region of virtual machines may have:
	// with more of them the template nears the 4 MB that Azure takes.
	maxMachineMembers = 48
	// maxMembers is how many any other may have. Peers look among the pods that a
	// sidecar tells of for members that are away, and it tells of no more than so
	// many (sidecar/api, MaxKnownPods). Below the 1000 nodes of a pool of AKS
	// (https://learn.microsoft.com/azure/aks/quotas-skus-regions#service-quotas-and-limits).
	maxMembers = 250
)

// mostMembers is how many members the region may have.
func (r *Region) mostMembers() int {
	if r.Cluster.Type == ClusterVM {
		return maxMachineMembers
	}
	return maxMembers
}

// spread demands that every replica set is as spread as the racks promise: with
// fewer racks than replicas, or racks of unequal size, some members hold more than their share.
func (c *checker) spread(path string, r *Region, racks, replicas int) {
	switch {
	case replicas > r.Members:
		c.errorf(at(path, "members"), "%d, fewer than replicationFactor %d; want at least as many members as replicas", r.Members, replicas)
	case r.Members == replicas:
	case racks != 1 && racks < replicas:
		c.errorf(at(path, "racks"), "%d racks and replicationFactor %d; want 1 rack, at least %d, or exactly %d members", racks, replicas, replicas, replicas)
	case r.Members%racks != 0:
		c.errorf(at(path, "members"), "%d members cannot be shared equally by %d racks; want a multiple of %d, or exactly replicationFactor (%d)", r.Members, racks, racks, replicas)
	}
}

func (c *checker) zones(path string, r *Region) {
	known, ok := locations[r.Location]
	if len(r.Zones) > maxZones {
		c.errorf(at(path, "zones"), "%d; want at most %d", len(r.Zones), maxZones)
		return
	}
	for i, zone := range r.Zones {
		where := item(at(path, "zones"), i)
		switch {
		case slices.Contains(r.Zones[:i], zone):
			c.errorf(where, "zone %s is listed twice", zone)
		case ok && len(known.zones) == 0:
			c.errorf(where, "%s has no zones", r.Location)
		case ok && !slices.Contains(known.zones, zone):
			c.errorf(where, "%s has the zones %s only", r.Location, strings.Join(known.zones, ", "))
		case faultDomainLabels.MatchString(zone):
			c.errorf(where, "%s reads as a fault domain; want another name", zone)
		default:
			c.match(where, zone, zoneNames, `1 to 8 of a-z and 0-9, such as "1"`)
		}
	}
}

// maxZones bounds the zones of a location; no cloud has more than six.
const maxZones = 9

// maxFaultDomains is the most an availability set can have anywhere
// (https://learn.microsoft.com/azure/virtual-machines/availability-set-overview).
const maxFaultDomains = 3

func (c *checker) faultDomains(path string, r *Region) {
	where := at(path, "faultDomains")
	known, ok := locations[r.Location]
	switch {
	case r.Racks != RacksFaultDomain && !c.written(where):
	case ok && known.faultDomains == 0 && !c.written(where):
		c.errorf(where, "missing: how many %s has is not published; `az vm list-skus --location %s --resource-type availabilitySets` shows MaximumPlatformFaultDomainCount", r.Location, r.Location)
	case ok && known.faultDomains > 0 && r.FaultDomains > known.faultDomains:
		c.errorf(where, "%d; an availability set in %s has at most %d", r.FaultDomains, r.Location, known.faultDomains)
	case c.written(where):
		c.between(where, r.FaultDomains, 1, maxFaultDomains)
	}
}

// replace demands pods that exist and host ids that are one.
func (c *checker) replace(path string, r *Region) {
	pods, hosts := map[string]bool{}, map[string]string{}
	for i, value := range r.RackValues() {
		for ordinal := range r.Replicas(i) {
			pods[PodName(value, ordinal)] = true
		}
	}
	if len(r.Replace) > r.Members {
		c.errorf(at(path, "replace"), "%d pods; there are %s", len(r.Replace), counted(r.Members, "member"))
		return
	}
	for _, pod := range sortedKeys(r.Replace) {
		where, host := entry(at(path, "replace"), pod), r.Replace[pod]
		switch {
		case !pods[pod]:
			c.errorf(where, "no such pod%s", nearest(pod, sortedKeys(pods)))
		case !uuid.MatchString(host):
			c.errorf(where, "%s; want the lost member's host id as `nodetool status` shows it", spelling.Quoted(host))
		case hosts[host] != "":
			c.errorf(where, "%s takes the place of that member already", hosts[host])
		default:
			hosts[host] = pod
		}
	}
}

// counted puts a number and its noun together.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
