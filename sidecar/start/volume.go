package start

import (
	"context"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// volume says what the volume records and holds. The first time, and whenever
// its files have been changed since, system.local is asked as well, where the
// records do not say how the last start ended: what is taken for an attempt's is
// removed, and somebody may have put the member's own back.
func (s *starter) volume(ctx context.Context) (decide.State, decide.Volume, error) {
	tables, err := s.pod.Volume.Tables()
	if err != nil {
		return decide.State{}, "", because(volumeUnclear, err)
	}
	if !s.recovered || tables != s.tables {
		state, condition, err := s.pod.Volume.Recover(ctx, s.dump)
		if err != nil {
			return decide.State{}, "", because(volumeUnclear, err)
		}
		s.recovered, s.tables = true, tables
		return pod.State(state), decide.Volume(condition), nil
	}
	state, condition, err := s.pod.Volume.Condition()
	return pod.State(state), decide.Volume(condition), because(volumeUnclear, err)
}

// settings reads the settings anew. A member goes on with the last good ones
// where they are broken; nobody joins or founds by old settings.
func (s *starter) settings(ctx context.Context, v decide.Volume) (decide.Settings, error) {
	set, err := s.pod.Settings(ctx)
	good := set.Ring != "" // where err is not nil only the copy could not be kept
	switch {
	case err == nil:
		s.once.forget(aboutSettings)
		return set, nil
	case v != decide.Joined && good:
		return set, err
	case v != decide.Joined:
		return set, because(settingsBroken, err)
	case good:
		s.once.say(s.log, aboutSettings, "starting without a copy of the settings", "error", err)
		return set, nil
	}
	kept, keptErr := s.pod.KeptSettings()
	if keptErr != nil {
		return decide.Settings{}, because(settingsBroken, err)
	}
	s.once.say(s.log, aboutSettings, "starting with the last good settings", "error", err)
	return kept, nil
}

// record writes what a decision wants recorded before anything else.
func (s *starter) record(ctx context.Context, before, after decide.State) (decide.State, error) {
	state, err := s.pod.Volume.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
		change(&own.Ring, before.Ring, after.Ring)
		change(&own.Datacenter, before.Datacenter, after.Datacenter)
		change(&own.Rack, before.Rack, after.Rack)
		change(&own.RingID, before.RingID, after.RingID)
		change(&own.Founding, before.Founding, after.Founding)
		change(&own.Joining, before.Joining, after.Joining)
		change(&own.Replacing, before.Replacing, after.Replacing)
		change(&own.FailedStarts, before.FailedStarts, after.FailedStarts)
		return nil
	})
	return pod.State(state), err
}

// change changes only what the decision changed: the agent writes the same
// file.
func change[T comparable](target *T, before, after T) {
	if before != after {
		*target = after
	}
}

// persist records what a start or a refusal has to leave behind.
func (s *starter) persist(ctx context.Context, a decided) error {
	var err error
	switch {
	case a.State.Removed && !a.state.Removed:
		_, err = s.pod.Volume.MarkRemoved(ctx)
	case (a.Kind == decide.Start || a.Kind == decide.Found) && (a.State.Founding || a.State.Joining):
		_, err = s.pod.Volume.Begin(ctx, volume.Attempt{RingID: a.State.RingID, Founding: a.State.Founding, Replacing: a.State.Replacing, Gone: a.Gone})
	default:
		_, err = s.record(ctx, a.state, a.State)
	}
	return err
}

// founderOf says whether this pod is the one that may found.
func founderOf(set decide.Settings) bool {
	return set.Founder != settings.NoFounder && set.Founder == set.Pod
}
