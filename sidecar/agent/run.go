package agent

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/observe"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// Run serves and watches until ctx ends, and then returns nil within a second.
// The only error is that it cannot listen. environ is the environment of
// Cassandra's tools, as os.Environ gives it.
func Run(ctx context.Context, flags settings.Flags, log *slog.Logger, environ []string) error {
	p := pod.New(flags)
	listener, err := (&net.ListenConfig{KeepAlive: -1}).Listen(ctx, "tcp", flags.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	defer listener.Close()
	native := net.JoinHostPort(p.Address.String(), strconv.Itoa(settings.NativePort))
	client := &api.Client{Port: pod.AgentPort(flags)}
	observer := observe.New(client, (&dns.Resolver{}).Lookup)
	a := newAgent(ctx, p, outside{
		cql: func(ctx context.Context, security cql.Security) error {
			return (&cql.Probe{Address: native, Security: security}).Ask(ctx)
		},
		ports: func(ctx context.Context) (portState, portState) { return tryPorts(ctx, p.Address) },
		tools: &nodetool.Tools{Environ: environ, ImageConf: flags.ImageConf},
		look: func(ctx context.Context, s decide.Settings, st decide.State, v decide.Volume, withRing bool) decide.Observations {
			return observer.Look(ctx, s, st, v, decide.Own{}, observe.Reading(withRing))
		},
	}, log)
	log.Info("the agent serves", "address", listener.Addr().String())
	a.run(ctx, listener)
	return nil
}
