package metadata_test

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/metadata"
)

// budget is the service's limit: requests a second and machine.
const budget = 5

// runs is how many machines each case starts.
const runs = 25

// counting is a metadata service that keeps its limit as strictly as can be
// read into it: every request counts, the refused ones, too, in any second.
type counting struct {
	mu      sync.Mutex
	arrived []time.Time
	refused []time.Time
	worst   int
	service http.Handler
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.over() {
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	c.service.ServeHTTP(w, r)
}

func (c *counting) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, second := time.Now(), 0
	c.arrived = append(c.arrived, now)
	for _, at := range c.arrived {
		if now.Sub(at) < time.Second {
			second++
		}
	}
	c.worst = max(c.worst, second)
	if second > budget {
		c.refused = append(c.refused, now)
	}
	return second > budget
}

// asking is Fetch, for a first start, or FetchOnce, for a later one.
type asking = func(*metadata.Client, context.Context) (metadata.Instance, error)

// result is what became of the pods of one machine.
type result struct {
	service *counting
	began   time.Time
	// took is how long each pod waited for its answer, from its own start on.
	took []time.Duration
	errs []error
}

// simulate starts a pod per address on one machine, each after its delay.
// Every connection takes up to 50 ms.
func simulate(t *testing.T, random *rand.Rand, pods []netip.Addr, patient func(int) bool, delay func(int) time.Duration, ask asking, service func() http.Handler) result {
	time.Sleep(time.Duration(random.Int64N(int64(time.Minute)))) // machines boot when they like
	r := result{
		service: &counting{service: service()}, began: time.Now(),
		took: make([]time.Duration, len(pods)), errs: make([]error, len(pods)),
	}
	n := serve(t, r.service)
	var all sync.WaitGroup
	for i, address := range pods {
		own := rand.New(rand.NewPCG(random.Uint64(), uint64(i)))
		wait := delay(i)
		client := &metadata.Client{
			Base: "http://169.254.169.254", Timeout: 70 * time.Second, Address: address, Patient: patient(i), Random: own.Float64,
			Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				time.Sleep(time.Duration(own.Int64N(int64(50 * time.Millisecond))))
				return n.Dial(ctx, network, address)
			},
		}
		all.Go(func() {
			time.Sleep(wait)
			started := time.Now()
			_, r.errs[i] = ask(client, t.Context())
			r.took[i] = time.Since(started)
		})
	}
	all.Wait()
	return r
}

// neighbours are eight addresses in a row, as host-local gives them to pods
// that start together, from any address on.
func neighbours(random *rand.Rand) []netip.Addr {
	pods := make([]netip.Addr, 8)
	address := netip.AddrFrom4([4]byte{10, 1, byte(random.UintN(128)), byte(2 + random.UintN(240))})
	for i := range pods {
		pods[i], address = address, address.Next()
	}
	random.Shuffle(len(pods), func(i, j int) { pods[i], pods[j] = pods[j], pods[i] })
	return pods
}

// block are eight addresses of an aligned block of 32, which is what a machine
// has by default, in no order.
func block(random *rand.Rand) []netip.Addr {
	pods, first := make([]netip.Addr, 8), 32*random.UintN(8)
	for i, host := range random.Perm(32)[:8] {
		pods[i] = netip.AddrFrom4([4]byte{10, 1, 0, byte(first) + byte(host)})
	}
	return pods
}

// strangers are eight different addresses of a subnet, in no order.
func strangers(random *rand.Rand) []netip.Addr {
	pods := make([]netip.Addr, 8)
	for i, host := range random.Perm(250)[:8] {
		pods[i] = netip.AddrFrom4([4]byte{10, 1, 0, byte(2 + host)})
	}
	return pods
}

// rivals are eight addresses that all have the same turn.
func rivals(*rand.Rand) []netip.Addr {
	pods := make([]netip.Addr, 8)
	for i := range pods {
		pods[i] = netip.AddrFrom4([4]byte{10, 1, 0, byte(8 * (i + 1))})
	}
	return pods
}

func answers(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
}

// down answers with the status until the given time has passed.
func down(status int, until time.Duration, body []byte) http.Handler {
	began := time.Now()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if time.Since(began) < until {
			w.WriteHeader(status)
			return
		}
		_, _ = w.Write(body)
	})
}

var (
	fetch     asking = (*metadata.Client).Fetch
	fetchOnce asking = (*metadata.Client).FetchOnce
)

func always(int) bool { return true }
func never(int) bool  { return false }
func some(i int) bool { return i%2 == 0 }

// checkAnswers holds that every pod has its answer in time.
func (r result) checkAnswers(t *testing.T, seed uint64, most time.Duration) {
	t.Helper()
	for i, err := range r.errs {
		if err != nil || r.took[i] > most {
			t.Errorf("seed %d: pod %d: after %v: %v, want an answer within %v", seed, i, r.took[i], err, most)
		}
	}
}

const (
	shortWait = 1730 * time.Millisecond // a short round, and the way
	longWait  = 6770 * time.Millisecond // a long one
)

