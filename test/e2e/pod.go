package e2e

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/ringwright/ringwright/test/lab"
)

// Pod is a member's pod as the API server had it when it was asked.
type Pod struct {
	corev1.Pod
	Cluster *Cluster
}

// Pods are the members' pods of the region, by name. The test fails where the
// API server cannot be asked.
func (c *Cluster) Pods() []*Pod {
	c.world.Helper()
	var list corev1.PodList
	var err error
	for range 5 {
		// A busy API server may be late.
		if err = c.api.get("/api/v1/namespaces/"+c.Namespace+"/pods?labelSelector=app.kubernetes.io%2Fname%3Dcassandra", &list); err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	if err != nil {
		c.world.Error(err)
		return nil
	}
	var all []*Pod
	for _, p := range list.Items {
		all = append(all, &Pod{p, c})
	}
	slices.SortFunc(all, func(a, b *Pod) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Pod is the pod of that name, or nil.
func (c *Cluster) Pod(name string) *Pod {
	c.world.Helper()
	for _, p := range c.Pods() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// Ready says whether the pod is Ready and nobody has deleted it.
func (p *Pod) Ready() bool {
	if p.DeletionTimestamp != nil {
		return false
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// Restarts is how often the pod's Cassandra was restarted.
func (p *Pod) Restarts() int {
	for _, s := range p.Status.ContainerStatuses {
		if s.Name == "cassandra" {
			return int(s.RestartCount)
		}
	}
	return 0
}

// stuck says why the pod will not start by itself, or nothing: nobody has taken
// it for long since a moment, or its container ended with a refusal.
func (p *Pod) stuck(since time.Time) string {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && min(time.Since(c.LastTransitionTime.Time), time.Since(since)) > 45*time.Second {
			return p.Name + " has no node: " + c.Message
		}
	}
	for _, s := range append(slices.Clone(p.Status.InitContainerStatuses), p.Status.ContainerStatuses...) {
		if waiting := s.State.Waiting; waiting != nil && slices.Contains([]string{"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "CreateContainerConfigError", "CreateContainerError"}, waiting.Reason) {
			return fmt.Sprintf("%s: %s: %s: %s", p.Name, s.Name, waiting.Reason, waiting.Message)
		}
		if ended := s.LastTerminationState.Terminated; ended != nil && s.RestartCount >= 4 {
			said, _ := p.Cluster.Kubectl("logs", p.Name, "-c", s.Name, "--previous", "--tail=1")
			return fmt.Sprintf("%s: %s ended %d times, last with exit %d: %s", p.Name, s.Name, s.RestartCount, ended.ExitCode, strings.TrimSpace(said))
		}
	}
	return ""
}

// address is the pod's, and host the namespace of its machine, from where it is
// asked.
func (p *Pod) address() (*lab.Namespace, netip.Addr, error) {
	a, err := netip.ParseAddr(p.Status.PodIP)
	if err != nil {
		return nil, a, fmt.Errorf("%s has no address", p.Name)
	}
	m := p.Cluster.machineOf(a)
	if m == nil {
		return nil, a, fmt.Errorf("%s has the address %s, which no NIC of %s has", p.Name, a, p.Cluster.Region)
	}
	return m.host, a, nil
}

// Exec runs a command in the pod's Cassandra container.
func (p *Pod) Exec(command ...string) (string, error) {
	return p.Cluster.Kubectl(append([]string{"exec", p.Name, "-c", "cassandra", "--"}, command...)...)
}

// Ring is what nodetool status says in the pod.
func (p *Pod) Ring() ([]lab.Member, error) {
	said, err := p.Exec("nodetool", "status")
	if err != nil {
		return nil, err
	}
	return lab.ParseStatus(said), nil
}

// Node asks the pod's agent from its own machine.
func (p *Pod) Node() (lab.Node, error) {
	var n lab.Node
	host, address, err := p.address()
	if err != nil {
		return n, err
	}
	body, err := lab.AskAgent(host, address, "/v1/node")
	if err != nil {
		return n, fmt.Errorf("%s: %w", p.Name, err)
	}
	return n, json.Unmarshal(body, &n)
}

// Session connects to the pod's Cassandra, which alone coordinates.
func (p *Pod) Session() (*gocql.Session, error) {
	host, address, err := p.address()
	if err != nil {
		return nil, err
	}
	s, err := lab.Session(host, address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return s, nil
}

// CQL runs statements at a consistency level with the pod as coordinator.
func (p *Pod) CQL(level gocql.Consistency, statements ...string) error {
	host, address, err := p.address()
	if err != nil {
		return err
	}
	if err := lab.CQL(host, address, level, statements...); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}
