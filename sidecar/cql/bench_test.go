package cql_test

import (
	"crypto/tls"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/cql"
)

// BenchmarkAsk is the price of one readiness probe. cpu-ms/op is all that the
// process used, the server of the benchmark included.
func BenchmarkAsk(b *testing.B) {
	own := certificate(b)
	b.Run("plain", func(b *testing.B) {
		benchmarkAsk(b, cql.Plain, listen(b, func(conn net.Conn) { serve(conn, answer) }))
	})
	b.Run("tls", func(b *testing.B) {
		benchmarkAsk(b, cql.TLS, listen(b, func(conn net.Conn) {
			serve(tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{own}}), answer)
		}))
	})
}

func benchmarkAsk(b *testing.B, security cql.Security, address string) {
	p := &cql.Probe{Address: address, Security: security}
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		if err := p.Ask(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
}

// cpu is the processor time that the process has used.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
