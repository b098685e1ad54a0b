package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/observe"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

func TestRunCannotListen(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	err := Run(t.Context(), settings.Flags{PodIP: "127.0.0.1", Listen: l.Addr().String()}, slog.New(slog.DiscardHandler), nil)
	if err == nil || !strings.HasPrefix(err.Error(), "--listen: ") {
		t.Errorf("error %v", err)
	}
}

// TestRunEnds holds that the whole agent serves, with nothing there that it
// would like to read, and ends when it is told to.
func TestRunEnds(t *testing.T) {
	port := addressOf(listenAndClose(t)).Port()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- Run(ctx, settings.Flags{
			Settings: "/nowhere/settings.yaml", Conf: "/nowhere/conf", Data: "/nowhere/data", Rack: "rack-0", PodName: "cassandra-0-0",
			PodIP: "127.0.0.1", Listen: fmt.Sprintf("127.0.0.1:%d", port),
		}, slog.New(slog.DiscardHandler), nil)
	}()
	client := &api.Client{Port: int(port), Timeout: time.Minute}
	var unread *api.UnreadError
	eventually(t, func() bool {
		_, err := client.Node(t.Context(), at("127.0.0.1"), netip.Addr{})
		return errors.As(err, &unread)
	})
	if _, err := client.Node(t.Context(), at("127.0.0.1"), netip.Addr{}); err == nil || !strings.Contains(err.Error(), "cannot say: /nowhere/data: is not there") {
		t.Errorf("node: %v", err)
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end")
	}
}

// listenAndClose gives an address where nobody listens.
func listenAndClose(t *testing.T) net.Listener {
	t.Helper()
	l := listen(t, "127.0.0.1:0")
	l.Close()
	return l
}

// eventually waits for something that takes as long as the machine needs.
func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("it does not come about")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestTwoAgents has two agents look at each other over loopback, each beside
// a Cassandra that is made up.
func TestTwoAgents(t *testing.T) {
	first := listen(t, "127.0.0.1:0")
	port := addressOf(first).Port()
	second := listen(t, fmt.Sprintf("127.0.0.2:%d", port))
	lookup := func(_ context.Context, _ []string, name string) dns.Answer {
		if strings.Contains(name, "south") {
			return dns.Answer{Outcome: dns.Nobody}
		}
		return dns.Answer{Outcome: dns.Addresses, Addresses: []netip.Addr{at("127.0.0.1"), at("127.0.0.2")}}
	}
	members := []nodetool.Member{normal("127.0.0.1", hostA), normal("127.0.0.2", hostB)}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	pods := map[string]*pod.Pod{}
	client := &api.Client{Port: int(port), Timeout: time.Minute}
	for i, l := range []net.Listener{first, second} {
		address, name := fmt.Sprintf("127.0.0.%d", i+1), fmt.Sprintf("cassandra-%d-0", i)
		dir := t.TempDir()
		for _, sub := range []string{"conf", "data"} {
			if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		p := pod.New(settings.Flags{
			Settings: filepath.Join(dir, "settings.yaml"), Conf: filepath.Join(dir, "conf"), Data: filepath.Join(dir, "data"),
			Rack: fmt.Sprintf("rack-%d", i), PodName: name, PodIP: address, Listen: l.Addr().String(),
		})
		pods[name] = p
		if err := os.WriteFile(p.Flags.Settings, []byte(goodSettings(t, nil)), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Volume.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
			*own = aJoiner().InitKeys
			own.Rack = p.Flags.Rack
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := p.Phase.Write(volume.Phase{Phase: volume.PhaseStarting, Since: time.Now(), Renewed: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(p.Flags.Data, "data/system/local-7ad54392bcdd35a684174e047860b377"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p.Flags.Data, "data/system/local-7ad54392bcdd35a684174e047860b377/nb-1-big-Data.db"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		observer := observe.New(client, lookup)
		a := newAgent(ctx, p, outside{
			cql:   func(context.Context, cql.Security) error { return nil },
			ports: func(context.Context) (portState, portState) { return portOpen, portOpen },
			tools: &madeUp{counts: map[string]int{}, members: members},
			look: func(ctx context.Context, s decide.Settings, st decide.State, v decide.Volume, withRing bool) decide.Observations {
				return observer.Look(ctx, s, st, v, decide.Own{}, observe.Reading(withRing))
			},
		}, slog.New(slog.DiscardHandler))
		all.Go(func() { a.run(ctx, l) })
		all.Go(func() { // rounds come sooner than they would
			for ctx.Err() == nil {
				pause(ctx, 200*time.Millisecond)
				a.wakeRound()
			}
		})
	}
	eventually(t, func() bool {
		for name, p := range pods {
			s, err := p.Volume.Read()
			if err != nil {
				t.Fatal(err)
			}
			if !s.Joined || s.HostID == "" || len(s.KnownPods) != 2 {
				return false
			}
			for other := range pods {
				if !slices.ContainsFunc(s.KnownPods, func(k volume.KnownPod) bool { return k.Pod == other && k.Datacenter == "dc-east" }) {
					t.Fatalf("%s knows %+v", name, s.KnownPods)
				}
			}
		}
		return true
	})
	eventually(t, func() bool {
		r, err := client.Ring(ctx, at("127.0.0.2"))
		return err == nil && len(r.Members) == 2
	})
	n, err := client.Node(ctx, at("127.0.0.2"), netip.Addr{})
	if err != nil || n.Phase != decide.Serving || n.HostID != hostB || n.Pod != "cassandra-1-0" {
		t.Errorf("node %+v, %v", n, err)
	}
}
