package verify

import (
	"path"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// podUser is the cassandra user of the official image
// (https://github.com/docker-library/cassandra/blob/master/Dockerfile.template).
const podUser = 999

// checkPods holds every rack's StatefulSet against what keeps data and quorum.
func (g *region) checkPods() {
	if len(g.objects.sets) == 0 {
		g.add(g.file("*.yaml"), "", "no StatefulSet; want one for each rack")
	}
	for _, set := range g.objects.sets {
		g.checkSet(set)
		g.checkAffinity(set)
		g.checkPodSecurity(set)
		for _, c := range containers(&set.value.Spec.Template.Spec) {
			g.checkContainer(set, c)
		}
		g.checkMounts(set)
	}
}

func (g *region) checkSet(set object[appsv1.StatefulSet]) {
	spec := &set.value.Spec
	if set.value.Labels[nameLabel] != "cassandra" {
		g.add(set.file, set.where("metadata.labels"), "want %s cassandra, by which restart.sh finds the set", nameLabel)
	}
	if spec.Replicas == nil || *spec.Replicas < 0 {
		g.add(set.file, set.where("spec.replicas"), "want the rack's members")
	}
	if s := spec.Selector; s == nil || len(s.MatchExpressions) > 0 || !selects(s.MatchLabels, spec.Template.Labels) {
		g.add(set.file, set.where("spec.selector"), "does not select the pods of its template")
	} else {
		for _, other := range g.objects.sets {
			if other.name != set.name && selects(s.MatchLabels, other.value.Spec.Template.Labels) {
				g.add(set.file, set.where("spec.selector"), "selects the pods of %s, too", other.name)
			}
		}
	}
	if spec.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType {
		g.add(set.file, set.where("spec.updateStrategy"), "want OnDelete: applying a manifest restarts nothing")
	}
	if spec.PodManagementPolicy != appsv1.ParallelPodManagement {
		g.add(set.file, set.where("spec.podManagementPolicy"), "want Parallel: a member that cannot start holds up no other")
	}
	retain := appsv1.RetainPersistentVolumeClaimRetentionPolicyType
	if p := spec.PersistentVolumeClaimRetentionPolicy; p == nil || p.WhenDeleted != retain || p.WhenScaled != retain {
		g.add(set.file, set.where("spec.persistentVolumeClaimRetentionPolicy"), "want Retain, when deleted and when scaled")
	}
	for name := range spec.Template.Annotations {
		if name != checksum {
			g.add(set.file, set.where("spec.template.metadata.annotations"), "%s; want %s only: a change here restarts members", name, checksum)
		}
	}
	if spec.Template.Annotations[checksum] == "" {
		g.add(set.file, set.where("spec.template.metadata.annotations"), "lacks %s, which tells who runs with an old configuration", checksum)
	}
}

// nameLabel is what restart.sh looks for.
const nameLabel = "app.kubernetes.io/name"

// checksum is the annotation with what members read at their start only.
const checksum = "ringwright/config"

// hostname and zone are the labels of nodes that placement goes by
// (https://kubernetes.io/docs/reference/labels-annotations-taints/).
const (
	hostnameLabel = "kubernetes.io/hostname"
	zoneLabel     = "topology.kubernetes.io/zone"
)

// checkAffinity sees that no two members are on one node and that each is in its rack.
func (g *region) checkAffinity(set object[appsv1.StatefulSet]) {
	where := set.where("spec.template.spec.affinity")
	a := set.value.Spec.Template.Spec.Affinity
	if a == nil || a.PodAntiAffinity == nil {
		g.add(set.file, where, "want every member on a host of its own")
	} else {
		for _, other := range g.objects.sets {
			if !slices.ContainsFunc(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, func(t corev1.PodAffinityTerm) bool {
				return t.TopologyKey == hostnameLabel && t.LabelSelector != nil && selects(t.LabelSelector.MatchLabels, other.value.Spec.Template.Labels)
			}) {
				g.add(set.file, where, "want a host other than those of %s's pods", other.name)
			}
		}
	}
	zones, ok := nodeZones(a)
	if !ok {
		g.add(set.file, where, "want the one value of %s that is the rack's", zoneLabel)
		return
	}
	if have, want := strings.Join(zones, " or "), strings.Join(g.zonesOf(strings.TrimPrefix(set.name, setPrefix)), " or "); have != want {
		g.add(set.file, where, "%s %s; want %s, as %s is called", zoneLabel, have, want, set.name)
	}
	if g.managed() && g.deployment != nil {
		g.checkSetPool(set)
	}
	if !g.manned() {
		return
	}
	zone := zones[0]
	replicas := set.value.Spec.Replicas
	if nodes := g.nodesIn(zone); len(nodes) == 0 && (replicas == nil || *replicas > 0) {
		g.add(set.file, where, "no machine of the template can be in %s", zone)
	} else if replicas != nil && g.isZoned() && int(*replicas) != len(nodes) {
		g.add(set.file, set.where("spec.replicas"), "%d; want %d, the machines in %s", *replicas, len(nodes), zone)
	}
}

// nodeZones are the zones that the affinity takes.
func nodeZones(a *corev1.Affinity) ([]string, bool) {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil, false
	}
	terms := a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	if len(terms) != 1 || len(terms[0].MatchExpressions) != 1 || len(terms[0].MatchFields) > 0 {
		return nil, false
	}
	e := terms[0].MatchExpressions[0]
	if e.Key != zoneLabel || e.Operator != corev1.NodeSelectorOpIn || len(e.Values) == 0 {
		return nil, false
	}
	return e.Values, true
}

