// Package generator compiles a ring.yaml into the files of out/:
//
//	bytes -> spec.Parse -> plan.New -> render -> verify -> Files
//
// Each stage imports only what is before it. Everything is in memory until
// Files.Write, so a spec that is wrong changes nothing on disk.
package generator

import (
	"sync"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/render"
	"github.com/ringwright/ringwright/generator/spec"
	"github.com/ringwright/ringwright/generator/verify"
)

// Generate compiles a spec with the API models that it names; name is what
// messages call it. It reads nothing but its arguments and what is compiled in,
// and equal input gives equal output. An error that is a *spec.Problems is the
// user's to mend; any other is ours.
func Generate(name string, src []byte, models ...spec.Model) (Files, error) {
	p, err := Plan(name, src, models...)
	if err != nil {
		return nil, err
	}
	return Compile(p)
}

// Plan reads a spec and decides everything that its files will say. Its error
// is as that of Generate.
func Plan(name string, src []byte, models ...spec.Model) (*plan.Plan, error) {
	ring, err := spec.Parse(name, src, models...)
	if err != nil {
		return nil, err
	}
	p, err := plan.New(ring)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Compile prints a plan and proof-reads what it printed.
func Compile(p *plan.Plan) (Files, error) {
	files, press := Files{}, render.NewPress()
	parts := []func() ([]render.File, error){
		func() ([]render.File, error) { return render.Runbook(p) },
		func() ([]render.File, error) { return render.Picture(p) },
	}
	for i := range p.Regions {
		parts = append(parts,
			func() ([]render.File, error) { return press.ARM(&p.Regions[i]) },
			func() ([]render.File, error) { return render.Manifests(&p.Regions[i]) },
		)
	}
	for _, result := range all(parts) {
		if result.err != nil {
			return nil, result.err
		}
		for _, f := range result.files {
			files[f.Path] = f.Data
		}
	}
	if err := verify.Ring(p, files); err != nil {
		return nil, err
	}
	return files, nil
}

type result struct {
	files []render.File
	err   error
}

// all runs every part, several at a time, and keeps the results in order: the
// parts have nothing to do with each other once the plan is made.
func all(parts []func() ([]render.File, error)) []result {
	results := make([]result, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() {
			files, err := part()
			results[i] = result{files, err}
		})
	}
	wait.Wait()
	return results
}
