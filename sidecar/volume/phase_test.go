package volume_test

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

const phaseText = `{
  "phase": "claiming",
  "position": [
    1,
    0,
    2,
    3,
    "cassandra-0-3"
  ],
  "reason": "dc-eastus has <2> members",
  "condition": "larger-claim",
  "warnings": [
    "no-rack",
    "no-reading"
  ],
  "since": "2026-11-22T12:00:00.123Z",
  "renewed": "2026-11-22T12:00:04.123Z"
}
`

func claim() volume.Phase {
	return volume.Phase{
		Phase:    volume.PhaseClaiming,
		Position: &volume.Position{FailedStarts: 1, Datacenter: 2, Ordinal: 3, Pod: "cassandra-0-3"},
		Reason:   "dc-eastus has <2> members", Condition: "larger-claim", Warnings: []string{"no-rack", "no-reading"},
		Since: noon, Renewed: noon.Add(4 * time.Second),
	}
}

func TestPhaseFile(t *testing.T) {
	f := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
	got, err := f.Read()
	if diff := cmp.Diff(volume.Phase{Phase: volume.PhaseInit}, got); diff != "" || err != nil {
		t.Errorf("in a new pod (-want +got): %v\n%s", err, diff)
	}
	p := claim()
	p.Since = p.Since.Add(499 * time.Microsecond).In(time.FixedZone("", 3600))
	if err := f.Write(p); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(f.Path())
	if diff := cmp.Diff(phaseText, string(data)); diff != "" || err != nil {
		t.Errorf("file (-want +got): %v\n%s", err, diff)
	}
	got, err = f.Read()
	if diff := cmp.Diff(claim(), got); diff != "" || err != nil {
		t.Errorf("read again (-want +got): %v\n%s", err, diff)
	}
	p.Condition, p.Warnings = "", nil
	for _, phase := range []volume.PhaseName{volume.PhaseInit, volume.PhaseWaiting, volume.PhaseTurn, volume.PhaseStarting} {
		p.Phase = phase
		if err := f.Write(p); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		if got, err := f.Read(); got.Phase != phase || got.Condition != "" || got.Warnings != nil || err != nil {
			t.Errorf("%s read as %+v, %v", phase, got, err)
		}
	}
}

func TestPhaseReason(t *testing.T) {
	for _, tt := range []struct{ name, reason, want string }{
		{"none", "", ""},
		{"longest", strings.Repeat("x", volume.MaxReason), strings.Repeat("x", volume.MaxReason)},
		{"too long", strings.Repeat("x", volume.MaxReason+1), strings.Repeat("x", volume.MaxReason)},
		{"cut before a character", strings.Repeat("x", volume.MaxReason-1) + "é", strings.Repeat("x", volume.MaxReason-1)},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
		{"the longest in the file", strings.Repeat("\x01", volume.MaxReason), strings.Repeat("\x01", volume.MaxReason)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
			p := claim()
			p.Reason = tt.reason
			if err := f.Write(p); err != nil {
				t.Fatal(err)
			}
			got, err := f.Read()
			if err != nil || got.Reason != tt.want || !utf8.ValidString(got.Reason) {
				t.Errorf("reason %q, %v; want %q", got.Reason, err, tt.want)
			}
		})
	}
}

func TestWritePhaseRefuses(t *testing.T) {
	f := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
	for _, tt := range []struct {
		name   string
		change func(*volume.Phase)
		want   string
	}{
		{"what the agent finds out", func(p *volume.Phase) { p.Phase = "joined" }, `phase is "joined"`},
		{"nothing", func(p *volume.Phase) { p.Phase = "" }, `phase is ""`},
		{"a claim without a position", func(p *volume.Phase) { p.Position = nil }, "claiming without a position"},
		{"a turn without a position", func(p *volume.Phase) { p.Phase, p.Position = volume.PhaseTurn, nil }, "turn without a position"},
		{"a position below zero", func(p *volume.Phase) { p.Position.Members = -1 }, "position[1] is -1"},
		{"a position of nobody", func(p *volume.Phase) { p.Position.Pod = "" }, `position[4] is ""`},
		{"a condition that is no label", func(p *volume.Phase) { p.Condition = "No rack" }, `condition is "No rack"; it takes 1-40 characters`},
		{"a long condition", func(p *volume.Phase) { p.Condition = strings.Repeat("x", 41) }, "condition is "},
		{"a warning of nothing", func(p *volume.Phase) { p.Warnings = []string{"no-rack", ""} }, `warnings[1] is ""`},
		{"too many warnings", func(p *volume.Phase) { p.Warnings = slices.Repeat([]string{"x"}, volume.MaxWarnings+1) }, "warnings has 11 entries; it takes 10"},
		{"a year that no file holds", func(p *volume.Phase) { p.Renewed = noon.AddDate(9000, 0, 0) }, "a time is in the year 11026"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := claim()
			tt.change(&p)
			wantError(t, f.Write(p), "internal: write "+f.Path()+": ", tt.want)
		})
	}
	if _, err := os.Stat(f.Path()); err == nil {
		t.Error("a file was written all the same")
	}
}

