package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
)

// header begins every generated file that has comments.
const header = "# Code generated from ring.yaml by ringwright; DO NOT EDIT.\n"

// Manifests are the Kubernetes objects of a region and the script that
// restarts its members. File names begin with the order in which they apply.
func Manifests(r *plan.Region) ([]File, error) {
	var files []File
	for _, p := range pages(&r.Datacenter) {
		text, err := manifest("manifests/"+p.template+".yaml.tmpl", p.data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		files = append(files, File{Path: r.Name + "/" + p.name + ".yaml", Data: text})
	}
	script, err := plainText("manifests/restart.sh.tmpl", r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	return append(files, File{Path: r.Name + "/restart.sh", Data: script}), nil
}

// page is a file of objects before it is printed.
type page struct {
	name, template string
	data           any
}

// pages are the files of a datacenter: those that every one has, and one for
// each thing that the plan holds.
func pages(d *plan.Datacenter) []page {
	var all []page
	for _, name := range []string{"00-namespace", "30-settings", "40-services", "50-poddisruptionbudget"} {
		all = append(all, page{name, name, d})
	}
	all = append(all, pagesOf("10-storage", "10-storage", d.LocalStorage)...)
	all = append(all, pagesOf("10-storage", "10-storage-disks", d.DiskStorage)...)
	all = append(all, pagesOf("20-peer-dns", "20-peer-dns", d.PeerDNS)...)
	all = append(all, pagesOf("20-peer-dns", "20-peer-dns-balancer", d.PeerDNSBalancers)...)
	all = append(all, pagesOf("55-networkpolicy", "55-networkpolicy", d.NetworkPolicies)...)
	for i := range d.Sets {
		all = append(all, page{"60-" + d.Sets[i].StatefulSet, "60-statefulset", &d.Sets[i]})
	}
	return all
}

func pagesOf[T any](name, template string, things []T) []page {
	var all []page
	for i := range things {
		all = append(all, page{name, template, &things[i]})
	}
	return all
}

// manifest prints the objects of one file. The text is the template's own, with
// its comments; verify decodes it, strictly, on every run.
func manifest(template string, data any) ([]byte, error) {
	text, err := execute(template, data)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(header) + len(text))
	b.WriteString(header)
	for {
		before, rest, marked := strings.Cut(text, begin)
		b.WriteString(before)
		if !marked {
			return b.Bytes(), nil
		}
		value, after, _ := strings.Cut(rest, end)
		b.WriteString(scalar(value))
		text = after
	}
}

// scalar is a JSON string as YAML, without the quotes where that is safe.
func scalar(s string) string {
	inner := s[1 : len(s)-1]
	if bare.MatchString(inner) && !notBare.MatchString(inner) {
		return inner
	}
	return s
}

// bare are strings that every version of YAML reads as strings without quotes;
// notBare are the words of YAML 1.1 that look like them and are not.
var (
	bare    = regexp.MustCompile(`^(--)?[A-Za-z/]([A-Za-z0-9._/=$():@-]*[A-Za-z0-9)/])?$`)
	notBare = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)
