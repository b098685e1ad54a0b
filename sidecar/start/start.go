package start

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/observe"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// Options are what init gets from its process.
type Options struct {
	// Command is the parsed command line.
	Command settings.Command
	// Environ is the environment, for nodetool and for the command.
	Environ []string
	// Log gets one line for each change of state.
	Log *slog.Logger
	// Exec makes the process the command; it returns only where that failed.
	Exec func(path string, args, environ []string) error
}

// Run prepares one start of Cassandra and becomes the command, or returns nil
// where there is none. Every error is a refusal whose text says what is wrong
// and the ways out; one in whose chain is ctx's own means that the process was
// told to end while it waited.
func Run(ctx context.Context, o Options) error {
	path, err := lookPath(o.Command.Exec, o.Environ)
	if err != nil {
		return err
	}
	p := pod.New(o.Command.Flags)
	agents := &api.Client{Port: pod.AgentPort(o.Command.Flags)}
	publisher, ended, err := newPublisher(p.Phase)
	if err != nil {
		return err
	}
	defer publisher.Close()
	observer := observe.New(agents, (&dns.Resolver{}).Lookup)
	observer.Asks = true
	s := &starter{
		pod: p, log: o.Log, publisher: publisher, ended: ended, agents: agents,
		observer: observer,
		dump:     (&nodetool.Tools{Environ: o.Environ, ImageConf: o.Command.Flags.ImageConf}).Local,
		random:   pod.NewRingID,
		exec: func() error {
			if path == "" {
				return nil
			}
			return o.Exec(path, o.Command.Exec, o.Environ)
		},
	}
	return s.run(ctx)
}

// starter is one run of init.
type starter struct {
	pod       *pod.Pod
	log       *slog.Logger
	publisher *publisher
	observer  *observe.Observer
	agents    observe.Agents
	dump      volume.Dump
	random    func() string
	exec      func() error

	// ended says that Cassandra has ended since the last start was counted.
	ended bool
	// recovered says that the volume was asked what system.local says, when its
	// tables were these.
	recovered bool
	tables    string
	place     *place
	readBack  readBack
	once      once
}

// decided is an action and what it rests on.
type decided struct {
	decide.Action
	settings decide.Settings
	state    decide.State
}

// run looks, decides and carries out until Cassandra starts or may not.
func (s *starter) run(ctx context.Context) error {
	for {
		began := time.Now()
		action, err := s.look(ctx)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return s.leave(ctx, err)
		}
		done, err := s.carryOut(ctx, action)
		if err != nil {
			return s.leave(ctx, err)
		}
		if done {
			return nil
		}
		if err := pause(ctx, action.Action, time.Since(began)); err != nil {
			return s.leave(ctx, err)
		}
	}
}

// leave takes back what others wait for: whoever has gone claims nothing.
func (s *starter) leave(ctx context.Context, err error) error {
	if _, published := err.(refusal); published {
		return err
	}
	condition := conditionOf(err)
	if end := ctx.Err(); end != nil && errors.Is(err, end) {
		err = fmt.Errorf("told to end while it waited (%s): %w", s.publisher.Reason(), err)
		condition = ""
	}
	// The error that ends init matters more than this one.
	_ = s.publisher.Publish(decide.Action{Phase: decide.Waiting, Condition: condition, Reason: "init has ended: " + err.Error()})
	return err
}

// look makes one look and decides. What has to be recorded first is.
func (s *starter) look(ctx context.Context) (decided, error) {
	if s.publisher.Phase() == decide.Claiming {
		s.readBack.read(ctx, s.agents, s.pod.Address, s.publisher)
	}
	state, condition, err := s.volume(ctx)
	if err != nil {
		return decided{}, err
	}
	set, err := s.settings(ctx, condition)
	if err != nil {
		return decided{}, err
	}
	if s.place == nil {
		if s.place, err = s.learnPlace(ctx, set, state); err != nil {
			return decided{}, err
		}
	}
	own := decide.Own{Phase: s.publisher.Phase(), Position: s.publisher.Position(), ReadBack: s.readBack.at(s.publisher), Ended: s.ended}
	obs := s.observer.Look(ctx, set, state, condition, own, observe.WithRing)
	if obs.Rack, err = s.place.rack(s.log); err != nil {
		return decided{}, err
	}
	obs.NewRingID = s.random()
	// A claim that lapsed during the look was none.
	obs.Own.ReadBack = s.readBack.at(s.publisher)
	return s.decide(ctx, set, state, obs)
}

// decide asks until there is nothing left to record.
func (s *starter) decide(ctx context.Context, set decide.Settings, state decide.State, obs decide.Observations) (decided, error) {
	for {
		action := decide.Decide(set, state, obs, time.Now())
		if action.Condition == decide.Gone && s.hasLeft(ctx) {
			state.Decommissioned = true
			continue
		}
		if action.Kind != decide.Record {
			return decided{action, set, state}, nil
		}
		var err error
		if state, err = s.record(ctx, state, action.State); err != nil {
			return decided{}, err
		}
		s.ended, obs.Own.Ended = false, false
	}
}

// Pauses between two looks: about one look a second while waiting, less where
// an address only has to be asked more often, none while others may have to
// withdraw before the own claim.
const (
	lookEvery  = time.Second
	leastPause = 100 * time.Millisecond
	askedAgain = 300 * time.Millisecond
)

func pause(ctx context.Context, a decide.Action, looked time.Duration) error {
	wait := max(leastPause, time.Duration((0.9+0.2*rand.Float64())*float64(lookEvery))-looked)
	switch {
	case a.Phase == decide.Claiming:
		return nil
	case a.Condition == decide.NotTried:
		wait = askedAgain
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}
