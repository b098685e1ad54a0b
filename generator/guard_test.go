package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator"
)

// ringOf is a spec with a founder ("" for the default) and a region for each
// text, such as "eastus members: 6".
func ringOf(founder string, regions ...string) string {
	var b strings.Builder
	b.WriteString("apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\nsidecar: { image: \"registry.example.com/ringwright-sidecar:1\" }\n")
	if founder != "" {
		fmt.Fprintf(&b, "founder: %s\n", founder)
	}
	b.WriteString("regions:\n")
	for i, region := range regions {
		location, more, _ := strings.Cut(region, " ")
		if more != "" {
			more += ", "
		}
		fmt.Fprintf(&b, "- { location: %s, vnet: 10.%d.0.0/16, %scluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", location, i+1, more)
	}
	return b.String()
}

func TestGuard(t *testing.T) {
	two := ringOf("", "eastus", "southcentralus")
	tests := []struct {
		name           string
		before, after  string
		decommissioned []string
		want           []string // parts of the error; none where it is allowed
	}{
		{name: "the same", before: two, after: two},
		{name: "another region", before: two, after: ringOf("", "eastus", "southcentralus", "westeurope")},
		{name: "more members", before: two, after: ringOf("", "eastus members: 6", "southcentralus")},
		{name: "more members, and fewer elsewhere", before: ringOf("", "eastus", "southcentralus members: 6"), after: ringOf("", "eastus members: 6", "southcentralus"), want: []string{
			"southcentralus: cassandra-0 would go from 2 to 1 members, and their data with them; decommission them first, one at a time, the last first:\n" +
				"  kubectl --kubeconfig secrets/southcentralus/kubeconfig -n customers-southcentralus exec cassandra-0-1 -c cassandra -- nodetool decommission\n" +
				"then run this again with --decommissioned southcentralus",
			"southcentralus: cassandra-1 would go from 2 to 1", "southcentralus: cassandra-2 would go from 2 to 1"}},
		{name: "from three to one in a rack, the last first", before: ringOf("", "eastus members: 9"), after: ringOf("", "eastus"), want: []string{
			"exec cassandra-0-2 -c cassandra -- nodetool decommission\n  kubectl --kubeconfig secrets/eastus/kubeconfig -n customers-eastus exec cassandra-0-1 -c"}},
		{name: "fewer members that have left", before: ringOf("", "eastus members: 6", "southcentralus"), after: two, decommissioned: []string{"eastus"}},
		{name: "fewer members where others have left", before: ringOf("", "eastus members: 6", "southcentralus"), after: two, decommissioned: []string{"southcentralus"},
			want: []string{"eastus: cassandra-0 would go from 2 to 1 members"}},
		{name: "a region gone", before: two, after: ringOf("", "eastus"), want: []string{"southcentralus: cassandra-0 would go from 1 to 0 members", "then run this again with --decommissioned southcentralus"}},
		{name: "a region gone that has left", before: two, after: ringOf("", "eastus"), decommissioned: []string{"southcentralus"}},
		{name: "two regions that have left", before: ringOf("", "eastus", "southcentralus", "westeurope"), after: ringOf("", "eastus"), decommissioned: []string{"southcentralus", "westeurope"}},
		{name: "racks that change their names", before: two, after: ringOf("", "eastus racks: zone", "southcentralus"), want: []string{"eastus: cassandra-0 would go from 1 to 0 members"}},
		{name: "a region that nobody knows", before: two, after: two, decommissioned: []string{"mars"}, want: []string{"--decommissioned mars: there is no such region in "}},
		{name: "a region that is new", before: ringOf("", "eastus"), after: two, decommissioned: []string{"southcentralus"}},

		{name: "another founder", before: two, after: ringOf("southcentralus", "eastus", "southcentralus"), want: []string{
			"founder: southcentralus, but it is eastus in ", " and may only become none: a second founder is a second ring; write founder: eastus, or founder: none once the ring exists"}},
		{name: "no founder any more", before: two, after: ringOf("none", "eastus", "southcentralus")},
		{name: "a founder again", before: ringOf("none", "eastus", "southcentralus"), after: ringOf("southcentralus", "eastus", "southcentralus"), want: []string{
			"founder: southcentralus, but it is none in ", ", as the ring exists, and stays none: a second founder is a second ring; write founder: none"}},
		{name: "the default founder again", before: ringOf("none", "eastus", "southcentralus"), after: two, want: []string{"founder: eastus, but it is none in "}},
		{name: "still no founder", before: ringOf("none", "eastus", "southcentralus"), after: ringOf("none", "eastus", "southcentralus")},
		{name: "the founder's region gone, which makes another the default", before: two, after: ringOf("", "southcentralus"), decommissioned: []string{"eastus"},
			want: []string{"founder: southcentralus, but it is eastus in "}},
		{name: "a founder and fewer members at once", before: ringOf("", "eastus", "southcentralus members: 6"), after: ringOf("southcentralus", "eastus", "southcentralus"),
			want: []string{"southcentralus: cassandra-0 would go from 2 to 1 members", "founder: southcentralus, but it is eastus"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if _, err := generate(t, []byte(tt.before)).Write(dir); err != nil {
				t.Fatal(err)
			}
			expect(t, generate(t, []byte(tt.after)).Guard(dir, tt.decommissioned), tt.want)
		})
	}
}

