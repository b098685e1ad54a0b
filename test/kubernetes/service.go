package kubernetes

import (
	"fmt"
	"net/netip"

	"k8s.io/apimachinery/pkg/util/net"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
)

// nodePorts is the range of node ports that an API server has by default
// (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/).
var nodePorts = net.PortRange{Base: 30000, Size: 2768}

// allocator gives Services what the API server gives them beside defaults. Its
// own code for that is where the core group's strategies are; only the ports'
// can be had alone.
type allocator struct {
	ports *portallocator.PortAllocator
	next  netip.Addr
}

func newAllocator() (*allocator, error) {
	ports, err := portallocator.NewInMemory(nodePorts)
	return &allocator{ports: ports, next: netip.AddrFrom4([4]byte{10, 0, 0, 20})}, err
}

// create gives a new Service its address and takes its node ports. TCP and UDP
// of one Service may share a port.
func (a *allocator) create(o *core.Service) error {
	taken := map[int32]bool{}
	for i, port := range o.Spec.Ports {
		if port.NodePort == 0 || taken[port.NodePort] {
			continue
		}
		if err := a.ports.Allocate(int(port.NodePort)); err != nil {
			return fmt.Errorf("spec.ports[%d].nodePort: %d: %w", i, port.NodePort, err)
		}
		taken[port.NodePort] = true
	}
	if o.Spec.Type == core.ServiceTypeExternalName {
		return nil
	}
	if o.Spec.ClusterIP == "" {
		o.Spec.ClusterIP = a.next.String()
		a.next = a.next.Next()
	}
	o.Spec.ClusterIPs = []string{o.Spec.ClusterIP}
	family, policy := core.IPv4Protocol, core.IPFamilyPolicySingleStack
	o.Spec.IPFamilies, o.Spec.IPFamilyPolicy = []core.IPFamily{family}, &policy
	return nil
}

// keep gives a Service what the one that it takes the place of was given.
func (a *allocator) keep(o, old *core.Service) {
	if o.Spec.ClusterIP == "" || o.Spec.ClusterIP == old.Spec.ClusterIP {
		o.Spec.ClusterIP, o.Spec.ClusterIPs = old.Spec.ClusterIP, old.Spec.ClusterIPs
	}
	o.Spec.IPFamilies, o.Spec.IPFamilyPolicy = old.Spec.IPFamilies, old.Spec.IPFamilyPolicy
}
