package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSeedStoryFails tests the test: with each single fault SeedStory has to
// fail, and to name what is not there. What the networks can tell they tell
// before a machine boots.
func TestSeedStoryFails(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		t.Run(name, func(t *testing.T) {
			said := runSpoilt(t, name)
			if !regexp.MustCompile(faults[name].says).MatchString(said) {
				t.Errorf("SeedStory failed without saying %s", faults[name].says)
			}
			if booted := strings.Contains(said, "the control plane is up"); booted != faults[name].late {
				t.Errorf("machines booted: %t; want %t", booted, faults[name].late)
			}
		})
	}
}

// runSpoilt runs SeedStory with a fault and gives what it said. It has to fail.
func runSpoilt(t *testing.T, fault string) string {
	t.Helper()
	want(t)
	if *out != "" {
		t.Skip("the faults are those of ring.yaml here, and -out was given")
	}
	p, err := prepare()
	if err != nil {
		t.Fatal(err)
	}
	said, failed := p.story(t, "-fault="+fault)
	if failed == nil {
		t.Fatal("SeedStory passed with the fault")
	}
	return string(said)
}
