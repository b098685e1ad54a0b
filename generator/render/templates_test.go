package render

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	tree "text/template/parse"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/spec"
)

// richSpec reaches every template: several control planes, peers found by
// parameter, a pull secret, availability sets in one region, zones in another, AKS in a third.
const richSpec = `
apiVersion: ringwright/v1
kind: Ring
name: customers
dnsSuffix: 3f9a1c
gateway: { peerAddress: parameter }
tags: { team: storage }
sidecar: { image: "registry.example.com/ringwright-sidecar:1", pullSecret: registry }
regions:
- location: eastus
  vnet: 10.1.0.0/16
  subscription: 00000000-0000-0000-0000-000000000001
  cluster: { controlPlanes: 3, apiServerCIDRs: [203.0.113.0/24] }
- location: westus3
  vnet: 10.3.0.0/16
  cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24] }
- location: westeurope
  vnet: 10.2.0.0/16
  racks: zone
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// richPlans are that ring and, as no ring has both links, the same one peered.
func richPlans(t *testing.T) []*plan.Plan {
	t.Helper()
	var plans []*plan.Plan
	for _, src := range []string{richSpec, strings.Replace(richSpec, "gateway: { peerAddress: parameter }", "link: peering", 1)} {
		ring, err := spec.Parse("ring.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.New(ring)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, &p)
	}
	return plans
}

// everything renders all files of some plans.
func everything(plans []*plan.Plan) error {
	for _, p := range plans {
		if err := everyFile(p); err != nil {
			return err
		}
	}
	return nil
}

func everyFile(p *plan.Plan) error {
	press := NewPress()
	for i := range p.Regions {
		if _, err := press.ARM(&p.Regions[i]); err != nil {
			return err
		}
		if _, err := Manifests(&p.Regions[i]); err != nil {
			return err
		}
	}
	if _, err := Runbook(p); err != nil {
		return err
	}
	_, err := Picture(p)
	return err
}

func TestFunctionsAreThree(t *testing.T) {
	want := []string{"indent", "json", "nindent"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(functions))); diff != "" {
		t.Errorf("what a template can call (-want +got):\n%s", diff)
	}
}

// TestTemplatesOnlyPrint holds every template to what it may do: range over
// one thing, and print values through the function that quotes for its format.
func TestTemplatesOnlyPrint(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		l := &lint{name: name, printers: printersOf(name)}
		l.list(set[name]().Tree.Root)
		for _, problem := range l.problems {
			t.Error(problem)
		}
	}
}

// printersOf are the functions a value may leave a template through; "" is plain.
func printersOf(name string) []string {
	switch path.Ext(strings.TrimSuffix(name, ".tmpl")) {
	case ".md", ".sh":
		return []string{"json", "indent", "nindent", ""}
	case ".svg":
		return []string{"html"}
	}
	return []string{"json", "indent", "nindent"}
}

type lint struct {
	name     string
	printers []string
	problems []string
}

func (l *lint) errorf(n tree.Node, format string, args ...any) {
	l.problems = append(l.problems, fmt.Sprintf("%s: %s: %s", l.name, fmt.Sprintf(format, args...), n))
}

func (l *lint) list(list *tree.ListNode) {
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *tree.TextNode, *tree.CommentNode:
		case *tree.ActionNode:
			l.action(n)
		case *tree.RangeNode:
			if n.ElseList != nil || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 1 {
				l.errorf(n, "ranges over more than one field; prepare the list in the plan")
			}
			l.list(n.List)
		default:
			l.errorf(n, "decides; move the decision to the plan")
		}
	}
}

func (l *lint) action(n *tree.ActionNode) {
	if len(n.Pipe.Decl) > 0 {
		if len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 1 {
			l.errorf(n, "computes; a variable only keeps a value for a range")
		}
		return
	}
	last := n.Pipe.Cmds[len(n.Pipe.Cmds)-1].Args[0]
	printer := ""
	if id, ok := last.(*tree.IdentifierNode); ok {
		printer = id.Ident
	}
	if !slices.Contains(l.printers, printer) {
		l.errorf(n, "prints through %q; want one of %q", printer, l.printers)
	}
}

func TestLintSeesWhatIsWrong(t *testing.T) {
	tests := map[string]bool{
		`name: {{ json .Name }}`:                               true,
		`{{ range .List }}{{ json . }}{{ end }}`:               true,
		`name: {{ .Name }}`:                                    false,
		`{{ if .Name }}x{{ end }}`:                             false,
		`{{ with .Name }}x{{ end }}`:                           false,
		`{{ range .List }}x{{ else }}y{{ end }}`:               false,
		`{{ range $x := index .List 1 }}x{{ end }}`:            false,
		`{{ printf "%s-%s" .Name .Name | printf "%s" }}`:       false,
		`{{ $x := printf "%s" .Name }}name: {{ json $x }}`:     false,
		`{{ range .List }}{{ if . }}x{{ end }}{{ end }}`:       false,
		`text {{ json .Name | nindent 4 }}`:                    true,
		`{{ range $i, $x := .List }}{{ json $i }}: x{{ end }}`: true,
	}
	for text, want := range tests {
		trees, err := tree.Parse("x", text, "", "", functions, map[string]any{"printf": 0, "index": 0})
		if err != nil {
			t.Fatal(err)
		}
		l := &lint{name: "x", printers: printersOf("x.yaml.tmpl")}
		l.list(trees["x"].Root)
		if got := len(l.problems) == 0; got != want {
			t.Errorf("%s: allowed = %v, want %v", text, got, want)
		}
	}
}

// TestEveryTemplateIsUsed takes each template away in turn: something must miss it.
func TestEveryTemplateIsUsed(t *testing.T) {
	plans := richPlans(t)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		kept := set[name]
		delete(set, name)
		if everything(plans) == nil {
			t.Errorf("%s is used by nothing", name)
		}
		set[name] = kept
	}
}

// TestEveryFieldIsPrinted holds the plan's fields against the templates: one
// that nothing prints is a decision without effect.
func TestEveryFieldIsPrinted(t *testing.T) {
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if strings.HasPrefix(name, "arm/") || strings.HasPrefix(name, "manifests/") {
			all.WriteString(set[name]().Tree.Root.String())
		}
	}
	text := all.String()
	for _, root := range []any{plan.ARM{}, plan.Datacenter{}} {
		for _, field := range leaves(reflect.TypeOf(root), map[reflect.Type]bool{}) {
			if !strings.Contains(text, "."+field) {
				t.Errorf("no template prints %s", field)
			}
		}
	}
}

// TestARMKeysAreKnown gives a resource keys it must not have.
func TestARMKeysAreKnown(t *testing.T) {
	for _, key := range []string{"nmae", "dependson", "Properties", "apiVersion"} {
		if _, err := layResource("type: Microsoft.Compute/availabilitySets\nname: x\n" + key + ": y\n"); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("resource with %s: %v", key, err)
		}
	}
}

// leaves are the fields below a type that hold values of their own.
func leaves(t reflect.Type, seen map[reflect.Type]bool) []string {
	if t.Kind() == reflect.Slice {
		return leaves(t.Elem(), seen)
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		element := f.Type
		if element.Kind() == reflect.Slice {
			element = element.Elem()
		}
		if element.Kind() == reflect.Struct {
			names = append(names, leaves(element, seen)...)
			continue
		}
		names = append(names, f.Name)
	}
	return names
}
