package kubernetes

import (
	"encoding/json"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// memberNodes are the machines with a data disk, as nodes. Azure puts the
// machines of an availability set into its fault domains by turns
// (https://learn.microsoft.com/azure/virtual-machines/availability-set-overview).
func memberNodes(t *testing.T, template []byte) []*corev1.Node {
	t.Helper()
	var document struct {
		Resources []struct {
			Type, Name, Location string
			Zones                []string
			Properties           struct {
				PlatformFaultDomainCount int
				StorageProfile           struct{ DataDisks []any }
			}
		}
	}
	if err := json.Unmarshal(template, &document); err != nil {
		t.Fatal(err)
	}
	var nodes []*corev1.Node
	domains := 0
	for _, r := range document.Resources {
		domains = max(domains, r.Properties.PlatformFaultDomainCount)
		if r.Type != "Microsoft.Compute/virtualMachines" || len(r.Properties.StorageProfile.DataDisks) == 0 {
			continue
		}
		zone := ""
		if len(r.Zones) > 0 {
			zone = r.Location + "-" + r.Zones[0]
		} else {
			zone = fmt.Sprintf("%s-fd%d", r.Location, len(nodes)%domains)
		}
		nodes = append(nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: r.Name, Labels: map[string]string{
			corev1.LabelHostname: r.Name, corev1.LabelTopologyRegion: r.Location, corev1.LabelTopologyZone: zone,
		}}})
	}
	return nodes
}
