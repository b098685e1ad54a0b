package main

import (
	"github.com/spf13/pflag"
)

var planVerb = verb{
	name:  "plan",
	about: "print the address and name plan as a table",
	run:   printPlan,
	usage: `
Usage: ringwright plan [flags]

Prints what a spec comes to: every region, machine, rack and link with its
addresses and names. It writes no file.

Examples:
  ringwright plan
  ringwright plan -f - < prod.yaml
`,
}

func printPlan(v *verb, args []string, s streams) error {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	file := fs.StringP("file", "f", "ring.yaml", "the spec; - is standard input")
	if err := v.parse(fs, args, 0, s); err != nil {
		return err
	}
	p, err := load(*file, s)
	if err != nil {
		return err
	}
	return p.Table(s.out)
}
