package e2e

import (
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// rounds is how often each way of forming a ring is measured. One after the
// other, so that a machine that is busy for a while is so for all.
const rounds = 3

// BenchmarkSixMembers forms the same ring of six with short delays by hand,
// through the sidecar without Kubernetes, and from kubectl apply, and gives the
// medians. The first two are what package ring measures.
func BenchmarkSixMembers(b *testing.B) {
	want(b)
	p, err := prepare()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var hand, sidecar, kubernetes []float64
		for range rounds {
			said, err := exec.Command("go", "test", "../ring", "-ring", "-count=1", "-timeout=30m", "-run=^$", "-bench=^BenchmarkSixMembers$/^short_delays$", "-benchtime=1x").CombinedOutput()
			if err != nil {
				b.Fatalf("without Kubernetes: %v\n%s", err, said)
			}
			hand = append(hand, figure(b, said, `([0-9.]+) s-by-hand`))
			sidecar = append(sidecar, figure(b, said, `([0-9.]+) s-sidecar`))
			kubernetes = append(kubernetes, p.formation(b))
		}
		b.Logf("by hand %v s, sidecar %v s, kubectl apply %v s", hand, sidecar, kubernetes)
		b.ReportMetric(median(hand), "s-by-hand")
		b.ReportMetric(median(sidecar), "s-sidecar")
		b.ReportMetric(median(kubernetes), "s-kubernetes")
		b.ReportMetric(median(sidecar)/median(hand), "ratio-sidecar")
		b.ReportMetric(median(kubernetes)/median(hand), "ratio-kubernetes")
		b.ReportMetric(0, "ns/op")
	}
}

// formation is how long a ring takes in a world of its own, from kubectl apply.
func (p prepared) formation(b *testing.B) float64 {
	b.Helper()
	said, failed := p.story(b)
	if failed != nil {
		b.Fatalf("the story failed in its world: %v", failed)
	}
	return figure(b, said, regexp.QuoteMeta(formedIn)+`([0-9.]+) s`)
}

func figure(b *testing.B, text []byte, pattern string) float64 {
	b.Helper()
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		b.Fatalf("nothing like %q in\n%s", pattern, text)
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