// TestBudget holds the promise: eight pods that start on one machine, at once
// or not, with the service well or ill, ask it at most five times in any
// second, and so are never turned away.
func TestBudget(t *testing.T) {
	t.Parallel()
	body := fixture(t, "availability-set")
	well := func() http.Handler { return answers(body) }
	tests := []struct {
		name    string
		ask     asking
		pods    func(*rand.Rand) []netip.Addr
		patient func(int) bool
		apart   time.Duration // starts lie within it
		service func() http.Handler
		most    time.Duration // until every pod has its answer
	}{
		{"neighbours, at once", fetch, neighbours, never, 0, well, shortWait},
		{"neighbours, within a round", fetch, neighbours, never, 1700 * time.Millisecond, well, shortWait},
		{"neighbours, within ten seconds", fetch, neighbours, never, 10 * time.Second, well, shortWait},
		{"neighbours, some patient", fetch, neighbours, some, time.Second, well, longWait},
		{"neighbours, an update of 50 s", fetch, neighbours, never, 0, func() http.Handler { return down(http.StatusGone, 50*time.Second, body) }, 72 * time.Second},
		{"neighbours, a fault of 5 s", fetch, neighbours, never, time.Second, func() http.Handler { return down(http.StatusInternalServerError, 5*time.Second, body) }, 20 * time.Second},
		{"neighbours, silence of 30 s", fetch, neighbours, some, time.Second, func() http.Handler { return silent(30*time.Second, body) }, 77 * time.Second},
		{"neighbours' later starts, at once", fetchOnce, neighbours, never, 0, well, shortWait},
		{"neighbours' later starts, within a round", fetchOnce, neighbours, never, 1700 * time.Millisecond, well, shortWait},
		{"a machine's block, at once", fetch, block, always, 0, well, longWait},
		{"a machine's block, within ten seconds", fetch, block, always, 10 * time.Second, well, longWait},
		{"a machine's block, an update of 50 s", fetch, block, always, time.Second, func() http.Handler { return down(http.StatusGone, 50*time.Second, body) }, 77 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(runs) {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(seed, 1))
					r := simulate(t, random, tt.pods(random), tt.patient, func(int) time.Duration {
						return time.Duration(random.Int64N(int64(tt.apart) + 1))
					}, tt.ask, tt.service)
					r.checkAnswers(t, seed, tt.most)
					if r.service.worst > budget || len(r.service.refused) > 0 {
						t.Errorf("seed %d: %d requests in one second, %d refused; want at most %d and none", seed, r.service.worst, len(r.service.refused), budget)
					}
				})
			}
		})
	}
}

// TestBudgetOverrun says what happens where turns cannot keep the pods below
// the limit, because their addresses lie anywhere or, at worst, all have one
// turn: some of the first requests are refused, and everybody has an answer
// soon after. A long round makes that rare.
func TestBudgetOverrun(t *testing.T) {
	t.Parallel()
	body := fixture(t, "aks-zonal")
	well := func() http.Handler { return answers(body) }
	tests := []struct {
		name    string
		pods    func(*rand.Rand) []netip.Addr
		patient func(int) bool
		service func() http.Handler
		refused int           // in one run, at most
		overall [2]int        // in all runs: at least, at most
		until   time.Duration // since the start; later requests are not refused
		most    time.Duration // until every pod has its answer
	}{
		{"strangers", strangers, never, well, 3, [2]int{1, 3 * runs}, shortWait, 7 * time.Second},
		{"strangers, patient", strangers, always, well, 3, [2]int{0, 3}, longWait, 20 * time.Second},
		{"rivals", rivals, never, well, 3, [2]int{3 * runs, 3 * runs}, shortWait, 7 * time.Second},
		{"rivals, an update of 50 s", rivals, never, func() http.Handler { return down(http.StatusGone, 50*time.Second, body) }, 12, [2]int{3 * runs, 12 * runs}, 72 * time.Second, 72 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			refused := 0
			for seed := range uint64(runs) {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(seed, 2))
					r := simulate(t, random, tt.pods(random), tt.patient, func(int) time.Duration { return 0 }, fetch, tt.service)
					r.checkAnswers(t, seed, tt.most)
					for _, at := range r.service.refused {
						if at.Sub(r.began) > tt.until {
							t.Errorf("seed %d: refused after %v, want none after %v", seed, at.Sub(r.began), tt.until)
						}
					}
					if len(r.service.refused) > tt.refused {
						t.Errorf("seed %d: %d refused, want at most %d", seed, len(r.service.refused), tt.refused)
					}
					refused += len(r.service.refused)
				})
			}
			if refused < tt.overall[0] || refused > tt.overall[1] {
				t.Errorf("%d requests refused in all runs, want %d to %d", refused, tt.overall[0], tt.overall[1])
			}
			t.Logf("%d requests refused in %d starts of eight pods", refused, runs)
		})
	}
}

// silent never answers what arrives before the given time has passed.
func silent(until time.Duration, body []byte) http.Handler {
	began := time.Now()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if time.Since(began) < until {
			<-r.Context().Done()
			return
		}
		_, _ = w.Write(body)
	})
}
