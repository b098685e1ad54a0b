package lab

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"time"
)

// MetadataAddress is where a host finds its metadata service.
const MetadataAddress = "169.254.169.254"

// Metadata is the metadata service of one host. It answers as Azure's does, as
// far as a pod asks.
// https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
type Metadata struct {
	mu       sync.Mutex
	instance Instance
	status   int  // 0: answers
	silent   bool // takes the request and says nothing
	server   *http.Server
}

// Instance is what the service says of its host.
type Instance struct {
	Location    string `json:"location"`
	Zone        string `json:"zone"`
	FaultDomain string `json:"platformFaultDomain"`
}

// NewMetadata makes a service that listens nowhere.
func NewMetadata(instance Instance) *Metadata { return &Metadata{instance: instance} }

// Set changes what the service says.
func (m *Metadata) Set(instance Instance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.instance = instance
}

// Fail makes every request end with an HTTP status; 0 makes the service work.
func (m *Metadata) Fail(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status, m.silent = status, false
}

// Hang makes the service take requests and answer none.
func (m *Metadata) Hang() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent = true
}

// Listen serves on the host's own loopback, port 80, until Close.
func (m *Metadata) Listen(host *Namespace) error {
	if err := host.IP("addr add " + MetadataAddress + "/32 dev lo"); err != nil {
		return err
	}
	l, err := host.Listen(net.JoinHostPort(MetadataAddress, "80"))
	if err != nil {
		return err
	}
	m.server = &http.Server{Handler: m, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = m.server.Serve(l) }()
	return nil
}

// Close stops the service: from then on its port is closed.
func (m *Metadata) Close() {
	if m.server != nil {
		_ = m.server.Close()
	}
}

// ServeHTTP answers one request.
func (m *Metadata) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	instance, status, silent := m.instance, m.status, m.silent
	m.mu.Unlock()
	switch {
	case silent:
		wait(r.Context(), time.Minute)
	case status != 0:
		http.Error(w, http.StatusText(status), status)
	case r.URL.Path != "/metadata/instance" && r.URL.Path != "/metadata/instance/compute":
		http.NotFound(w, r)
	case r.Method != http.MethodGet, r.Header.Get("Metadata") != "true", r.URL.Query().Get("api-version") == "":
		http.Error(w, `{"error":"Bad request. Required metadata header not specified"}`, http.StatusBadRequest)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		var answer any = instance
		if r.URL.Path == "/metadata/instance" {
			answer = map[string]any{"compute": instance}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