// TestWritePhaseOverDirectory holds that a failed rename leaves nothing.
func TestWritePhaseOverDirectory(t *testing.T) {
	f := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
	put(t, f.Path(), "x", "")
	wantError(t, f.Write(claim()), f.Path()+": ")
	_, err := f.Read()
	wantError(t, err, f.Path()+": is no regular file")
	if _, err := os.Stat(f.Path() + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new file was left: %v", err)
	}
	f.Dir = f.Path() + "/absent"
	wantError(t, f.Write(claim()), f.Path()+".new: no such file or directory")
}

func TestReadPhaseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"empty", phaseText, "", "is empty"},
		{"torn", phaseText[20:], "", "ends in the middle"},
		{"too large", "\n}", strings.Repeat(" ", volume.MaxPhaseSize) + "}", "has more than 16384 bytes"},
		{"another key", `"reason"`, `"why"`, `has the key "why"`},
		{"a phase of the agent", `"claiming"`, `"stopped"`, `phase is "stopped"`},
		{"a number for a phase", `"claiming"`, `1`, "phase is a number"},
		{"a short position", "    1,\n", "", "position has 4 entries; it takes 5 or none"},
		{"a pod for a number", "    1,", "    \"1\",", `position has "\"1\"" as entry 0`},
		{"null for a number", "    1,", "    null,", `position has "null" as entry 0`},
		{"a text for the position", phaseText[strings.Index(phaseText, "["):strings.Index(phaseText, "  \"reason\"")], `"0",`, "position is no list"},
		{"a time without milliseconds", "00.123Z", "00Z", `since is "2026-11-22T12:00:00Z"`},
		{"a time elsewhere", "04.123Z", "04.123+01:00", `renewed is "2026-11-22T12:00:04.123+01:00"`},
		{"a comma in a time", "00.123Z", "00,123Z", `since is "2026-11-22T12:00:00,123Z"`},
		{"no time", "2026-11-22T12:00:00.123Z", "now", `since is "now"`},
		{"a number in a condition", "larger-claim", "larger-claim-2", `condition is "larger-claim-2"`},
		{"null for no condition", `"larger-claim"`, "null", "condition is null"},
		{"null for no warnings", phaseText[strings.Index(phaseText, "[\n    \"no-"):strings.Index(phaseText, ",\n  \"since")], "null", "warnings is null"},
		{"null for a warning", `"no-rack"`, "null", `warnings[0] is ""`},
		{"a line for a warning", "no-rack", `no\nrack`, `warnings[0] is "no\nrack"`},
		{"no condition", "  \"condition\": \"larger-claim\",\n", "", `lacks the key "condition"`},
		{"a long reason", "dc-eastus", strings.Repeat("x", volume.MaxReason), "reason has 1040 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(phaseText, tt.old) {
				t.Fatalf("the good file lacks %s", tt.old)
			}
			f := volume.PhaseFile{Dir: t.TempDir(), Files: volume.OS{}}
			put(t, f.Dir, ".ringwright-phase.json", strings.Replace(phaseText, tt.old, tt.new, 1))
			_, err := f.Read()
			wantError(t, err, f.Path()+": ", tt.want, "; delete the pod")
		})
	}
}

func TestPhaseAge(t *testing.T) {
	renewed := claim().Renewed
	for _, tt := range []struct {
		name  string
		phase volume.PhaseName
		now   time.Time
		stale bool
	}{
		{"just now", volume.PhaseClaiming, renewed, false},
		{"the last moment", volume.PhaseClaiming, renewed.Add(9999 * time.Millisecond), false},
		{"stale", volume.PhaseClaiming, renewed.Add(10 * time.Second), true},
		{"long dead", volume.PhaseClaiming, renewed.AddDate(300, 0, 0), true},
		{"a clock a little behind", volume.PhaseClaiming, renewed.Add(-time.Second), false},
		{"a clock that was set back", volume.PhaseClaiming, renewed.Add(-10 * time.Second), true},
		{"a turn just now", volume.PhaseTurn, renewed, false},
		{"the last moment of a turn", volume.PhaseTurn, renewed.Add(9999 * time.Millisecond), false},
		{"a stale turn", volume.PhaseTurn, renewed.Add(10 * time.Second), true},
		{"a turn before a clock that was set back", volume.PhaseTurn, renewed.Add(-10 * time.Second), true},
		{"who waits keeps nobody back", volume.PhaseWaiting, renewed.Add(time.Hour), false},
		{"a start is ended by its ports", volume.PhaseStarting, renewed.Add(time.Hour), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := claim()
			p.Phase = tt.phase
			if stale := p.Stale(tt.now); stale != tt.stale {
				t.Errorf("stale %t, want %t", stale, tt.stale)
			}
			want := p
			if tt.stale {
				want.Phase, want.Since = volume.PhaseWaiting, renewed.Add(10*time.Second)
				want.Condition, want.Warnings = "", nil
				want.Reason = "phase " + string(tt.phase) + " was not renewed for 10s: init has ended or hangs"
			}
			if diff := cmp.Diff(want, p.At(tt.now)); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
		})
	}
}
