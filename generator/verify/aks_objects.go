package verify

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// dnsPort is the port of the region's DNS as security rules see it. Azure's
// load balancers keep the port that was asked.
func (g *region) dnsPort() int {
	if g.managed() {
		return domainPort
	}
	return plan.PeerDNSPort
}

// domainPort is where DNS servers listen (https://www.rfc-editor.org/rfc/rfc1035#section-4.2).
const domainPort = 53

// The annotations by which Azure's cloud provider knows a balancer inside the
// VNet, its subnet and its address
// (https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations).
const (
	internalAnnotation = "service.beta.kubernetes.io/azure-load-balancer-internal"
	subnetAnnotation   = "service.beta.kubernetes.io/azure-load-balancer-internal-subnet"
	addressAnnotation  = "service.beta.kubernetes.io/azure-load-balancer-ipv4"
)

// checkPeerBalancer sees that the peers find the cluster's DNS inside the VNet,
// at an address that stays.
func (g *region) checkPeerBalancer(s object[corev1.Service]) {
	if !strings.HasPrefix(s.name, g.namespace()+"-") {
		g.add(s.file, s.where(), "want a name that begins with %s-: applied to another cluster it would move that one's balancer", g.namespace())
	}
	have := s.value.Annotations
	if have[internalAnnotation] != "true" {
		g.add(s.file, s.where("metadata.annotations"), "want %s \"true\": the cluster's DNS is nobody else's", internalAnnotation)
	}
	if have[subnetAnnotation] != frontendsSubnet {
		g.add(s.file, s.where("metadata.annotations"), "want %s %s", subnetAnnotation, frontendsSubnet)
	}
	if address := have[addressAnnotation]; g.vnet != nil && !g.isFrontend(address) {
		g.add(s.file, s.where("metadata.annotations"), "%s %q; want an address of subnet %s that Azure does not keep", addressAnnotation, address, frontendsSubnet)
	}
	var ports []string
	for _, p := range s.value.Spec.Ports {
		ports = append(ports, fmt.Sprintf("%s %d to %s", p.Protocol, p.Port, p.TargetPort.String()))
	}
	slices.Sort(ports)
	want := []string{"TCP 53 to 53", "UDP 53 to 53"}
	if s.value.Spec.Type != corev1.ServiceTypeLoadBalancer || !slices.Equal(ports, want) {
		g.add(s.file, s.where("spec.ports"), "%s %q; want a LoadBalancer with %q", s.value.Spec.Type, ports, want)
	}
	if s.value.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal {
		g.add(s.file, s.where("spec.externalTrafficPolicy"), "want Cluster: with Local some pods do not reach a balancer inside the VNet")
	}
}

// balancerDNS is where peers ask a cluster on AKS, empty where that is not known.
func (g *region) balancerDNS() string {
	for _, s := range g.objects.services {
		if a, err := netip.ParseAddr(s.value.Annotations[addressAnnotation]); err == nil && s.namespace == systemNamespace {
			return netip.AddrPortFrom(a, domainPort).String()
		}
	}
	return ""
}

// diskSKUs are the disks that a member on AKS may have: zone-redundant ones let
// it move to another zone, and so to another rack.
var diskSKUs = []string{"Premium_LRS", "PremiumV2_LRS"}

// checkDisksClass holds the class of disks that Azure makes.
func (g *region) checkDisksClass() {
	if len(g.objects.classes) != 1 || len(g.objects.volumes) > 0 {
		g.add(g.file("*.yaml"), "", "%d StorageClasses and %d PersistentVolumes; want one class, of which Azure makes the volumes", len(g.objects.classes), len(g.objects.volumes))
		return
	}
	class := g.objects.classes[0]
	v := class.value
	if v.Provisioner != "disk.csi.azure.com" {
		g.add(class.file, class.where(), "provisioner %s; want disk.csi.azure.com", v.Provisioner)
	}
	if sku := v.Parameters["skuName"]; !slices.Contains(diskSKUs, sku) {
		g.add(class.file, class.where("parameters"), "skuName %q; want %s: a disk that stays in its zone", sku, strings.Join(diskSKUs, " or "))
	}
	if v.Parameters["cachingMode"] != "None" {
		g.add(class.file, class.where("parameters"), "cachingMode %q; want None", v.Parameters["cachingMode"])
	}
	if mode := v.VolumeBindingMode; mode == nil || *mode != storagev1.VolumeBindingWaitForFirstConsumer {
		g.add(class.file, class.where(), "want volumeBindingMode WaitForFirstConsumer: the pod's node decides about its disk's zone")
	}
	if p := v.ReclaimPolicy; p == nil || *p != corev1.PersistentVolumeReclaimRetain {
		g.add(class.file, class.where(), "want reclaimPolicy Retain: a disk outlives its claim")
	}
	g.checkClaims(class.name)
}

