package start

import (
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
)

func TestOnce(t *testing.T) {
	tests := []struct {
		name   string
		first  string
		second string
		lines  int
	}{
		{"the same", "waiting: nobody is live", "waiting: nobody is live", 1},
		{"another pod", "cassandra-1-0 (10.1.0.11) is starting", "cassandra-2-0 (10.1.0.11) is starting", 2},
		{"another address", "10.1.0.11 does not answer", "10.1.0.12 does not answer", 2},
		{"another host id", "member " + hostID + " is lost", "member " + lostID + " is lost", 2},
		{"a number that counts", "the DNS gives 2 of 3 pods.", "the DNS gives 1 of 3 pods.", 1},
		{"a time that counts", "silent (for 59s), at most 2m0s", "silent (for 1m1.5s), at most 2m0s", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			logger, o := slog.New(slog.NewTextHandler(&log, nil)), once{}
			for _, line := range []string{tt.first, tt.second, tt.second} {
				o.say(logger, aboutStart, line)
			}
			if lines := strings.Count(log.String(), "\n"); lines != tt.lines {
				t.Errorf("%d lines, want %d:\n%s", lines, tt.lines, log.String())
			}
		})
	}
}

// TestQuietWhileItWaits holds that waiting for two reasons at once does not
// fill the log, and that what changes is told.
func TestQuietWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.joined()
		s.empty()
		s.serving()
		s.must(s.starterVolume().KeepSettings(t.Context(), []byte(s.read("settings.yaml"))))
		good := s.read("settings.yaml")
		s.write(s.flags.Settings, "ring: [")
		taken := decide.Member{Address: netip.MustParseAddr(me), HostID: "00000000-0000-4000-8000-00000000000c", Datacenter: "dc-eastus", Rack: "rack-2", State: decide.Normal}
		s.ring = append(s.ring, taken)
		ended := make(chan error)
		go func() { ended <- s.run(t.Context()) }()
		time.Sleep(time.Minute)
		count := func(text string, want int) {
			t.Helper()
			if n := strings.Count(s.log.String(), text); n != want {
				t.Errorf("%d lines say %q, want %d:\n%s", n, text, want, s.log.String())
			}
		}
		count("starting with the last good settings", 1)
		count("at this pod's address", 1)
		s.write(s.flags.Settings, good)
		time.Sleep(10 * time.Second)
		s.write(s.flags.Settings, "ring: [")
		time.Sleep(10 * time.Second)
		count("starting with the last good settings", 2)
		s.mu.Lock()
		s.ring = s.ring[:1]
		s.mu.Unlock()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
