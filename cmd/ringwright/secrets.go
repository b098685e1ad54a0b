package main

import (
	"crypto/rand"
	"fmt"
	"path"
	"time"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/secrets"
)

var secretsVerb = verb{
	name:  "secrets",
	about: "make keys, tokens and parameter files, once",
	run:   makeSecrets,
	usage: `
Usage: ringwright secrets [flags]

Makes what a ring needs and must not be in git: certificate authorities, an
admin's kubeconfig, join tokens, VPN keys and the parameter files that hand them
to the deployments. What is there already is kept, so run it again after adding
a region. It prints names only, never a value.

Examples:
  ringwright secrets
  ringwright secrets --rotate eastus/admin     # a new admin certificate
`,
}

func makeSecrets(v *verb, args []string, s streams) error {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	file := fs.StringP("file", "f", "ring.yaml", "the spec; - is standard input")
	out := fs.StringP("out", "o", "secrets", "the folder that is written")
	rotate := fs.StringArray("rotate", nil, "replace the value of that `NAME`, such as eastus/admin; may be repeated")
	if err := v.parse(fs, args, 0, s); err != nil {
		return err
	}
	if *out == "" {
		return misusef("secrets: --out is empty; want a folder")
	}
	p, err := load(*file, s)
	if err != nil {
		return err
	}
	result, err := secrets.Write(*out, secretsOf(p), *rotate, secrets.Source{Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return err
	}
	for _, list := range []struct {
		what  string
		paths []string
	}{
		{"completed", result.Completed}, {"made", result.Made}, {"rotated", result.Rotated},
		{"rewrote", result.Rewritten}, {"tightened", result.Tightened},
	} {
		for _, p := range list.paths {
			fmt.Fprintf(s.err, "%-9s %s\n", list.what, path.Join(*out, p))
		}
	}
	fmt.Fprintf(s.err, "%s: %d made, %d kept, %d rotated, %d rewritten\n", *out, len(result.Made), len(result.Kept), len(result.Rotated), len(result.Rewritten))
	for _, sentence := range result.Next {
		fmt.Fprintln(s.err, sentence)
	}
	return nil
}

// secretsOf is the part of a plan that secrets are made for.
func secretsOf(p *plan.Plan) secrets.Ring {
	ring := secrets.Ring{Name: p.Ring}
	for i := range p.Regions {
		r := &p.Regions[i]
		if r.ARM == nil {
			continue // whoever runs the cluster has its keys
		}
		ring.Regions = append(ring.Regions, secretsOfRegion(r))
	}
	return ring
}

// secretsOfRegion is the part of a region that secrets are made for.
func secretsOfRegion(r *plan.Region) secrets.Region {
	return secrets.Region{Name: r.Name, APIHost: r.Cluster.APIHost, Peers: r.Secrets.Peers, MakeSSHKey: r.Secrets.MakeSSHKey}
}
