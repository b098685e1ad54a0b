// Package kubernetes applies compiled manifests to the API server's own code,
// without an API server: strict decoding, defaulting, the namespace's pod
// security level, validation, and on a second apply the rules for updates.
//
// The code is that of k8s.io/kubernetes at the newest minor that a ring may
// have, with feature gates at their defaults. It does not do what plugins for
// admission do, but for pod security, nor what controllers, the scheduler and
// the kubelet would find out, but for a few facts that the tests add up.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/apis/core"
)

// key is what an object is found by.
type key struct {
	kind            schema.GroupKind
	namespace, name string
}

func (k key) String() string {
	return k.kind.Kind + " " + strings.TrimPrefix(k.namespace+"/"+k.name, "/")
}

// server is what of an API server a manifest meets. It holds what was applied.
type server struct {
	objects   map[key]runtime.Object
	warnings  []string
	allocator *allocator
}

// newServer has the namespaces that every cluster has.
func newServer() (*server, error) {
	a, err := newAllocator()
	if err != nil {
		return nil, err
	}
	s := &server{objects: map[key]runtime.Object{}, allocator: a}
	for _, name := range []string{metav1.NamespaceDefault, metav1.NamespaceSystem} {
		s.objects[namespaceKey(name)] = nil
	}
	return s, nil
}

// AddWarning keeps what kubectl would print as a warning.
func (s *server) AddWarning(_, text string) { s.warnings = append(s.warnings, text) }

// apply creates or updates the objects of a file, in its order, and reports the
// problems of all of them.
func (s *server) apply(file []byte) error {
	documents, err := split(file)
	if err != nil {
		return err
	}
	var problems []error
	for _, document := range documents {
		if err := s.applyDocument(document); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (s *server) applyDocument(document []byte) error {
	o, err := decode(document)
	if err != nil {
		return err
	}
	if err := s.applyObject(o); err != nil {
		return fmt.Errorf("%s: %w", o.key, err)
	}
	return nil
}

func (s *server) applyObject(o *object) error {
	strategy, err := strategyOf(o.key.kind)
	if err != nil {
		return err
	}
	if strategy.NamespaceScoped() {
		if o.key.namespace == "" {
			return errors.New("metadata.namespace: missing; it would go wherever kubectl points to")
		}
		if _, there := s.objects[namespaceKey(o.key.namespace)]; !there {
			return fmt.Errorf("namespaces %q not found", o.key.namespace)
		}
	} else if o.key.namespace != "" {
		return fmt.Errorf("metadata.namespace: %s; the kind has none", o.key.namespace)
	}
	if err := s.podSecurity(o); err != nil {
		return err
	}
	ctx := s.request(o)
	if old := s.objects[o.key]; old != nil {
		err = s.update(ctx, strategy, o.internal, old)
	} else {
		err = s.create(ctx, strategy, o.internal)
	}
	if err != nil {
		return err
	}
	s.objects[o.key] = o.internal
	return nil
}

// request is the context of the request that applies an object. The rules that
// are declared with the types are those of the version that it asks for.
func (s *server) request(o *object) context.Context {
	ctx := warning.WithWarningRecorder(context.Background(), s)
	ctx = request.WithNamespace(ctx, o.key.namespace)
	return request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Namespace: o.key.namespace, Name: o.key.name,
		APIGroup: o.version.Group, APIVersion: o.version.Version,
	})
}

// create does to an object what the API server does before it stores it. A
// field of the spec that it drops, as it does with those of features that are
// off, is an error: the user would not be told.
func (s *server) create(ctx context.Context, strategy strategy, o runtime.Object) error {
	accessor, err := meta.Accessor(o)
	if err != nil {
		return err
	}
	rest.FillObjectMetaSystemFields(accessor)
	if service, ok := o.(*core.Service); ok {
		if err := s.allocator.create(service); err != nil {
			return err
		}
	}
	sent := o.DeepCopyObject()
	if err := rest.BeforeCreate(strategy, ctx, o); err != nil {
		return err
	}
	if dropped := specDifference(sent, o); dropped != "" {
		return fmt.Errorf("the API server changes the spec (-sent +stored):\n%s", dropped)
	}
	accessor.SetResourceVersion("1")
	return nil
}

func (s *server) update(ctx context.Context, strategy strategy, o, old runtime.Object) error {
	accessor, err := meta.Accessor(o)
	if err != nil {
		return err
	}
	oldAccessor, err := meta.Accessor(old)
	if err != nil {
		return err
	}
	if service, ok := o.(*core.Service); ok {
		s.allocator.keep(service, old.(*core.Service))
	}
	accessor.SetResourceVersion(oldAccessor.GetResourceVersion())
	accessor.SetUID(oldAccessor.GetUID())
	accessor.SetCreationTimestamp(oldAccessor.GetCreationTimestamp())
	return rest.BeforeUpdate(strategy, ctx, o, old)
}
