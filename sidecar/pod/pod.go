// Package pod is what init and run both know of their pod: its files, the
// settings as they stand there now, and what its volume records, in the terms
// in which decisions are made.
package pod

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"strconv"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// Pod is one pod.
type Pod struct {
	// Flags are its command line, which Check has found right.
	Flags settings.Flags
	// Address is --pod-ip.
	Address netip.Addr
	// Volume is what outlives the pod, Phase what does not.
	Volume *volume.Directory
	Phase  volume.PhaseFile
}

// New gives the pod of a command line that was parsed.
func New(flags settings.Flags) *Pod {
	return &Pod{
		Flags:   flags,
		Address: netip.MustParseAddr(flags.PodIP).Unmap(), // the flags' check has parsed it
		Volume:  &volume.Directory{Root: flags.Data, Files: volume.OS{}},
		Phase:   volume.PhaseFile{Dir: flags.Conf, Files: volume.OS{}},
	}
}

// Settings reads the settings file. Good ones are kept on the volume as the
// last good copy; where only that fails they come with the error.
func (p *Pod) Settings(ctx context.Context) (decide.Settings, error) {
	data, err := volume.OS{}.ReadFile(p.Flags.Settings, settings.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return decide.Settings{}, fmt.Errorf("%s: is not there; mount the settings' ConfigMap there", p.Flags.Settings)
	} else if err != nil {
		return decide.Settings{}, err
	}
	s, err := settings.Parse(p.Flags.Settings, data)
	if err != nil {
		return decide.Settings{}, err
	}
	return p.of(s), p.Volume.KeepSettings(ctx, data)
}

// KeptSettings gives the last good copy. It is for a joined volume only.
func (p *Pod) KeptSettings() (decide.Settings, error) {
	s, err := p.Volume.KeptSettings()
	if err != nil {
		return decide.Settings{}, err
	}
	return p.of(s), nil
}

func (p *Pod) of(s *settings.Settings) decide.Settings {
	return decide.Settings{Settings: *s, Pod: p.Flags.PodName, Address: p.Address, StatefulSetRack: p.Flags.Rack}
}

// AgentPort is the port of --listen, at which the agents of all pods answer.
func AgentPort(flags settings.Flags) int {
	_, text, _ := net.SplitHostPort(flags.Listen) // the flags' check has parsed both
	port, _ := strconv.Atoi(text)
	return port
}
