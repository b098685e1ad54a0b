package kubernetes

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	// The kinds, their conversions and their defaults register themselves.
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
)

// object is a manifest in the two forms that the API server has it in.
type object struct {
	key       key
	version   schema.GroupVersion
	versioned runtime.Object // as it is written, with defaults
	internal  runtime.Object // what validation works on
}

// split is the documents of a file.
func split(file []byte) ([][]byte, error) {
	var documents [][]byte
	for reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(file))); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
}

var codecs = sync.OnceValue(func() serializer.CodecFactory {
	return serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
})

// decode reads one document as the API server does with
// `fieldValidation=Strict`, which is what kubectl asks for: unknown and
// duplicate fields are errors.
func decode(document []byte) (*object, error) {
	versioned, kind, err := codecs().UniversalDeserializer().Decode(document, nil, nil)
	if err != nil {
		return nil, err
	}
	legacyscheme.Scheme.Default(versioned)
	internal, _, err := codecs().UniversalDecoder().Decode(document, nil, nil)
	if err != nil {
		return nil, err
	}
	accessor, err := meta.Accessor(internal)
	if err != nil {
		return nil, err
	}
	return &object{
		key:     key{kind: kind.GroupKind(), namespace: accessor.GetNamespace(), name: accessor.GetName()},
		version: kind.GroupVersion(), versioned: versioned, internal: internal,
	}, nil
}

func namespaceKey(name string) key {
	return key{kind: schema.GroupKind{Kind: "Namespace"}, name: name}
}

// specDifference compares the specs of two objects of one type.
func specDifference(a, b runtime.Object) string {
	x, y := reflect.ValueOf(a).Elem().FieldByName("Spec"), reflect.ValueOf(b).Elem().FieldByName("Spec")
	if !x.IsValid() {
		return ""
	}
	return cmp.Diff(x.Interface(), y.Interface())
}
