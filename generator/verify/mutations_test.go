package verify_test

import (
	"bytes"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/verify"
)

// mutation is one fault put into good documents, and everything that has to be
// said about it.
type mutation struct {
	name string
	ring string // of specs; empty: two
	edit edit
	want []string
}

// edit changes files and reports what it could not change.
type edit func(files map[string][]byte) error

// swap replaces the first occurrence of a text.
func swap(file, old, new string) edit { return swapAfter(file, "", old, new) }

// swapAfter replaces the first occurrence of a text behind another one.
func swapAfter(file, anchor, old, new string) edit {
	return func(files map[string][]byte) error {
		before, after, ok := strings.Cut(string(files[file]), anchor)
		if !ok {
			return errors.New(file + " does not hold " + anchor)
		}
		if !strings.Contains(after, old) {
			return errors.New(file + " does not hold " + old)
		}
		files[file] = []byte(before + anchor + strings.Replace(after, old, new, 1))
		return nil
	}
}

// swapAll replaces every occurrence of a text.
func swapAll(file, old, new string) edit {
	return func(files map[string][]byte) error {
		if !bytes.Contains(files[file], []byte(old)) {
			return errors.New(file + " does not hold " + old)
		}
		files[file] = bytes.ReplaceAll(files[file], []byte(old), []byte(new))
		return nil
	}
}

// drop removes a file, put makes one.
func drop(file string) edit {
	return func(files map[string][]byte) error {
		if _, ok := files[file]; !ok {
			return errors.New("no file " + file)
		}
		delete(files, file)
		return nil
	}
}

func put(file, text string) edit {
	return func(files map[string][]byte) error {
		files[file] = []byte(text)
		return nil
	}
}

// appendTo adds documents to a manifest.
func appendTo(file, text string) edit {
	return func(files map[string][]byte) error {
		files[file] = append(slices.Clone(files[file]), text...)
		return nil
	}
}

// resource adds a resource in front of all others.
func resource(file, text string) edit {
	return swap(file, `"resources": [`, `"resources": [`+text+",")
}

func all(edits ...edit) edit {
	return func(files map[string][]byte) error {
		for _, e := range edits {
			if err := e(files); err != nil {
				return err
			}
		}
		return nil
	}
}

// The files that are changed most, in the ring of two.
const (
	template  = "eastus/azure/azuredeploy.json"
	other     = "southcentralus/azure/azuredeploy.json"
	values    = "eastus/azure/azuredeploy.parameters.json"
	storage   = "eastus/10-storage.yaml"
	peerDNS   = "eastus/20-peer-dns.yaml"
	config    = "eastus/30-settings.yaml"
	services  = "eastus/40-services.yaml"
	budget    = "eastus/50-poddisruptionbudget.yaml"
	set       = "eastus/60-cassandra-0.yaml"
	otherConf = "southcentralus/30-settings.yaml"
)

// TestDamage takes lines out of files: whatever is left, there is an answer.
func TestDamage(t *testing.T) {
	p, good := ring(t, "two")
	for file, step := range map[string]int{template: 37, config: 3, services: 5, storage: 11, set: 13} {
		lines := strings.SplitAfter(string(good[file]), "\n")
		for i := 0; i < len(lines); i += step {
			files := maps.Clone(good)
			files[file] = []byte(strings.Join(slices.Delete(slices.Clone(lines), i, i+1), ""))
			var problems *verify.Problems
			if err := verify.Ring(p, files); err != nil && (!errors.As(err, &problems) || len(problems.List) == 0) {
				t.Errorf("%s without line %d: got %T %v", file, i+1, err, err)
			}
		}
	}
}

// sizes are those of whole templates and of the node script, which every change
// of either changes.
var sizes = regexp.MustCompile(`has [0-9]+ (bytes|characters)`)

func TestMutations(t *testing.T) {
	tables := slices.Concat(templateMutations, parameterMutations, limitMutations, networkMutations, flowMutations, machineMutations, balancerMutations, linkMutations, peeringMutations, manifestMutations, podMutations, containerMutations, sidecarMutations, lifecycleMutations, existingMutations, managedMutations, managedManifestMutations, managedPeeringMutations)
	names := map[string]bool{}
	for _, tt := range tables {
		if names[tt.name] {
			t.Fatalf("two mutations are called %q", tt.name)
		}
		names[tt.name] = true
		t.Run(strings.ReplaceAll(tt.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			name := tt.ring
			if name == "" {
				name = "two"
			}
			p, files := ring(t, name)
			good := maps.Clone(files)
			if err := tt.edit(files); err != nil {
				t.Fatal(err)
			}
			if maps.EqualFunc(good, files, bytes.Equal) {
				t.Fatal("the mutation changes nothing")
			}
			var got []string
			var problems *verify.Problems
			switch err := verify.Ring(p, files); {
			case errors.As(err, &problems):
				got = strings.Split(sizes.ReplaceAllString(err.Error(), "has # $1"), "\n")
			case err != nil:
				t.Fatalf("got an error of type %T", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
