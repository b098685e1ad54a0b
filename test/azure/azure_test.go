package azure

import (
	"slices"
	"testing"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/test/rings"
)

// eachTemplate runs a check on the template of every region of every ring.
func eachTemplate(t *testing.T, check func(t *testing.T, template, parameters []byte)) {
	t.Helper()
	templates := 0
	for _, ring := range rings.All(t) {
		for _, region := range ring.Regions() {
			template, parameters := ring.Template(region)
			if template == nil {
				continue // a cluster that somebody else runs
			}
			templates++
			t.Run(ring.Name+"/"+region, func(t *testing.T) { check(t, template, parameters) })
		}
	}
	if templates == 0 {
		t.Fatal("no ring has a template")
	}
}

func mustEvaluate(t *testing.T, template, parameters []byte) (*arm.Template, *arm.Evaluated) {
	t.Helper()
	parsed, evaluated, err := evaluate(template, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, evaluated
}

func TestResourcesAreWhatTheModelsTake(t *testing.T) {
	eachTemplate(t, func(t *testing.T, template, parameters []byte) {
		_, evaluated := mustEvaluate(t, template, parameters)
		for r := range evaluated.All() {
			for _, problem := range check(r) {
				t.Errorf("%s %s: %s", r.Type, r.Name, problem)
			}
		}
	})
}

// TestResourceTypesAreInUse: a type that no template has would be held against nothing.
func TestResourceTypesAreInUse(t *testing.T) {
	var used []string
	for _, ring := range rings.All(t) {
		for _, region := range ring.Regions() {
			template, parameters := ring.Template(region)
			if template == nil {
				continue
			}
			_, evaluated := mustEvaluate(t, template, parameters)
			for r := range evaluated.All() {
				used = append(used, r.Type)
			}
		}
	}
	for name := range resourceTypes {
		if !slices.Contains(used, name) {
			t.Errorf("%s: no template has one; take it out of resourceTypes", name)
		}
	}
}
