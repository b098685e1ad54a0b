package spec

import "strings"

// GatewayLabel is the DNS label of the public address of a region's gateway.
// It lives beside the API servers' labels, so the spec has to know it.
func (r *Ring) GatewayLabel(region string) string {
	return strings.Join([]string{r.Name, region, "gw", r.DNSSuffix}, "-")
}

// unique demands that what tells regions apart does. What follows from a name
// that two regions share is not said as well.
func (c *checker) unique() {
	names, datacenters, labels := map[string]string{}, map[string]string{}, map[string]string{}
	for i := range c.ring.Regions {
		if c.ring.Link == LinkPeering {
			break // there are no gateways
		}
		r := &c.ring.Regions[i]
		labels[c.ring.GatewayLabel(r.Name)+"."+r.Location] = "the gateway of " + item("regions", i)
	}
	for i := range c.ring.Regions {
		r, path := &c.ring.Regions[i], item("regions", i)
		if r.Name == "" {
			continue
		}
		where := c.origin(path, "name")
		if other, ok := names[r.Name]; ok {
			c.errorf(where, "%s is the name of %s too; want a name of its own", r.Name, other)
			continue
		}
		names[r.Name] = path
		// Two datacenters that differ by case only are one too many to tell apart in a keyspace.
		if other, ok := datacenters[strings.ToLower(r.Datacenter)]; ok {
			c.errorf(c.origin(path, "datacenter"), "datacenter %s is that of %s too; want another", r.Datacenter, other)
		} else {
			datacenters[strings.ToLower(r.Datacenter)] = path
		}
		if !r.Deployed() || r.Cluster.Type == ClusterAKS {
			continue // somebody else makes the API server's name
		}
		label := r.Cluster.DNSPrefix + "." + r.Location
		if other, ok := labels[label]; ok {
			c.errorf(c.origin(path, "cluster.dnsPrefix"), "dnsPrefix %s is that of %s too; want another", r.Cluster.DNSPrefix, other)
		} else {
			labels[label] = path
		}
	}
}
