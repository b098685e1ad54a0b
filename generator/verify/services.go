package verify

import (
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ringwright/ringwright/generator/plan"
)

// checkServices holds the services and the budget against the pods they select.
func (g *region) checkServices() {
	peers := 0
	for _, s := range g.objects.services {
		if s.namespace == systemNamespace {
			peers++
			g.checkDNSSelector(s)
			if g.managed() {
				g.checkPeerBalancer(s)
			} else {
				g.checkPeerDNS(s)
			}
			continue
		}
		for _, set := range g.objects.sets {
			if !selects(s.value.Spec.Selector, set.value.Spec.Template.Labels) {
				g.add(s.file, s.where("spec.selector"), "does not select the pods of %s", set.name)
			}
			g.checkPorts(s, set)
		}
	}
	if want := len(g.plan.Datacenter.PeerDNS) + len(g.plan.Datacenter.PeerDNSBalancers); peers != want {
		g.add(g.file("*.yaml"), "", "%d services in %s; want %d, the peers' way to the cluster's DNS", peers, systemNamespace, want)
	}
	for _, set := range g.objects.sets {
		g.checkGoverning(set)
	}
	g.checkBudget()
}

// selects reports whether a selector that is not empty fits labels.
func selects(selector, of map[string]string) bool {
	return len(selector) > 0 && labels.SelectorFromSet(selector).Matches(labels.Set(of))
}

// checkPorts sees that what a service sends on is listened to.
func (g *region) checkPorts(s object[corev1.Service], set object[appsv1.StatefulSet]) {
	for _, port := range s.value.Spec.Ports {
		target := port.TargetPort
		if target == (intstr.IntOrString{}) {
			target = intstr.FromInt32(port.Port)
		}
		if !slices.ContainsFunc(containers(&set.value.Spec.Template.Spec), func(c *corev1.Container) bool { return listens(c, target) }) {
			g.add(s.file, s.where("port "+port.Name), "no container of %s has the port %s", set.name, target.String())
		}
	}
}

// containers are those that run while the pod runs, and those before them.
func containers(spec *corev1.PodSpec) []*corev1.Container {
	var all []*corev1.Container
	for i := range spec.InitContainers {
		all = append(all, &spec.InitContainers[i])
	}
	for i := range spec.Containers {
		all = append(all, &spec.Containers[i])
	}
	return all
}

// listens reports whether the container declares the port.
func listens(c *corev1.Container, target intstr.IntOrString) bool {
	return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool {
		if target.Type == intstr.String {
			return p.Name == target.StrVal
		}
		return p.ContainerPort == target.IntVal
	})
}

// checkPeerDNS sees that the peers find the cluster's DNS at the port that the
// security rules open and their settings name.
func (g *region) checkPeerDNS(s object[corev1.Service]) {
	var have []string
	for _, p := range s.value.Spec.Ports {
		have = append(have, fmt.Sprintf("%s %d to %s at %d", p.Protocol, p.Port, p.TargetPort.String(), p.NodePort))
	}
	slices.Sort(have)
	want := []string{fmt.Sprintf("TCP 53 to 53 at %d", plan.PeerDNSPort), fmt.Sprintf("UDP 53 to 53 at %d", plan.PeerDNSPort)}
	if s.value.Spec.Type != corev1.ServiceTypeNodePort || !slices.Equal(have, want) {
		g.add(s.file, s.where("spec.ports"), "%s %q; want a NodePort with %q", s.value.Spec.Type, have, want)
	}
}

// checkDNSSelector sees that who asks is answered by the cluster's DNS.
func (g *region) checkDNSSelector(s object[corev1.Service]) {
	if want := map[string]string{"k8s-app": "kube-dns"}; !maps.Equal(s.value.Spec.Selector, want) {
		g.add(s.file, s.where("spec.selector"), "want %s, the cluster's DNS", labels.Set(want))
	}
}

// checkGoverning sees that members can be found before they are ready: that is
// when they look for each other.
func (g *region) checkGoverning(set object[appsv1.StatefulSet]) {
	for _, s := range g.objects.services {
		if s.namespace != set.namespace || s.name != set.value.Spec.ServiceName {
			continue
		}
		if s.value.Spec.ClusterIP != corev1.ClusterIPNone || !s.value.Spec.PublishNotReadyAddresses {
			g.add(s.file, s.where(), "governs %s; want clusterIP None and publishNotReadyAddresses", set.name)
		}
		return
	}
	g.add(set.file, set.where("spec.serviceName"), "there is no service %s", set.value.Spec.ServiceName)
}

// checkBudget sees that one member at most is taken away at a time.
func (g *region) checkBudget() {
	if len(g.objects.budgets) != 1 {
		g.add(g.file("*.yaml"), "", "%d PodDisruptionBudgets; want one over the datacenter", len(g.objects.budgets))
		return
	}
	b := g.objects.budgets[0]
	if max := b.value.Spec.MaxUnavailable; max == nil || *max != intstr.FromInt32(1) || b.value.Spec.MinAvailable != nil {
		g.add(b.file, b.where(), "want maxUnavailable 1 and no minAvailable")
	}
	for _, set := range g.objects.sets {
		if b.value.Spec.Selector == nil || !selects(b.value.Spec.Selector.MatchLabels, set.value.Spec.Template.Labels) || len(b.value.Spec.Selector.MatchExpressions) > 0 {
			g.add(b.file, b.where("spec.selector"), "does not select the pods of %s", set.name)
		}
	}
}
