package render

import (
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/generator/secrets"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// existing decides what clusters that exist have to offer.
func (b *runbook) existing() error {
	var asking []string
	for _, c := range b.Exist {
		s, err := settings.Parse(c.Name, []byte(c.Datacenter.Settings))
		if err != nil {
			return fmt.Errorf("settings of %s: %w", c.Name, err)
		}
		if s.IMDS != "" {
			asking = append(asking, "`"+c.Name+"`")
		}
		if s.Racks == settings.RacksZone {
			b.Zoned = when(true)
		}
	}
	if len(asking) > 0 {
		b.Metadata = []string{strings.Join(asking, ", ")}
	}
	return nil
}

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
