package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/secrets"
)

var generateVerb = verb{
	name:  "generate",
	about: "compile ring.yaml into out/",
	run:   generate,
	usage: `
Usage: ringwright generate [flags]

Compiles the spec into a folder: an ARM template, Kubernetes manifests and a
restart script for each region, a runbook and a picture. Where the spec is wrong
nothing is written. Files of an earlier run that are no longer needed are
removed; files that ringwright did not write are never touched.

Examples:
  ringwright generate                          # ring.yaml into out/
  ringwright generate -f prod.yaml --check     # is the committed out/ current?
`,
}

func generate(v *verb, args []string, s streams) error {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	file := fs.StringP("file", "f", "ring.yaml", "the spec; - is standard input")
	out := fs.StringP("out", "o", "out", "the folder that is written")
	check := fs.Bool("check", false, "write nothing; print what would change and exit with 1 where anything would")
	decommissioned := fs.StringArray("decommissioned", nil, "a `REGION` whose surplus members have left the ring, so that it may have fewer; may be repeated")
	if err := v.parse(fs, args, 0, s); err != nil {
		return err
	}
	if *out == "" {
		return misusef("generate: --out is empty; want a folder")
	}
	p, err := load(*file, s)
	if err != nil {
		return err
	}
	files, err := generator.Compile(p)
	if err != nil {
		return fmt.Errorf("internal: %w", err)
	}
	if *check {
		return stale(files, *out, s)
	}
	if err := files.Guard(*out, *decommissioned); err != nil {
		return err
	}
	changes, err := files.Write(*out)
	if err != nil {
		return err
	}
	var said strings.Builder // printed at once: a line each would be a write each
	report(&said, changes, *out)
	next(&said, p, *file, *out)
	_, err = io.WriteString(s.err, said.String())
	return err
}

// stale prints what a run would change.
func stale(files generator.Files, out string, s streams) error {
	difference, err := files.Diff(out)
	if err != nil || difference == "" {
		return err
	}
	fmt.Fprint(s.out, difference)
	return errors.New(out + " is not what the spec compiles to; run `ringwright generate`")
}

func report(w io.Writer, c generator.Changes, out string) {
	for _, p := range c.Written {
		fmt.Fprintf(w, "wrote   %s\n", filepath.Join(out, filepath.FromSlash(p)))
	}
	for _, p := range c.Removed {
		fmt.Fprintf(w, "removed %s\n", filepath.Join(out, filepath.FromSlash(p)))
	}
	fmt.Fprintf(w, "%s: %d written, %d removed, %d unchanged\n", out, len(c.Written), len(c.Removed), c.Unchanged)
}

// nextRegions is how many regions the next commands are spelled out for.
const nextRegions = 3

// next names the commands that follow; the runbook has all of them.
func next(w io.Writer, p *plan.Plan, file, out string) {
	fmt.Fprintf(w, "\nNext, as %s tells in full:\n", filepath.Join(out, "README.md"))
	switch {
	case !deploys(p): // there is nothing to make
	case file == "ring.yaml":
		fmt.Fprintln(w, "  ringwright secrets")
	default:
		fmt.Fprintf(w, "  ringwright secrets -f %s\n", file)
	}
	regions := p.Regions[:min(nextRegions, len(p.Regions))]
	for i := range regions {
		if regions[i].ARM != nil {
			deployment(w, &regions[i], out)
		}
	}
	for i := range regions {
		kubeconfig := filepath.Join("secrets", regions[i].Name, "kubeconfig")
		if regions[i].ARM == nil {
			kubeconfig = "<that of " + regions[i].Name + ">"
		}
		if regions[i].ARM != nil && len(regions[i].ARM.ManagedClusters) > 0 {
			credentials(w, &regions[i], kubeconfig)
		}
		fmt.Fprintf(w, "  kubectl --kubeconfig %s apply -f %s/\n", kubeconfig, filepath.Join(out, regions[i].Name))
	}
	switch more := len(p.Regions) - len(regions); more {
	case 0:
	case 1:
		fmt.Fprintln(w, "  and the same for the other region")
	default:
		fmt.Fprintf(w, "  and the same for the other %d regions\n", more)
	}
}

// deploys says whether anything of the ring is in Azure.
func deploys(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Regions, func(r plan.Region) bool { return r.ARM != nil })
}

// credentials has az write the kubeconfig of a cluster that AKS runs.
func credentials(w io.Writer, r *plan.Region, kubeconfig string) {
	fmt.Fprintf(w, "  mkdir -p -m 700 %s\n", filepath.Dir(kubeconfig))
	fmt.Fprintf(w, "  az aks get-credentials -g %s -n %s%s -f %s --overwrite-existing\n", r.ResourceGroup, r.Cluster.Name, subscription(r), kubeconfig)
}

// subscription is the flag for the region's, a blank before it; empty where it has none.
func subscription(r *plan.Region) string {
	flag := ""
	for _, id := range r.Subscription {
		flag = " --subscription " + id
	}
	return flag
}

func deployment(w io.Writer, r *plan.Region, out string) {
	azure := filepath.Join(out, r.Name, "azure")
	fmt.Fprintf(w, "  az group create -n %s -l %s%s\n", r.ResourceGroup, r.Location, subscription(r))
	fmt.Fprintf(w, "  az deployment group create -g %s -n ringwright-%s%s --template-file %s --parameters @%s",
		r.ResourceGroup, r.Name, subscription(r), filepath.Join(azure, "azuredeploy.json"), filepath.Join(azure, "azuredeploy.parameters.json"))
	if len(secrets.ParameterNames(secretsOfRegion(r))) > 0 {
		fmt.Fprintf(w, " --parameters @%s", filepath.Join("secrets", r.Name, "parameters.json"))
	}
	for _, p := range r.ARM.Parameters {
		if p.Name == plan.DefaultSubscription {
			fmt.Fprintf(w, ` --parameters %s="$(az account show --query id -o tsv)"`, p.Name)
		}
	}
	fmt.Fprintln(w)
}
