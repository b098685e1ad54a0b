package main

import (
	"fmt"
	"io"
	"math"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/spec"
)

var importVerb = verb{
	name:  "import",
	about: "write a ring.yaml from acs-engine API models",
	run:   importModels,
	usage: `
Usage: ringwright import acs-engine FILE... [flags]

Writes a spec of the clusters that acs-engine API models describe, a region for
each model: those that people wrote and the apimodel.json that acs-engine wrote.
What no model says is marked "fill in". Nothing secret is taken over: no key, no
certificate, no service principal. A spec can name a model instead, too:
cluster.apiModel.

Examples:
  ringwright import acs-engine kubernetes.east.json kubernetes.west.json > ring.yaml
  ringwright import acs-engine _output/rg1east/apimodel.json -o ring.yaml
`,
}

func importModels(v *verb, args []string, s streams) error {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	out := fs.StringP("out", "o", "-", "the file that is written, which must not be there; - is standard output")
	if err := v.parse(fs, args, math.MaxInt, s); err != nil {
		return err
	}
	switch {
	case *out == "":
		return misusef("import: --out is empty; want a file, or - for standard output")
	case fs.NArg() == 0 || fs.Arg(0) != "acs-engine":
		return misusef("import: want what the files are of, then the files: ringwright import acs-engine FILE...")
	case fs.NArg() == 1:
		return misusef("import: no file; want ringwright import acs-engine FILE...")
	}
	var models []spec.Model
	for _, name := range fs.Args()[1:] {
		data, err := generator.ReadModel(name)
		models = append(models, spec.Model{Path: name, Data: data, Err: err})
	}
	suffix, err := drawSuffix()
	if err != nil {
		return err
	}
	text, err := spec.Import(suffix, models...)
	if err != nil {
		return err
	}
	if *out == "-" {
		_, err := io.WriteString(s.out, text)
		return err
	}
	if err := writeNew(*out, text); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "wrote %s; fill in what it marks, then run `ringwright generate`\n", *out)
	return nil
}
