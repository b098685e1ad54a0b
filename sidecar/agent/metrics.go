package agent

import (
	"context"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/nodetool"
)

// metrics are what Prometheus is told. All but what happens by itself is
// asked for when somebody looks.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	failures *prometheus.CounterVec
	reloads  prometheus.Counter
}

func newMetrics(state prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ringwright_nodetool_seconds", Help: "How long nodetool ran, its Java machine's start included.",
			Buckets: []float64{0.5, 1, 2, 3, 5, 10, 20},
		}, []string{"command"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ringwright_nodetool_failures_total", Help: "How often nodetool failed or ran too long.",
		}, []string{"command"}),
		reloads: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ringwright_seeds_reloads_total", Help: "How often Cassandra was told to reload its seeds.",
		}),
	}
	m.registry.MustRegister(m.seconds, m.failures, m.reloads, state,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewGoCollector())
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true, ErrorHandling: promhttp.ContinueOnError})
}

// timed measures Cassandra's tools.
type timed struct {
	tools
	metrics *metrics
}

func (t timed) measure(command string, run func() error) {
	began := time.Now()
	err := run()
	t.metrics.seconds.WithLabelValues(command).Observe(time.Since(began).Seconds())
	failures := t.metrics.failures.WithLabelValues(command)
	if err != nil {
		failures.Inc()
	}
}

func (t timed) Status(ctx context.Context) (members []nodetool.Member, err error) {
	t.measure("status", func() error { members, err = t.tools.Status(ctx); return err })
	return members, err
}

func (t timed) Mode(ctx context.Context) (mode nodetool.Mode, err error) {
	t.measure("netstats", func() error { mode, err = t.tools.Mode(ctx); return err })
	return mode, err
}

func (t timed) KnowsFailedJoin(ctx context.Context) (knows bool, err error) {
	t.measure("version", func() error { knows, err = t.tools.KnowsFailedJoin(ctx); return err })
	return knows, err
}

func (t timed) HostID(ctx context.Context) (id string, err error) {
	t.measure("info", func() error { id, err = t.tools.HostID(ctx); return err })
	return id, err
}

func (t timed) ReloadSeeds(ctx context.Context) (err error) {
	t.measure("reloadseeds", func() error { err = t.tools.ReloadSeeds(ctx); return err })
	return err
}

func (t timed) StopDaemon(ctx context.Context) (err error) {
	t.measure("stopdaemon", func() error { err = t.tools.StopDaemon(ctx); return err })
	return err
}

// state collects what the agent sees when Prometheus asks.
type state struct{ *agent }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("ringwright_"+name, help, labels, nil)
}

var (
	buildInfo    = describe("build_info", "The sidecar's build; always 1.", "version", "goversion")
	phaseDesc    = describe("phase", "Whether this is what the pod is doing, as /v1/node publishes it.", "phase")
	volumeDesc   = describe("volume", "Whether this is what the pod's volume is, as /v1/node publishes it.", "volume")
	readyDesc    = describe("ready", "Whether Cassandra answers CQL.")
	failedDesc   = describe("failed_starts", "How often Cassandra ended before it had joined.")
	seedsDesc    = describe("seeds", "How many seeds were last given to Cassandra.")
	knownDesc    = describe("known_pods", "How many pods of the ring are known by the members that they are.")
	goneDesc     = describe("gone", "How many members are known to have been removed from the ring.")
	agentsDesc   = describe("agents", "How many agents answered the last look and how many did not.", "datacenter", "state")
	dnsDesc      = describe("dns_up", "Whether the datacenter's DNS answered the last look.", "datacenter")
	ringsDesc    = describe("two_rings", "Whether the last look showed two rings of this ring's name.")
	conditionIs  = describe("condition", "Whether this keeps the pod from starting.", "condition")
	warningIs    = describe("start_warning", "Whether the last start went on without this.", "condition")
	settingsDesc = describe("settings_ok", "Whether the settings file could be read and is right.")
)

// Describe is for prometheus.Collector.
func (c state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		buildInfo, phaseDesc, volumeDesc, readyDesc, failedDesc, seedsDesc, knownDesc, goneDesc,
		agentsDesc, dnsDesc, ringsDesc, conditionIs, warningIs, settingsDesc,
	} {
		to <- d
	}
}

// Collect is for prometheus.Collector.
func (c state) Collect(to chan<- prometheus.Metric) {
	set := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	is := func(d *prometheus.Desc, value bool, labels ...string) {
		if value {
			set(d, 1, labels...)
		} else {
			set(d, 0, labels...)
		}
	}
	p, s, seen := c.book.read(), c.watch.look(), c.rounder.summary()
	set(buildInfo, 1, version(), runtime.Version())
	for _, phase := range decide.Phases {
		is(phaseDesc, s.Phase == phase, string(phase))
	}
	for _, volume := range decide.Volumes {
		is(volumeDesc, p.Volume == volume, string(volume))
	}
	is(readyDesc, s.Phase == decide.Serving)
	set(failedDesc, float64(p.State.FailedStarts))
	set(seedsDesc, float64(len(p.State.LastSeeds)))
	set(knownDesc, float64(len(p.State.KnownPods)))
	set(goneDesc, float64(len(c.leavers.all(p.Gone))))
	for count, n := range seen.agents {
		set(agentsDesc, float64(n), count.datacenter, count.state)
	}
	for datacenter, up := range seen.dnsUp {
		is(dnsDesc, up, datacenter)
	}
	is(ringsDesc, seen.twoRings)
	conditions, warnings := c.labels.note(s)
	for condition, now := range conditions {
		is(conditionIs, now, condition)
	}
	for warning, now := range warnings {
		is(warningIs, now, warning)
	}
	_, _, good := c.settings.current()
	is(settingsDesc, good)
}

// version is the module's, as the build recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
