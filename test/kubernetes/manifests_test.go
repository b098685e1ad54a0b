package kubernetes

import (
	"testing"

	"github.com/ringwright/ringwright/test/rings"
)

// eachRegion runs a check on the manifests of every region of every ring, in
// the order in which kubectl applies them.
func eachRegion(t *testing.T, check func(t *testing.T, ring rings.Ring, region string, files []string)) {
	t.Helper()
	regions := 0
	for _, ring := range rings.All(t) {
		for _, region := range ring.Regions() {
			files := ring.Manifests(region)
			if len(files) == 0 {
				continue // out/ has files that are no region's
			}
			regions++
			t.Run(ring.Name+"/"+region, func(t *testing.T) { check(t, ring, region, files) })
		}
	}
	if regions == 0 {
		t.Fatal("no ring has manifests")
	}
}

func applyAll(t *testing.T, s *server, ring *rings.Ring, files []string) {
	t.Helper()
	for _, file := range files {
		if err := s.apply(ring.Files[file]); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestManifestsApply applies every region to a cluster that has nothing, and
// then once more: what is there already has to pass as an update of itself.
func TestManifestsApply(t *testing.T) {
	eachRegion(t, func(t *testing.T, ring rings.Ring, _ string, files []string) {
		s := mustServer(t)
		applyAll(t, s, &ring, files)
		objects := len(s.objects)
		applyAll(t, s, &ring, files)
		if len(s.objects) != objects {
			t.Errorf("%d objects after the first time, %d after the second: two of one file have one name", objects, len(s.objects))
		}
		for _, text := range s.warnings {
			t.Errorf("the API server warns: %s", text)
		}
	})
}

// TestRegionsShareNoCluster: a cluster that has one region's objects takes those
// of another without a change to the first, but for the peers' DNS, which is
// the same everywhere.
func TestRegionsShareNoCluster(t *testing.T) {
	for _, ring := range rings.All(t) {
		owner := map[key]string{}
		for _, region := range ring.Regions() {
			for _, file := range ring.Manifests(region) {
				for _, o := range decodeAll(t, ring.Files[file]) {
					if other, taken := owner[o.key]; taken && other != region && o.key.namespace != "kube-system" {
						t.Errorf("%s: %s is in %s and in %s", ring.Name, o.key, other, region)
					}
					owner[o.key] = region
				}
			}
		}
	}
}

func decodeAll(t *testing.T, file []byte) []*object {
	t.Helper()
	documents, err := split(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []*object
	for _, document := range documents {
		o, err := decode(document)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

func mustServer(t *testing.T) *server {
	t.Helper()
	s, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
