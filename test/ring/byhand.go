package ring

import (
	"net/netip"
	"os/exec"
	"path/filepath"

	"github.com/ringwright/ringwright/sidecar/config"
)

// CreateByHand makes the pod and starts its Cassandra as a person would: seeds
// written by hand, no sidecar, no restart.
func (p *Pod) CreateByHand(seeds ...*Pod) {
	r := p.Region.rig
	r.Helper()
	address := p.Region.newAddress()
	p.place(address)
	p.Region.publish()
	var addresses []netip.Addr
	for _, s := range seeds {
		addresses = append(addresses, s.Address())
	}
	set := p.Region.Settings()
	r.must(config.Write(config.Start{
		ImageConf: r.Cassandra.Conf, Conf: p.conf(), Data: p.Volume(), Address: address, Rack: p.Rack, Seeds: addresses, Settings: &set,
	}))
	p.cassandra = p.startContainer("cassandra", false, func() *exec.Cmd {
		return p.command(filepath.Join(r.Cassandra.Home, "bin", "cassandra"), "-f")
	})
}