// checkSetPool sees that a rack has a node for each of its members, and that they get there.
func (g *region) checkSetPool(set object[appsv1.StatefulSet]) {
	zone := strings.TrimPrefix(set.name, setPrefix)
	pool, ok := g.memberPools()[zone]
	if !ok {
		g.add(set.file, set.where(), "no pool of the template is in zone %s", zone)
		return
	}
	if n := set.value.Spec.Replicas; n != nil && int64(*n) != pool.nodes {
		g.add(set.file, set.where("spec.replicas"), "%d; want %d, the nodes of pool %s", *n, pool.nodes, pool.name)
	}
	spec := &set.value.Spec.Template.Spec
	if have := spec.NodeSelector; len(have) != 1 || have[rackLabel] != rackPrefix+zone {
		g.add(set.file, set.where("spec.template.spec.nodeSelector"), "want %s %s, the nodes of pool %s", rackLabel, rackPrefix+zone, pool.name)
	}
	tolerated := func(taint string) bool {
		return slices.ContainsFunc(spec.Tolerations, func(t corev1.Toleration) bool {
			return t.Operator == corev1.TolerationOpEqual && t.Key+"="+t.Value+":"+string(t.Effect) == taint
		})
	}
	for _, taint := range textsAt(pool.properties, "nodeTaints") {
		if !tolerated(taint) {
			g.add(set.file, set.where("spec.template.spec.tolerations"), "want one of %s, the taint of pool %s", taint, pool.name)
		}
	}
	if len(spec.Tolerations) > 1 {
		g.add(set.file, set.where("spec.template.spec.tolerations"), "%d; want that of the pool's taint only", len(spec.Tolerations))
	}
}

// checkPolicies sees that the members are reached from the networks of the ring
// and from nowhere else, and that nothing hinders what they reach themselves.
// Where a cluster does not enforce policies there is none that pretends to.
func (g *region) checkPolicies() {
	want := 0
	if g.managed() {
		want = 1
	}
	if have := len(g.objects.policies); have != want {
		g.add(g.file("*.yaml"), "", "%d NetworkPolicies; want %d", have, want)
		return
	}
	for _, p := range g.objects.policies {
		g.checkAccess(p)
	}
}

func (g *region) checkAccess(p object[networkingv1.NetworkPolicy]) {
	spec := &p.value.Spec
	for _, set := range g.objects.sets {
		if len(spec.PodSelector.MatchExpressions) > 0 || !selects(spec.PodSelector.MatchLabels, set.value.Spec.Template.Labels) {
			g.add(p.file, p.where("spec.podSelector"), "does not select the pods of %s", set.name)
		}
	}
	if !slices.Equal(spec.PolicyTypes, []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}) || len(spec.Egress) > 0 {
		g.add(p.file, p.where("spec.policyTypes"), "want Ingress only: members ask the metadata service and every peer")
	}
	if len(spec.Ingress) != 1 {
		g.add(p.file, p.where("spec.ingress"), "%d rules; want one", len(spec.Ingress))
		return
	}
	if g.ring.mapped() {
		g.checkPolicySources(p, spec.Ingress[0].From)
	}
	var ports []string
	for _, port := range spec.Ingress[0].Ports {
		if port.Protocol == nil || port.Port == nil || port.EndPort != nil {
			g.add(p.file, p.where("spec.ingress"), "want a protocol and one port for each")
			continue
		}
		ports = append(ports, string(*port.Protocol)+" "+port.Port.String())
	}
	slices.Sort(ports)
	want := []string{
		fmt.Sprintf("TCP %d", settings.StoragePort), fmt.Sprintf("TCP %d", settings.TLSStoragePort),
		fmt.Sprintf("TCP %d", settings.AgentPort), fmt.Sprintf("TCP %d", settings.NativePort),
	}
	slices.Sort(want)
	if !slices.Equal(ports, want) {
		g.add(p.file, p.where("spec.ingress"), "ports %s; want %s", listed(ports), some(want))
	}
}

func (g *region) checkPolicySources(p object[networkingv1.NetworkPolicy], from []networkingv1.NetworkPolicyPeer) {
	var have, want []netip.Prefix
	for _, f := range from {
		if f.IPBlock == nil || len(f.IPBlock.Except) > 0 || f.PodSelector != nil || f.NamespaceSelector != nil {
			g.add(p.file, p.where("spec.ingress"), "want ranges only: peers are in no namespace of this cluster")
			return
		}
		block, err := network.ParsePrefix(f.IPBlock.CIDR)
		if err != nil {
			g.errors(p.file, p.where("spec.ingress"), err)
			return
		}
		have = append(have, block)
	}
	for _, other := range g.ring.regions {
		want = append(want, other.ranges()...)
	}
	want = append(want, g.ring.behind()...)
	for _, w := range want {
		if !within(have, w) {
			g.add(p.file, p.where("spec.ingress"), "%s is missing; want every range of the ring", w)
		}
	}
	for _, h := range have {
		if !within(want, h) {
			g.add(p.file, p.where("spec.ingress"), "%s is no range of the ring", h)
		}
	}
}
