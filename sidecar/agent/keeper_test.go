package agent

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

func (sc *scene) wantSettings(t *testing.T, members int, ok bool) {
	t.Helper()
	s, has, good := sc.settings.current()
	if has != (members > 0) || s.Members != members || good != ok {
		t.Errorf("settings of %d members, there %t, good %t; want %d, %t", s.Members, has, good, members, ok)
	}
}

func withMembers(t *testing.T, n int) string {
	return goodSettings(t, func(s *settings.Settings) { s.Members = n })
}

// TestSettings holds that bad settings end nothing: at the start nothing is
// looked at, later the last good ones count, and each is logged once.
func TestSettings(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.put("settings.yaml", "ring: [")
		sc.holds(aJoiner())
		sc.start()
		sc.pass(time.Minute)
		sc.wantSettings(t, 0, false)
		if n, err := sc.node(); err != nil || n.Ring != "customers" || sc.looks != 0 {
			t.Errorf("%+v, %v, %d looks", n, err, sc.looks)
		}
		sc.put("settings.yaml", withMembers(t, 3))
		sc.pass(time.Minute)
		sc.wantSettings(t, 3, true)
		if sc.looks == 0 {
			t.Error("no looks with good settings")
		}
		sc.put("settings.yaml", withMembers(t, 4)+"unknown: key\n")
		sc.pass(time.Minute)
		sc.wantSettings(t, 3, false)
		if err := os.Remove(sc.pod.Flags.Settings); err != nil {
			t.Fatal(err)
		}
		sc.pass(time.Minute)
		sc.wantSettings(t, 3, false)
		sc.put("settings.yaml", withMembers(t, 5))
		sc.pass(time.Minute)
		sc.wantSettings(t, 5, true)
		for text, want := range map[string]int{"reading the settings fails": 3, "reading the settings works again": 2} {
			if n := sc.logged(text); n != want {
				t.Errorf("%q is logged %d times, want %d", text, n, want)
			}
		}
	})
}

// TestKeptSettings holds that a member goes by the last good copy, and nobody
// else does.
func TestKeptSettings(t *testing.T) {
	for _, tt := range []struct {
		s    volume.State
		want int
	}{{aMember(), 4}, {aJoiner(), 0}} {
		play(t, func(t *testing.T, sc *scene) {
			sc.holds(tt.s)
			if err := sc.pod.Volume.KeepSettings(t.Context(), []byte(withMembers(t, 4))); err != nil {
				t.Fatal(err)
			}
			sc.put("settings.yaml", "")
			sc.start()
			sc.pass(time.Minute)
			sc.wantSettings(t, tt.want, false)
		})
	}
}

// TestSettingsOnFullDisk holds that settings count that cannot be kept, and
// that they are kept once there is room.
func TestSettingsOnFullDisk(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.holds(aJoiner())
		sc.put("settings.yaml", withMembers(t, 4))
		sc.set(func() { sc.full = true })
		sc.start()
		sc.pass(time.Minute)
		sc.wantSettings(t, 4, true)
		if _, err := sc.pod.Volume.KeptSettings(); err == nil {
			t.Error("kept on a full disk")
		}
		sc.set(func() { sc.full = false })
		sc.pass(time.Minute)
		if s, err := sc.pod.Volume.KeptSettings(); err != nil || s.Members != 4 {
			t.Errorf("kept %v, %v", s, err)
		}
	})
}

// TestSettingsAreReadOnce holds that a file which has not changed is not
// parsed again.
func TestSettingsAreReadOnce(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.put("settings.yaml", withMembers(t, 4))
		sc.settings.read(t.Context(), false)
		info, err := os.Stat(sc.pod.Flags.Settings)
		if err != nil {
			t.Fatal(err)
		}
		sc.put("settings.yaml", strings.Repeat("x", int(info.Size())))
		if err := os.Chtimes(sc.pod.Flags.Settings, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
		sc.settings.read(t.Context(), false)
		sc.wantSettings(t, 4, true)
	})
}
