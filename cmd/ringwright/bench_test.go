package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkProcess runs the built command as a user does, one process a round,
// and reports the median of its wall-clock time and its largest resident memory.
func BenchmarkProcess(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "ringwright")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	peered := filepath.Join(b.TempDir(), "ring.yaml")
	if err := os.WriteFile(peered, peeredRing(20), 0o600); err != nil {
		b.Fatal(err)
	}
	const example = "../../ring.yaml"
	for _, tt := range []struct {
		name, spec string
		fresh      bool // a new folder each time, so that every file is written
	}{{"unchanged", example, false}, {"fresh", example, true}, {"peered=20", peered, true}} {
		b.Run(tt.name, func(b *testing.B) {
			dir := b.TempDir()
			var times []time.Duration
			var most int64
			round := 0
			for b.Loop() {
				out := filepath.Join(dir, "out")
				if round++; tt.fresh {
					out = filepath.Join(dir, fmt.Sprint(round))
				}
				command := exec.Command(bin, "generate", "-f", tt.spec, "-o", out)
				var said strings.Builder
				command.Stderr = &said
				begun := time.Now()
				if err := command.Run(); err != nil {
					b.Fatalf("%v: %s", err, said.String())
				}
				times = append(times, time.Since(begun))
				if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
					most = max(most, usage.Maxrss)
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(float64(most)/1024, "MiB/max")
		})
	}
}

// peeredRing is a spec of n regions whose VNets are peered.
func peeredRing(n int) []byte {
	spec := []byte("apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\nlink: peering\n" +
		"kubernetes: { serviceCidr: 172.16.0.0/16 }\nsidecar: { image: \"registry.example.com/ringwright-sidecar:1\" }\nregions:\n")
	for i := range n {
		spec = fmt.Appendf(spec, "- { location: eastus, name: r%d, vnet: 10.%d.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", i, i)
	}
	return spec
}
