package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
)

// PhaseName is what a pod is doing now.
type PhaseName string

// The phases that init writes. The agent finds the others, stopped and
// joined, by looking at Cassandra; they are never in the file.
const (
	// PhaseInit: init is learning where it is.
	PhaseInit PhaseName = "init"
	// PhaseWaiting: a condition to start does not hold yet.
	PhaseWaiting PhaseName = "waiting"
	// PhaseTurn: every condition to claim holds but others' positions and
	// claims.
	PhaseTurn PhaseName = "turn"
	// PhaseClaiming: the pod claims the next start.
	PhaseClaiming PhaseName = "claiming"
	// PhaseStarting: Cassandra starts.
	PhaseStarting PhaseName = "starting"
)

const (
	// ClaimRenewal is how often init renews a turn or a claim.
	ClaimRenewal = 2 * time.Second
	// ClaimLife is the age at which a turn or a claim that was not renewed is
	// dropped.
	ClaimLife = 10 * time.Second
	// MaxReason is how many bytes of a reason are kept.
	MaxReason = 1024
	// MaxWarnings is how many warnings a phase takes.
	MaxWarnings = 10
	// MaxPhaseSize is the largest phase file in bytes. The largest that is
	// written is smaller.
	MaxPhaseSize = 16 << 10
)

// Position is a place among those who wait for their turn, smaller first by
// its fields in their order.
type Position = form.Position

// Phase is the phase file.
type Phase struct {
	Phase PhaseName
	// Position is the place among those who wait for their turn, as
	// published; nil where there is none. turn and claiming have one.
	Position *Position
	// Reason says in words why the pod is in this phase.
	Reason string
	// Condition is why the pod does not start, a metric's label, or empty.
	Condition string
	// Warnings are what a start goes on without, metrics' labels as well,
	// MaxWarnings at most.
	Warnings []string
	// Since is when the phase began.
	Since time.Time
	// Renewed is when init last wrote the file.
	Renewed time.Time
}

// renewable says that the phase holds others back and so must be renewed: an
// init that has died would keep everyone behind it for ever.
func (p Phase) renewable() bool { return p.Phase == PhaseTurn || p.Phase == PhaseClaiming }

// Stale says that a turn or a claim was not renewed for ClaimLife. So was one
// from as far in the future: the clock was set back, and the phase of an init
// that has died would stand until the clock gets there.
func (p Phase) Stale(now time.Time) bool {
	return p.renewable() && now.Sub(p.Renewed).Abs() >= ClaimLife
}

// At gives the phase that the agent publishes at a time: a stale turn or claim
// is waiting, since when it went stale, at the same position.
func (p Phase) At(now time.Time) Phase {
	if !p.Stale(now) {
		return p
	}
	return Phase{
		Phase:    PhaseWaiting,
		Position: p.Position,
		Reason:   fmt.Sprintf("phase %s was not renewed for %s: init has ended or hangs", p.Phase, ClaimLife),
		Since:    p.Renewed.Add(ClaimLife),
		Renewed:  p.Renewed,
	}
}

// PhaseFile is where init, the one writer, tells the agent what it does.
type PhaseFile struct {
	// Dir is a directory that lives and dies with the pod, the flag --conf.
	Dir string
	// Files are the file operations, OS{} in the sidecar.
	Files Files
}

// PhaseFileName is the name of the phase file. Its temporary copies begin with
// it.
const PhaseFileName = ".ringwright-phase.json"

// Path is the phase file.
func (f PhaseFile) Path() string { return filepath.Join(f.Dir, PhaseFileName) }

// Write replaces the file. Times are kept to the millisecond in UTC, a reason
// as valid UTF-8 of at most MaxReason bytes.
func (f PhaseFile) Write(p Phase) error {
	data, err := p.encode()
	if err != nil {
		return fmt.Errorf("internal: write %s: %w", f.Path(), err)
	}
	return replaceFile(f.Files, f.Dir, PhaseFileName, data)
}

// Read gives the phase file. In a new pod there is none; then it is the zero
// Phase with PhaseInit. A file that cannot be read for certain is an error,
// on which the agent must not claim that nothing is starting.
func (f PhaseFile) Read() (Phase, error) {
	data, err := f.Files.ReadFile(f.Path(), MaxPhaseSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Phase{Phase: PhaseInit}, nil
	} else if err != nil {
		return Phase{}, explain(f.Path(), err)
	}
	p, err := ParsePhase(data)
	if err != nil {
		return Phase{}, fmt.Errorf("%s: %w; delete the pod, a new one starts without it", f.Path(), err)
	}
	return p, nil
}

