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
	add := func(name string, data any, template string) error {
		text, err := manifest("manifests/"+template+".yaml.tmpl", data)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		files = append(files, File{Path: r.Name + "/" + name + ".yaml", Data: text})
		return nil
	}
	d := &r.Datacenter
	for i := range d.LocalStorage {
		if err := add("10-storage", &d.LocalStorage[i], "10-storage"); err != nil {
			return nil, err
		}
	}
	for i := range d.PeerDNS {
		if err := add("20-peer-dns", &d.PeerDNS[i], "20-peer-dns"); err != nil {
			return nil, err
		}
	}
	for i := range d.DiskStorage {
		if err := add("10-storage", &d.DiskStorage[i], "10-storage-disks"); err != nil {
			return nil, err
		}
	}
	for i := range d.PeerDNSBalancers {
		if err := add("20-peer-dns", &d.PeerDNSBalancers[i], "20-peer-dns-balancer"); err != nil {
			return nil, err
		}
	}
	for i := range d.NetworkPolicies {
		if err := add("55-networkpolicy", &d.NetworkPolicies[i], "55-networkpolicy"); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"00-namespace", "30-settings", "40-services", "50-poddisruptionbudget"} {
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
