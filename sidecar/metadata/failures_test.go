package metadata_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringwright/ringwright/sidecar/metadata"
)

// breakOff promises more than it sends and hangs up.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = rw.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"compute\": {\"location\": \"eas")
	_ = rw.Flush()
	_ = conn.Close()
}

func slowHeader(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func slowBody(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(`{"compute": {"location": "eastus", `))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

const badVersion = `{"error": "Bad request. api-version is invalid", "newest-versions": [%s]}`

// failures is every failure that the service's documentation or experience
// knows, and whether it is asked again.
var failures = []struct {
	name    string
	handler http.HandlerFunc
	tries   int // 0: as many as fit into 70 s
	want    string
}{
	{"400", status(400, `{"error": "Bad request. Required metadata header not specified"}`), 1, `it answers 400 Bad Request: "{\"error\": \"Bad request. Required metadata header not specified\"}"`},
	{"400 without a body", status(400, ""), 1, `it answers 400 Bad Request: ""`},
	{"400 with versions of tomorrow", status(400, fmt.Sprintf(badVersion, `"2031-01-01", "2030-01-01"`)), 1, "it does not know api-version 2021-12-13, only 2031-01-01, 2030-01-01; those from 2017-12-01 to 2025-04-07 are understood here"},
	{"400 with versions too old", status(400, fmt.Sprintf(badVersion, `"2017-08-01", "2017-04-02"`)), 1, "only 2017-08-01, 2017-04-02"},
	{"400 with versions, always", status(400, fmt.Sprintf(badVersion, `"2023-11-15", "2023-07-01"`)), 2, "it does not know api-version 2023-11-15"},
	{"400 with strange versions", status(400, fmt.Sprintf(badVersion, `"../../2023-11-15", "2023-11-15&x=y"`)), 1, "it answers 400 Bad Request: "},
	{"400 with no list of versions", status(400, `{"newest-versions": "2023-11-15"}`), 1, "it answers 400 Bad Request: "},
	{"401", status(401, ""), 1, "it answers 401 Unauthorized"},
	{"403", status(403, ""), 1, "it answers 403 Forbidden"},
	{"404", status(404, ""), 0, "it answers 404 Not Found"},
	{"405", status(405, ""), 1, "it answers 405 Method Not Allowed"},
	{"410", status(410, ""), 0, "it answers 410 Gone"},
	{"429", status(429, ""), 0, "it answers 429 Too Many Requests"},
	{"429, come back next week", status(429, "", "Retry-After: 604800"), 1, "it answers 429 Too Many Requests"},
	{"500", status(500, ""), 0, "it answers 500 Internal Server Error"},
	{"503", status(503, ""), 0, "it answers 503 Service Unavailable"},
	{"599", status(599, ""), 0, "it answers 599"},
	{"204", status(204, ""), 1, "it answers 204 No Content"},
	{"301", status(301, "", "Location: http://10.9.9.9/metadata/instance"), 1, `it answers 301 Moved Permanently and sends to "http://10.9.9.9/metadata/instance", so it is not the metadata service`},
	{"307", status(307, "", "Location: /login"), 1, `sends to "/login"`},
	{"slow header", slowHeader, 0, "no answer within 2s"},
	{"slow body", slowBody, 0, "no answer within 2s"},
	{"dripping body", drip, 0, "no answer within 2s"},
	{"broken off", breakOff, 0, "the reply broke off: unexpected EOF"},
	{"truncated JSON", status(200, `{"compute": {"location": "eastus", "zone": "`), 0, "the reply is no JSON"},
	{"no JSON", status(200, "<html>please log in</html>"), 0, "the reply is no JSON"},
	{"empty body", status(200, ""), 0, "the reply is no JSON"},
	{"a list", status(200, `[]`), 1, "the reply is no object"},
	{"no compute", status(200, `{"network": {}}`), 1, "the reply has no compute"},
	{"wrong type", status(200, `{"compute": {"location": "eastus", "platformFaultDomain": 1}}`), 1, "compute.platformFaultDomain in the reply is 1, not a string"},
	{"huge body", status(200, `{"compute": "`+strings.Repeat("x", 4<<20)+`"}`), 1, "the reply is larger than 1048576 bytes"},
	{"huge 400", status(400, strings.Repeat("x", 4<<20)), 1, "the reply is larger than 1048576 bytes"},
	{"huge header", status(200, "", "X-Huge: "+strings.Repeat("x", 1<<20)), 0, "server response headers exceeded"},
}

// TestFetchFailures holds what is asked again and what ends the matter, for
// every failure that the service's documentation or experience knows. Whatever
// happens it is over in time, and one try is one request.
func TestFetchFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				n := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					tries++
					tt.handler(w, r)
				}))
				client := newClient(n.Dial)
				began := time.Now()
				instance, err := client.Fetch(t.Context())
				took := time.Since(began)
				synctest.Wait()
				checkFailure(t, instance, err, tt.want)
				if want := tt.tries; want > 0 && (tries != want || took > 6*time.Second) {
					t.Errorf("%d tries in %v, want %d and no more waiting", tries, took, want)
				}
				if tt.tries == 0 && (tries < 5 || tries > 9 || took < 60*time.Second || took > 72*time.Second) {
					t.Errorf("%d tries in %v, want 5-9 in 60-72 s", tries, took)
				}
				if got, want := fmt.Sprintf("in %d tr", tries), err.Error(); !strings.Contains(want, got) {
					t.Errorf("error %q, want %q in it", want, got)
				}
				tries, began = 0, time.Now()
				instance, err = client.FetchOnce(t.Context())
				synctest.Wait()
				if tries != 1 || time.Since(began) > 1700*time.Millisecond+2*time.Second {
					t.Errorf("FetchOnce took %d tries and %v, want 1 and at most 3.7 s", tries, time.Since(began))
				}
				if err == nil || instance != (metadata.Instance{}) {
					t.Errorf("FetchOnce gave %+v, %v, want an error alone", instance, err)
				}
			})
		})
	}
}

func checkFailure(t *testing.T, instance metadata.Instance, err error, want string) {
	t.Helper()
	if err == nil || instance != (metadata.Instance{}) {
		t.Fatalf("got %+v, %v, want an error alone", instance, err)
	}
	if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), imds) {
		t.Errorf("error %q, want %q and %s in it", err, want, imds)
	}
	if len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("error %q, want one short line", err)
	}
}
