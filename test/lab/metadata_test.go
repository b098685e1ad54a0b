package lab

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/metadata"
)

// client is the sidecar's own client of the service: what it reads is what
// counts.
func client(url string, timeout time.Duration) *metadata.Client {
	return &metadata.Client{Base: url, Timeout: timeout, Address: netip.MustParseAddr("10.1.0.4")}
}

func TestMetadataAnswersTheSidecar(t *testing.T) {
	m := NewMetadata(Instance{Location: "eastus", FaultDomain: "2"})
	server := httptest.NewServer(m)
	defer server.Close()
	got, err := client(server.URL, 5*time.Second).Fetch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(metadata.Instance{Location: "eastus", FaultDomain: "2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMetadataFails(t *testing.T) {
	m := NewMetadata(Instance{Location: "eastus", FaultDomain: "2"})
	server := httptest.NewServer(m)
	defer server.Close()
	const path = "/metadata/instance?api-version=2021-12-13"
	status := func(path string, header bool) int {
		request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header {
			request.Header.Set("Metadata", "true")
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := status(path, false); got != http.StatusBadRequest {
		t.Errorf("without its header: %d; want 400", got)
	}
	if got := status("/elsewhere", true); got != http.StatusNotFound {
		t.Errorf("elsewhere: %d; want 404", got)
	}
	m.Fail(http.StatusTooManyRequests)
	if got := status(path, true); got != http.StatusTooManyRequests {
		t.Errorf("failing: %d; want 429", got)
	}
	m.Fail(0)
	if got := status(path, true); got != http.StatusOK {
		t.Errorf("working again: %d; want 200", got)
	}
}
