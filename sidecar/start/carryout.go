package start

import (
	"context"
	"fmt"
	"time"

	"github.com/ringwright/ringwright/sidecar/config"
	"github.com/ringwright/ringwright/sidecar/decide"
)

// startWithin is how soon after `starting` was published Cassandra has to be
// started: an agent that sees no open port for 30 s says that it has stopped.
const startWithin = 10 * time.Second

// carryOut does what was decided, in the order that decide.Action gives. It
// says whether init is done; an error is a refusal.
func (s *starter) carryOut(ctx context.Context, a decided) (done bool, err error) {
	starts := a.Kind == decide.Start || a.Kind == decide.Found
	published := time.Now()
	if stands, err := s.publish(a, starts); err != nil || !stands {
		return false, err
	}
	s.say(a)
	if err := s.persist(ctx, a); err != nil {
		return false, err
	}
	switch {
	case a.Kind == decide.Refuse:
		return false, refusal(a.Reason)
	case !starts:
		return false, nil
	}
	if a.ResetBootstrap {
		if err := s.clear(); err != nil {
			return false, err
		}
	}
	if err := config.Write(s.configuration(a)); err != nil {
		return false, err
	}
	if late := time.Since(published); late >= startWithin {
		reason := fmt.Sprintf("what comes before Cassandra took %s, so others may count this start as ended", late.Round(time.Second))
		return false, s.publisher.Publish(decide.Action{Phase: decide.Waiting, Reason: reason})
	}
	s.publisher.Close() // nothing may write beside Cassandra
	return true, s.exec()
}

// publish publishes an action. stands is false where a claim that the start
// rests on has lapsed: then it is to be read back anew.
func (s *starter) publish(a decided, starts bool) (stands bool, err error) {
	if !starts || s.publisher.Phase() != decide.Claiming {
		return true, s.publisher.Publish(a.Action)
	}
	if stands, err = s.publisher.PublishStart(a.Action, s.readBack); !stands {
		s.readBack = readBack{}
	}
	return stands, err
}

// clear removes what an earlier attempt to join left behind, which was
// recorded as one just now.
func (s *starter) clear() error {
	cleared, err := s.pod.Volume.Clear()
	if cleared {
		s.log.Info("removed what an earlier attempt to join had left: its tokens may be another member's by now")
	}
	return err
}

// configuration is what Cassandra is to start with.
func (s *starter) configuration(a decided) config.Start {
	c := config.Start{
		ImageConf: s.pod.Flags.ImageConf, Conf: s.pod.Flags.Conf, Data: s.pod.Flags.Data,
		Address: s.pod.Address, Rack: a.State.Rack, Seeds: a.Seeds, Settings: &a.settings.Settings,
	}
	if a.ReplaceAddress.IsValid() {
		c.Flags = append(c.Flags, "-Dcassandra.replace_address_first_boot="+a.ReplaceAddress.String())
	}
	if a.ResetBootstrap {
		c.Flags = append(c.Flags, "-Dcassandra.reset_bootstrap_progress=true")
	}
	return c
}