// setPrefix begins the name of a rack's StatefulSet, rackPrefix that of the rack.
const (
	setPrefix  = "cassandra-"
	rackPrefix = "rack-"
)

// checkPodSecurity demands what the restricted Pod Security Standard does and
// more: no way to write anywhere but to volumes, no token to talk to the cluster
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
func (g *region) checkPodSecurity(set object[appsv1.StatefulSet]) {
	spec := &set.value.Spec.Template.Spec
	where := set.where("spec.template.spec")
	if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
		g.add(set.file, where, "want automountServiceAccountToken false")
	}
	if spec.HostNetwork || spec.HostPID || spec.HostIPC {
		g.add(set.file, where, "shares the host's network, processes or memory")
	}
	s := spec.SecurityContext
	user := func(id *int64) bool { return id != nil && *id == podUser }
	switch {
	case s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || !user(s.RunAsUser) || !user(s.RunAsGroup) || !user(s.FSGroup):
		g.add(set.file, where+".securityContext", "want runAsNonRoot, and %d as runAsUser, runAsGroup and fsGroup", podUser)
	case s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault:
		g.add(set.file, where+".securityContext", "want the seccomp profile RuntimeDefault")
	}
}

// refusedEnv are variables that would overrule the configuration.
var refusedEnv = []string{"MAX_HEAP_SIZE", "HEAP_NEWSIZE", "JVM_OPTS", "JVM_EXTRA_OPTS"}

func (g *region) checkContainer(set object[appsv1.StatefulSet], c *corev1.Container) {
	where := set.where("container " + c.Name)
	if s := c.SecurityContext; s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
		s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem || s.Privileged != nil && *s.Privileged ||
		s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(s.Capabilities.Add) > 0 ||
		s.RunAsUser != nil || s.RunAsNonRoot != nil {
		g.add(set.file, where, "want a read-only root, no privilege escalation, all capabilities dropped, and the pod's user")
	}
	limit, request := c.Resources.Limits.Memory(), c.Resources.Requests.Memory()
	if limit.IsZero() || request.IsZero() || limit.Cmp(*request) < 0 {
		g.add(set.file, where, "memory limit %s, request %s; want both, the limit no lower", limit, request)
	} else if slices.ContainsFunc(set.value.Spec.Template.Spec.Containers, func(o corev1.Container) bool { return o.Name == c.Name }) && limit.Cmp(*request) != 0 {
		g.add(set.file, where, "memory limit %s, request %s; want the same, as the heap is taken at once", limit, request)
	}
	for _, e := range c.Env {
		if slices.Contains(refusedEnv, e.Name) {
			g.add(set.file, where, "env %s; want heap and options in the configuration only", e.Name)
		}
		if e.ValueFrom != nil && e.ValueFrom.FieldRef == nil {
			g.add(set.file, where, "env %s from elsewhere; want fields of the pod only: a process never sees a change", e.Name)
		}
	}
	if len(c.EnvFrom) > 0 {
		g.add(set.file, where, "envFrom; want every variable written out")
	}
	repository, digest, pinned := strings.Cut(c.Image, "@")
	_, tag, tagged := strings.Cut(path.Base(repository), ":")
	if tag == "latest" || pinned && digest == "" || !pinned && (!tagged || tag == "") {
		g.add(set.file, where, "image %s; want a tag other than latest, or a digest", c.Image)
	}
	g.checkProbes(set, c)
}

// probePaths are what the agent answers.
var probePaths = map[string]string{"livenessProbe": "/live", "readinessProbe": "/ready"}

// checkProbes sees that a probe's port is one of the pod.
func (g *region) checkProbes(set object[appsv1.StatefulSet], c *corev1.Container) {
	for name, probe := range map[string]*corev1.Probe{"livenessProbe": c.LivenessProbe, "readinessProbe": c.ReadinessProbe, "startupProbe": c.StartupProbe} {
		if probe == nil || probe.HTTPGet == nil {
			continue
		}
		if path := probePaths[name]; probe.HTTPGet.Path != path {
			g.add(set.file, set.where("container "+c.Name), "%s asks %q; want %s", name, probe.HTTPGet.Path, path)
		}
		port := probe.HTTPGet.Port
		// A name is looked up in the container itself, a number anywhere in the pod.
		among := []*corev1.Container{c}
		if port.StrVal == "" {
			among = containers(&set.value.Spec.Template.Spec)
		}
		if !slices.ContainsFunc(among, func(c *corev1.Container) bool { return listens(c, port) }) {
			g.add(set.file, set.where("container "+c.Name), "%s asks port %s, which there is not", name, port.String())
		}
	}
}
