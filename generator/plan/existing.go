package plan

import (
	"net/netip"
	"slices"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
)

// existing is a region whose cluster somebody else runs: nothing is deployed
// and nothing outside the datacenter's namespace is touched.
type existing struct{ site }

func (e existing) ranges() []string { return e.r.Cluster.PodCIDRs }

func (e existing) peerDNS() []string { return e.r.Cluster.DNS }

// ownDNS is what the peers are told, too: the range of such a cluster's
// services is not known, and one answer for all is one thing less to be wrong.
func (e existing) ownDNS() []string { return e.r.Cluster.DNS }

// imds: in a location of Azure's the machines may be Azure's, and where they
// are not, the label answers after imdsTimeout. Elsewhere another cloud's
// service may be at that address.
func (e existing) imds() string {
	if e.r.InAzure() {
		return imdsAddress
	}
	return ""
}

// zoneLabels: some clouds put no - between location and zone (eu-west-1a). The
// sidecar reads both.
func (e existing) zoneLabels(rackValue string) []string {
	labels := []string{e.zoneLabel(rackValue)}
	if e.r.Racks == spec.RacksZone {
		labels = append(labels, e.r.Location+rackValue)
	}
	return labels
}

func (e existing) storageClass() string { return e.r.Cluster.StorageClass }

func (e existing) fill(r *Region, _ []site) {
	r.Cluster.DNS, r.Cluster.StorageClass = e.r.Cluster.DNS, e.r.Cluster.StorageClass
}

func (e existing) provide(*Datacenter, *Region) {}

// links are the networks outside Azure with the regions that are there.
func links(ring *spec.Ring) []Link {
	var all []Link
	for _, l := range ring.Links {
		link := Link{Name: l.Name, Address: l.GatewayIP + l.FQDN, Ranges: l.Prefixes}
		for i := range ring.Regions {
			if r := &ring.Regions[i]; !r.Deployed() && leads(l.Prefixes, r.Cluster.PodCIDRs) {
				link.Leads = append(link.Leads, r.Name)
			}
		}
		all = append(all, link)
	}
	return all
}

// leads reports whether one of the ranges holds one of the pods'.
func leads(ranges, pods []string) bool {
	return slices.ContainsFunc(pods, func(p string) bool {
		return slices.ContainsFunc(ranges, func(r string) bool {
			return network.Contains(netip.MustParsePrefix(r), netip.MustParsePrefix(p))
		})
	})
}
