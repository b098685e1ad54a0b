package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	scheduling "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/ringwright/ringwright/test/rings"
)

// agentPool is a pool as a template has it, inline or as a resource.
type agentPool struct {
	Name              string
	Count             int
	AvailabilityZones []string
	NodeLabels        map[string]string
	NodeTaints        []string
}

// poolNodes are the nodes of all pools of a cluster on AKS, with the labels and
// taints that AKS gives them; none where the template has no such cluster.
func poolNodes(t *testing.T, template []byte) []*corev1.Node {
	t.Helper()
	if template == nil {
		return nil
	}
	var document struct {
		Resources []struct {
			Type, Name, Location string
			Properties           json.RawMessage
		}
	}
	if err := json.Unmarshal(template, &document); err != nil {
		t.Fatal(err)
	}
	var nodes []*corev1.Node
	location := ""
	for _, r := range document.Resources {
		var pools []agentPool
		switch r.Type {
		case "Microsoft.ContainerService/managedClusters":
			location = r.Location
			var properties struct{ AgentPoolProfiles []agentPool }
			if err := json.Unmarshal(r.Properties, &properties); err != nil {
				t.Fatal(err)
			}
			pools = properties.AgentPoolProfiles
		case "Microsoft.ContainerService/managedClusters/agentPools":
			var p agentPool
			if err := json.Unmarshal(r.Properties, &p); err != nil {
				t.Fatal(err)
			}
			_, p.Name, _ = strings.Cut(r.Name, "/")
			pools = []agentPool{p}
		}
		for _, p := range pools {
			for i := range p.Count {
				nodes = append(nodes, p.node(t, location, i))
			}
		}
	}
	return nodes
}

// node is node i of a pool: its zones take turns.
func (p *agentPool) node(t *testing.T, location string, i int) *corev1.Node {
	t.Helper()
	name := fmt.Sprintf("aks-%s-%d", p.Name, i)
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
		corev1.LabelHostname: name, corev1.LabelTopologyRegion: location,
		corev1.LabelTopologyZone: location + "-" + p.AvailabilityZones[i%len(p.AvailabilityZones)],
	}}}
	for key, value := range p.NodeLabels {
		n.Labels[key] = value
	}
	for _, text := range p.NodeTaints {
		key, rest, _ := strings.Cut(text, "=")
		value, effect, ok := strings.Cut(rest, ":")
		if !ok {
			t.Fatalf("taint %q", text)
		}
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
	return n
}

// withoutNode: the members of every rack have a node each among those that they
// ask for and whose taints they tolerate, and no pod without tolerations gets there.
func withoutNode(t *testing.T, r region, nodes []*corev1.Node) []string {
	t.Helper()
	var problems []string
	taken := map[string]string{}
	for _, set := range r.sets {
		spec := &set.Spec.Template.Spec
		affinity := nodeaffinity.GetRequiredNodeAffinity(&corev1.Pod{Spec: *spec})
		fit := 0
		for _, node := range nodes {
			matches, err := affinity.Match(node)
			if err != nil {
				t.Fatal(err)
			}
			if _, untolerated := scheduling.FindMatchingUntoleratedTaint(klog.Background(), node.Spec.Taints, spec.Tolerations, nil, false); !matches || untolerated {
				continue
			}
			fit++
			if other := taken[node.Name]; other != "" {
				problems = append(problems, fmt.Sprintf("%s is for %s and for %s", node.Name, other, set.Name))
			}
			taken[node.Name] = set.Name
			if _, kept := scheduling.FindMatchingUntoleratedTaint(klog.Background(), node.Spec.Taints, nil, nil, false); !kept {
				problems = append(problems, fmt.Sprintf("any pod gets on %s", node.Name))
			}
		}
		if fit != int(*set.Spec.Replicas) {
			problems = append(problems, fmt.Sprintf("%s has %d members and %d nodes", set.Name, *set.Spec.Replicas, fit))
		}
	}
	return problems
}

func TestPoolFaults(t *testing.T) {
	tests := []struct{ name, file, old, replacement, want string }{
		{"members on other nodes", "60-cassandra-1.yaml", "nodeSelector:\n        ringwright/rack: rack-1", "nodeSelector:\n        ringwright/rack: rack-2", "cassandra-1 has 2 members and 0 nodes"},
		{"members that a taint keeps off", "60-cassandra-1.yaml", "value: dc-eastus\n", "value: dc-westus\n", "cassandra-1 has 2 members and 0 nodes"},
		{"members of another zone", "60-cassandra-1.yaml", "eastus-1", "eastus-2", "cassandra-1 has 2 members and 0 nodes"},
		{"pool too small", "azure/azuredeploy.json", `"count": 2`, `"count": 1`, "cassandra-1 has 2 members and 1 nodes"},
		{"pool for everybody", "azure/azuredeploy.json", `"nodeTaints": ["ringwright/datacenter=dc-eastus:NoSchedule"],`, "", "any pod gets on aks-cass1-0"},
		{"class of another name", "10-storage.yaml", "name: customers-eastus-disks", "name: x-disks", "names StorageClass customers-eastus-disks too early"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ring := rings.Compile(t, rings.Spec(t, "aks.yaml"))
			file := "eastus/" + tt.file
			if !bytes.Contains(ring.Files[file], []byte(tt.old)) {
				t.Fatalf("%s has no %q", file, tt.old)
			}
			ring.Files[file] = bytes.Replace(ring.Files[file], []byte(tt.old), []byte(tt.replacement), 1)
			problems := facts(t, &ring, "eastus", ring.Manifests("eastus"))
			if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, tt.want) }) {
				t.Errorf("problems %q; want %q", problems, tt.want)
			}
		})
	}
}
