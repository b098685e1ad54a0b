package lab

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/ringwright/ringwright/sidecar/settings"
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

// AskAgent gets an answer of the agent of the pod at an address as a host of the
// same network would. Any status but 200 is an error.
func AskAgent(from *Namespace, address netip.Addr, path string) ([]byte, error) {
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
