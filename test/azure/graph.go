package azure

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// graph is a template's resources by lower-case id. It is an error where an id
// is there twice, where a dependency is not, or where dependencies go round.
func graph(e *arm.Evaluated) (map[string]*arm.EvaluatedResource, error) {
	resources := map[string]*arm.EvaluatedResource{}
	var problems []error
	for r := range e.All() {
		id := strings.ToLower(r.ID)
		if resources[id] != nil {
			problems = append(problems, fmt.Errorf("the resource '%s' is defined multiple times in a template", r.ID))
		}
		resources[id] = r
	}
	for r := range e.All() {
		for _, target := range r.DependsOn {
			if resources[strings.ToLower(target)] == nil {
				problems = append(problems, fmt.Errorf("the resource '%s', which '%s' depends on, is not defined in the template", target, r.ID))
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	state := map[string]int{}
	for r := range e.All() {
		if err := visit(resources, state, strings.ToLower(r.ID), nil); err != nil {
			return nil, err
		}
	}
	return resources, nil
}

// The states of a resource while dependencies are followed.
const (
	unseen = iota
	visiting
	visited
)

func visit(resources map[string]*arm.EvaluatedResource, state map[string]int, id string, trail []string) error {
	trail = append(trail, id)
	switch state[id] {
	case visiting:
		return fmt.Errorf("circular dependency detected: %s", strings.Join(trail, " -> "))
	case visited:
		return nil
	}
	state[id] = visiting
	for _, target := range resources[id].DependsOn {
		if err := visit(resources, state, strings.ToLower(target), trail); err != nil {
			return err
		}
	}
	state[id] = visited
	return nil
}
