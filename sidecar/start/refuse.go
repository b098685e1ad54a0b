package start

import (
	"errors"

	"github.com/ringwright/ringwright/sidecar/decide"
)

// What init finds out before there is anything to decide, or when it cannot do
// what was decided. These refuse.
const (
	// volumeUnclear: the volume cannot be read, or does not say what it is.
	volumeUnclear decide.Condition = "volume-unclear"
	// settingsBroken: there are no good settings to go by.
	settingsBroken decide.Condition = "settings-broken"
	// otherLocation: the pod is not where the settings say.
	otherLocation decide.Condition = "other-location"
	// cannotWrite: what a start has to record, or what configures it, could not
	// be written.
	cannotWrite decide.Condition = "cannot-write"
)

// refusal is an error that has been published.
type refusal string

func (r refusal) Error() string { return string(r) }

// cause is an error with the condition by which metrics name it.
type cause struct {
	error
	condition decide.Condition
}

func (c cause) Unwrap() error { return c.error }

// because names why an error refuses; none stays none.
func because(condition decide.Condition, err error) error {
	if err == nil {
		return nil
	}
	return cause{err, condition}
}

// conditionOf is why an error refuses. One that names no condition is of what
// had to be recorded or configured.
func conditionOf(err error) decide.Condition {
	var c cause
	if errors.As(err, &c) {
		return c.condition
	}
	return cannotWrite
}
