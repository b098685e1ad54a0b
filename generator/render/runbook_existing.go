package render

import "github.com/ringwright/ringwright/generator/secrets"

// outside is the tunnel from a region's gateway to a network outside Azure, as
// the people at its other end have to know it.
type outside struct {
	Link, Region string
	Gateway      string // this end's name
	Far          string // the other end, where this one looks for it
	Ranges       []string
	Near         []string // the ranges behind this end
	Key          string   // the file of the shared key
}

// outsideTunnels are those of every gateway to every link.
func outsideTunnels(regions []*chapter) []outside {
	var all []outside
	for _, c := range regions {
		for _, t := range c.Network.Tunnels {
			if !t.Link {
				continue
			}
			o := outside{
				Link: t.To, Region: c.Name, Far: t.Address, Ranges: t.Ranges, Near: c.Network.Ranges,
				Key: "secrets/" + secrets.SharedKeyFile(c.Name, t.To),
			}
			for _, name := range c.Network.GatewayFQDN {
				o.Gateway = name
			}
			all = append(all, o)
		}
	}
	return all
}
