package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	pvutil "k8s.io/kubernetes/pkg/api/persistentvolume"
	serviceutil "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	volumevalidation "k8s.io/kubernetes/pkg/volume/validation"
)

// strategy is what the API server does with the objects of one kind.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

// strategies are those of the kinds that manifests have. The core group's own
// are in packages that import etcd's client and half of the API server, which
// doubles the time of a build; theirs are put together from the functions that
// they call.
var strategies = map[schema.GroupKind]strategy{
	{Group: "apps", Kind: "StatefulSet"}:                statefulset.Strategy,
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}: networkpolicy.Strategy,
	{Group: "policy", Kind: "PodDisruptionBudget"}:      poddisruptionbudget.Strategy,
	{Group: "storage.k8s.io", Kind: "StorageClass"}:     storageclass.Strategy,

	{Kind: "ConfigMap"}: newCoreStrategy(true,
		validation.ValidateConfigMap,
		validation.ValidateConfigMapUpdate),
	{Kind: "Namespace"}: newCoreStrategy(false,
		validation.ValidateNamespace,
		func(o, old *core.Namespace) field.ErrorList {
			return append(validation.ValidateNamespace(o), validation.ValidateNamespaceUpdate(o, old)...)
		}),
	{Kind: "PersistentVolume"}: newCoreStrategy(false,
		func(o *core.PersistentVolume) field.ErrorList { return validateVolume(o, nil) },
		func(o, old *core.PersistentVolume) field.ErrorList {
			options := validation.ValidationOptionsForPersistentVolume(o, old)
			return append(validateVolume(o, old), validation.ValidatePersistentVolumeUpdate(o, old, options)...)
		}).warning(pvutil.GetWarningsForPersistentVolume),
	{Kind: "Service"}: newCoreStrategy(true,
		validation.ValidateServiceCreate,
		validation.ValidateServiceUpdate,
	).warning(func(o *core.Service) []string { return serviceutil.GetWarningsForService(o, nil) }),
}

func validateVolume(o, old *core.PersistentVolume) field.ErrorList {
	options := validation.ValidationOptionsForPersistentVolume(o, old)
	return append(validation.ValidatePersistentVolume(o, options), volumevalidation.ValidatePersistentVolume(o)...)
}

func strategyOf(kind schema.GroupKind) (strategy, error) {
	if s, known := strategies[kind]; known {
		return s, nil
	}
	var known []string
	for k := range strategies {
		known = append(known, k.String())
	}
	slices.Sort(known)
	return nil, fmt.Errorf("no strategy is known for %s; add it to strategies, beside %s", kind, strings.Join(known, ", "))
}

// coreStrategy is the strategy of a kind of the core group.
type coreStrategy[T runtime.Object] struct {
	rest.DeclarativeValidation
	names.NameGenerator
	namespaced bool
	create     func(o T) field.ErrorList
	update     func(o, old T) field.ErrorList
	warnings   func(o T) []string
}

func newCoreStrategy[T runtime.Object](namespaced bool, create func(o T) field.ErrorList, update func(o, old T) field.ErrorList) *coreStrategy[T] {
	return &coreStrategy[T]{
		DeclarativeValidation: rest.DeclarativeValidation{Scheme: legacyscheme.Scheme},
		NameGenerator:         names.SimpleNameGenerator,
		namespaced:            namespaced, create: create, update: update,
		warnings: func(T) []string { return nil },
	}
}

func (s *coreStrategy[T]) warning(warnings func(o T) []string) *coreStrategy[T] {
	s.warnings = warnings
	return s
}

// The methods of rest.RESTCreateStrategy and rest.RESTUpdateStrategy.

func (s *coreStrategy[T]) NamespaceScoped() bool                                     { return s.namespaced }
func (s *coreStrategy[T]) AllowCreateOnUpdate(context.Context) bool                  { return false }
func (s *coreStrategy[T]) AllowUnconditionalUpdate(context.Context) bool             { return true }
func (s *coreStrategy[T]) PrepareForCreate(context.Context, runtime.Object)          {}
func (s *coreStrategy[T]) PrepareForUpdate(_ context.Context, o, old runtime.Object) {}
func (s *coreStrategy[T]) Canonicalize(runtime.Object)                               {}
func (s *coreStrategy[T]) Validate(_ context.Context, o runtime.Object) field.ErrorList {
	return s.create(o.(T))
}
func (s *coreStrategy[T]) ValidateUpdate(_ context.Context, o, old runtime.Object) field.ErrorList {
	return s.update(o.(T), old.(T))
}
func (s *coreStrategy[T]) WarningsOnCreate(_ context.Context, o runtime.Object) []string {
	return s.warnings(o.(T))
}
func (s *coreStrategy[T]) WarningsOnUpdate(_ context.Context, o, _ runtime.Object) []string {
	return s.warnings(o.(T))
}
