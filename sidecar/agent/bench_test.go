package agent

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/ringwright/ringwright/sidecar/cql"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// benched is an agent beside a Cassandra that answers at an address. It is a
// member of a ring of as many pods.
func benched(b *testing.B, cassandra string, pods int) *agent {
	p := pod.New(settings.Flags{Conf: b.TempDir(), Data: b.TempDir(), Rack: "rack-0", PodName: "cassandra-0-0", PodIP: own, Listen: ":8089"})
	_, err := p.Volume.UpdateInit(b.Context(), func(own *volume.InitKeys, _ volume.RunKeys) error {
		*own = aMember().InitKeys
		return nil
	})
	if err == nil {
		_, err = p.Volume.UpdateRun(b.Context(), func(own *volume.RunKeys, _ volume.InitKeys) error {
			*own = aMember().RunKeys
			for i := range pods {
				own.KnownPods = append(own.KnownPods, known("dc-east", fmt.Sprintf("cassandra-0-%d", i), id(i), fmt.Sprintf("10.1.0.%d", i)))
			}
			return nil
		})
	}
	if err == nil {
		err = p.Phase.Write(volume.Phase{Phase: volume.PhaseStarting, Since: time.Now(), Renewed: time.Now()})
	}
	if err != nil {
		b.Fatal(err)
	}
	return newAgent(b.Context(), p, outside{
		cql: func(ctx context.Context, security cql.Security) error {
			return (&cql.Probe{Address: cassandra, Security: security}).Ask(ctx)
		},
		tools: &madeUp{counts: map[string]int{}},
	}, slog.New(slog.DiscardHandler))
}

// request measures requests to an agent. cpu-ms/op is all that the process
// used, the made-up Cassandra included.
func request(b *testing.B, a *agent, path string) {
	routes := a.routes()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = "10.1.0.11:40000"
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
}

// BenchmarkReady is the price of a kubelet's probe: at most 0.5 ms.
func BenchmarkReady(b *testing.B) {
	l := listen(b, "127.0.0.1:0")
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go supported(conn)
		}
	}()
	request(b, benched(b, l.Addr().String(), 6), "/ready")
}

// supported answers a question as Cassandra does.
func supported(conn net.Conn) {
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, 9)); err == nil {
		io.WriteString(conn, "\x84\x00\x0c\x91\x06\x00\x00\x00\x18\x00\x01\x00\x0bCQL_VERSION\x00\x01\x00\x053.4.7")
	}
}

// BenchmarkNode is the price of a peer's question.
func BenchmarkNode(b *testing.B) {
	for _, pods := range []int{6, 144} {
		b.Run(fmt.Sprintf("%d pods", pods), func(b *testing.B) { request(b, benched(b, "", pods), "/v1/node") })
	}
}

// BenchmarkMetrics is the price of a scrape.
func BenchmarkMetrics(b *testing.B) { request(b, benched(b, "", 6), "/metrics") }

// BenchmarkTick is what the agent does twice a second.
func BenchmarkTick(b *testing.B) {
	a := benched(b, "", 6)
	b.ReportAllocs()
	for b.Loop() {
		a.seen(a.watch.look())
	}
}

// cpu is the processor time that the process has used.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