// phaseJSON is the file's form.
type phaseJSON struct {
	Phase     PhaseName      `json:"phase"`
	Position  form.Positions `json:"position"`
	Reason    string         `json:"reason"`
	Condition string         `json:"condition"`
	Warnings  []string       `json:"warnings"`
	Since     string         `json:"since"`
	Renewed   string         `json:"renewed"`
}

// ParsePhase reads a phase file as strictly as ParseState reads a state.
func ParsePhase(data []byte) (Phase, error) {
	if len(data) > MaxPhaseSize {
		return Phase{}, fmt.Errorf("has more than %d bytes, the most that a sidecar writes", MaxPhaseSize)
	}
	var file phaseJSON
	if err := object.Decode(data, []object.Field{
		object.At("phase", &file.Phase), object.At("position", &file.Position), object.At("reason", &file.Reason), object.At("condition", &file.Condition),
		object.At("warnings", &file.Warnings), object.At("since", &file.Since), object.At("renewed", &file.Renewed),
	}); err != nil {
		return Phase{}, err
	}
	p := Phase{Phase: file.Phase, Position: file.Position.Only, Reason: file.Reason, Condition: file.Condition}
	p.Warnings = append(p.Warnings, file.Warnings...) // an empty list is nil
	for _, t := range []struct {
		name, text string
		target     *time.Time
	}{{"since", file.Since, &p.Since}, {"renewed", file.Renewed, &p.Renewed}} {
		var err error
		if *t.target, err = form.ParseTime(t.name, t.text); err != nil {
			return Phase{}, err
		}
	}
	if err := p.check(); err != nil {
		return Phase{}, err
	}
	return p, nil
}

func (p Phase) encode() ([]byte, error) {
	p.Reason = shortened(p.Reason)
	p.Since, p.Renewed = p.Since.UTC().Truncate(time.Millisecond), p.Renewed.UTC().Truncate(time.Millisecond)
	if err := p.check(); err != nil {
		return nil, err
	}
	return encodeJSON(phaseJSON{
		Phase: p.Phase, Position: form.Positions{Only: p.Position}, Reason: p.Reason, Condition: p.Condition, Warnings: append([]string{}, p.Warnings...),
		Since: form.Time(p.Since), Renewed: form.Time(p.Renewed),
	})
}

func (p Phase) check() error {
	switch p.Phase {
	case PhaseInit, PhaseWaiting, PhaseStarting:
	case PhaseTurn, PhaseClaiming:
		if p.Position == nil {
			return fmt.Errorf("phase is %s without a position", p.Phase)
		}
	default:
		return fmt.Errorf("phase is %s; it takes init, waiting, turn, claiming or starting", object.Shown(string(p.Phase)))
	}
	if p.Position != nil {
		if err := p.Position.Check(); err != nil {
			return err
		}
	}
	if len(p.Reason) > MaxReason {
		return fmt.Errorf("reason has %d bytes; it takes %d", len(p.Reason), MaxReason)
	}
	if err := p.checkConditions(); err != nil {
		return err
	}
	for _, t := range []time.Time{p.Since, p.Renewed} {
		if y := t.Year(); y < 1 || y > 9999 {
			return fmt.Errorf("a time is in the year %d; it takes 1 to 9999", y)
		}
	}
	return nil
}

// conditions is the form of what becomes a metric's label.
var conditions = regexp.MustCompile(`^[a-z][a-z-]{0,39}$`)

func (p Phase) checkConditions() error {
	if p.Condition != "" && !conditions.MatchString(p.Condition) {
		return fmt.Errorf("condition is %s; it takes 1-40 characters of a-z and -, a letter first, or nothing", object.Shown(p.Condition))
	}
	if len(p.Warnings) > MaxWarnings {
		return fmt.Errorf("warnings has %d entries; it takes %d", len(p.Warnings), MaxWarnings)
	}
	for i, warning := range p.Warnings {
		if !conditions.MatchString(warning) {
			return fmt.Errorf("warnings[%d] is %s; it takes 1-40 characters of a-z and -, a letter first", i, object.Shown(warning))
		}
	}
	return nil
}

// shortened cuts text between two characters.
func shortened(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= MaxReason {
		return text
	}
	end := MaxReason
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
