package ring

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkSixMembers forms a ring of six by hand, each as soon as the one
// before it answers CQL, and through the sidecar, all at once; with short delays
// and with Cassandra's own.
func BenchmarkSixMembers(b *testing.B) {
	Want(b)
	for _, delays := range []struct {
		name string
		own  bool
	}{{"short delays", false}, {"own delays", true}} {
		b.Run(delays.name, func(b *testing.B) {
			if delays.own && !*slow {
				b.Skip("keeps Cassandra's own delays, and -own-delays=false was given")
			}
			for b.Loop() {
				hand := byHand(b, delays.own)
				all := allAtOnce(b, delays.own)
				b.ReportMetric(hand.Seconds(), "s-by-hand")
				b.ReportMetric(all.Seconds(), "s-sidecar")
				b.ReportMetric(all.Seconds()/hand.Seconds(), "ratio")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// formationLimit is how long a formation may take before it has failed.
const formationLimit = 20 * time.Minute

// byHand is how long six members take one after another.
func byHand(b *testing.B, own bool) (took time.Duration) {
	within(b, Options{ByHand: true, OwnDelays: own}, func(r *Rig) {
		began := time.Now()
		for _, p := range r.Pods() {
			p.CreateByHand(r.Pods()[0])
			r.UntilAnswer(formationLimit, p)
		}
		r.UntilSees(time.Minute, map[string]int{"UN": 6}, r.Pods()[0])
		took = time.Since(began)
	})
	return took
}

// allAtOnce is how long six pods take that are created at the same moment. It
// says where the time went.
func allAtOnce(b *testing.B, own bool) (took time.Duration) {
	within(b, Options{OwnDelays: own}, func(r *Rig) {
		began := time.Now()
		for _, p := range r.Pods() {
			p.Create()
		}
		r.UntilAnswer(formationLimit, r.Pods()...)
		r.UntilSees(time.Minute, map[string]int{"UN": 6}, r.Pods()[0])
		took = time.Since(began)
		r.watch.round()
		b.Log(r.watch.account(began))
	})
	return took
}

// within runs f in a world that is gone afterwards.
func within(b *testing.B, o Options, f func(*Rig)) {
	b.Helper()
	r := New(b, o)
	defer r.Close()
	f(r)
}

// account says how long the founder took, each join, and what lay between them.
func (w *watch) account(began time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	b.WriteString("where the time went:\n")
	last := began
	for _, s := range w.starts {
		fmt.Fprintf(&b, "  %6.1f s wait, then %6.1f s start of %s\n", s.from.Sub(last).Seconds(), s.to.Sub(s.from).Seconds(), s.pod.ID)
		last = s.to
	}
	return b.String()
}

// BenchmarkProbe says what one readiness probe costs the agent, beside what one
// nodetool info costs, and what the agent takes while nobody asks.
func BenchmarkProbe(b *testing.B) {
	Want(b)
	r := New(b, Options{OneRegion: true})
	p := r.Regions[0].Pods[0]
	for _, other := range r.Regions[0].Pods {
		other.Create()
	}
	r.UntilUp(4*time.Minute, 3, r.Regions[0].Pods...)
	r.watch.pause()
	for b.Loop() {
		idle := p.spent(b, func() { time.Sleep(20 * time.Second) })
		const probes = 2000
		probe := p.spent(b, func() {
			for range probes {
				if !p.Ready() {
					b.Fatal("the pod is not ready")
				}
			}
		})
		tool := p.nodetoolCost(b)
		now, err := costOf(p.agent.pid())
		r.must(err)
		b.ReportMetric(1000*probe.Seconds()/probes, "CPU-ms/probe")
		b.ReportMetric(1000*tool.Seconds(), "CPU-ms/nodetool-info")
		b.ReportMetric(tool.Seconds()/(probe.Seconds()/probes), "ratio")
		b.ReportMetric(100*idle.Seconds()/20, "CPU-%-idle")
		b.ReportMetric(float64(now.resident)/(1<<20), "MiB-agent")
		b.ReportMetric(0, "ns/op")
	}
}

// spent is the CPU time that the agent took during f.
func (p *Pod) spent(b *testing.B, f func()) time.Duration {
	b.Helper()
	before, err := costOf(p.agent.pid())
	p.Region.rig.must(err)
	f()
	after, err := costOf(p.agent.pid())
	p.Region.rig.must(err)
	return after.own + after.children - before.own - before.children
}

// nodetoolCost is the CPU time of one nodetool info, of five.
func (p *Pod) nodetoolCost(b *testing.B) time.Duration {
	b.Helper()
	const runs = 5
	var sum time.Duration
	for range runs {
		cmd := p.command("nodetool", "info")
		p.Region.rig.must(p.start(cmd))
		p.Region.rig.must(cmd.Wait())
		sum += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return sum / runs
}