// expect holds an error against parts of its text; without any there is to be none.
func expect(t *testing.T, err error, want []string) {
	t.Helper()
	if len(want) == 0 && err != nil {
		t.Errorf("error: %v", err)
	}
	for _, part := range want {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error: %v\nlacks: %s", err, part)
		}
	}
}

// TestGuardReadsTheFolder changes the folder itself between two runs of one spec
// that lowers the replicas.
func TestGuardReadsTheFolder(t *testing.T) {
	before, after := ringOf("", "eastus members: 6"), ringOf("", "eastus")
	lowers := []string{"eastus: cassandra-0 would go from 2 to 1 members"}
	edit := func(p string, change func(string) string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			lay(t, dir, map[string]string{p: change(string(readFile(t, filepath.Join(dir, p))))})
		}
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	tests := []struct {
		name   string
		before string
		change func(t *testing.T, dir string)
		want   []string
	}{
		{"as it was", before, func(*testing.T, string) {}, lowers},
		{"lines that end with CR LF", before, edit("eastus/60-cassandra-0.yaml", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }), lowers},
		{"a StatefulSet of somebody else", after, func(t *testing.T, dir string) {
			lay(t, dir, map[string]string{"eastus/70-proxy.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: proxy }\nspec: { replicas: 2 }\n"})
		}, nil},
		{"a file that is no YAML of somebody else", after, func(t *testing.T, dir string) {
			lay(t, dir, map[string]string{"eastus/70-proxy.yaml": "\nkind: StatefulSet\n\t{"})
		}, nil},
		{"a StatefulSet that is no YAML", before, edit("eastus/60-cassandra-0.yaml", func(s string) string { return s + "<<<<<<< HEAD\n" }),
			[]string{"eastus/60-cassandra-0.yaml: ", "; restore it from version control"}},
		{"a StatefulSet without replicas", before, edit("eastus/60-cassandra-0.yaml", replace("  replicas: 2\n", "")),
			[]string{"eastus/60-cassandra-0.yaml: no spec.replicas; restore it from version control"}},
		{"settings that are no YAML", before, edit("eastus/30-settings.yaml", replace("    founder:", "    founder: [")),
			[]string{"eastus/30-settings.yaml: ", "; restore it from version control"}},
		{"a StatefulSet that an interrupted run did not write", after, func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "eastus", "60-cassandra-0.yaml")); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"a folder in place of a StatefulSet", before, func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "eastus", "60-cassandra-0.yaml")); err != nil {
				t.Fatal(err)
			}
			lay(t, dir, map[string]string{"eastus/60-cassandra-0.yaml/": ""})
		}, []string{"eastus/60-cassandra-0.yaml: is a directory"}},
		{"a record that is damaged", before, func(t *testing.T, dir string) {
			lay(t, dir, map[string]string{".ringwright": "../x\n"})
		}, []string{`.ringwright: "../x" is not the path of a file below it; restore the list from version control`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := generate(t, []byte(tt.before)).Write(dir); err != nil {
				t.Fatal(err)
			}
			tt.change(t, dir)
			expect(t, generate(t, []byte(after)).Guard(dir, nil), tt.want)
		})
	}
}

// TestGuardOfNothing has nothing to lose.
func TestGuardOfNothing(t *testing.T) {
	files := generate(t, []byte(ringOf("southcentralus", "eastus", "southcentralus")))
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "out")} {
		expect(t, files.Guard(dir, nil), nil)
	}
	expect(t, generator.Files{}.Guard(t.TempDir(), []string{"eastus"}), []string{"--decommissioned eastus: there is no such region"})
}

// TestUnguardedIsForeign is the other half of the guard: without its record a
// folder's StatefulSets are nobody's, so that no run lowers them.
func TestUnguardedIsForeign(t *testing.T) {
	dir := t.TempDir()
	if _, err := generate(t, []byte(ringOf("", "eastus members: 6"))).Write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".ringwright")); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	files := generate(t, []byte(ringOf("", "eastus")))
	expect(t, files.Guard(dir, nil), nil)
	_, err := files.Write(dir)
	expect(t, err, []string{"eastus/60-cassandra-0.yaml: not written by ringwright"})
	if after := tree(t, dir); len(after) != len(before) || after["eastus/60-cassandra-0.yaml"] != before["eastus/60-cassandra-0.yaml"] {
		t.Error("it was written to")
	}
}
