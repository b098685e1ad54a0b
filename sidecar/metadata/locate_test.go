package metadata_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

// locator is a pod's in eastus. A nil service is none; "" as label is none.
func locator(t *testing.T, racks string, service http.Handler, label string) *metadata.Locator {
	t.Helper()
	l := &metadata.Locator{Site: metadata.Site{Location: "eastus", Racks: racks}, Labels: filepath.Join(t.TempDir(), "labels")}
	if service != nil {
		l.Service = newClient(serve(t, service).Dial)
	}
	content := "app.kubernetes.io/name=\"cassandra\""
	if label != "" {
		content += "\n" + metadata.ZoneLabel + "=\"" + label + "\""
	}
	if err := os.WriteFile(l.Labels, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLocatorFirst(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, racks string
		service     http.Handler
		label       string
		want        metadata.Place
		err         []string // parts of the error
		most        time.Duration
	}{
		{"by the service", "zone", answers(fixture(t, "aks-zonal")), "", metadata.Place{Rack: "rack-2", Source: metadata.FromService}, nil, 2 * time.Second},
		{"by the label, without a service", "zone", nil, "eastus-2", metadata.Place{Rack: "rack-2", Source: metadata.FromLabel}, nil, 0},
		{"by the label, service down", "zone", status(500, ""), "eastus-2", metadata.Place{Rack: "rack-2", Source: metadata.FromLabel}, nil, 72 * time.Second},
		{"by the label, service refuses", "zone", status(403, ""), "eastus-2", metadata.Place{Rack: "rack-2", Source: metadata.FromLabel}, nil, 2 * time.Second},
		{"by the label, no zone in the answer", "zone", answers(fixture(t, "availability-set")), "eastus-2", metadata.Place{Rack: "rack-2", Source: metadata.FromLabel}, nil, 2 * time.Second},
		{"other rack than the set's", "faultDomain", answers(fixture(t, "availability-set")), "eastus-fd2", metadata.Place{}, []string{"says rack-1", "is of rack-2"}, 2 * time.Second},
		{"other location", "zone", answers(fixture(t, "flexible-zonal")), "eastus-2", metadata.Place{}, []string{"location eastus2", "say eastus"}, 2 * time.Second},
		{"neither", "zone", status(410, ""), "", metadata.Place{}, []string{"it answers 410 Gone", "the pod has no label"}, 72 * time.Second},
		{"never mixed", "zone", answers(fixture(t, "availability-set")), "eastus-fd2", metadata.Place{}, []string{"names no zone", `is "eastus-fd2"`}, 2 * time.Second},
		{"no service, no label", "faultDomain", nil, "", metadata.Place{}, []string{"imds is empty", "the pod has no label"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := locator(t, tt.racks, tt.service, tt.label)
				began := time.Now()
				got, err := l.First(t.Context(), "rack-2")
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("place (-want +got):\n%s", diff)
				}
				if (err != nil) != (tt.err != nil) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				for _, part := range tt.err {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("error %q, want %q in it", err, part)
					}
				}
				if took := time.Since(began); took > tt.most {
					t.Errorf("took %v, want at most %v", took, tt.most)
				}
			})
		})
	}
}

// TestLocatorFirstEnds holds that SIGTERM is no reason to trust the label, nor
// to call the rack checked.
func TestLocatorFirstEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := locator(t, "zone", status(500, ""), "eastus-2")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if got, err := l.First(ctx, "rack-2"); !errors.Is(err, context.DeadlineExceeded) || got != (metadata.Place{}) {
			t.Errorf("got %+v, %v, want ctx's error", got, err)
		}
		began := time.Now()
		if got := l.CheckDrift(ctx, "rack-2"); got.Rack != "" || got.Refusal != nil || time.Since(began) > 0 {
			t.Errorf("got %+v after %v, want no answer at once", got, time.Since(began))
		}
	})
}

// TestLocatorUnreadable holds that labels which are not there are told like
// any other silence, and so is an address that nobody can ask.
func TestLocatorUnreadable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := locator(t, "zone", status(403, ""), "")
		l.Labels, l.Service.Base = filepath.Join(t.TempDir(), "missing"), "http://%"
		_, err := l.First(t.Context(), "rack-2")
		for _, part := range []string{"imds is no address that can be asked", "read the pod's labels: open", "no such file"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("error %v, want %q in it", err, part)
			}
		}
	})
}

func TestLocatorCheckDrift(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, racks string
		service     http.Handler
		label       string
		want        string
		refused     bool
	}{
		{"same", "zone", answers(fixture(t, "aks-zonal")), "eastus-1", "rack-2", false},
		{"other zone", "zone", answers(fixture(t, "single-zonal")), "eastus-2", "rack-3", true},
		{"other fault domain", "faultDomain", answers(fixture(t, "availability-set")), "eastus-fd2", "rack-1", false},
		{"other location", "faultDomain", answers(fixture(t, "uniform-regional")), "", "", true},
		{"service down, label unasked", "zone", status(503, ""), "eastus-1", "", false},
		{"too many requests", "zone", status(429, ""), "", "", false},
		{"no zone in the answer", "zone", answers(fixture(t, "availability-set")), "", "", false},
		{"hangs", "zone", http.HandlerFunc(slowHeader), "", "", false},
		{"no service, same label", "zone", nil, "eastus-2", "rack-2", false},
		{"no service, other label", "zone", nil, "eastus-1", "rack-1", true},
		{"no service, no label", "zone", nil, "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := locator(t, tt.racks, tt.service, tt.label)
				began := time.Now()
				got := l.CheckDrift(t.Context(), "rack-2")
				if got.Rack != tt.want || (got.Refusal != nil) != tt.refused || (got.Reason == "") != (tt.want == "rack-2") {
					t.Errorf("got %+v, want %q, refused: %v", got, tt.want, tt.refused)
				}
				if took := time.Since(began); took > 3700*time.Millisecond {
					t.Errorf("took %v, want at most 3.7 s", took)
				}
			})
		})
	}
}
