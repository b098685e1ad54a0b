package kubernetes

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurity holds a workload's pod template against the level that its
// namespace enforces. The API server does so with the pods, so that a
// StatefulSet would be accepted and never have one.
func (s *server) podSecurity(o *object) error {
	set, ok := o.versioned.(*appsv1.StatefulSet)
	if !ok {
		return nil
	}
	level, err := s.level(o.key.namespace)
	if err != nil {
		return err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &set.Spec.Template.ObjectMeta, &set.Spec.Template.Spec))
	if !result.Allowed {
		return fmt.Errorf("violates PodSecurity %q: %s", level, result.ForbiddenDetail())
	}
	return nil
}

// level is what a namespace enforces: by its labels, else privileged, which is
// what an API server is set to by default.
func (s *server) level(namespace string) (api.LevelVersion, error) {
	privileged := api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
	o, ok := s.objects[namespaceKey(namespace)].(*core.Namespace)
	if !ok {
		return privileged, nil
	}
	enforced, errs := api.PolicyToEvaluate(o.Labels, api.Policy{Enforce: privileged, Audit: privileged, Warn: privileged})
	if err := errs.ToAggregate(); err != nil {
		return privileged, fmt.Errorf("labels of the namespace: %w", err)
	}
	return enforced.Enforce, nil
}
