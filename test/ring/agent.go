package ring

import (
	"encoding/json"
	"fmt"

	"github.com/ringwright/ringwright/test/lab"
)

// Node is what an agent answers to /v1/node.
type Node = lab.Node

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
	body, err := lab.AskAgent(host, address, path)
	if err != nil {
		return fmt.Errorf("%s: %w", p.ID, err)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}
