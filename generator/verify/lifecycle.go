package verify

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// gracePeriod is how long a member may take to drain, in seconds.
const gracePeriod = 300

// checkLifecycle sees that the containers run in the right order and for the
// right time: install first and once, run beside Cassandra from before its
// start until after its end
// (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
func (g *region) checkLifecycle(set object[appsv1.StatefulSet], c *corev1.Container, verb string) {
	spec := &set.value.Spec.Template.Spec
	where := set.where("container " + c.Name)
	place := slices.IndexFunc(spec.InitContainers, func(o corev1.Container) bool { return o.Name == c.Name })
	always := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
	switch {
	case verb == settings.VerbInstall && (place != 0 || always):
		g.add(set.file, where, "want it as the first init container, to run once")
	case verb == settings.VerbRun && (place < 1 || !always):
		g.add(set.file, where, "want it as an init container behind install, with restartPolicy Always")
	case verb == settings.VerbInit && place >= 0:
		g.add(set.file, where, "want it as a container, not as an init container")
	case verb == settings.VerbInit:
		g.checkMember(set, c)
	}
}

// checkMember holds the container that becomes Cassandra.
func (g *region) checkMember(set object[appsv1.StatefulSet], c *corev1.Container) {
	where := set.where("container " + c.Name)
	if c.LivenessProbe != nil || c.StartupProbe != nil {
		g.add(set.file, where, "want no liveness or startup probe: it would kill a member that streams or replays its log")
	}
	if c.ReadinessProbe == nil {
		g.add(set.file, where, "want a readiness probe")
	}
	if c.Lifecycle == nil || c.Lifecycle.PreStop == nil || c.Lifecycle.PreStop.Exec == nil || len(c.Lifecycle.PreStop.Exec.Command) == 0 {
		g.add(set.file, where, "want a preStop hook that drains the member")
	}
	if grace := set.value.Spec.Template.Spec.TerminationGracePeriodSeconds; grace == nil || *grace < gracePeriod {
		g.add(set.file, set.where("spec.template.spec"), "want terminationGracePeriodSeconds %d at least: a drain takes its time", gracePeriod)
	}
}
