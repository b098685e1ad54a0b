package settings

// readPeers reads the other regions. A name that two regions share would
// merge two datacenters, so each is held against all before it.
func (s *Settings) readPeers(m *mapping) []Peer {
	var peers []Peer
	regions := map[string]string{s.Region: "region"}
	datacenters := map[string]string{s.Datacenter: "datacenter"}
	items, _ := m.list("peers", "a list of the other regions, [] where there is none")
	for _, item := range items {
		pm := m.r.mapping(item.node, item.path, "a mapping of region, datacenter, seedsService and dns")
		peer := Peer{
			Region:       pm.text("region", plainName),
			Datacenter:   pm.text("datacenter", plainName),
			SeedsService: s.SeedsService,
		}
		if pm.optional("seedsService") {
			peer.SeedsService = pm.text("seedsService", dnsName)
		}
		peer.DNS = pm.servers("dns")
		pm.rest()
		pm.unique("region", peer.Region, regions)
		pm.unique("datacenter", peer.Datacenter, datacenters)
		peers = append(peers, peer)
	}
	return peers
}

// unique reports a value that another path has; taken maps values to paths.
// Values that were refused on their own are empty and say nothing more.
func (m *mapping) unique(key, value string, taken map[string]string) {
	if value == "" {
		return
	}
	path := join(m.path, key)
	if other, ok := taken[value]; ok {
		m.r.report(m.values[key].Line, path, "is %s, as is %s; every region has its own", shown(value), other)
		return
	}
	taken[value] = path
}
