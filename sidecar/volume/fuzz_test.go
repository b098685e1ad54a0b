package volume_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// FuzzState holds that ParseState never panics, and that what it takes is
// written and read again to the same state.
func FuzzState(f *testing.F) {
	f.Add([]byte(stateFile))
	for _, seed := range []string{
		"", "{", "{}", "null", "[]", `{"ring": "a", "ring": "b"}`, `{"": {"": [[[[`, "\x00\x00", stateFile[:300], stateFile + "{}", "\xef\xbb\xbf" + stateFile,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := volume.ParseState(data)
		if err != nil {
			if diff := cmp.Diff(volume.State{}, s); diff != "" {
				t.Fatalf("state beside an error (-want +got):\n%s", diff)
			}
			return
		}
		d := &volume.Directory{Root: "/v", Files: newDisk()}
		// The two writers write in turn, so what holds between their keys
		// must hold half-way too.
		if got := write(t, d, s); !cmp.Equal(s, got) {
			t.Fatalf("written (-want +got):\n%s", cmp.Diff(s, got))
		}
		if got := read(t, d); !cmp.Equal(s, got) {
			t.Fatalf("read again (-want +got):\n%s", cmp.Diff(s, got))
		}
		for _, c := range []volume.Contents{{}, {Files: true}, {Files: true, Local: true}, {Files: true, Local: true, Identity: true}} {
			condition, err := s.Condition(c)
			if (condition == "") != (err != nil) {
				t.Fatalf("condition %q, %v", condition, err)
			}
			if condition == volume.Joined && (s.HostID == "" || !c.Identity) || condition == volume.Empty && c.Files {
				t.Fatalf("condition %q of %+v with %+v", condition, s, c)
			}
		}
	})
}

// FuzzPhase holds that ParsePhase never panics, and that what it takes is
// written and read again to the same phase, which is a turn or a claim for
// less than ten seconds.
func FuzzPhase(f *testing.F) {
	f.Add([]byte(phaseText), int64(0))
	for _, seed := range []string{
		"", "{}", `{"phase": "init", "position": [], "reason": "\ud800", "condition": "", "warnings": [], "since": "0001-01-01T00:00:00.000Z", "renewed": "9999-12-31T23:59:59.999Z"}`,
	} {
		f.Add([]byte(seed), int64(10*time.Second))
	}
	f.Fuzz(func(t *testing.T, data []byte, age int64) {
		p, err := volume.ParsePhase(data)
		if err != nil {
			return
		}
		file := volume.PhaseFile{Dir: "/v", Files: newDisk()}
		if err := file.Write(p); err != nil {
			t.Fatalf("write %+v: %v", p, err)
		}
		got, err := file.Read()
		if diff := cmp.Diff(p, got); diff != "" || err != nil {
			t.Fatalf("read again (-want +got): %v\n%s", err, diff)
		}
		published := p.At(p.Renewed.Add(time.Duration(age)))
		fresh := age > -int64(volume.ClaimLife) && age < int64(volume.ClaimLife)
		want := p.Phase
		if !fresh && (want == volume.PhaseTurn || want == volume.PhaseClaiming) {
			want = volume.PhaseWaiting
		}
		if published.Phase != want || !cmp.Equal(published.Position, p.Position) {
			t.Fatalf("%s published as %s after %s", p.Phase, published.Phase, time.Duration(age))
		}
	})
}
