package ring

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/test/lab"
)

// Node is what an agent answers to /v1/node.
type Node struct {
	Ring         string   `json:"ring"`
	RingID       string   `json:"ringId"`
	Pod          string   `json:"pod"`
	Datacenter   string   `json:"datacenter"`
	Rack         string   `json:"rack"`
	HostID       string   `json:"hostId"`
	Address      string   `json:"address"`
	Volume       string   `json:"volume"`
	Phase        string   `json:"phase"`
	Position     []any    `json:"position"`
	FailedStarts int      `json:"failedStarts"`
	LastSeeds    []string `json:"lastSeeds"`
	KnownPods    []struct {
		Datacenter, Pod, HostID, Address string
	} `json:"knownPods"`
	Gone   []string `json:"gone"`
	Reason string   `json:"reason"`
	Now    string   `json:"now"`
}

// Members is what an agent answers to /v1/ring.
type Members struct {
	At      string `json:"at"`
	Members []struct {
		Address    string `json:"address"`
		HostID     string `json:"hostId"`
		Datacenter string `json:"datacenter"`
		Rack       string `json:"rack"`
		Up         bool   `json:"up"`
		State      string `json:"state"`
	} `json:"members"`
}

// Node asks the pod's agent.
func (p *Pod) Node() (Node, error) {
	var n Node
	err := p.ask("/v1/node", &n)
	return n, err
}

// Ring asks the pod's agent for what its Cassandra sees.
func (p *Pod) Ring() (Members, error) {
	var m Members
	err := p.ask("/v1/ring", &m)
	return m, err
}

// Ready says whether the kubelet would take the pod for ready.
func (p *Pod) Ready() bool { return p.ask("/ready", nil) == nil }

// ask gets an answer of the agent as a host of the same network would.
func (p *Pod) ask(path string, into any) error {
	p.mu.Lock()
	host, address := p.host, p.address
	p.mu.Unlock()
	if host == nil {
		return fmt.Errorf("%s: there is no pod", p.ID)
	}
	body, err := get(host, address, path)
	if err != nil {
		return fmt.Errorf("%s: %w", p.ID, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

func get(from *lab.Namespace, address netip.Addr, path string) ([]byte, error) {
	transport := &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}
	client := http.Client{Transport: transport, Timeout: 3 * time.Second}
	url := "http://" + net.JoinHostPort(address.String(), strconv.Itoa(settings.AgentPort)) + path
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 2<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s: %s", path, response.Status, body)
	}
	return body, err
}
