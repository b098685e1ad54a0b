package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/generator/plan"
)

// header begins every generated file that has comments.
const header = "# Code generated from ring.yaml by ringwright; DO NOT EDIT.\n"

// Manifests are the Kubernetes objects of a region and the script that
// restarts its members. File names begin with the order in which they apply.
func (p *Press) Manifests(r *plan.Region) ([]File, error) {
	var files []File
	add := func(name string, data any, template string) error {
		var text bytes.Buffer
		if err := p.objects.print(&text, "manifests/"+template+".yaml.tmpl", data); err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		files = append(files, File{Path: r.Name + "/" + name + ".yaml", Data: text.Bytes()})
		return nil
	}
	d := &r.Datacenter
	for _, name := range []string{
		"00-namespace", "10-storage", "20-peer-dns", "30-settings", "40-services", "50-poddisruptionbudget",
	} {
		if err := add(name, d, name); err != nil {
			return nil, err
		}
	}
	for i := range d.Sets {
		if err := add("60-"+d.Sets[i].StatefulSet, &d.Sets[i], "60-statefulset"); err != nil {
			return nil, err
		}
	}
	script, err := plainText("manifests/restart.sh.tmpl", r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	return append(files, File{Path: r.Name + "/restart.sh", Data: script}), nil
}

// severalLines reports whether a text is part of the shape of a manifest: its
// lines have to be indented.
func severalLines(s string) bool { return strings.Contains(s, `\n`) }

func layObjects(shape string) (string, error) {
	nodes, err := documents(shape)
	if err != nil {
		return "", err
	}
	return encodeYAML(nodes)
}

// scalar is a JSON string as YAML, without the quotes where that is safe.
func scalar(s string) string {
	if inner := s[1 : len(s)-1]; !strings.Contains(inner, `\`) && isBare(inner) {
		return inner
	}
	return s
}

// encodeYAML writes documents with the templates' comments and order, without
// the quotes that no reader of YAML needs.
func encodeYAML(nodes []*yaml.Node) (string, error) {
	var b strings.Builder
	b.WriteString(header)
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	for _, n := range nodes {
		plain(n)
		if err := e.Encode(n); err != nil {
			return "", err
		}
	}
	if err := e.Close(); err != nil {
		return "", err
	}
	return b.String(), nil
}

// bare are strings that every version of YAML reads as strings without quotes;
// notBare are the words of YAML 1.1 that look like them and are not.
var (
	bare    = regexp.MustCompile(`^(--)?[A-Za-z/]([A-Za-z0-9._/=$():@-]*[A-Za-z0-9)/])?$`)
	notBare = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)

func isBare(s string) bool { return bare.MatchString(s) && !notBare.MatchString(s) }

// plain writes strings without quotes where that is safe, text of several
// lines as a block, and lists that templates printed as JSON as lists.
func plain(n *yaml.Node) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!str" && strings.Contains(n.Value, "\n"):
		n.Style = yaml.LiteralStyle
	case n.Kind == yaml.ScalarNode && n.Tag == "!!str" && (isBare(n.Value) || isStand(n.Value)):
		n.Style = 0
	case n.Kind == yaml.SequenceNode && len(n.Content) > 3:
		n.Style = 0
	}
	for _, c := range n.Content {
		plain(c)
	}
}
