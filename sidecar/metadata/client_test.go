package metadata_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

const imds = "http://169.254.169.254"

func newClient(dial func(context.Context, string, string) (net.Conn, error)) *metadata.Client {
	return &metadata.Client{
		Base: imds, Timeout: 70 * time.Second, Address: netip.MustParseAddr("10.1.1.67"), Dial: dial,
		Random: func() float64 { return 0.5 },
	}
}

// status answers with a status, a body and headers, "Name: value" each.
func status(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// TestFetchBlocked is the address blocked by a firewall that drops, one that
// rejects, and a missing route.
func TestFetchBlocked(t *testing.T) {
	t.Parallel()
	fails := func(errno syscall.Errno) func(context.Context) error {
		return func(context.Context) error {
			return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno)}
		}
	}
	tests := []struct {
		name string
		dial func(context.Context) error
		want string
	}{
		{"dropped", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, "no answer within 2s"},
		{"rejected", fails(syscall.ECONNREFUSED), "out of reach: dial tcp: connect: connection refused"},
		{"no route", fails(syscall.EHOSTUNREACH), "no route to host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				instance, err := newClient(func(ctx context.Context, _, _ string) (net.Conn, error) { return nil, tt.dial(ctx) }).Fetch(t.Context())
				checkFailure(t, instance, err, tt.want)
				if took := time.Since(began); took < 60*time.Second || took > 72*time.Second {
					t.Errorf("gave up after %v, want 60-72 s", took)
				}
			})
		})
	}
}

// TestFetchRequest holds the request word for word.
func TestFetchRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []string
		n := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, r.Method, r.Host, r.RequestURI, strings.Join(r.Header["Metadata"], "+"), strings.Join(r.Header["Accept-Encoding"], "+"), r.Header.Get("X-Forwarded-For"))
			_, _ = w.Write(fixture(t, "aks-zonal"))
		}))
		if _, err := newClient(n.Dial).Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"GET", "169.254.169.254", "/metadata/instance?api-version=2021-12-13", "true", "", ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
	})
}

// TestFetchProxy holds that a proxy in the environment is not asked. A
// transport that heeds the environment shows that the test could tell.
func TestFetchProxy(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "http://10.8.8.8:3128")
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	synctest.Test(t, func(t *testing.T) {
		n := serve(t, answers(fixture(t, "aks-zonal")))
		if _, err := newClient(n.Dial).Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		heeds := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: n.Dial, DisableKeepAlives: true}
		response, err := (&http.Client{Transport: heeds}).Get(imds)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if diff := cmp.Diff([]string{"169.254.169.254:80", "10.8.8.8:3128"}, n.dialled); diff != "" {
			t.Errorf("dialled by the client, then by a transport that heeds the environment (-want +got):\n%s", diff)
		}
	})
}

// TestFetchRedirect holds that nobody else is asked.
func TestFetchRedirect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := serve(t, status(302, "", "Location: http://10.9.9.9/metadata/instance"))
		if instance, err := newClient(n.Dial).Fetch(t.Context()); err == nil {
			t.Errorf("got %+v, want an error", instance)
		}
		if diff := cmp.Diff([]string{"169.254.169.254:80"}, n.dialled); diff != "" {
			t.Errorf("dialled (-want +got):\n%s", diff)
		}
	})
}

// TestFetchVersion holds that a service without the version asked for is asked
// for the newest it has that is known to hold every field.
func TestFetchVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		n := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			version := r.URL.Query().Get("api-version")
			asked = append(asked, version)
			if version != "2019-08-15" {
				status(400, `{"error": "Bad request", "newest-versions": ["2099-01-01", "2018-10-01", "2019-08-15", "2017-08-01"]}`)(w, r)
				return
			}
			_, _ = w.Write(fixture(t, "availability-set"))
		}))
		client := newClient(n.Dial)
		var waiting []string
		client.Waiting = func(reason string) { waiting = append(waiting, reason) }
		instance, err := client.Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(metadata.Instance{Location: "eastus", FaultDomain: "1"}, instance); diff != "" {
			t.Errorf("instance (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"2021-12-13", "2019-08-15"}, asked); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
		if len(waiting) != 1 || !strings.Contains(waiting[0], "only 2099-01-01, 2018-10-01, 2019-08-15, 2017-08-01") {
			t.Errorf("said %q, want the versions offered, once", waiting)
		}
	})
}

// TestFetchRetryAfter holds that the service is left alone for as long as it
// asks, and that the reason is told when it changes.
func TestFetchRetryAfter(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"seconds", "date", "nonsense"} {
		t.Run(form, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Time
				n := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					at = append(at, time.Now())
					header := map[string]string{"seconds": "20", "date": time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat), "nonsense": "-20 parsecs"}[form]
					switch len(at) {
					case 1, 2:
						status(429, "", "Retry-After: "+header)(w, r)
					default:
						_, _ = w.Write(fixture(t, "aks-zonal"))
					}
				}))
				client, told := newClient(n.Dial), 0
				client.Waiting = func(string) { told++ }
				if _, err := client.Fetch(t.Context()); err != nil {
					t.Fatal(err)
				}
				least, most := 19*time.Second, 23*time.Second
				if form == "nonsense" {
					least, most = time.Second, 6*time.Second
				}
				for i := 1; i < len(at); i++ {
					if apart := at[i].Sub(at[i-1]); apart < least || apart > most {
						t.Errorf("tries %d and %d are %v apart, want %v to %v", i, i+1, apart, least, most)
					}
				}
				if len(at) != 3 || told != 1 {
					t.Errorf("%d tries, told %d times why, want 3 and 1", len(at), told)
				}
			})
		})
	}
}

// TestFetchEnds holds that SIGTERM ends it at once, whatever it is doing.
func TestFetchEnds(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{"in a pause": status(410, ""), "in a try": slowHeader} {
		for _, after := range []time.Duration{0, 100 * time.Millisecond, 3 * time.Second, 30 * time.Second} {
			t.Run(fmt.Sprintf("%s, after %v", name, after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := serve(t, handler)
					ctx, cancel := context.WithTimeout(t.Context(), after)
					defer cancel()
					began := time.Now()
					_, err := newClient(n.Dial).Fetch(ctx)
					if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != after {
						t.Errorf("ended after %v with %v, want after %v with ctx's error", time.Since(began), err, after)
					}
				})
			})
		}
	}
}

// TestFetchShortTimeout holds that even the shortest time-out is one try.
func TestFetchShortTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		n := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			tries++
			<-r.Context().Done()
		}))
		client := newClient(n.Dial)
		client.Timeout = 300 * time.Millisecond
		began := time.Now()
		_, err := client.Fetch(t.Context())
		synctest.Wait()
		if err == nil || !strings.Contains(err.Error(), "no answer within 300ms") || tries != 1 || time.Since(began) > 2*time.Second {
			t.Errorf("%d tries in %v: %v, want 1 of 300 ms", tries, time.Since(began), err)
		}
	})
}
