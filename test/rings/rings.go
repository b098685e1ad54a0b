// Package rings compiles the specs that the other packages of this module
// check: those of the repository, which users start from, and those in specs,
// which together reach every template.
package rings

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ringwright/ringwright/generator"
)

//go:embed specs/*.yaml
var specs embed.FS

// repository is where the tests of a package of this module find the
// repository: they run in the package's directory.
const repository = "../.."

// Ring is a spec and what it compiles to.
type Ring struct {
	Name  string // of the spec's file, below the repository or below specs
	Spec  []byte
	Files generator.Files
}

// All compiles every spec, once for a test binary. It ends the test where a
// spec does not compile.
func All(t testing.TB) []Ring {
	t.Helper()
	all, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Spec is the text of the spec of that name below specs, to be varied.
func Spec(t testing.TB, name string) string {
	t.Helper()
	text, err := specs.ReadFile("specs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Compile compiles a spec that a test made.
func Compile(t testing.TB, spec string) Ring {
	t.Helper()
	ring, err := compile("ring.yaml", []byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// Regions are the names of the ring's regions, sorted.
func (r *Ring) Regions() []string {
	var names []string
	for file := range r.Files {
		if name, _, below := strings.Cut(file, "/"); below {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Template is the ARM template of a region, and the parameter file that is
// committed with it. Both are nil where a region has none.
func (r *Ring) Template(region string) (template, parameters []byte) {
	return r.Files[region+"/azure/azuredeploy.json"], r.Files[region+"/azure/azuredeploy.parameters.json"]
}

// Manifests are the files that `kubectl apply -f out/<region>/` applies, in
// its order: those with an ending it knows, by name, none from directories below
// (https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/).
func (r *Ring) Manifests(region string) []string {
	var names []string
	for file := range r.Files {
		if path.Dir(file) == region && slices.Contains([]string{".json", ".yaml", ".yml"}, path.Ext(file)) {
			names = append(names, file)
		}
	}
	slices.Sort(names)
	return names
}

var compiled = sync.OnceValues(func() ([]Ring, error) {
	var all []Ring
	add := func(name string, spec []byte, err error) error {
		if err != nil {
			return err
		}
		ring, err := compile(name, spec)
		all = append(all, ring)
		return err
	}
	names, err := committed()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(repository, name))
		if err := add(name, text, err); err != nil {
			return nil, err
		}
	}
	entries, err := specs.ReadDir("specs")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		text, err := specs.ReadFile("specs/" + entry.Name())
		if err := add(entry.Name(), text, err); err != nil {
			return nil, err
		}
	}
	return all, nil
})

var kindRing = regexp.MustCompile(`(?m)^kind: *Ring\b`)

// committed are the repository's own specs, by path: ring.yaml and the examples.
func committed() ([]string, error) {
	names := []string{"ring.yaml"}
	for _, pattern := range []string{"examples/*.yaml", "examples/*/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name, err := filepath.Rel(repository, file)
			if err != nil {
				return nil, err
			}
			if kindRing.Match(text) {
				names = append(names, filepath.ToSlash(name))
			}
		}
	}
	return names, nil
}

func compile(name string, spec []byte) (Ring, error) {
	files, err := generator.Generate(name, spec, generator.ReadModels(filepath.Join(repository, name), spec)...)
	if err != nil {
		return Ring{}, fmt.Errorf("compile %s: %w", name, err)
	}
	return Ring{Name: name, Spec: spec, Files: files}, nil
}
