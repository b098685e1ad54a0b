package agent

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// wantMetrics holds that each of the lines is in the metrics, and that every
// other sample of the same names is 0.
func (sc *scene) wantMetrics(t *testing.T, lines ...string) {
	t.Helper()
	text := sc.get("GET", "/metrics", "10.9.0.1:1").Body.String()
	names := map[string]bool{}
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("lacks %s", line)
		}
		names[strings.FieldsFunc(line, func(r rune) bool { return r == '{' || r == ' ' })[0]] = true
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name := strings.FieldsFunc(line, func(r rune) bool { return r == '{' || r == ' ' })[0]
		if names[name] && !slices.Contains(lines, line) && !strings.HasSuffix(line, " 0") {
			t.Errorf("has %s", line)
		}
	}
}

func TestMetrics(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.setUp()
		s := aJoiner()
		s.FailedStarts = 2
		s.LastSeeds = []string{east1, east2}
		s.Gone = []string{id(1), id(2), id(3)}
		sc.holds(s)
		sc.says(volume.PhaseWaiting, func(p *volume.Phase) { p.Condition = "someone-starting" })
		sc.set(func() {
			sc.obs = allLive()
			sc.obs.DNS[1].Answer = decide.Silent
			sc.obs.Agents[2].Node.RingID = ringY
			sc.obs.Agents = append(sc.obs.Agents, quiet("10.2.0.99", 0, "dc-south"), quiet("10.2.0.98", 0))
		})
		sc.start()
		sc.pass(2 * time.Second)
		sc.wantMetrics(t, `ringwright_phase{phase="waiting"} 1`, `ringwright_volume{volume="joining"} 1`, `ringwright_ready 0`,
			`ringwright_failed_starts 2`, `ringwright_seeds 2`, `ringwright_gone 3`, `ringwright_known_pods 2`, `ringwright_settings_ok 1`,
			`ringwright_agents{datacenter="dc-east",state="answering"} 2`, `ringwright_agents{datacenter="dc-east",state="silent"} 0`,
			`ringwright_agents{datacenter="dc-south",state="answering"} 1`, `ringwright_agents{datacenter="dc-south",state="silent"} 1`,
			`ringwright_dns_up{datacenter="dc-east"} 1`, `ringwright_dns_up{datacenter="dc-south"} 0`, `ringwright_two_rings 1`,
			`ringwright_condition{condition="someone-starting"} 1`)
		sc.says(volume.PhaseStarting, func(p *volume.Phase) { p.Warnings = []string{"no-rack", "no-reading"} })
		sc.cassandra(true, portOpen)
		sc.tools.set(func() {
			sc.tools.members, sc.tools.takes = []nodetool.Member{normal(own, hostA)}, 1500*time.Millisecond
		})
		sc.put("settings.yaml", "")
		sc.pass(time.Minute)
		sc.wantMetrics(t, `ringwright_phase{phase="joined"} 1`, `ringwright_volume{volume="joined"} 1`, `ringwright_ready 1`,
			`ringwright_condition{condition="someone-starting"} 0`, `ringwright_start_warning{condition="no-rack"} 1`, `ringwright_start_warning{condition="no-reading"} 1`,
			`ringwright_settings_ok 0`, `ringwright_nodetool_seconds_count{command="status"} 1`, `ringwright_nodetool_seconds_sum{command="status"} 1.5`,
			`ringwright_nodetool_failures_total{command="status"} 0`)
	})
}

func TestToolsAreMeasured(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.tools.fails = errors.New("no")
		ctx := t.Context()
		sc.agent.tools.Status(ctx)
		sc.agent.tools.Mode(ctx)
		sc.agent.tools.KnowsFailedJoin(ctx)
		sc.agent.tools.HostID(ctx)
		sc.agent.tools.ReloadSeeds(ctx)
		sc.agent.tools.StopDaemon(ctx)
		sc.wantMetrics(t, `ringwright_nodetool_failures_total{command="status"} 1`, `ringwright_nodetool_failures_total{command="netstats"} 1`, `ringwright_nodetool_failures_total{command="version"} 1`,
			`ringwright_nodetool_failures_total{command="info"} 1`, `ringwright_nodetool_failures_total{command="reloadseeds"} 1`,
			`ringwright_nodetool_failures_total{command="stopdaemon"} 1`)
	})
}

// TestMetricsNames holds that the names follow Prometheus's rules.
func TestMetricsNames(t *testing.T) {
	play(t, func(t *testing.T, sc *scene) {
		sc.setUp()
		sc.holds(aMember())
		sc.says(volume.PhaseStarting, func(p *volume.Phase) { p.Warnings, p.Condition = []string{"no-rack"}, "x" })
		sc.set(func() { sc.obs = allLive() })
		sc.start()
		sc.pass(2 * time.Second)
		sc.agent.tools.Status(t.Context())
		problems, err := testutil.GatherAndLint(sc.metrics.registry)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
		families, err := sc.metrics.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		mine := regexp.MustCompile(`^ringwright_[a-z_]+$`)
		n := 0
		for _, f := range families {
			if mine.MatchString(f.GetName()) {
				n++
			} else if !strings.HasPrefix(f.GetName(), "go_") && !strings.HasPrefix(f.GetName(), "process_") {
				t.Errorf("has %s", f.GetName())
			}
		}
		if n != 17 {
			t.Errorf("%d metrics of the sidecar's own, want 17", n)
		}
	})
}

// TestLabelsAreBounded holds that no phase file can make metrics without end.
func TestLabelsAreBounded(t *testing.T) {
	l := newLabels()
	for i := range 1000 {
		name := strings.Repeat("x", i%40+1) + strings.Repeat("y", i/40)
		l.note(sight{Condition: name, Warnings: []string{name}})
	}
	conditions, warnings := l.note(sight{})
	if len(conditions) != maxLabels || len(warnings) != maxLabels {
		t.Errorf("%d conditions and %d warnings", len(conditions), len(warnings))
	}
}
